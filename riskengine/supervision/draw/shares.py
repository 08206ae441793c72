"""How many are drawn: the share of each grade with what it rests on, the rounding, and what an unknown grade means."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path  # noqa: TC003 - part of the signature of a function that documents itself
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from riskengine.catalog.part import Name, Part, Words
from riskengine.kernel.decimals import scaled_half_up
from riskengine.policy.sections import as_list, number_as_text
from riskengine.supervision.files import read_model
from riskengine.supervision.grounds import Grounded

_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?) ?%")


def _is_share(text: str) -> str:
    match = _SHARE.fullmatch(text)
    if match is None or not 0 <= Fraction(match[1]) <= 100:
        raise ValueError("a share is written in percent, from 0% to 100%")
    return text


ShareText = Annotated[str, BeforeValidator(number_as_text), AfterValidator(_is_share)]
GradeName = Annotated[str, BeforeValidator(number_as_text), Field(min_length=1, max_length=40)]


class Share(Grounded):
    """The share of operators of some grades that is drawn."""

    grade: Annotated[tuple[GradeName, ...], BeforeValidator(as_list)] = Field(min_length=1)
    share: ShareText


class UnknownShare(Grounded):
    """The share of the operators whose grade is not known."""

    share: ShareText


class Shares(Part):
    """A file of shares.

    Attributes:
        shares: its id.
        title: what it is called.
        by: what makes a stratum: the grade, or the county and the grade.
        rounding: what becomes of a part of an operator: ``up``, ``down`` or ``half_up``.
        at_least: how many of each stratum are drawn whatever the share, where it is above 0 % and there are so many.
        rows: the grades with their shares.
        unknown: the share of the operators that could not be graded.
    """

    shares: Name
    title: Words
    by: Literal["grade", "county_and_grade"]
    rounding: Literal["up", "down", "half_up"]
    at_least: int = Field(ge=0, le=1000)
    rows: tuple[Share, ...] = Field(min_length=1)
    unknown: UnknownShare

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        grades = [grade for row in self.rows for grade in row.grade]
        twice = sorted({grade for grade in grades if grades.count(grade) > 1})
        if twice:
            raise ValueError(f"assigned twice: {', '.join(twice)}")
        return self

    def of(self, grade: str | None) -> str | None:
        """The share of a grade; of an unknown one where it is None; None where none is stated."""
        if grade is None:
            return self.unknown.share
        return next((row.share for row in self.rows if grade in row.grade), None)


def read_shares(path: Path) -> Shares:
    """Read a file of shares.

    Raises:
        InputError: it cannot be read or does not hold together (RE-3xx, RE-900 to RE-902).
    """
    return read_model(path, Shares)


def fraction_of(share: str) -> Fraction:
    """``"12.5%"`` as a fraction."""
    match = _SHARE.fullmatch(share)
    return Fraction(match[1] if match else 0) / 100


def sample_size(share: str, operators: int, rounding: str, at_least: int) -> int:
    """How many of a stratum are drawn.

    >>> [sample_size(share, n, "up", 0) for share, n in (("1%", 1000), ("10%", 400), ("50%", 61), ("80%", 9))]
    [10, 40, 31, 8]
    >>> sample_size("1%", 3, "down", 1), sample_size("0%", 3, "up", 1), sample_size("10%", 2, "down", 5)
    (1, 0, 2)
    """
    exact = fraction_of(share) * operators
    if not exact:
        return 0
    rounded = {"up": -(-exact.numerator // exact.denominator), "down": exact.numerator // exact.denominator}
    found = rounded[rounding] if rounding in rounded else scaled_half_up(exact, 0)
    return min(operators, max(found, at_least))
