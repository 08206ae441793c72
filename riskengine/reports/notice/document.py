"""The notice as a document for word processors, to be edited before it is served. Equal notices give equal bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from riskengine.reports.notice.parts import Cell, Grid, Items
from riskengine.reports.wording import room_words

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from riskengine.reports.notice.parts import Notice, Section

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that an archive can name
_WIDTH = 17.6  # centimetres of an A4 page between its margins
_SOFT = "55616E"


def write_docx(notice: Notice, path: Path, day: date) -> None:
    """Write a notice as a Word document on A4.

    Args:
        notice: what it says.
        path: the file to write.
        day: stands for the time of writing.

    Raises:
        OSError: the file cannot be written.
    """
    from docx import Document

    say = room_words("riskengine.reports.notice", notice.lang)
    document = Document()
    _set_up(document, notice, say["font_document"], day)
    _head(document, notice, say)
    for section in notice.sections:
        _section(document, section)
    _line(document, "", size=6)
    for label, value in notice.foot:
        _line(document, f"{label} {value}", size=7, colour=_SOFT)
    _line(document, say["verify_note"], size=7, colour=_SOFT)
    held = io.BytesIO()
    document.save(held)
    path.write_bytes(steady(held.getvalue()))


def _set_up(document: Any, notice: Notice, font: str, day: date) -> None:
    """Paper, margins, fonts, and what the file says of itself."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(1.7)
    page.top_margin = page.bottom_margin = Cm(1.5)
    style = document.styles["Normal"]
    style.font.name, style.font.size = font, Pt(10)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), font)
    style.paragraph_format.space_after = Pt(3)
    properties = document.core_properties
    properties.title, properties.subject, properties.author = notice.title, notice.facts[-1][1], notice.sender
    properties.comments, properties.last_modified_by = "", ""
    properties.created = properties.modified = datetime.combine(day, time(), UTC).replace(tzinfo=None)


def _head(document: Any, notice: Notice, say: Any) -> None:
    _line(document, notice.sender, colour=_SOFT)
    _line(document, notice.title, size=18, bold=True, colour="1D4E79")
    _line(document, "   ".join(f"{label} {value}" for label, value in notice.facts), size=9, colour=_SOFT)
    _line(document, f"{say['to']} {notice.name} {notice.operator_id}", size=11, bold=True)
    _line(document, f"{say['your_grade']} {notice.grade}", size=16, bold=True)
    _line(document, " ".join(notice.verdict))
    _line(document, notice.decides, bold=True)


def _section(document: Any, section: Section) -> None:
    _line(document, section.title, size=12, bold=True, colour="1D4E79", keep=True)
    for block in section.blocks:
        if isinstance(block, Grid):
            _grid(document, block)
        elif isinstance(block, Items):
            for text in block.texts:
                document.add_paragraph(text, style="List Bullet")
        else:
            _line(document, block.text, bold=block.strong)


def _grid(document: Any, grid: Grid) -> None:
    from docx.shared import Cm, Pt

    table = document.add_table(rows=0, cols=len(grid.headings))
    table.style, table.autofit = "Table Grid", False
    heading = tuple(Cell(text) for text in grid.headings)
    rows = (heading, *grid.rows)
    for number, row in enumerate(rows):
        cells = table.add_row().cells
        strong = number == 0 or (grid.summed and number == len(rows) - 1)
        for cell, said, width in zip(cells, row, grid.widths, strict=True):
            cell.width = Cm(round(_WIDTH * width / 100, 2))
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(said.text)
            run.font.size, run.bold = Pt(9), strong
            for line in said.below:
                paragraph.add_run().add_break()
                paragraph.add_run(line).font.size = Pt(8)
    for column, width in zip(table.columns, grid.widths, strict=True):
        column.width = Cm(round(_WIDTH * width / 100, 2))  # some programs go by the columns, others by the cells


def _line(
    document: Any, text: str, *, size: float = 10, bold: bool = False, colour: str = "", keep: bool = False
) -> None:
    from docx.shared import Pt, RGBColor

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = keep
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)


def steady(archive: bytes) -> bytes:
    """The same archive with no time of writing in it: equal documents give equal bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as given, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(given.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            made.writestr(zipfile.ZipInfo(name, _EPOCH), given.read(name), zipfile.ZIP_DEFLATED)
    return held.getvalue()
