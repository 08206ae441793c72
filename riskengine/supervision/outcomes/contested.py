"""Each contested penalty with its challenges, and what became of it by a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from riskengine.contract.sources import VIOLATIONS
from riskengine.kernel.errors import InputError
from riskengine.kernel.problems import in_order, nearest
from riskengine.records.grammar import MISSING_MARKS
from riskengine.supervision.cases.files import names_of
from riskengine.supervision.cases.sources import CASES
from riskengine.supervision.outcomes.rules import FALLEN, LITIGATION, PENDING, RECONSIDERATION
from riskengine.supervision.outcomes.sources import CHALLENGES, INSTANCES
from riskengine.supervision.record import Rows, rows_of, rows_or_none
from riskengine.supervision.review.proceeding import person

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from riskengine.contract.records import Record
    from riskengine.kernel.problems import Problem
    from riskengine.supervision.outcomes.rules import OutcomeRules
    from riskengine.supervision.record import Row

USED, IN_RECORD, NO_PENALTY = "used", "in_record", "no_penalty"


class Challenge(NamedTuple):
    """A challenge; result and ground are names of the rules, None where it is not decided or none is said."""

    challenge_id: str
    violation_id: str
    kind: str
    instance: str
    filed_on: date
    decided_on: date | None
    result: str | None
    ground: str | None


class Became(NamedTuple):
    """What became of a penalty.

    Attributes:
        outcome: one of the rules' outcomes; ``pending`` where something is still open.
        decided_on: the day of the last decision; None where it is pending.
        kind: of the challenge whose decision counts; of the last one where it is pending.
        result, ground: of that decision.
    """

    outcome: str
    decided_on: date | None
    kind: str
    result: str | None
    ground: str | None


@dataclass(frozen=True, slots=True)
class Contested:
    """A contested penalty.

    Attributes:
        violation_id, risk_point: of the penalty.
        unit: that handled its case; None where the record does not say.
        challenges: against it, in the order in which they were filed.
    """

    violation_id: str
    risk_point: str
    unit: str | None
    challenges: tuple[Challenge, ...]


@dataclass(frozen=True, slots=True)
class ContestedRecord:
    """All contested penalties of a record, by number.

    Attributes:
        penalties: the contested ones.
        decided: of every penalty the day on which it was decided.
        ledger: how many challenges of a ledger were used, are in the record already, or are of no penalty of it.
    """

    penalties: tuple[Contested, ...]
    decided: dict[str, date]
    ledger: dict[str, int]


def became(challenges: Sequence[Challenge], rules: OutcomeRules, day: date) -> Became | None:
    """What became of a penalty by a day; None where nobody had challenged it by then.

    In court the last instance counts; a case that was sent back is open until it is decided again. Where the court lets
    stand what reconsideration revoked or changed, it is revoked or changed.
    """
    known = [each._replace(decided_on=_by(each.decided_on, day)) for each in challenges if each.filed_on <= day]
    last = [_last(known, kind) for kind in (RECONSIDERATION, LITIGATION)]
    held = [each for each in last if each is not None]
    if not held:
        return None
    outcomes = [_outcome(each, rules) for each in held]
    if PENDING in outcomes:
        return Became(PENDING, None, held[outcomes.index(PENDING)].kind, None, None)
    fallen = [at for at, outcome in enumerate(outcomes) if outcome in FALLEN]
    at = fallen[-1] if fallen else len(held) - 1
    decided = max(each.decided_on for each in held if each.decided_on is not None)
    return Became(outcomes[at], decided, held[at].kind, held[at].result, held[at].ground)


def read_contested(folder: Path, rules: OutcomeRules, more: Sequence[Challenge] | None = None) -> ContestedRecord:
    """The contested penalties of a record folder.

    Args:
        folder: with ``challenges`` and ``violations``, and ``cases`` for the units.
        rules: whose results and grounds the challenges name.
        more: challenges from a ledger, with which the file may be missing. One of a penalty and kind of which the file
            has any is left to the file.

    Raises:
        UsageError: a file is not there (RE-955 to RE-957).
        InputError: a file cannot be used; a challenge is against no penalty of the record (RE-966), was decided before
            it was filed (RE-967), has a decision without a result or the other way round (RE-968), or names a result or
            ground that the rules do not have (RE-969); every problem.
    """
    held = rows_or_none(folder, CHALLENGES) if more is not None else rows_of(folder, CHALLENGES)
    table, violations = held or Rows(CHALLENGES.name, ()), rows_of(folder, VIOLATIONS)
    cases = rows_or_none(folder, CASES)
    units = {} if cases is None else {row.record["violation_id"]: row.record["unit"] for row in cases.rows}
    penalties = {row.record["violation_id"]: row.record for row in violations.rows}
    problems: list[Problem] = []
    found: dict[str, list[Challenge]] = {}
    for row in table.rows:
        problems += _wrong(table, row, penalties)
        result = _named(table, row, "result", names_of(rules.results), problems)
        ground = _named(table, row, "ground", names_of(rules.grounds), problems)
        challenge = _challenge(row.record, result, ground)
        found.setdefault(challenge.violation_id, []).append(challenge)
    if problems:
        raise InputError(in_order(problems))
    account = _add(found, more or (), penalties)
    contested = [
        Contested(name, penalties[name]["risk_point"], units.get(name), tuple(sorted(found[name], key=_order)))
        for name in sorted(found)
    ]
    days = {name: row["decided_on"] for name, row in penalties.items() if row["decided_on"] is not None}
    return ContestedRecord(tuple(contested), days, account)


def _add(
    found: dict[str, list[Challenge]], more: Sequence[Challenge], penalties: Mapping[str, Record]
) -> dict[str, int]:
    """Put the challenges of a ledger beside those of the file; how many were used, there already, or of no penalty."""
    account = dict.fromkeys((USED, IN_RECORD, NO_PENALTY), 0)
    there = {(each.violation_id, each.kind) for held in found.values() for each in held}
    for each in more:
        if each.violation_id not in penalties:
            account[NO_PENALTY] += 1
        elif (each.violation_id, each.kind) in there:
            account[IN_RECORD] += 1
        else:
            account[USED] += 1
            found.setdefault(each.violation_id, []).append(each)
    return account


def _by(decided: date | None, day: date) -> date | None:
    return decided if decided is not None and decided <= day else None


def _order(challenge: Challenge) -> tuple[int, date, str]:
    return INSTANCES.index(challenge.instance), challenge.filed_on, challenge.challenge_id


def _last(challenges: Sequence[Challenge], kind: str) -> Challenge | None:
    """The last challenge of a kind: of the highest instance, and of those the one that was filed last."""
    return max((each for each in challenges if each.kind == kind), key=_order, default=None)


def _outcome(challenge: Challenge, rules: OutcomeRules) -> str:
    if challenge.decided_on is None or challenge.result is None:
        return PENDING
    return rules.results[challenge.result].outcome


def _challenge(record: Record, result: str | None, ground: str | None) -> Challenge:
    held = (record["challenge_id"], record["violation_id"], record["kind"], record["instance"])
    return Challenge(*held, record["filed_on"], record["decided_on"], result, ground)


def _wrong(table: Rows, row: Row, penalties: Mapping[str, Record]) -> list[Problem]:
    record, problems = row.record, []
    filed, decided, result = record["filed_on"], record["decided_on"], _text(record["result"])
    if record["violation_id"] not in penalties:
        near = nearest(record["violation_id"], penalties)
        problems.append(table.problem("RE-966", row, "violation_id", near))
    if decided is not None and decided < filed:
        problems.append(table.problem("RE-967", row, "decided_on", filed=filed.isoformat()))
    if (decided is None) != (result is None):
        problems.append(table.problem("RE-968", row, "challenge_id"))
    return problems


def _named(table: Rows, row: Row, column: str, names: Mapping[str, str], problems: list[Problem]) -> str | None:
    text = _text(row.record[column])
    if text is None:
        return None
    found = names.get(person(text))
    if found is None:
        problems.append(table.problem("RE-969", row, column, nearest(text, names)))
    return found


def _text(cell: str | None) -> str | None:
    return None if cell is None or cell in MISSING_MARKS else cell
