"""What the reviews in a ledger say of publications: approved, under review, displayed, taken down. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from riskengine.supervision.publication.shown import Shown
from riskengine.supervision.review.listed import RECORDS, listed_in
from riskengine.supervision.review.procedure import DECIDE, DISCLOSURE, PROPOSE, PUBLISH, REVOKE, TAKE_DOWN, procedure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from riskengine.supervision.publication.rows import PublishedRow
    from riskengine.supervision.publication.shown import Key
    from riskengine.supervision.review.reviewing import Filed


@dataclass(frozen=True, slots=True)
class Approval:
    """That a list was decided on which a record stands: by which proceeding, since when, and what was reviewed."""

    proceeding: str
    on: date
    sha256: str


@dataclass(slots=True)
class Releases:
    """What stands in the ledger.

    Attributes:
        approved: what may be displayed as it was reviewed; what was taken down is reviewed anew.
        under_review: record → the proceeding that is not decided yet.
        log: what was published and taken down, in the order in which it was.
        revoked: the proceedings whose decision was revoked.
        last_day: the last day on which something was published or taken down; None where nothing was.
    """

    approved: dict[Key, Approval] = field(default_factory=dict)
    under_review: dict[Key, str] = field(default_factory=dict)
    log: list[Shown] = field(default_factory=list)
    revoked: set[str] = field(default_factory=set)
    last_day: date | None = None

    def displayed(self) -> dict[Key, Shown]:
        """What is displayed now."""
        return {each.key: each for each in self.log if each.taken_down_on is None}


def releases_of(filed: Iterable[Filed]) -> Releases:
    """What the steps of disclosures made, in the order of recording."""
    own = [each for each in filed if each.proceeding.kind == DISCLOSURE]
    found = Releases()
    listed: dict[str, list[tuple[str, ...]]] = {}
    at: dict[Key, int] = {}
    steps = sorted((step for each in own for step in each.recorded), key=lambda step: step.change)
    for step in steps:
        said = step.said
        named = listed_in(said.cells.get(RECORDS, ""))
        if said.action == PROPOSE:
            listed[said.proceeding] = named
        elif said.action == DECIDE:
            for kind, record_id, sha256 in listed[said.proceeding]:
                found.approved[kind, record_id] = Approval(said.proceeding, said.done_on, sha256)
        elif said.action == REVOKE:
            found.revoked.add(said.proceeding)
            found.approved = {key: one for key, one in found.approved.items() if one.proceeding != said.proceeding}
        elif said.action == PUBLISH:
            found.last_day = said.done_on
            for kind, record_id in (each[:2] for each in named):
                at[kind, record_id] = len(found.log)
                found.log.append(Shown(kind, record_id, "", said.done_on, None, None, said.proceeding))
        elif said.action == TAKE_DOWN:
            found.last_day = said.done_on
            for kind, record_id, reason in named:
                place = at[kind, record_id]
                found.log[place] = replace(found.log[place], taken_down_on=said.done_on, reason=reason)
                found.approved.pop((kind, record_id), None)
    for each in own:
        if procedure().is_open(each.proceeding.state) and each.proceeding.step(DECIDE) is None:
            found.under_review |= {key[:2]: each.proceeding.id for key in _keys(listed[each.proceeding.id])}
    return found


def _keys(named: Iterable[tuple[str, ...]]) -> list[Key]:
    return [(each[0], each[1]) for each in named]


def may_be_displayed(row: PublishedRow, day: date, today: date) -> bool:
    """Whether a record as such may be displayed on a day: decided, complete, and not ended by then or by today."""
    if row.decided_on is None or row.decided_on > day or row.withheld or not row.is_complete:
        return False
    return row.ended_on(day) is None and row.ended_on(max(day, today)) is None


def display_on(rows: Iterable[PublishedRow], releases: Releases, day: date, today: date) -> list[PublishedRow]:
    """What is displayed on a day: what may be, and was decided as it stands.

    Args:
        rows: of the record.
        releases: what the reviews say.
        day: the day.
        today: the day on which it is asked: what has ended by then is displayed on no day.
    """
    found = []
    for row in rows:
        approval = releases.approved.get(row.key)
        if approval is None or approval.sha256 != row.sha256 or approval.on > day:
            continue
        if may_be_displayed(row, day, today):
            found.append(row)
    return found


def to_review(rows: Iterable[PublishedRow], releases: Releases, day: date) -> list[PublishedRow]:
    """What is fit to be published and neither approved as it stands nor under review."""
    return [
        row
        for row in rows
        if may_be_displayed(row, day, day)
        and row.key not in releases.under_review
        and ((approval := releases.approved.get(row.key)) is None or approval.sha256 != row.sha256)
    ]


def why_down(row: PublishedRow | None, shown: Shown, releases: Releases, day: date) -> tuple[str, date]:
    """Why something is displayed no longer, and the first day of that: a reason of ``terms.REASONS``.

    Args:
        row: the record; None where it is no longer there.
        shown: as it was published.
        releases: what the reviews say.
        day: the day.
    """
    ended = None if row is None else row.ended_on(day)
    if ended is not None:
        return ended
    if shown.proceeding in releases.revoked or (row is not None and row.withheld):
        return "withdrawn", day
    return "changed", day


def lists_by_proceeding(pairs: Sequence[tuple[str, tuple[str, ...]]]) -> dict[str, list[tuple[str, ...]]]:
    """Records by the proceeding that they are named in, in order."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for proceeding, named in pairs:
        found.setdefault(proceeding, []).append(named)
    return found
