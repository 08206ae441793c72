"""What was published when, and taken down when: the log of a record's folder, or of a ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from riskengine.supervision.publication.year import Year

Key = tuple[str, str]
"""A class and the id of a record of it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One time that something was published.

    Attributes:
        kind, record_id: what.
        operator_id: about whom; empty where the log does not say.
        published_on: since when.
        taken_down_on: the first day on which it is displayed no longer; None while it is.
        reason: why it was taken down: a name of ``terms.REASONS``; None while it is displayed, or where nobody said.
        proceeding: the number of the review that decided it; empty where the log names none.
    """

    kind: str
    record_id: str
    operator_id: str
    published_on: date
    taken_down_on: date | None
    reason: str | None
    proceeding: str

    @property
    def key(self) -> Key:
        """Class and record."""
        return self.kind, self.record_id

    def on(self, day: date) -> bool:
        """Whether it is displayed on a day."""
        return self.published_on <= day and (self.taken_down_on is None or day < self.taken_down_on)


def shown_in(year: Year) -> list[Shown]:
    """The log of a record's folder, in the order of its rows; nothing where it has none."""
    table = year.tables["publications"]
    names = ("class", "record_id", "operator_id", "published_on", "taken_down_on", "reason", "proceeding")
    found = []
    for row in () if table is None else table.used:
        kind, record_id, operator_id, published_on, taken_down_on, reason, proceeding = (row.record[n] for n in names)
        found.append(
            Shown(kind, record_id, operator_id or "", published_on, taken_down_on, reason, str(proceeding or ""))
        )
    return found


def displayed_on(log: Iterable[Shown], day: date) -> dict[Key, Shown]:
    """What is displayed on a day, by class and record."""
    return {each.key: each for each in log if each.on(day)}


def known_by(log: Iterable[Shown], day: date) -> dict[Key, Shown]:
    """The last time that each was published by a day, whether it is still displayed or not."""
    known: dict[Key, Shown] = {}
    for each in log:
        before = known.get(each.key)
        if each.published_on <= day and (before is None or before.published_on <= each.published_on):
            known[each.key] = each
    return known
