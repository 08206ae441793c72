"""Credit repair: where each penalty stands on a day, and what stands in the way of a decision about its repair."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.catalog.repair import NO_CLASS, NO_DAY, NO_DOCUMENT, Penalised, RepairDays, longest_display, repair_days
from riskengine.kernel.problems import Problem
from riskengine.kernel.windows import add_months
from riskengine.ledger.attribution import Answerable
from riskengine.ledger.changes import known_at, last_number
from riskengine.ledger.kinds import APPLY, GRANT, REFUSE, WITHDRAW, kinds
from riskengine.ledger.penalties import penalties_on, penalty_of
from riskengine.ledger.pseudonyms import is_natural
from riskengine.ledger.sealing import sealing
from riskengine.ledger.states import in_force
from riskengine.ledger.unsealing import for_showing
from riskengine.records import id_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.engine import Connection

    from riskengine.ledger.kinds import Kind
    from riskengine.ledger.opening import Ledger
    from riskengine.ledger.unsealing import Unsealing, Veiled

NOT_YET, OPEN, APPLIED, REPAIRED, REFUSED, LAPSED, STAYED, UNTOLD = STATES = (
    "not_yet",
    "open",
    "applied",
    "repaired",
    "refused",
    "lapsed",
    "stayed",
    "untold",
)
"""Repair cannot be applied for yet; it can; it was; it was granted; it was refused; the display has ended without it;
the penalty does not hold meanwhile; its days cannot be told."""

_AHEAD = frozenset({NOT_YET, OPEN, APPLIED, REFUSED})
_ROWS = 10_000
_FINAL, _PENDING, _REVOKED = "final", "pending", "revoked"
_UNTOLD = {NO_DAY: "RE-822", NO_CLASS: "RE-823", NO_DOCUMENT: "RE-824"}


@dataclass(frozen=True, slots=True)
class Repair:
    """Where a penalty stands on a day.

    Attributes:
        violation_id, risk_point: which.
        operator_id: who answers for it; None where that is a question.
        state: one of ``STATES``.
        days: its class, its earliest and latest day, and by which rules.
        since: the day of the application, refusal or repair that the state comes from; None for other states, and where
            the imported file said so without a day.
    """

    violation_id: str
    operator_id: str | None
    risk_point: str
    state: str
    days: RepairDays
    since: date | None = None


def repairs(
    ledger: Ledger, as_of: date, *, operator: str | None = None, known: datetime | int | None = None
) -> Iterator[Repair]:
    """Where every penalty of the ledger stands on a day, by day of the conduct and id.

    What was revoked by the day, or decided after it, is left out. A penalty is that of who answers for it.

    Args:
        ledger: the ledger.
        as_of: the day.
        operator: the id of one operator; None for all.
        known: what was known: a moment, the number of a change, or None for all of it.

    Raises:
        UsageError: there is no such change (RE-858), or the database fails (RE-851).
    """
    change = known_at(ledger, known)
    number = change.number if change else 0
    with ledger.reading() as connection:
        key = None if operator is None else sealing(connection).key(str(id_of(operator)))
        opener = for_showing(connection)
        decided, answerable = _decided(connection, number, as_of), Answerable(connection, number, as_of)
        held = in_force("violations", number)
        where = [] if key is None or not answerable.idle else [held.c.operator_key == key]
        for row in penalties_on(connection, held, as_of, *where):
            if not answerable.idle:
                who = answerable.of(row)
                row |= {"operator_id": who.operator_id, "operator_key": who.operator_key}
            found = _standing(row, decided.get(row["key"], ()), as_of)
            if found is not None and (key is None or row["operator_key"] == key):
                yield _opened(found, opener)


def _opened(found: Repair, opener: Unsealing | Veiled) -> Repair:
    violation, operator = opener.texts([found.violation_id, found.operator_id])
    return replace(found, violation_id=str(violation), operator_id=operator)


def repair_of(ledger: Ledger, violation_id: str, as_of: date) -> Repair | None:
    """Where one penalty stands on a day; None where it was revoked by then, or the ledger has no such record.

    Raises:
        UsageError: the database fails (RE-851).
    """
    with ledger.reading() as connection:
        key = sealing(connection).key(str(id_of(violation_id)))
        number = last_number(connection)
        row = penalty_of(connection, number, key)
        decided = _decided(connection, number, as_of, key).get(key, ())
        found = None if row is None else _standing(row, decided, as_of)
        return None if found is None else _opened(found, for_showing(connection))


def repairs_known(ledger: Ledger, number: int, as_of: date) -> str:
    """The penalties on display that can still be repaired, as they were known at a change: the file that a run keeps.

    Returns:
        a JSON object on each line: violation_id, state, earliest, latest; by day of the conduct and id.
    """
    if not number:
        return ""
    lines = []
    with ledger.reading() as connection:
        decided, held = _decided(connection, number, as_of), in_force("violations", number)
        opener = for_showing(connection)
        # What was decided before that is displayed no longer, by whichever document.
        displayed = held.c.decided_on >= add_months(as_of, -longest_display())
        for row in penalties_on(connection, held, as_of, displayed):
            # Its class does not hang on the amount of a fine: without it few penalties differ.
            found = _standing({**row, "penalty": None, "operator_id": None}, decided.get(row["key"], ()), as_of)
            earliest, latest = (found.days.earliest, found.days.latest) if found else (None, None)
            if found is None or found.state not in _AHEAD or earliest is None or latest is None or latest < as_of:
                continue
            days = {"earliest": earliest.isoformat(), "latest": latest.isoformat()}
            line = {"violation_id": opener.text(found.violation_id), "state": found.state, **days}
            lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    return "".join(lines)


def repair_problems(
    connection: Connection, number: int, kind: Kind, row: Mapping[str, Any], *, take_back: bool
) -> Iterator[Problem]:
    """What stands in the way of recording a decision about a repair, or of taking it back.

    Args:
        connection: in the transaction that records it.
        number: of the change that will bring it.
        kind: of the decision; others than those about repair are passed over.
        row: the decision's key, subject_key and effective_on.
        take_back: whether it is taken back.

    Yields:
        the day comes before the earliest one (RE-821); that cannot be told (RE-822 to RE-824); it was repaired already
        (RE-825), is applied for already (RE-826), was not applied for (RE-827); the penalty does not hold (RE-828).
    """
    key, day = row["subject_key"], row["effective_on"]
    violation = penalty_of(connection, number, key)
    if kind.repair is None or violation is None:
        return
    known = _decided(connection, number, None, key).get(key, [])
    others = [each for each in known if each["key"] != row["key"]]
    after = others if take_back else sorted([*others, row], key=lambda each: each["effective_on"])
    before = _contradictions(known).keys()
    wrong = [problem for own, problem in _contradictions(after).items() if own not in before]
    if wrong or take_back:
        yield from wrong
        return
    by_day = [each for each in others if each["effective_on"] <= day]
    status = _status(violation, by_day, day)
    if kind.repair in {REFUSE, WITHDRAW}:
        return
    if status == REPAIRED:
        yield Problem("RE-825", found=day.isoformat())
    elif status != _FINAL:
        yield Problem("RE-828", found=day.isoformat())
    else:
        yield from _too_early(_days(violation, by_day, day), day)


def _contradictions(decided: Sequence[Mapping[str, Any]]) -> dict[str, Problem]:
    """Decisions that cannot follow on those before them: key → why not."""
    found: dict[str, Problem] = {}
    applied: date | None = None
    granted = False
    for each in decided:
        about, day = _repair(each), each["effective_on"]
        if about in {APPLY, GRANT} and granted:
            found[each["key"]] = Problem("RE-825", found=day.isoformat())
        elif about == APPLY and applied is not None:
            found[each["key"]] = Problem("RE-826", found=day.isoformat(), params=(("since", applied.isoformat()),))
        elif about in {REFUSE, WITHDRAW} and applied is None:
            found[each["key"]] = Problem("RE-827", found=day.isoformat())
        elif about is not None:
            applied, granted = (day if about == APPLY else None), granted or about == GRANT
    return found


def _too_early(days: RepairDays, day: date) -> Iterator[Problem]:
    if days.untold is not None:
        yield Problem(_UNTOLD[days.untold], found=day.isoformat())
    elif days.earliest is not None and day < days.earliest:
        yield Problem("RE-821", found=day.isoformat(), params=(("earliest", days.earliest.isoformat()),))


def _decided(
    connection: Connection, number: int, as_of: date | None, key: str | None = None
) -> dict[str, list[Mapping[str, Any]]]:
    """Violation → its decisions that took effect by a day, in the order of effect."""
    decision = in_force("decisions", number)
    query = (
        sa.select(*decision.c["key", "subject_key", "kind", "status", "effective_on"])
        .where(decision.c.subject == "violation")
        .order_by(decision.c.effective_on, decision.c.version)
    )
    if as_of is not None:
        query = query.where(decision.c.effective_on <= as_of)
    if key is not None:
        query = query.where(decision.c.subject_key == key)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in connection.execute(query, execution_options={"yield_per": _ROWS}).mappings():
        found.setdefault(row["subject_key"], []).append(dict(row))
    return found


def _standing(row: Mapping[str, Any], decided: Sequence[Mapping[str, Any]], as_of: date) -> Repair | None:
    status, days = _status(row, decided, as_of), _days(row, decided, as_of)
    if status == _REVOKED:
        return None
    state, since = _state(status, decided, days, as_of)
    if state == REPAIRED and since is None and row["status"] == REPAIRED:
        since = row["status_on"]
    return Repair(row["violation_id"], row["operator_id"], row["risk_point"], state, days, since)


def _state(status: str, decided: Sequence[Mapping[str, Any]], days: RepairDays, as_of: date) -> tuple[str, date | None]:
    last = next((each for each in reversed(decided) if _repair(each)), None)
    about, since = (_repair(last), last["effective_on"]) if last is not None else (None, None)
    if status == REPAIRED:
        return REPAIRED, since if about == GRANT else None
    if status == _PENDING:
        return STAYED, None
    if about == APPLY:
        return APPLIED, since
    if days.untold is not None or days.earliest is None or days.latest is None:
        return UNTOLD, None
    if as_of > days.latest:
        return LAPSED, None
    if about == REFUSE:
        return REFUSED, since
    return (NOT_YET if as_of < days.earliest else OPEN), None


def _repair(decision: Mapping[str, Any]) -> str | None:
    return kinds()[decision["kind"]].repair


def _status(row: Mapping[str, Any], decided: Sequence[Mapping[str, Any]], as_of: date) -> str:
    """The status on a day, as the extraction has it: the last decision's, unless the record's own came after it."""
    last = next((each for each in reversed(decided) if each["status"] is not None), None)
    own, since = row["status"] or _FINAL, row["status_on"]
    if last is not None and (since is None or since > as_of or since <= last["effective_on"]):
        return str(last["status"])
    if since is None or since <= as_of:
        return str(own)
    return _PENDING if own == _FINAL else _FINAL


def _days(row: Mapping[str, Any], decided: Sequence[Mapping[str, Any]], as_of: date) -> RepairDays:
    classed = next((name for each in reversed(decided) if (name := kinds()[each["kind"]].repair_class)), None)
    named = tuple(name for name in (row["penalty_kind"] or "").split(";") if name)
    fine = Decimal(row["penalty"]) if row["penalty"] else None
    return repair_days(Penalised(row["decided_on"], named, fine, is_natural(row["operator_id"] or ""), classed), as_of)
