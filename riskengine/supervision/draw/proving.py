"""What the one page of proof shows: hashes, numbers, shares, and one turn of the draw to follow by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from riskengine.supervision.draw.rfc3797 import digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from riskengine.supervision.draw.folder import Commitment
    from riskengine.supervision.draw.population import Stratum


class GradeRow(NamedTuple):
    """The strata of a grade together; an empty grade is an unknown one."""

    grade: str
    share: str
    strata: int
    operators: int
    drawn: int


class Turn(NamedTuple):
    """The first turn of the first stratum from which somebody is drawn."""

    stratum: int
    key: str
    md5: str
    pool: int
    remainder: int
    first: int
    number: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof shows.

    Attributes:
        commitment: what was committed to.
        numbers: source → its numbers.
        key: made of them.
        drawn_on: the day of the draw.
        result_sha256: of ``published/result.csv``.
        grades: how many of each grade.
        drawn: how many operators were drawn.
        without_pair: for how many of them no pair of inspectors was possible.
        first: one turn to follow by hand; None where nobody was to be drawn.
    """

    commitment: Commitment
    numbers: Mapping[str, tuple[int, ...]]
    key: str
    drawn_on: str
    result_sha256: str
    grades: Sequence[GradeRow]
    drawn: int
    without_pair: int
    first: Turn | None


def grade_rows(strata: Sequence[Stratum]) -> list[GradeRow]:
    """The strata by grade, in the order in which grades first come."""
    found: dict[str, GradeRow] = {}
    for stratum in strata:
        before = found.get(stratum.grade, GradeRow(stratum.grade, stratum.share, 0, 0, 0))
        found[stratum.grade] = before._replace(
            strata=before.strata + 1,
            operators=before.operators + stratum.operators,
            drawn=before.drawn + stratum.drawn,
        )
    return sorted(found.values(), key=lambda row: not row.grade)  # what is not known last


def first_turn(key: str, strata: Sequence[Stratum]) -> Turn | None:
    """The turn that a page shows."""
    stratum = next((each for each in strata if each.drawn), None)
    if stratum is None:
        return None
    own = f"{key}{stratum.stratum}./"
    value = digest(own, 0)
    rest = value % stratum.operators
    return Turn(stratum.stratum, own, f"{value:032X}", stratum.operators, rest, stratum.first, stratum.first + rest)
