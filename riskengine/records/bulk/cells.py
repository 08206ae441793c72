"""Which cells of a column are plainly written, and their values, as SQL; the others go to the reader of the column.

Plain is what the grammar of ``records.grammar`` reads as it stands: nothing to trim, to fold or to convert by rules of
its own. The patterns are narrow on purpose: a cell that could be plain and is not taken for it costs time, never more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.contract import sources
from riskengine.records.grammar import text_of
from riskengine.records.identifiers import PLATE_PATTERN

if TYPE_CHECKING:
    from riskengine.contract.sources import Column, ProfileColumn
    from riskengine.records.columns import Known

TEXT, TEXTS, NUMBER, DAY, BOOL = "VARCHAR", "VARCHAR[]", "BIGINT", "DATE", "BOOLEAN"
_HAN = r"\x{4E00}-\x{9FFF}"
_ID = f"[0-9A-Z]|[0-9A-Z{_HAN}][0-9A-Z{_HAN}〔〕_-]+"
_ASCII = r"[0-9A-Za-z]|[0-9A-Za-z][ -\[\]-{}~]*[0-9A-Za-z)]"
"""A part of an id of several columns: without ``|``, and without a backslash, which a row's hash would escape."""
_PLAIN_TEXT = r"[^\p{C}\p{Z}#]|[^\p{C}\p{Z}#]\P{C}*[^\p{C}\p{Z}]"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_NEVER = "FALSE"
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)\Z")
_DIGITS = 12  # before the point, of a text that is plainly a number
_WIDEST, _QUICK = 38, 18  # digits that a decimal may have, and that 64 bits hold


@dataclass(frozen=True, slots=True)
class Cell:
    """How a column is read.

    Attributes:
        kind: SQL type of its values; numbers are whole, times 10^places; words of a list stand between semicolons.
        places: digits after the point of a number.
        plain: whether a cell that is there is plainly written, as SQL over the cell.
        value: the value of a plain cell, as SQL over the cell.
        own: the text of a plain id as it was read, where that is not its value.
    """

    kind: str
    places: int
    plain: str
    value: str
    own: str | None = None


def cell_of(column: Column | ProfileColumn | None, physical: str, at: str, known: Known) -> Cell:
    """How the cells of a column are read.

    Args:
        column: as the contract or the policy has it; None for one that nothing reads.
        physical: DuckDB's type of the raw cells.
        at: the raw cell's name.
        known: the codes that risk points may have.
    """
    if column is None:
        told = {TEXT: _matches(at, _PLAIN_TEXT), "DOUBLE": _NEVER, "FLOAT": _NEVER}.get(physical, "TRUE")
        if physical == DAY or physical.startswith("TIMESTAMP"):
            told = f"({at} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31')" if physical == DAY else _NEVER
        return Cell(TEXT, 0, told, f"CAST({at} AS VARCHAR)")
    if isinstance(column, sources.ProfileColumn):
        return _profile(column, physical, at)
    if column.name == "risk_point" and known.risk_points is not None:
        codes = [code for code in known.risk_point_codes if known.risk_points(code) == code]
        return Cell(TEXT, 0, _listed(at, codes) if physical == TEXT else _NEVER, at)
    if column.type == sources.INTEGER:
        return _number(physical, at, 0, 0, sources.MAX_INTEGER)
    if column.type == sources.DECIMAL:
        return _number(physical, at, sources.PENALTY_PLACES, 0, sources.MAX_YUAN)
    if column.type == sources.DATE:
        return _day(physical, at, sources.EARLIEST_DATE)
    if column.type in {sources.WORD, sources.WORDS}:
        plain = _listed(at, column.values) if physical == TEXT else _NEVER
        return Cell(TEXT, 0, plain, f"concat(';', {at}, ';')" if column.type == sources.WORDS else at)
    if column.type == sources.AREAS:
        return Cell(TEXTS, 0, _NEVER, "CAST(NULL AS VARCHAR[])")
    pattern = {sources.ID: _ID, sources.PLATE: PLATE_PATTERN}.get(column.type, _PLAIN_TEXT)
    return Cell(TEXT, 0, _matches(at, pattern) if physical == TEXT else _NEVER, f"CAST({at} AS VARCHAR)")


