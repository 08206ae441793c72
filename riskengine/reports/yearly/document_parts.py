"""Parts of a document that python-docx has no name for: links within it, bookmarks, shaded cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.reports.official import BODY, off_the_grid, set_font

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_GROUND, _INK = "E8EEF4", "1D4E79"


def linked(made: Any, text: str, mark: str | None, say: Mapping[str, str]) -> Any:
    """Add a text to a paragraph, a link to a bookmark of the document where one is named.

    Args:
        made: the paragraph.
        text: what it says.
        mark: the bookmark's name; None for plain text.
        say: names the fonts.

    Returns:
        the run.
    """
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    run = made.add_run(text)
    run.font.size = Pt(BODY)
    set_font(run._r.get_or_add_rPr(), say["font_body"], say)  # noqa: SLF001
    if mark is not None:
        run.font.color.rgb = RGBColor.from_string(_INK)
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), mark)
        link.set(qn("w:history"), "1")
        made._p.remove(run._r)  # noqa: SLF001
        link.append(run._r)  # noqa: SLF001
        made._p.append(link)  # noqa: SLF001
    return run


def bookmark(made: Any, name: str, number: int) -> Callable[[], None]:
    """Begin a bookmark in a paragraph.

    Args:
        made: the paragraph.
        name: of the bookmark.
        number: its own within the document.

    Returns:
        what ends it.
    """
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    begin = OxmlElement("w:bookmarkStart")
    begin.set(qn("w:id"), str(number))
    begin.set(qn("w:name"), name)
    made._p.append(begin)  # noqa: SLF001

    def end() -> None:
        closed = OxmlElement("w:bookmarkEnd")
        closed.set(qn("w:id"), str(number))
        made._p.append(closed)  # noqa: SLF001

    return end


def cell_text(
    cell: Any, text: str, say: Mapping[str, str], *, size: float, strong: bool, right: bool, keep: bool
) -> None:
    """Write a cell of a table.

    Args:
        cell: the cell.
        text: what it says.
        say: names the fonts.
        size: in points.
        strong: whether it is bold.
        right: whether it is set to the right, as numbers are.
        keep: whether its row stays on the page of the next.
    """
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Pt

    made = cell.paragraphs[0]
    made.alignment = ALIGN.RIGHT if right else ALIGN.LEFT
    made.paragraph_format.space_before = made.paragraph_format.space_after = Pt(1.5)
    made.paragraph_format.line_spacing, made.paragraph_format.keep_with_next = 1.0, keep
    off_the_grid(made)
    run = made.add_run(text)
    run.font.size, run.bold = Pt(size), strong
    set_font(run._r.get_or_add_rPr(), say["font_body"], say)  # noqa: SLF001


def shade(cell: Any) -> None:
    """The ground of a heading's cell."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _GROUND)):
        shading.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shading)  # noqa: SLF001


def heading_row(row: Any) -> None:
    """A row that is said again on every page of its table."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    again = OxmlElement("w:tblHeader")
    again.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(again)  # noqa: SLF001
