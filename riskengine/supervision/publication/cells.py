"""A cell of what is published: from a typed value of the record to the text that goes out, or what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from riskengine.kernel.problems import Problem
from riskengine.records.grammar import MISSING_MARKS, plain_text
from riskengine.records.identifiers import is_credit_code
from riskengine.supervision.publication.columns import AMOUNT, CREDIT_CODE, DATE, WORD
from riskengine.supervision.publication.hiding import left_over

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from riskengine.kernel.languages import Text
    from riskengine.supervision.publication.columns import PublishedColumn

_TEN_THOUSAND = -4
_right_code = lru_cache(maxsize=1 << 14)(is_credit_code)
_BETWEEN = ";"


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a row when its cells are made.

    Attributes:
        values: name → typed value.
        holds: what holds of the row: ``organisation``, ``person``, ``fine``, ``confiscation``, ``licence``.
        words: word → how it is published.
        hide: masks a text.
        certificates: those that the record knows, for what must not be left over.
        place: the source and the row, for problems.
    """

    values: Mapping[str, Any]
    holds: frozenset[str]
    words: Mapping[str, Text]
    hide: Callable[[str], str]
    certificates: Collection[str]
    place: Mapping[str, Any]

    def problem(self, code: str, column: PublishedColumn, found: str | None = None, **params: str) -> Problem:
        """A problem of a cell; nothing personal is repeated in it."""
        shown = None if found is None else self.hide(found)
        return Problem(
            code,
            **self.place,
            column=column.name,
            heading=column.title.zh,
            found=shown,
            params=tuple(params.items()),
        )


def cell_of(column: PublishedColumn, told: Told) -> str:
    """The text of a cell; empty where the record says nothing, or the column is never filled.

    Official exports write 无, / and the like for a missing value: they are read as such.
    """
    if column.hidden:
        return ""
    value = told.values.get(column.from_ or column.name)
    if value is None or (isinstance(value, str) and value.strip() in MISSING_MARKS):
        value = column.default
        if value is None:
            return ""
    if column.type == DATE and isinstance(value, date):
        return value.isoformat().replace("-", "/")
    if column.type == AMOUNT and isinstance(value, Decimal):
        return format(value.scaleb(_TEN_THOUSAND), "f")
    if column.type == CREDIT_CODE:
        return str(value)
    if column.type == WORD:
        parts = value if isinstance(value, tuple) else (value,)
        return _BETWEEN.join(told.words[part].zh for part in parts)
    return told.hide(plain_text(value))


def cell_problems(column: PublishedColumn, cell: str, told: Told) -> Iterator[Problem]:
    """What is wrong with a cell: missing (RE-942), too long (RE-943), no code (RE-944), still personal (RE-945)."""
    if not cell:
        if not column.hidden and (column.required or not told.holds.isdisjoint(column.required_if)):
            found = told.values.get(column.value)
            yield told.problem("RE-942", column, found if isinstance(found, str) else None)
        return
    if column.length is not None and len(cell) > column.length:
        yield told.problem("RE-943", column, cell, length=str(len(cell)), limit=str(column.length))
    if column.type == CREDIT_CODE:
        if not _right_code(cell):
            yield told.problem("RE-944", column, cell)
    elif left_over(cell, told.certificates):
        yield told.problem("RE-945", column)