def joined_cell(at: str, parts: int) -> Cell:
    """How the cells of an id are read that is made of several columns: plain where every part is."""
    part = f"({_ID}|{_ASCII})"
    return Cell(TEXT, 0, _matches(at, rf"{part}(\|{part}){{{parts - 1}}}"), f"upper({at})", at)


def _profile(column: ProfileColumn, physical: str, at: str) -> Cell:
    in_contract = column.source == "operators" and column.name in sources.OPERATORS.names
    if column.type in {"integer", "decimal"}:
        most = sources.MAX_INTEGER if column.type == "integer" else sources.MAX_YUAN
        low = max(column.minimum or 0, 0) if in_contract else column.minimum
        high = most if column.maximum is None else column.maximum
        places = 0 if column.type == "integer" else column.places
        return _number(physical, at, places, -high if low is None else low, high)
    if column.type == "date":
        return _day(physical, at, sources.EARLIEST_DATE if in_contract else "0001-01-01")
    if column.type == "bool":
        return Cell(
            BOOL, 0, "TRUE" if physical == BOOL else _NEVER, at if physical == BOOL else "CAST(NULL AS BOOLEAN)"
        )
    words = [word for word in column.words if text_of(word) == word]
    plain = _listed(at, words) if column.words else _matches(at, _PLAIN_TEXT)
    return Cell(TEXT, 0, plain if physical == TEXT else _NEVER, f"CAST({at} AS VARCHAR)")


def _number(physical: str, at: str, places: int, low: int, high: int) -> Cell:
    """A number at ``places``; texts of up to twelve digits, whole numbers and decimals are plain within the limits."""
    if physical == TEXT:
        fraction = rf"(\.[0-9]{{1,{places}}})?" if places else ""
        digits = f"TRY_CAST({at} AS DECIMAL({_DIGITS + places},{places}))"
        plain = f"({_matches(at, f'[0-9]{{1,{_DIGITS}}}{fraction}')} AND {digits} BETWEEN {low} AND {high})"
        return Cell(NUMBER, places, plain, _whole(digits, _DIGITS + places, places))
    plain = f"({at} BETWEEN {low} AND {high})"
    if physical.endswith("INT") or physical in {"INTEGER", "UINTEGER"}:
        return Cell(NUMBER, places, plain, f"CAST({at} AS BIGINT) * {10**places}")
    decimal = _DECIMAL.match(physical)
    if decimal is None or int(decimal[2]) > places:
        return Cell(NUMBER, places, _NEVER, "CAST(NULL AS BIGINT)")
    width = min(int(decimal[1]) - int(decimal[2]) + places, _WIDEST)
    return Cell(NUMBER, places, plain, _whole(f"CAST({at} AS DECIMAL({width},{places}))", width, places))


def _whole(digits: str, width: int, places: int) -> str:
    """A decimal times 10^places as a whole number; in 64 bits where its width allows."""
    factor = f"CAST({10**places} AS DECIMAL({places + 1},0))" if width + places + 1 <= _QUICK else str(10**places)
    return f"CAST({digits} * {factor} AS BIGINT)"


def _day(physical: str, at: str, earliest: str) -> Cell:
    limits = f"BETWEEN DATE '{earliest}' AND DATE '9999-12-31'"
    if physical == DAY:
        return Cell(DAY, 0, f"({at} {limits})", at)
    if physical == TEXT:
        day = f"TRY_CAST({at} AS DATE)"
        return Cell(DAY, 0, f"({_matches(at, _DAY)} AND COALESCE({day} {limits}, FALSE))", day)
    return Cell(DAY, 0, _NEVER, "CAST(NULL AS DATE)")


def _matches(at: str, pattern: str) -> str:
    return f"regexp_full_match({at}, '{pattern}')"


def _listed(at: str, words: object) -> str:
    listed = ", ".join("'" + str(word).replace("'", "''") + "'" for word in words)  # type: ignore[attr-defined]
    return f"{at} IN ({listed})" if listed else _NEVER
