"""What the parts of a figure are called, and in which order they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.kernel.masking import mask_personal
from riskengine.supervision.yearly import UNSTATED, year_spec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from riskengine.catalog import Catalog
    from riskengine.supervision.yearly import Amount

AREA, RISK_POINT = "area", "risk_point"


class Names:
    """Names of parts in one language.

    Args:
        catalog: names areas and risk points, and orders them.
        lang: ``zh`` or ``en``.
        unstated: what a part is called whose rows say nothing.
    """

    def __init__(self, catalog: Catalog, lang: str, unstated: str) -> None:
        self._catalog, self._lang, self._unstated = catalog, lang, unstated
        self._words = year_spec().words

    def of(self, column: str, key: str) -> str:
        """What the part is called; a text of a file as it stands, personal numbers masked."""
        if key == UNSTATED:
            return self._unstated
        if column == AREA and key in self._catalog.areas:
            return self._catalog.areas[key].title.get(self._lang)
        if column == RISK_POINT and key in self._catalog.risk_points:
            return f"{key} {self._catalog.risk_points[key].title.get(self._lang)}"
        known = self._words.get(column, {}).get(key)
        return mask_personal(key) if known is None else known.get(self._lang)

    def in_order(self, column: str, order: tuple[str, ...], parts: Sequence[Mapping[str, Amount]]) -> list[str]:
        """The keys of all figures of a table: by the file's order, the catalogue's or the words'; else most first.

        Args:
            column: of the parts.
            order: of the file; empty where it says none.
            parts: of each figure.
        """
        keys = {key for each in parts for key in each}
        known = order or self._known(column)
        ranked = {key: at for at, key in enumerate(known)}
        first = parts[0]

        def place(key: str) -> tuple[bool, int, object, str]:
            value = first[key].value if key in first else None
            return (key == UNSTATED, ranked.get(key, len(known)), 0 if known or value is None else -value, key)

        return sorted(keys, key=place)

    def _known(self, column: str) -> tuple[str, ...]:
        if column == AREA:
            return tuple(self._catalog.areas)
        if column == RISK_POINT:
            return tuple(self._catalog.risk_points)
        return tuple(self._words.get(column, ()))
