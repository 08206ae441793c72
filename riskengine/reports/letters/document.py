"""A letter as a document in official form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.reports.letters.kinds import ROOM
from riskengine.reports.official import (
    BODY,
    SMALL,
    TITLE,
    About,
    colour,
    head_size,
    off_the_grid,
    paragraph,
    rule,
    save,
    set_up,
)
from riskengine.reports.wording import room_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from riskengine.reports.letters.content import Letter


def write_letter(letter: Letter, path: Path, day: date) -> None:
    """Write a letter as a Word document.

    Args:
        letter: what it says.
        path: the file to write.
        day: stands for the time of writing.

    Raises:
        OSError: the file cannot be written.
    """
    from docx import Document

    say = room_words(ROOM, letter.lang)
    document = Document()
    set_up(document, say, About(letter.title, letter.number, letter.body), day)
    _head(document, letter, say)
    for section in letter.sections:
        paragraph(document, say, [("heading", section.title)], keep=True)
        for heading, text in section.lines:
            last = paragraph(document, say, [("second", heading), ("body", text)])
    last.paragraph_format.keep_with_next = True  # the signature never stands alone on a page
    _close(document, letter, say)
    save(document, path, say)


def _head(document: Any, letter: Letter, say: Mapping[str, str]) -> None:
    """Letterhead with its red rule, number, title, addressee, opening."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Pt

    head = paragraph(document, say, [("title", letter.body)], align=ALIGN.CENTER, indent=0, size=head_size(letter.body))
    head.paragraph_format.line_spacing = 1.0
    head.paragraph_format.space_after = Pt(12)
    for run in head.runs:
        colour(run)
    rule(head)
    paragraph(document, say, [("body", letter.number)], align=ALIGN.RIGHT, indent=0)
    paragraph(document, say, [("body", "")], indent=0)
    title = paragraph(document, say, [("title", letter.title)], align=ALIGN.CENTER, indent=0, size=TITLE, keep=True)
    title.paragraph_format.line_spacing = Pt(35)
    paragraph(document, say, [("body", "")], indent=0)
    paragraph(document, say, [("body", letter.addressee)], indent=0)
    paragraph(document, say, [("body", letter.opening)])


def _close(document: Any, letter: Letter, say: Mapping[str, str]) -> None:
    """Signature and date, then what the letter can be checked by."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Pt

    paragraph(document, say, [("body", "")], indent=0, keep=True)
    for text in (letter.body, letter.day):
        # Two characters in from the right, as the form has it where a seal is put over them.
        signed = paragraph(document, say, [("body", text)], align=ALIGN.RIGHT, indent=0, keep=True)
        signed.paragraph_format.right_indent = Pt(BODY * (2 if text == letter.body else 4))
    for number, note in enumerate(letter.notes, 1):
        kept = number < len(letter.notes)
        small = paragraph(document, say, [("body", note)], indent=0, size=SMALL - 4, keep=kept)
        small.paragraph_format.line_spacing = Pt(14)
        off_the_grid(small)
