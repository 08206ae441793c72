"""How the workbook looks: its formats, and the colours of grades and risk levels.

The shades of grades go from blue through grey to orange and brown, which people who confuse red and green tell apart;
they stand beside the letter, never alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.reports.excel.sheet import DATE, FLAG, GRADE, LEVEL, NUMBER, SCORE, TEXT, WORD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

    from riskengine.reports.excel.sheet import Column
    from riskengine.reports.figures import GradeCount

BANDS = (
    ("#1f5f93", "#ffffff"),
    ("#6ea3c8", "#10222f"),
    ("#c7d9e6", "#10222f"),
    ("#f6dfb4", "#3b2500"),
    ("#e29a4b", "#2e1600"),
    ("#9a3412", "#ffffff"),
)
"""Ground and ink of the shades, best first."""
UNRANKED = ("#dcdfe3", "#2b2f33")
LEVELS = {
    "red": ("#9a3412", "#ffffff"),
    "orange": ("#e29a4b", "#2e1600"),
    "yellow": ("#f6dfb4", "#3b2500"),
    "blue": ("#c7d9e6", "#10222f"),
}
INK, ACCENT, RULE, WARN = "#1b2733", "#1d4e79", "#b8c4ce", "#fde9d0"


class Looks:
    """The formats of one workbook.

    Args:
        workbook: gets the formats.
        say: the words of the language.
        grades: the grades with their shades.
    """

    def __init__(self, workbook: Workbook, say: Mapping[str, str], grades: Sequence[GradeCount]) -> None:
        self._workbook, self._say = workbook, say
        self._base: dict[str, Any] = {
            "valign": "vcenter",
            "font_size": 10,
            "font_name": say["sheet_font"],
            "font_color": INK,
        }
        self.heading = self.make(
            bold=True,
            font_color="#ffffff",
            bg_color=ACCENT,
            text_wrap=True,
            valign="vcenter",
            border=1,
            border_color=ACCENT,
        )
        self._kinds: dict[str, dict[str, Any]] = {
            TEXT: {"num_format": "@", "align": "left", "indent": 1},
            WORD: {"num_format": "@", "align": "left", "indent": 1},
            GRADE: {"num_format": "@", "bold": True, "align": "center"},
            LEVEL: {"num_format": "@", "align": "center"},
            NUMBER: {"num_format": "#,##0"},
            FLAG: {"num_format": "#,##0;-#,##0;–"},
            SCORE: {"num_format": "0.00####"},
            DATE: {"num_format": say["day_format"], "align": "center"},
        }
        self._made: dict[tuple[str, bool, bool], Format] = {}
        self._grades = [(grade.grade, self._shade(grade.band)) for grade in grades]
        self._levels = [(say[level], self._pair(*pair)) for level, pair in LEVELS.items()]
        self._flag = self._workbook.add_format({"bg_color": WARN, "bold": True})

    def make(self, **properties: Any) -> Format:
        """A format of its own on the base of all."""
        return self._workbook.add_format({**self._base, **properties})

    def cell(self, column: Column, *, linked: bool = False) -> Format:
        """The format of a column's cells; those that lead elsewhere are blue and underlined."""
        key = (column.kind, column.wrap, linked)
        if key not in self._made:
            link = {"font_color": "#0b5cad", "underline": 1} if linked else {}
            self._made[key] = self.make(**self._kinds[column.kind], text_wrap=column.wrap, **link)
        return self._made[key]

    def conditions(self, kind: str) -> list[dict[str, Any]]:
        """What colours the cells of a kind of column."""
        if kind == FLAG:
            return [{"type": "cell", "criteria": ">", "value": 0, "format": self._flag}]
        worded = {GRADE: self._grades, LEVEL: self._levels}.get(kind, [])
        return [
            {"type": "cell", "criteria": "==", "value": '"{}"'.format(text.replace('"', '""')), "format": look}
            for text, look in worded
        ]

    def _shade(self, band: int | None) -> Format:
        return self._pair(*(UNRANKED if band is None else BANDS[band]))

    def _pair(self, ground: str, ink: str) -> Format:
        return self._workbook.add_format({"bg_color": ground, "font_color": ink})
