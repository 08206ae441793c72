"""The first sheet: the headline figures, what is on the other sheets, and charts of the figures beside them."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from riskengine.kernel.decimals import round_half_up
from riskengine.reports.breakdown import by_area, by_month, moves
from riskengine.reports.excel.looks import ACCENT, BANDS, INK, LEVELS, RULE, UNRANKED
from riskengine.reports.figures import figures_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from xlsxwriter.format import Format

    from riskengine.reports.excel.book import Book
    from riskengine.reports.excel.sheet import Sheet
    from riskengine.reports.privacy import Privacy
    from riskengine.results import Context
    from riskengine.runs import Run

_MONTHS = 24
_PARENTHESES = re.compile(r"\s*[（(].*[）)]\s*$|: .*$")  # what an area comprises, which is too long for a chart
_WIDTHS = (36, 12, 10, 52, 2)
_CHART_COLUMN, _CHART_ROWS = 5, 15
_CHART = {"width": 560, "height": 290}


class Summary:
    """Writes the summary of a run into a workbook.

    Args:
        book: the workbook.
        run: the run.
        context: its setting.
        lang: ``zh`` or ``en``.
        privacy: what may be shown of a person.
    """

    def __init__(self, book: Book, run: Run, context: Context, lang: str, privacy: Privacy) -> None:
        self._book, self._run, self._context, self._lang, self._privacy = book, run, context, lang, privacy
        self._say: Mapping[str, str] = book.say
        self._figures = figures_of(run, context)
        self._sheet = book.add(self._say["sheet_summary"])
        self._row, self._charts = 0, 0
        make = book.looks.make
        self._title = make(bold=True, font_size=16, font_color=ACCENT)
        self._lead = make(font_color="#55636f")
        section = {"bold": True, "font_size": 11, "font_color": ACCENT, "bottom": 2, "bottom_color": ACCENT}
        self._section, self._counted = make(**section), make(**section, align="right")
        self._noted = make(**section, align="left", indent=1)
        self._label = make(bottom=1, bottom_color=RULE)
        self._note = make(bottom=1, bottom_color=RULE, font_color="#55636f", text_wrap=True, align="left", indent=1)
        self._number = make(bottom=1, bottom_color=RULE, num_format="#,##0", align="right")
        self._strong = make(bottom=1, bottom_color=RULE, num_format="#,##0", align="right", bold=True, font_size=11)
        self._share = make(bottom=1, bottom_color=RULE, num_format="0.0%", align="right")
        self._link = make(bottom=1, bottom_color=RULE, font_color="#0b5cad", underline=1)

    def write(self, sheets: Sequence[Sheet]) -> None:
        """Write it; ``sheets`` are those that follow."""
        for at, width in enumerate(_WIDTHS):
            self._sheet.set_column(at, at, width)
        self._sheet.hide_gridlines(2)
        self._head()
        self._headline()
        self._grades()
        self._areas()
        self._levels()
        self._months()
        self._risk_points()
        self._problems()
        self._contents(sheets)

    def _head(self) -> None:
        say = self._say
        self._sheet.set_row(0, 26)
        self._put(self._title, self._context.policy.title.text.get(self._lang))
        self._put(
            self._lead,
            f"{say['as_of']} {self._run.as_of.isoformat()} · {say['run_id']} {self._run.run_id}",
        )
        self._put(self._lead, say["recommendation"])
        self._put(self._lead, say["personal_note" if self._privacy.show_personal else "masked_note"])
        self._sheet.freeze_panes(self._row, 0)

    def _headline(self) -> None:
        say, figures = self._say, self._figures
        self._begin("figures", "number", "share", "message")
        self._line(say["operators_total"], figures.operators, None, say["sum_note"], number_look=self._strong)
        for key in ("graded", "not_evaluable", "not_current", "left_out"):
            count = getattr(figures, key)
            self._line(say[key], count, _share(count, figures.operators), say[f"{key}_note"])
        self._line(say["rows_left_out"], figures.rows_left_out, None, None)
        for key in ("operators_touched", "operators_with_unknown"):
            self._line(say[key], getattr(figures, key), None, say[f"{key}_note"])
        moved = moves(self._run, self._context.plan.grades)
        if moved.matrix:
            self._line(say["moved_up"], moved.up, None, say["moved_note"])
            self._line(say["moved_down"], moved.down, None, say["moved_note"])

    def _grades(self) -> None:
        say, figures = self._say, self._figures
        first = self._begin("grade", "operators", "share", "meaning")
        for grade in figures.grades:
            ground, ink = UNRANKED if grade.band is None else BANDS[grade.band]
            look = self._book.looks.make(bg_color=ground, font_color=ink, bold=True, bottom=1, bottom_color=RULE)
            title = grade.title.get(self._lang) if grade.title else (say["unranked"] if grade.band is None else None)
            self._line(grade.grade, grade.count, _share(grade.count, figures.graded), title, label_look=look)
        colours = [(UNRANKED if grade.band is None else BANDS[grade.band])[0] for grade in figures.grades]
        self._chart("column", "chart_grades", first, colours)

    def _areas(self) -> None:
        areas = by_area(self._run, self._context)
        if not areas:
            return
        first = self._begin("by_area", "operators", "records", "message")
        for area in areas:
            note = self._say["by_area_note"] if area is areas[0] else None
            label = f"{area.code} {_PARENTHESES.sub('', area.title.get(self._lang))}"
            self._line(label, area.operators, area.records, note, third_look=self._number)
        self._chart("bar", "chart_areas", first, [ACCENT] * len(areas))

    def _levels(self) -> None:
        say, figures = self._say, self._figures
        self._begin("by_level", "operators", "share", "message")
        for level, count in figures.levels.items():
            look = None
            if level in LEVELS:
                ground, ink = LEVELS[level or ""]
                look = self._book.looks.make(bg_color=ground, font_color=ink, bottom=1, bottom_color=RULE)
            note = say["by_level_note"] if level == next(iter(figures.levels)) else None
            self._line(
                say[level] if level else say["no_level"], count, _share(count, figures.graded), note, label_look=look
            )

    def _months(self) -> None:
        months = by_month(self._run, _MONTHS)
        if not months:
            return
        first = self._begin("month", "records", None, "message")
        for month in months:
            note = self._say["by_month_note"] if month is months[0] else None
            self._line(month.month, month.records, None, note)
        self._chart("column", "chart_months", first, [ACCENT] * len(months))

    def _risk_points(self) -> None:
        say = self._say
        self._begin("by_risk_point", "operators", "records", "level")
        for point in self._figures.risk_points:
            title = f" {point.title.get(self._lang)}" if point.title else ""
            level = say[point.level] if point.level else say["none"]
            self._line(f"{point.code}{title}", point.operators, point.records, level, third_look=self._number)

    def _problems(self) -> None:
        if not self._figures.problems:
            return
        say = self._say
        self._begin("problems_by_code", "number", None, "example")
        for problem in self._figures.problems:
            self._line(f"{say[problem.level]} {problem.code}", problem.count, None, self._privacy.text(problem.example))

    def _contents(self, sheets: Sequence[Sheet]) -> None:
        """A link to each sheet."""
        say = self._say
        self._begin("contents", None, None, "message")
        for sheet in sheets:
            name = say[sheet.name]
            self._sheet.write_url(self._row, 0, f"internal:'{name}'!A1", self._link, name)
            for at in (1, 2):
                self._sheet.write_blank(self._row, at, None, self._label)
            self._sheet.write_string(self._row, 3, say[f"{sheet.name}_about"], self._note)
            self._row += 1

    def _put(self, look: Format, text: str) -> None:
        self._sheet.write_string(self._row, 0, text, look)
        self._row += 1

    def _begin(self, *headings: str | None) -> int:
        """A section's headings; returns the row of its first line."""
        self._row += 1
        for at, key in enumerate(headings):
            look = self._counted if at in (1, 2) else self._section
            self._sheet.write_string(self._row, at, self._say[key] if key else "", self._noted if at == 3 else look)
        self._row += 1
        return self._row

    def _line(
        self,
        label: str,
        number: int,
        share: Decimal | int | None,
        note: str | None,
        *,
        label_look: Format | None = None,
        number_look: Format | None = None,
        third_look: Format | None = None,
    ) -> None:
        """A line of a section: a label, a number, its share or a second number, and what is said of it."""
        sheet, row = self._sheet, self._row
        sheet.write_string(row, 0, label, label_look or self._label)
        sheet.write_number(row, 1, number, number_look or self._number)
        if share is None:
            sheet.write_blank(row, 2, None, self._label)
        else:
            sheet.write_number(row, 2, share, third_look or self._share)
        sheet.write_string(row, 3, note or "", self._note)
        self._row += 1

    def _chart(self, kind: str, title: str, first: int, colours: Sequence[str]) -> None:
        """A native chart of the section that was just written, in the next place beside the figures."""
        last = self._row - 1
        name = self._say["sheet_summary"]
        chart = self._book.workbook.add_chart({"type": kind})
        chart.add_series(
            {
                "name": self._say[title],
                "categories": [name, first, 0, last, 0],
                "values": [name, first, 1, last, 1],
                "points": [{"fill": {"color": colour}, "border": {"color": RULE}} for colour in colours],
                "data_labels": {"value": True, "font": {"size": 8, "color": INK}},
                "gap": 40,
            }
        )
        font = {"size": 9, "color": INK, "bold": False}
        across = {"num_font": font, "line": {"color": RULE}, "major_tick_mark": "none"}
        along = {
            "num_font": font,
            "line": {"none": True},
            "major_gridlines": {"visible": True, "line": {"color": "#e3e8ec"}},
        }
        along |= {"min": 0, "num_format": "#,##0"}
        # The bars of a bar chart lie: its categories are along y, and begin at the foot unless turned round.
        chart.set_x_axis(along if kind == "bar" else across)
        chart.set_y_axis({**across, "reverse": True} if kind == "bar" else along)
        chart.set_title({"name": self._say[title], "name_font": {"size": 11, "color": ACCENT, "bold": True}})
        chart.set_legend({"none": True})
        chart.set_size(_CHART)
        at = 5 + self._charts * _CHART_ROWS
        self._charts += 1
        self._sheet.insert_chart(at, _CHART_COLUMN, chart, {"description": self._say[title], "object_position": 2})


def _share(count: int, total: int) -> Decimal | None:
    """A part of a whole, to four places; None of nothing."""
    return round_half_up(Fraction(count, total), 4) if total else None
