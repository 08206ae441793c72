"""YAML with the place of every key, and without the traps of YAML.

A document is read as plain data: ``true``/``false`` are the only booleans (``no`` is a word), a number with a point
is an
exact Decimal, ``2022-01-31`` is a date. Duplicate keys, anchors and aliases (the "alias bomb"), tags, tabs in the
indentation, NUL bytes, several documents and deep nesting are refused, each with its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from riskengine.kernel.problems import Problem

Path_ = tuple[str | int, ...]

MAX_BYTES = 8_000_000
MAX_DEPTH = 24

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MAX_DIGITS = 40
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Control characters, and signs that nobody sees and that change the order in which a text is read."""
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class YamlDocument:
    """Plain data of a YAML file, with places and problems.

    Attributes:
        source: the file's name as messages show it.
        data: the plain data; None where the file could not be read at all.
        places: path of keys and list positions → (line, column), both from 1. The place of a mapping's entry is its
        key. problems: everything that was wrong with the file as YAML.
        text: the file's characters.
    """

    source: str
    data: Any = None
    places: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    text: str = ""

    def place(self, path: Path_) -> tuple[int | None, int | None]:
        """Line and character of ``path``, or of the nearest part of it that is in the file."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path[:-1]
        return (1, 1) if self.data is not None else (None, None)

    def line(self, path: Path_) -> int | None:
        """The line of ``path``, or of the nearest part of it that is in the file."""
        return self.place(path)[0]

    def problem(self, code: str, path: Path_, found: object = None, **params: object) -> Problem:
        """A problem at ``path``. ``near`` among the parameters gives the nearest names."""
        near = params.pop("near", ())
        line, character = self.place(path)
        return Problem(
            code,
            source=self.source,
            line=line,
            character=character,
            column=path_text(path) or None,
            found=None if found is None else str(found),
            near=tuple(near),  # type: ignore[arg-type]
            params=tuple((key, str(value)) for key, value in params.items()),
        )


def refuse_hidden(document: YamlDocument) -> None:
    """Note the control characters in the keys and texts of a document that people write for people (RE-308)."""

    def walk(value: Any, path: Path_) -> None:
        if isinstance(value, str):
            note(value, path)
        elif isinstance(value, list):
            for at, item in enumerate(value):
                walk(item, (*path, at))
        elif isinstance(value, dict):
            for key, item in value.items():
                note(key, (*path, key))
                walk(item, (*path, key))

    def note(text: str, path: Path_) -> None:
        hidden = _HIDDEN.search(text)
        if hidden is not None:
            document.problems.append(document.problem("RE-308", path, f"U+{ord(hidden[0]):04X}"))

    walk(document.data, ())


def path_text(path: Path_) -> str:
    """``("signals", 2, "when")`` as ``signals[2].when``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text


def parse_yaml(content: bytes, source: str) -> YamlDocument:
    """Parse YAML text given as bytes (UTF-8, with or without BOM)."""
    document = YamlDocument(source)
    text = _decode(content, document)
    if text is None:
        return document
    document.text = text
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        words = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
        document.problems.append(
            Problem(
                "RE-301",
                source=source,
                line=mark.line + 1 if mark else None,
                character=mark.column + 1 if mark else None,
                params=(("reason", str(words)),),
            )
        )
        return document
    except RecursionError:
        document.problems.append(Problem("RE-304", source=source, params=(("limit", str(MAX_DEPTH)),)))
        return document
    if root is None:
        document.problems.append(Problem("RE-301", source=source, params=(("reason", "the file is empty"),)))
        return document
    document.data = _build(root, (), document, set())
    return document


def _decode(content: bytes, document: YamlDocument) -> str | None:
    if len(content) > MAX_BYTES:
        document.problems.append(
            Problem("RE-301", source=document.source, params=(("reason", f"larger than {MAX_BYTES} bytes"),))
        )
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, character = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        document.problems.append(
            Problem("RE-301", source=document.source, line=line, character=character, params=(("reason", "not UTF-8"),))
        )
        return None
    bad = next((at for at, char in enumerate(text) if char == "\x00"), None)
    if bad is not None:
        document.problems.append(
            Problem(
                "RE-301",
                source=document.source,
                line=text.count("\n", 0, bad) + 1,
                character=bad - text.rfind("\n", 0, bad),
                params=(("reason", "a NUL byte"),),
            )
        )
        return None
    return text


def _build(node: yaml.Node, path: Path_, document: YamlDocument, seen: set[int]) -> Any:
    line, character = node.start_mark.line + 1, node.start_mark.column + 1
    document.places.setdefault(path, (line, character))

    def refuse(code: str, **more: Any) -> None:
        document.problems.append(Problem(code, source=document.source, line=line, character=character, **more))

    if id(node) in seen:
        refuse("RE-303", column=path_text(path) or None)
        return None
    seen.add(id(node))
    if node.tag not in _PLAIN_TAGS:
        refuse("RE-305", column=path_text(path) or None, found=node.tag)
        return None
    if len(path) > MAX_DEPTH:
        refuse("RE-304", params=(("limit", str(MAX_DEPTH)),))
        return None
    if isinstance(node, yaml.MappingNode):
        return _build_mapping(node, path, document, seen)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, at), document, seen) for at, item in enumerate(node.value)]
    return _scalar(node)


def _build_mapping(node: yaml.MappingNode, path: Path_, document: YamlDocument, seen: set[int]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line, character = key_node.start_mark.line + 1, key_node.start_mark.column + 1
        if not isinstance(key_node, yaml.ScalarNode):
            document.problems.append(Problem("RE-306", source=document.source, line=line, character=character))
            continue
        key = str(key_node.value)
        here = (*path, key)
        if key in result:
            document.problems.append(
                Problem(
                    "RE-302",
                    source=document.source,
                    line=line,
                    character=character,
                    column=path_text(here),
                    found=key,
                    params=(("first", str(document.places[here][0])),),
                )
            )
            continue
        document.places[here] = (line, character)
        if node.flow_style and ":" not in document.text[key_node.end_mark.index : value_node.start_mark.index + 1]:
            # `{en: Large, and deep}`: the comma has ended the text
            problem = Problem("RE-307", source=document.source, line=line, character=character, found=key)
            document.problems.append(replace(problem, column=path_text(path) or None))
        result[key] = _build(value_node, here, document, seen)
    return result


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    if getattr(node, "style", None) in {"'", '"', "|", ">"}:
        return text
    if text in {"", "~", "null"}:
        return None
    if text in {"true", "false"}:
        return text == "true"
    if len(text) <= _MAX_DIGITS:
        if _INT.match(text):
            return int(text)
        if _DECIMAL.match(text):
            return Decimal(text)
    if _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text
