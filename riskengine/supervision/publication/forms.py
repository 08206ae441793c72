"""What is displayed as files: CSV with the Chinese headings, JSON and XML with the columns' names, schemas."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from riskengine.records import guard
from riskengine.supervision.publication.columns import AMOUNT, DATE
from riskengine.supervision.publication.schemas import json_schema, xml_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from riskengine.supervision.publication.columns import PublishedColumns
    from riskengine.supervision.publication.rows import PublishedRow

_BOM = b"\xef\xbb\xbf"
_PLAIN = {AMOUNT, DATE}
_NO_XML = re.compile("[\ufffe\uffff]")
_RETURNED = {"\r": "&#13;", "\t": "&#9;"}
MANIFEST, TAKEN_DOWN = "manifest.json", "taken_down.csv"


def files_of(
    columns: PublishedColumns, displayed: Iterable[PublishedRow], taken_down: bytes, day: date
) -> dict[str, bytes]:
    """Every file of an export: name and bytes; the manifest last, for it holds the hashes of the others.

    Args:
        columns: of all classes.
        displayed: the rows that are displayed, in their order.
        taken_down: the table of what is displayed no longer, and why.
        day: the day.
    """
    made: dict[str, bytes] = {}
    counts = {}
    by_kind: dict[str, list[dict[str, str]]] = {kind: [] for kind in columns.classes}
    for row in displayed:
        by_kind[row.kind].append(row.cells)
    for kind, rows in by_kind.items():
        counts[kind] = len(rows)
        made[f"{kind}.csv"] = csv_of(columns, kind, rows)
        made[f"{kind}.json"] = json_of(kind, rows, day)
        made[f"{kind}.xml"] = xml_of(columns, kind, rows, day)
        made[f"{kind}.schema.json"] = json_schema(columns, kind).encode()
        made[f"{kind}.xsd"] = xml_schema(columns, kind).encode()
    made[TAKEN_DOWN] = taken_down
    manifest: dict[str, Any] = {
        "as_of": day.isoformat(),
        "columns": columns.publication,
        "rows": counts,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(made.items())},
    }
    made[MANIFEST] = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
    return made


def csv_of(columns: PublishedColumns, kind: str, rows: Iterable[dict[str, str]]) -> bytes:
    """A class as CSV: UTF-8 with BOM, every cell quoted, and no text that a spreadsheet would take for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    own = columns.of(kind)
    writer.writerow([column.title.zh for column in own])
    texts = [(column.name, column.type in _PLAIN) for column in own]
    writer.writerows([row[name] if plain else guard(row[name]) for name, plain in texts] for row in rows)
    return _BOM + text.getvalue().encode()


def json_of(kind: str, rows: Iterable[dict[str, str]], day: date) -> bytes:
    """A class as JSON: one row a line."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    head = f'{{"class": {json.dumps(kind)}, "as_of": "{day.isoformat()}", "rows": [\n'
    return f"{head}{lines}\n]}}\n".encode()


def xml_of(columns: PublishedColumns, kind: str, rows: Iterable[dict[str, str]], day: date) -> bytes:
    """A class as XML: one row a line."""
    names = [column.name for column in columns.of(kind)]
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n', f'<publication class="{kind}" as_of="{day.isoformat()}">\n']
    for row in rows:
        cells = "".join([f"<{name}>{_xml_text(row[name])}</{name}>" if row[name] else f"<{name}/>" for name in names])
        parts.append(f"<row>{cells}</row>\n")
    parts.append("</publication>\n")
    return "".join(parts).encode()


def _xml_text(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text), _RETURNED)


def table_of(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table of texts as CSV, as :func:`csv_of` writes it."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([guard(cell) for cell in row] for row in rows)
    return _BOM + text.getvalue().encode()
