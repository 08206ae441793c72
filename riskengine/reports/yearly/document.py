"""The report of a year as a document in official form: sentences, tables, charts, and where each number comes from."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from riskengine.reports.official import TITLE, About, colour, head_size, off_the_grid, paragraph, rule, save, set_up
from riskengine.reports.yearly.charts import add_chart
from riskengine.reports.yearly.document_parts import bookmark, cell_text, heading_row, linked, shade
from riskengine.reports.yearly.rows import told_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from riskengine.reports.yearly.telling import Telling, ToldFigure, ToldSection, ToldTable

MOST = 60
"""Spans of rows that the annex lists of a file for one number; ``rows.csv`` has them all."""
_TABLE, _SMALL = 10.5, 9  # points
_TOGETHER = 14  # rows of a table that stays on one page
_WIDTH = 15.6  # centimetres of text


def write_document(telling: Telling, body: str, path: Path, day: date) -> None:
    """Write the report as a Word document.

    Args:
        telling: the year in one language.
        body: whose report it is; empty where that is not said.
        path: the file to write.
        day: stands for the time of writing.

    Raises:
        OSError: the file cannot be written.
    """
    _Document(telling, body, day).write(path)


class _Document:
    """A document under way."""

    def __init__(self, telling: Telling, body: str, day: date) -> None:
        from docx import Document

        self._telling, self._say, self._body = telling, telling.say, body
        self._made = Document()
        set_up(self._made, self._say, About(telling.title, self._say["year_kind"], body), day)
        self._tables, self._charts, self._marks = count(1), count(1), count(1)

    def write(self, path: Path) -> None:
        """Everything, in order."""
        self._head()
        sections = self._telling.sections()
        numerals: Iterator[str] = iter(self._say["numeral"].split())
        for section, numeral in zip(sections, numerals, strict=False):
            self._section(section, numeral)
        self._annex(sections)
        save(self._made, path, self._say)

    def _head(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
        from docx.shared import Pt

        say = self._say
        if self._body:
            size = head_size(self._body)
            head = paragraph(self._made, say, [("title", self._body)], align=ALIGN.CENTER, indent=0, size=size)
            head.paragraph_format.line_spacing = 1.0
            for run in head.runs:
                colour(run)
            rule(head)
            paragraph(self._made, say, [("body", "")], indent=0)
        title = paragraph(
            self._made, say, [("title", self._telling.title)], align=ALIGN.CENTER, indent=0, size=TITLE, keep=True
        )
        title.paragraph_format.line_spacing = Pt(35)
        paragraph(self._made, say, [("body", "")], indent=0)
        paragraph(self._made, say, [("body", say["year_lead"])])

    def _section(self, section: ToldSection, numeral: str) -> None:
        say = self._say
        heading = say["section_title"].format(numeral=numeral, title=section.title)
        title = paragraph(self._made, say, [("heading", heading)], keep=True)
        self._outline(title, 0)
        prose = paragraph(self._made, say, [])
        for text, anchor in self._telling.sentence(section):
            linked(prose, text, None if anchor is None else _mark(anchor), say)
        for note in section.notes:
            paragraph(self._made, say, [("body", note)])
        if self._telling.year.compared_with is not None:
            self._compared(section)
        for table in section.tables:
            self._table(table)

    def _compared(self, section: ToldSection) -> None:
        """The figures beside those of the year before."""
        say, told = self._say, [each for each in section.figures if each.number is not None]
        if not told:
            return
        year = self._telling.year.compared_with
        self._caption(say["table_caption"], next(self._tables), say["year_before"].format(year=year))
        rows = [(say["figure"], say["this_year"], say["last_year"], say["change"])]
        for each in told:
            shown = each.number.text if each.number else ""
            rows.append((each.name, shown, each.before or "", each.change or ""))
        self._grid(rows, (6.3, 3.4, 3.4, 2.5), last_is_sum=False)

    def _table(self, table: ToldTable) -> None:
        if table.drawn is not None:
            self._chart(table, table.columns[table.drawn], table.drawn)
        self._caption(self._say["table_caption"], next(self._tables), table.title)
        rows = [(table.heading, *map(self._telling.heading_of, table.columns))]
        rows += [(name, *("–" if cell is None else cell.cell for cell in cells)) for name, cells in table.rows]
        totals = (each.number.cell if each.number else "" for each in table.columns)
        rows.append((self._say["all_of_them"], *totals))
        columns = len(table.columns)
        first = max(5.2, _WIDTH - 3.6 * columns)
        self._grid(rows, (first, *((_WIDTH - first) / columns for _ in table.columns)), last_is_sum=True)

    def _chart(self, table: ToldTable, figure: ToldFigure, at: int) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN

        shown = ((name, cells[at]) for name, cells in table.rows)
        parts = [(name, cell.value) for name, cell in shown if cell is not None and cell.value is not None]
        holder = self._made.add_paragraph()
        holder.alignment, holder.paragraph_format.keep_with_next = ALIGN.CENTER, True
        off_the_grid(holder)
        add_chart(self._made, holder, self._telling.heading_of(figure), parts, self._say)
        self._caption(self._say["chart_caption"], next(self._charts), self._telling.heading_of(figure), keep=False)

    def _caption(self, form: str, number: int, name: str, *, keep: bool = True) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
        from docx.shared import Pt

        text = form.format(n=number, name=name)
        made = paragraph(self._made, self._say, [("heading", text)], align=ALIGN.CENTER, indent=0, size=12, keep=keep)
        made.paragraph_format.line_spacing = Pt(22)
        made.paragraph_format.space_before = Pt(6 if keep else 0)
        off_the_grid(made)

    def _grid(self, rows: Sequence[tuple[str, ...]], widths: tuple[float, ...], *, last_is_sum: bool) -> None:
        from docx.shared import Cm, Pt

        table = self._made.add_table(rows=0, cols=len(widths))
        table.style, table.autofit = "Table Grid", False
        together = len(rows) <= _TOGETHER
        for number, row in enumerate(rows):
            made = table.add_row()
            strong = number == 0 or (last_is_sum and number == len(rows) - 1)
            for at, (cell, text, width) in enumerate(zip(made.cells, row, widths, strict=True)):
                cell.width = Cm(round(width, 2))
                keep = together and number < len(rows) - 1
                cell_text(cell, text, self._say, size=_TABLE, strong=strong, right=at > 0, keep=keep)
                if number == 0:
                    shade(cell)
            if number == 0:
                heading_row(made)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(round(width, 2))
        after = paragraph(self._made, self._say, [], indent=0, size=6)
        after.paragraph_format.line_spacing = Pt(10)
        off_the_grid(after)

    def _annex(self, sections: tuple[ToldSection, ...]) -> None:
        """Where each number comes from; then how every row was accounted for."""
        say = self._say
        self._made.add_page_break()
        title = paragraph(self._made, say, [("heading", say["annex_title"])], indent=0, keep=True)
        self._outline(title, 0)
        self._small(say["sources_note"])
        for section in sections:
            for each in section.figures:
                if each.number is None:
                    self._small(each.why_none)
                    continue
                self._source(section, each)
        title = paragraph(self._made, say, [("heading", say["accounts"])], indent=0, keep=True)
        self._outline(title, 0)
        self._small(say["accounts_note"])
        rows = [(say["file"], say["rows_in"], say["rows_counted"], say["rows_not_counted"])]
        rows += [
            (one.file, str(one.rows), str(one.counted), str(one.not_counted)) for one in self._telling.year.accounts
        ]
        self._grid(rows, (7.2, 2.8, 2.8, 2.8), last_is_sum=False)
        for file, why, refs in self._telling.not_counted():
            where = self._say["clause"].join(told_rows(refs, say, MOST))
            self._small(f"{where}{say['colon']}{why}" if where else file)

    def _source(self, section: ToldSection, each: ToldFigure) -> None:
        say, shown = self._say, each.number
        if shown is None:
            return
        name = say["stated"].format(name=each.name, value=shown.text)
        made = self._small("")
        mark = bookmark(made, _mark(shown.anchor), next(self._marks))
        for text, strong in ((f"{section.title}{say['colon']}{name}", True), (f"{say['clause']}{each.how}", False)):
            self._run(made, text, strong=strong)
        mark()
        self._small(say["clause"].join(told_rows(shown.rows, say, MOST)))

    def _small(self, text: str) -> Any:
        from docx.shared import Pt

        made = paragraph(self._made, self._say, [("body", text)], indent=0, size=_SMALL)
        made.paragraph_format.line_spacing = Pt(13)
        off_the_grid(made)
        return made

    def _run(self, made: Any, text: str, *, strong: bool) -> None:
        from docx.shared import Pt

        run = linked(made, text, None, self._say)
        run.font.size, run.bold = Pt(_SMALL), strong

    def _outline(self, made: Any, level: int) -> None:
        """A heading that a word processor lists in its outline."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        outline = OxmlElement("w:outlineLvl")
        outline.set(qn("w:val"), str(level))
        made._p.get_or_add_pPr().append(outline)  # noqa: SLF001 - python-docx has no name for it


def _mark(anchor: str) -> str:
    """The name of a bookmark: letters, digits and low lines, at most 40."""
    return anchor.replace("-", "_")[:40]
