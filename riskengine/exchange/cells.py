"""Cells and values: how a value is written into a cell, and what a cell holds that was read."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.catalog.shapes import BOOLEAN, DATE, DECIMAL, INTEGER
from riskengine.exchange.flatten import parted
from riskengine.exchange.wording import key_of_word, words_of
from riskengine.kernel.languages import LANGUAGES
from riskengine.kernel.problems import nearest

if TYPE_CHECKING:
    from riskengine.exchange.gather import Given
    from riskengine.exchange.tables import Column, Table
    from riskengine.kernel.problems import Problem

_WHOLE = re.compile(r"[+-]?[0-9]{1,40}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?", re.ASCII)


def typed(table: Table, row: Given, problems: list[Problem]) -> dict[str, Any]:
    """The cells of a row as values by column.

    What cannot be typed stays as it is, for the models to refuse it; a word that is none of a column's is a problem.
    """
    return {column.key: _typed(table, column, row, problems) for column in table.columns}


def _typed(table: Table, column: Column, row: Given, problems: list[Problem]) -> Any:
    cell = row.cells.get(column.key)
    if cell is None or cell == "":
        return None
    if column.several:
        return [_word(table, column, item.strip(), row, problems) for item in parted(_text(cell))]
    if column.leaf.choices:
        return _word(table, column, _text(cell).strip(), row, problems)
    if column.leaf.kind in {INTEGER, DECIMAL}:
        return _number(cell)
    if column.leaf.kind == DATE:
        return _date(cell)
    if column.leaf.kind == BOOLEAN:
        return {"true": True, "false": False}.get(_text(cell).strip().casefold(), cell)
    text = _text(cell)
    return text.strip() if column.path is None else text


def _word(table: Table, column: Column, text: str, row: Given, problems: list[Problem]) -> str:
    choices = column.leaf.choices
    if not choices:
        return text
    key = key_of_word(table.name, column, text)
    if key is None:
        words = [word for choice in choices for word in words_of(table.name, column, choice)]
        near = nearest(text, words)
        lists = {
            f"{lang}_words": ", ".join(_first(table, column, choice, lang) for choice in choices) for lang in LANGUAGES
        }
        problems.append(row.places[column.key].problem("RE-398", text, near, **lists))
        return text
    return key


def _first(table: Table, column: Column, choice: str, lang: str) -> str:
    return words_of(table.name, column, choice)[LANGUAGES.index(lang)]


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return f"{cell:f}" if isinstance(cell, Decimal) and cell.is_finite() else str(cell)


def _number(cell: Any) -> Any:
    """Exact numbers; a text that looks like one is one."""
    if isinstance(cell, bool | datetime | date):
        return _text(cell)
    if isinstance(cell, str):
        text = cell.strip()
        if _WHOLE.fullmatch(text):
            return int(text)
        return Decimal(text) if _NUMBER.fullmatch(text) else cell
    if isinstance(cell, int):
        return cell
    if not isinstance(cell, float | Decimal):  # a time of day, say
        return str(cell)
    value = cell if isinstance(cell, Decimal) else Decimal(repr(cell))
    if not value.is_finite():
        return str(value)
    return int(value) if value == value.to_integral_value() else value


def _date(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date() if not (cell.hour or cell.minute or cell.second) else cell.isoformat()
    if isinstance(cell, str):
        try:
            return date.fromisoformat(cell.strip()) if _DAY.fullmatch(cell.strip()) else cell
        except ValueError:
            return cell
    return cell if isinstance(cell, date) else _text(cell)
