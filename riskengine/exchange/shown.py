"""Columns that are made from others, for people to read: titles, articles and figures in words. Never read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.catalog import AreaFile, Citation, LawRegister, Penalty
from riskengine.catalog.wording import figures, place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from riskengine.catalog import CatalogFile
    from riskengine.exchange.flatten import Row
    from riskengine.exchange.tables import Table


@dataclass(frozen=True, slots=True)
class Shown:
    """A column that is made: the key of its heading, the column before which it stands, and its text for a row."""

    key: str
    before: str
    text: Callable[[Row, str], str | None]


class ShownColumns:
    """The made columns of each table.

    Args:
        files: the catalogue's files.
    """

    def __init__(self, files: Sequence[CatalogFile]) -> None:
        self._files = {file.name: file.model for file in files}
        self._laws = next(file.model for file in files if isinstance(file.model, LawRegister))
        areas = [file.model for file in files if isinstance(file.model, AreaFile)]
        self._titles = {point.code: point.title for area in areas for point in area.risk_points}

    def of(self, table: Table) -> Iterator[Shown]:
        """Those of a table, in order."""
        keys = [column.key for column in table.columns]
        if "risk_point" in keys:
            after = keys.index("risk_point") + 1
            yield Shown("point", keys[after], self._title)
        for prefix in ("", "basis.", "citation."):
            if f"{prefix}law" in keys and f"{prefix}article" in keys:
                yield Shown(f"{prefix}cited", f"{prefix}law", self._cited(prefix))
        if table.name == "penalties":
            yield Shown("figures", "min", self._figures)

    def _title(self, row: Row, lang: str) -> str | None:
        title = self._titles.get(row.values["risk_point"])
        return title.get(lang) if title else None

    def _cited(self, prefix: str) -> Callable[[Row, str], str | None]:
        names = ("law", "version", "article", "paragraph", "item", "sureness")

        def text(row: Row, lang: str) -> str | None:
            values = {name: row.values[f"{prefix}{name}"] for name in names}
            return place(Citation(**values), self._laws).get(lang) if values["law"] else None

        return text

    def _figures(self, row: Row, lang: str) -> str | None:
        area = self._files[row.file]
        _, point, _, at = row.path
        if not isinstance(area, AreaFile):
            return None
        penalty: Penalty = area.risk_points[int(point)].penalties[int(at)]
        return figures(penalty).get(lang)
