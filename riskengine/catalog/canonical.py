"""The one form of a catalogue's files: equal content, equal bytes.

Keys stand in the order of the models, what is not given is left out, and every text has one way to be written: plain
where YAML lets it, folded where it is too long for a line and can be parted at blanks, in double quotes otherwise. A
mapping of more than two whole numbers stands on one line. The comment lines at the top of a file (its *header*) are
kept as they stand; comments further down have no place in this form.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

from riskengine.catalog.shapes import ARTICLE, VERSION, Either, Keyed, Leaf, Record, Rows, Several, Words, record_of
from riskengine.kernel.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import BaseModel

    from riskengine.catalog.shapes import Shape

WIDTH = 120
"""A line goes on below at its first blank beyond so many characters."""

_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=~<].*", re.DOTALL)
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_RESOLVER: Any = yaml.SafeLoader("")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def plain_data(model: BaseModel) -> dict[str, Any]:
    """The model of a file as plain data in canonical order.

    What is not given is left out, and so is an empty list that may be left out, except at the top of a file.
    """
    return {
        field.key: _plain(held, field.shape)
        for field in record_of(type(model)).fields
        if (held := getattr(model, field.name)) is not None
    }


def _plain(value: Any, shape: Shape) -> Any:
    if isinstance(shape, Either):
        return value if isinstance(value, str) else _plain(value, shape.record)
    if isinstance(shape, Record):
        given = ((field, getattr(value, field.name)) for field in shape.fields)
        return {
            field.key: _plain(held, field.shape)
            for field, held in given
            if held is not None and (field.required or held not in ((), {}))
        }
    if isinstance(shape, Words):
        return {lang: value.get(lang) for lang in LANGUAGES}
    if isinstance(shape, Several):
        return [_single(item, shape.item) for item in value]
    if isinstance(shape, Rows):
        return [_plain(item, shape.row) for item in value]
    if isinstance(shape, Keyed):
        return {key: _plain(item, shape.value) for key, item in value.items()}
    return _single(value, shape)


def _single(value: Any, shape: Leaf) -> Any:
    """An article and a version as the number and the day that they look like, so that they stand without quotes."""
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        return int(value) if whole else Decimal(f"{value.normalize():f}")
    if shape.kind == ARTICLE and value.isdigit():
        return int(value)
    if shape.kind == VERSION:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def header_of(content: bytes) -> tuple[str, ...]:
    """The comment lines at the top of a file, without their line ends."""
    lines = content.decode("utf-8-sig", errors="replace").splitlines()
    end = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return tuple(line.rstrip() for line in lines[:end])


def comments(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines as a header: each a comment, nothing in it that a file of YAML cannot hold as it stands."""
    plain = (_UNPRINTABLE.sub(" ", line).rstrip() for line in lines)
    return tuple(line if line.startswith("#") else f"# {line}".rstrip() for line in plain)


def canonical_yaml(data: dict[str, Any], header: tuple[str, ...] = ()) -> bytes:
    """Plain data as the bytes of a file: UTF-8, LF, a blank line before each entry of a long list.

    Args:
        data: of :func:`plain_data`.
        header: the comment lines of its top.
    """
    lines = list(header)
    for key, value in data.items():
        if _is_long(value):
            lines.append(f"{_scalar(key)}:")
            for line in _lines(value, 1):
                starts = line.startswith("  - ") if isinstance(value, list) else re.match(r" {2}[^ ]", line)
                lines += ["", line] if starts else [line]
        else:
            lines += _entry(key, value, 0)
    return ("\n".join(lines) + "\n").encode("utf-8")


def _is_long(value: Any) -> bool:
    """A list or mapping of entries that are mappings themselves, and hold more than a text in two languages."""
    entries = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return bool(entries) and all(
        isinstance(entry, dict)
        and not set(entry) <= set(LANGUAGES)
        and any(isinstance(v, dict) for v in entry.values())
        for entry in entries
    )


def _lines(value: Any, depth: int) -> Iterator[str]:
    """The lines of a mapping or list that is not empty."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _entry(key, item, depth)
        return
    for item in value:
        if isinstance(item, dict) and item:
            first, *rest = _lines(item, depth + 1)
            yield f"{'  ' * depth}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{'  ' * depth}- {_scalar(item)}"


def _entry(key: Any, value: Any, depth: int) -> Iterator[str]:
    start = f"{'  ' * depth}{_scalar(key)}:"
    if isinstance(value, dict) and len(value) > 2 and all(type(number) is int for number in value.values()):
        yield f"{start} {{{', '.join(f'{_scalar(name)}: {number}' for name, number in value.items())}}}"
    elif isinstance(value, dict | list) and value:
        yield start
        yield from _lines(value, depth + 1)
    elif isinstance(value, str):
        yield from _text(start, value, depth)
    else:
        yield f"{start} {_scalar(value)}"


def _text(start: str, text: str, depth: int) -> Iterator[str]:
    """A text after its key: on the line, or folded on the lines below."""
    written = _scalar(text)
    indent = "  " * (depth + 1)
    if len(start) + 1 + len(written) <= WIDTH or not _is_foldable(text):
        yield f"{start} {written}"
    elif _is_plain(text):
        first, *rest = _folded(text, WIDTH - len(indent), WIDTH - len(start) - 1)
        yield f"{start} {first}"
        yield from (indent + line for line in rest)
    else:
        yield f"{start} >-"
        yield from (indent + line for line in _folded(text, WIDTH - len(indent)))


def _is_foldable(text: str) -> bool:
    return " " in text and "  " not in text and text == text.strip() and not _UNPRINTABLE.search(text)


def _folded(text: str, width: int, first: int | None = None) -> Iterator[str]:
    """Lines that end with the first word beyond ``width`` characters, that of the first line beyond ``first``."""
    line, room = "", width if first is None else first
    for word in text.split(" "):
        if line and len(line) > room:
            yield line
            line, room = word, width
        else:
            line = f"{line} {word}" if line else word
    yield line


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value if _is_plain(value) else _quoted(value)
    return "[]" if value == [] else "{}" if value == {} else str(value)


@lru_cache(maxsize=4096)
def _is_plain(text: str) -> bool:
    """Whether the text may stand without quotes: every reader of YAML then takes it for this text."""
    return (
        _PLAIN.fullmatch(text) is not None
        and text == text.strip()
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
        and not _UNPRINTABLE.search(text)
        and _RESOLVER.resolve(yaml.ScalarNode, text, (True, False)) == "tag:yaml.org,2002:str"
    )


def _quoted(text: str) -> str:
    escaped = "".join(_ESCAPES.get(char, char) for char in text)
    return '"' + _UNPRINTABLE.sub(_escape, escaped) + '"'


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}"
