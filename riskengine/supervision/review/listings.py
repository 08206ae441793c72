"""Who is on a list on a day: by which decision, since when, until when, and how one leaves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.kernel.windows import add_months
from riskengine.records import id_of
from riskengine.supervision.review.procedure import procedure

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from riskengine.supervision.review.proceeding import Proceeding


@dataclass(frozen=True, slots=True)
class Listing:
    """Somebody who is on a list.

    Attributes:
        list: ``serious`` or ``red``.
        operator_id: who.
        proceeding: the number of the proceeding whose decision it is.
        document: that decision.
        since, until: the first day, and the first day no longer (None where it does not lapse).
        early_from: the first day on which early removal may be proposed; None where the list has no such term.
        discipline: what was decided to follow, by name.
    """

    list: str
    operator_id: str
    proceeding: str
    document: str
    since: date
    until: date | None
    early_from: date | None
    discipline: tuple[str, ...]


def listed_on(proceedings: Iterable[Proceeding], day: date) -> list[Listing]:
    """Who is listed on a day by decision, by list and then by operator.

    Args:
        proceedings: every proceeding that is recorded.
        day: the day.
    """
    held = list(proceedings)
    found = [_listing(each) for each in held if each.kind_of.lists is not None and holds_on(each, held, day)]
    return sorted(found, key=lambda each: (each.list, each.operator_id, each.proceeding))


def holds_on(listed: Proceeding, held: Iterable[Proceeding], day: date) -> bool:
    """Whether what was decided stands on a day, and no removal among other proceedings has ended it."""
    return listed.stands_on(day) and not any(_ends(other, listed, day) for other in held)


def _ends(other: Proceeding, listed: Proceeding, day: date) -> bool:
    """Whether a proceeding has ended a listing by a day: a removal of its kind, about its operator, served after it."""
    return (
        other.kind_of.ends == listed.kind
        and id_of(other.operator_id) == id_of(listed.operator_id)
        and listed.since is not None
        and other.proposal.on >= listed.since
        and other.stands_on(day)
    )


def _listing(each: Proceeding) -> Listing:
    assert each.since is not None  # noqa: S101 - it stands, so it was served
    decided = each.step("decide")
    early = next((kind.after for kind in procedure().kinds.values() if kind.ends == each.kind and kind.after), None)
    length = procedure().terms[early].on(each.since) if early is not None else None
    names = each.proposal.cells.get("discipline", "").split(";")
    return Listing(
        str(each.kind_of.lists),
        each.operator_id,
        each.id,
        decided.cells["document"] if decided else "",
        each.since,
        each.lasts_until,
        add_months(each.since, length.count) if length is not None else None,
        tuple(name.strip() for name in names if name.strip()),
    )
