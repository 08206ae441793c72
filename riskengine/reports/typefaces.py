"""The table of fonts of a document: what stands in for a font that a machine does not have."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PART = "word/fontTable.xml"
_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# Key of the wording → other names of the font, then what comes nearest; its family; whether all characters are as wide.
_FONTS = {
    "font_title": ("FZXiaoBiaoSong-B05S,FZXiaoBiaoSong-B05,STZhongsong,SimSun,Noto Serif CJK SC", "roman"),
    "font_body": ("FangSong,FangSong_GB2312,STFangsong,SimSun,Noto Serif CJK SC", "modern"),
    "font_heading": ("SimHei,STHeiti,Noto Sans CJK SC", "swiss"),
    "font_second": ("KaiTi,KaiTi_GB2312,STKaiti,SimSun,Noto Serif CJK SC", "modern"),
    "font_number": ("SimSun,STSong,Noto Serif CJK SC", "roman"),
}


def font_table(archive: bytes, say: Mapping[str, str]) -> bytes:
    """A document with a table of its fonts and of what stands in for them.

    Args:
        archive: the document.
        say: the words of letters, which name the fonts.
    """
    fonts = {say[key]: (others, family) for key, (others, family) in _FONTS.items()}
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
        for name, (others, family) in fonts.items()
    )
    table = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts xmlns:w="{_SPACE}">{entries}</w:fonts>'
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as given, zipfile.ZipFile(held, "w") as made:
        for name in given.namelist():
            made.writestr(name, table.encode() if name == _PART else given.read(name))
    return held.getvalue()
