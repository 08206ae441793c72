"""A workbook read back: every cell with its address (``风险点!D7``), texts to the last character."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from riskengine.exchange.gather import Given, Place
from riskengine.exchange.headings import bound, made_columns
from riskengine.exchange.tables import FILE_COLUMNS, FILES, all_tables
from riskengine.exchange.wording import sheet_name, tables_of_names
from riskengine.exchange.workbook import VERTICAL
from riskengine.kernel.errors import CatalogError
from riskengine.kernel.problems import Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_BYTES = 400_000_000  # unpacked: more is no catalogue
_MOST_ROWS = 200_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_workbook(content: bytes, source: str, problems: list[Problem]) -> dict[str, list[Given]]:
    """The rows of every table of a workbook.

    Args:
        content: of the file.
        source: how messages name it.
        problems: added to: sheets and columns that are not known or missing, formulas.

    Raises:
        CatalogError: it is no workbook, or a damaged one (RE-391).
    """
    try:
        sheets = _sheets(content)
    except Exception as error:  # noqa: BLE001  a damaged workbook fails in openpyxl in more ways than can be listed
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise CatalogError([Problem("RE-391", source=source, params=(("reason", reason),))]) from None
    found: dict[str, list[Given]] = {}
    names = tables_of_names()
    for title, rows in sheets:
        name = names.get(title.strip().casefold())
        if name is None:
            problems.append(Problem("RE-393", source=source, found=title, near=nearest(title, names)))
        elif name in found:
            problems.append(Problem("RE-405", source=source, column=title, found=title))
        elif name != "help":
            found[name] = list(_given(name, title, rows, source, problems))
    missing = [sheet_name(name, "zh") for name in _needed() if name not in found]
    problems += [Problem("RE-392", source=source, found=name) for name in missing]
    return found


def _given(name: str, title: str, rows: list[tuple[Any, ...]], source: str, problems: list[Problem]) -> Iterator[Given]:
    columns = FILE_COLUMNS if name == FILES else all_tables()[name].columns
    if name == VERTICAL:
        rows = [tuple(row[0] if row else None for row in rows), tuple(row[1] if len(row) > 1 else None for row in rows)]
    headings = [_value(cell) for cell in rows[0]] if rows else []

    def address(row: int, at: int) -> Place:
        cell = f"{_letters(2)}{at + 1}" if name == VERTICAL else f"{_letters(at + 1)}{row}"
        return Place(source, None, f"{title}!{cell}")

    keys = bound(name, columns, headings, lambda at: Place(source, None, f"{title}!{_heading(name, at)}"), problems)
    made = made_columns(headings)
    for number, cells in enumerate(rows[1:], 2):
        if all(_is_blank(cell) for cell in cells):
            continue
        values, places = {}, {}
        for key, at in keys.items():
            cell = cells[at] if at < len(cells) else None
            places[key] = address(number, at)
            if getattr(cell, "data_type", None) in {"f", "e"}:
                problems.append(places[key].problem("RE-396", _value(cell)))
            else:
                values[key] = _value(cell)
        found = {key: (_value(cells[at]), address(number, at)) for key, at in made.items() if at < len(cells)}
        yield Given(values, places, found)


def _needed() -> list[str]:
    """The tables that a workbook always has."""
    return [*(table.name for table in all_tables().values() if not table.optional), FILES]


def _heading(name: str, at: int) -> str:
    return f"A{at + 1}" if name == VERTICAL else f"{_letters(at + 1)}1"


def _value(cell: Any) -> Any:
    value = getattr(cell, "value", None)
    return str(value) if getattr(cell, "data_type", None) == "f" else value


def _is_blank(cell: Any) -> bool:
    return _value(cell) in {None, ""}


def _letters(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number))


def _sheets(content: bytes) -> list[tuple[str, list[tuple[Any, ...]]]]:
    from openpyxl.reader.excel import ExcelReader

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > _MOST_BYTES:
            raise ValueError("too large when unpacked")

    class Reader(ExcelReader):  # type: ignore[misc]
        """Texts as they were: the library's own reading of them leaves escaped characters as they stand."""

        def read_strings(self) -> None:
            part = self.package.find("application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml")
            if part is not None:
                with self.archive.open(part.PartName[1:]) as file:
                    self.shared_strings = list(_strings(file))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that no value depends on
        reader = Reader(io.BytesIO(content), read_only=True, data_only=False)
        reader.read()
        found = []
        for sheet in reader.wb.worksheets:
            sheet.reset_dimensions()  # the size that a file claims is often wrong
            found.append((sheet.title, list(sheet.iter_rows(max_row=_MOST_ROWS))))
    return found


def _strings(file: Any) -> Iterable[str]:
    from openpyxl.cell.text import Text
    from openpyxl.xml.constants import SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    for _, node in iterparse(file):
        if node.tag == f"{{{SHEET_MAIN_NS}}}si":
            text = Text.from_tree(node)
            runs = [text.plain, *(run.text for run in text.formatted)]
            yield "".join(unescaped(run) for run in runs if run)
            node.clear()


def unescaped(text: str) -> str:
    r"""The characters that the format writes as ``_x000D_``; an underscore that only looks like one is ``_x005F_``.

    >>> unescaped("a_x000D_b"), unescaped("a_x005F_x000D_b")
    ('a\rb', 'a_x000D_b')
    """
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
