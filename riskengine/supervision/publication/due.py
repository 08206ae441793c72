"""What is late, incomplete, or must come down on a day, and by when. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import InternalError
from riskengine.kernel.masking import mask_personal
from riskengine.supervision.publication.shown import displayed_on, known_by
from riskengine.supervision.publication.terms import publish_term, take_down_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from riskengine.catalog import LawRegister
    from riskengine.kernel.problems import Problem
    from riskengine.supervision.publication.rows import PublishedRow
    from riskengine.supervision.publication.shown import Shown
    from riskengine.supervision.publication.terms import PublishTerm
    from riskengine.supervision.review.working_days import Calendar

LATE, INCOMPLETE, TAKE_DOWN, UNKNOWN = WHAT = ("late", "incomplete", "take_down", "unknown")
"""Not published and past its term; decided and not fit to be published; displayed and no longer to be; displayed and
not in the record.
"""
ON_DISPLAY, IN_TIME, WAITING, OVER, WITHHELD, TAKEN_DOWN = (
    "on_display",
    "in_time",
    "waiting",
    "over",
    "withheld",
    "taken_down",
)
"""Where nothing is to be done: displayed; to be published, and in time; not decided yet; ended before it was published;
a person's, whom the bureau does not publish; taken down.
"""


@dataclass(frozen=True, slots=True)
class DueItem:
    """Something to be done.

    Attributes:
        what: ``late``, ``incomplete``, ``take_down`` or ``unknown``.
        kind, record_id, operator_id: of what.
        by: the last day on which it is in time; None where that cannot be told.
        overdue: whether that day has passed.
        reason: of what must come down: a name of ``terms.REASONS``.
        since: of what must come down: the first day on which it was to be displayed no longer.
        term: by which rule; None where none was in force.
        problems: of what is incomplete.
    """

    what: str
    kind: str
    record_id: str
    operator_id: str
    by: date | None
    overdue: bool
    reason: str | None = None
    since: date | None = None
    term: PublishTerm | None = None
    problems: tuple[Problem, ...] = ()

    def to_dict(self, laws: LawRegister, lang: str) -> dict[str, Any]:
        """A JSON-ready form, what is personal masked."""
        return {
            "what": self.what,
            "class": self.kind,
            "record_id": mask_personal(self.record_id),
            "operator_id": mask_personal(self.operator_id),
            "by": self.by and self.by.isoformat(),
            "overdue": self.overdue,
            "reason": self.reason,
            "since": self.since and self.since.isoformat(),
            "term": self.term
            and {
                "working_days": self.term.working_days,
                "basis": self.term.label(laws, lang),
                "sureness": self.term.sureness,
                "local_policy": self.term.local,
            },
            "problems": [problem.to_dict(lang) for problem in self.problems],
        }


@dataclass(frozen=True, slots=True)
class DueList:
    """What is to be done on a day, and where every row stands.

    Attributes:
        day: the day.
        items: what is to be done, the most urgent first.
        standing: class → how many of its rows stand where; of each class they add up to its rows.
    """

    day: date
    items: tuple[DueItem, ...]
    standing: dict[str, Counter[str]]


def due_list(rows: Iterable[PublishedRow], log: Sequence[Shown], day: date, calendar: Calendar) -> DueList:
    """What is late, incomplete or must come down.

    Args:
        rows: of the record.
        log: what was published and taken down.
        day: the day that is asked about.
        calendar: which days are worked.
    """
    displayed, known = displayed_on(log, day), known_by(log, day)
    items: list[DueItem] = []
    standing: dict[str, Counter[str]] = {}
    seen = set()
    for row in rows:
        seen.add(row.key)
        where, item = _of(row, row.key in displayed, row.key in known, day, calendar)
        standing.setdefault(row.kind, Counter())[where] += 1
        items += [item] if item is not None else []
    for key, shown in displayed.items():
        if key not in seen:
            items.append(DueItem(UNKNOWN, *key, shown.operator_id, None, overdue=True))
    if sum(sum(each.values()) for each in standing.values()) != len(seen):
        raise InternalError(message="the rows of the publication do not add up")
    items.sort(key=lambda item: (not item.overdue, item.by is not None, item.by, item.what, item.kind, item.record_id))
    return DueList(day, tuple(items), standing)


def _of(
    row: PublishedRow, is_displayed: bool, is_known: bool, day: date, calendar: Calendar
) -> tuple[str, DueItem | None]:
    """Where a row stands, and what is to be done about it."""
    about = (row.kind, row.record_id, row.operator_id)
    ended = row.ended_on(day)
    if row.decided_on is None or row.decided_on > day:
        return WAITING, None
    if ended is not None or row.withheld:
        if not is_displayed:
            return (TAKEN_DOWN if is_known else OVER if ended is not None else WITHHELD), None
        reason, since = ended or ("withdrawn", row.decided_on)
        return TAKE_DOWN, come_down(about, reason, since, day, calendar)
    if not row.is_complete:
        overdue = row.due_on is not None and row.due_on < day
        term = publish_term(row.kind, row.decided_on)
        errors = tuple(problem for problem in row.problems if problem.is_error)
        return INCOMPLETE, DueItem(INCOMPLETE, *about, row.due_on, overdue, term=term, problems=errors)
    if is_displayed:
        return ON_DISPLAY, None
    if row.due_on is not None and row.due_on < day:
        return LATE, DueItem(LATE, *about, row.due_on, overdue=True, term=publish_term(row.kind, row.decided_on))
    return IN_TIME, None


def come_down(about: tuple[str, str, str], reason: str, since: date, day: date, calendar: Calendar) -> DueItem:
    """That something must come down, and by when.

    Args:
        about: class, record and operator.
        reason: a name of ``terms.REASONS``.
        since: the first day on which it is to be displayed no longer.
        day: the day that is asked about.
        calendar: which days are worked.
    """
    term = take_down_term(reason, since)
    by = None if term is None else term.last_day(since, calendar)
    overdue = by is None or by < day
    return DueItem(TAKE_DOWN, *about, by, overdue, reason, since, term)
