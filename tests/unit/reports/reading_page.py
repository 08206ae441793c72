"""Reading the page as a program would: its texts by id, its tables, its blocks of data."""

from __future__ import annotations

import base64
import gzip
import json
from html.parser import HTMLParser
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALONE = {"meta", "input", "br"}
FETCHING = ("src", "href", "action", "data", "srcset")


class Page(HTMLParser):
    """The texts of the page's elements by id, its tables as rows of cells, what its tags refer to, its data."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.by_id: dict[str, str] = {}
        self.tables: dict[str, list[list[str]]] = {}
        self.references: list[str] = []
        self.tags: list[str] = []
        self.kinds: dict[str, str] = {}
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append(tag)
        self.references += [values[name] for name in FETCHING if values.get(name)]
        if tag == "script" and "id" in values:
            self.kinds[values["id"]] = values["type"]
        if tag == "table":
            self.tables[values["id"]] = []
        rows = self._rows()
        if tag == "tr":
            rows.append([])
        if tag in {"td", "th"}:
            rows[-1].append("")
        if tag not in _ALONE:
            self._open.append((tag, values))

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for tag, values in self._open:
            if "id" in values and tag not in {"table", "div", "main", "section"}:
                self.by_id[values["id"]] = self.by_id.get(values["id"], "") + data
            if tag in {"td", "th"}:
                self._rows()[-1][-1] += data

    def _rows(self) -> list[list[str]]:
        return next(reversed(self.tables.values())) if self.tables else []

    def block(self, name: str) -> Any:
        text = self.by_id[name]
        return json.loads(text if self.kinds[name] == "application/json" else gzip.decompress(base64.b64decode(text)))

    def number(self, name: str) -> int:
        return int(self.by_id[name].replace(",", ""))

    def operators(self) -> list[Mapping[str, Any]]:
        """The list as rows, in the order of the columns, each with its entry and the texts that the entry points to."""
        columns = self.block("columns")
        order = columns.pop("order")
        columns.pop("objected")  # operators by their places, no column
        rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
        blocks = [self.block(name) for name in sorted(self.kinds, key=_place) if name.startswith("details-")]
        entries = [(entry, _whole(block)) for block in blocks for entry in block["operators"]]
        for at, (row, (entry, texts)) in enumerate(zip(rows, entries, strict=True)):
            row.update(at=at, entry=entry, texts=texts, place=order.index(at))
        return rows


def _place(name: str) -> int:
    return int(name.rpartition("-")[2]) if name.startswith("details-") else -1


def _whole(block: Mapping[str, Any]) -> list[Any]:
    """The texts of a block, forms filled with their numbers."""
    found = []
    for held in block["texts"]:
        if isinstance(held, str) or isinstance(held[0], str):
            found.append(held)
            continue
        number, *numbers = held
        parts = [form.split("\x01") for form in block["forms"][number]]
        found.append(["".join(map("".join, zip_longest(part, numbers, fillvalue=""))) for part in parts])
    return found


def said(texts: list[Any], place: int, lang: str) -> str:
    """A text of an entry in a language."""
    pair = texts[place]
    return pair if isinstance(pair, str) else pair[("zh", "en").index(lang)]
