"""Documents in official form (GB/T 9704-2012): paper, margins, fonts, 22 lines of 28 characters a page.

Fonts that a machine does not have are replaced by others of their kind: the table of fonts names them.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

from riskengine.reports.notice.document import steady
from riskengine.reports.typefaces import font_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

TOP, BOTTOM, LEFT, RIGHT = 3.7, 3.5, 2.8, 2.6
"""Margins in centimetres: 37 mm above, 28 mm left, and a text of 156 by 225 mm."""

BODY, TITLE, HEAD, SMALL = 16, 22, 30, 14
"""Sizes in points: body (the third of the Chinese sizes), title (the second), letterhead, page number (the fourth)."""

PITCH = 28.95
"""Points from line to line: 22 lines on 225 mm."""

_RED = "E60012"


class About(NamedTuple):
    """What a file says of itself."""

    title: str
    subject: str
    author: str


def save(document: Any, path: Path, say: Mapping[str, str]) -> None:
    """Write a document with its table of fonts and no time of writing.

    Raises:
        OSError: the file cannot be written.
    """
    held = io.BytesIO()
    document.save(held)
    path.write_bytes(steady(font_table(held.getvalue(), say)))


def set_up(document: Any, say: Mapping[str, str], about: About, day: date) -> None:
    """Paper, margins, the grid of lines, the page number, and what the file says of itself.

    Args:
        document: of python-docx.
        say: the words of letters, which name the fonts.
        about: what the file says of itself.
        day: stands for the time of writing.
    """
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin = Cm(TOP), Cm(BOTTOM)
    page.left_margin, page.right_margin = Cm(LEFT), Cm(RIGHT)
    page.footer_distance = Cm(BOTTOM - 0.7)  # the number stands 7 mm below the text
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(PITCH * 20)))
    for old in page._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001 - python-docx has no name for the grid
        page._sectPr.remove(old)  # noqa: SLF001
    page._sectPr.append(grid)  # noqa: SLF001
    style = document.styles["Normal"]
    style.font.size = Pt(BODY)
    set_font(style.element.get_or_add_rPr(), say["font_body"], say)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")  # else a word processor may take Japanese forms of the characters
    _number_pages(page, say)
    properties = document.core_properties
    properties.title, properties.subject, properties.author = about.title, about.subject, about.author
    properties.comments, properties.last_modified_by = "", ""
    properties.created = properties.modified = datetime.combine(day, time(), UTC).replace(tzinfo=None)


def _number_pages(page: Any, say: Mapping[str, str]) -> None:
    """``— 1 —`` at the foot of each page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph = page.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, after = say["page_number"].split("{page}")
    for text in (before, None, after):
        run = paragraph.add_run(text)
        run.font.size = Pt(SMALL)
        set_font(run._r.get_or_add_rPr(), say["font_number"], say)  # noqa: SLF001
        if text is None:
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), "PAGE")
            paragraph._p.remove(run._r)  # noqa: SLF001
            field.append(run._r)  # noqa: SLF001
            run.text = "1"
            paragraph._p.append(field)  # noqa: SLF001


def head_size(body: str) -> int:
    """The size of the letterhead, so that a long name stands on one line of 156 mm (442 points)."""
    wide = sum(1 if ord(char) > 0x2E7F else 0.6 for char in body)
    return max(BODY, min(HEAD, int(440 / max(1, wide))))


def paragraph(
    document: Any,
    say: Mapping[str, str],
    parts: list[tuple[str, str]],
    *,
    align: Any = None,
    indent: int = 2,
    size: int = BODY,
    keep: bool = False,
) -> Any:
    """A paragraph of parts, each in its font, the first line moved in by two characters."""
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt

    made = document.add_paragraph()
    shape = made.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(PITCH)
    shape.space_before = shape.space_after = Pt(0)
    shape.first_line_indent = Pt(indent * size)
    shape.keep_with_next, shape.widow_control = keep, True
    if align is not None:
        made.alignment = align
    for font, text in parts:
        if text:
            run = made.add_run(text)
            run.font.size = Pt(size)
            set_font(run._r.get_or_add_rPr(), say[f"font_{font}"], say)  # noqa: SLF001
    return made


def off_the_grid(paragraph: Any) -> None:
    """Small print has lines of its own, not those of the page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    paragraph._p.get_or_add_pPr().insert_element_before(snap, "w:spacing", "w:ind", "w:jc", "w:rPr")  # noqa: SLF001


def set_font(properties: Any, font: str, say: Mapping[str, str]) -> None:
    """Chinese characters and marks in one font, Latin letters and digits in another."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    for name in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(name), say["font_latin"])


def colour(run: Any) -> None:
    """The red of a letterhead."""
    from docx.shared import RGBColor

    run.font.color.rgb = RGBColor.from_string(_RED)


def rule(paragraph: Any) -> None:
    """A red line under the letterhead."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "6"), ("color", _RED)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(  # noqa: SLF001
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
