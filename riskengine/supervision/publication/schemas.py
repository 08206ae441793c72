"""The schemas of what is published, made of the columns: JSON Schema for rows of JSON and CSV, XSD for XML."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from riskengine.supervision.publication.columns import AMOUNT, CREDIT_CODE, DATE

if TYPE_CHECKING:
    from riskengine.supervision.publication.columns import PublishedColumn, PublishedColumns

_DAY = "[0-9]{4}/(0[1-9]|1[0-2])/(0[1-9]|[12][0-9]|3[01])"
_PATTERNS = {DATE: _DAY, AMOUNT: r"[0-9]+\.[0-9]{6}", CREDIT_CODE: "[0-9A-HJ-NPQRTUWXY]{18}"}
_AS_OF = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


def json_schema(columns: PublishedColumns, kind: str) -> str:
    """The JSON Schema of a class: an object with the day, and the rows under ``rows``.

    Args:
        columns: of all classes.
        kind: the class.
    """
    own = columns.of(kind)
    row = {
        "type": "object",
        "properties": {column.name: _json_cell(column) for column in own},
        "required": [column.name for column in own],
        "additionalProperties": False,
    }
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": columns.class_of(kind).title.zh,
        "description": columns.class_of(kind).title.en,
        "type": "object",
        "properties": {
            "class": {"const": kind},
            "as_of": {"type": "string", "pattern": f"^{_AS_OF}$"},
            "rows": {"type": "array", "items": {"$ref": "#/$defs/row"}},
        },
        "required": ["class", "as_of", "rows"],
        "additionalProperties": False,
        "$defs": {"row": row},
    }
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _json_cell(column: PublishedColumn) -> dict[str, Any]:
    """A cell: always a text, empty where the record says nothing."""
    cell: dict[str, Any] = {"type": "string", "title": column.title.zh, "description": column.title.en}
    pattern = _PATTERNS.get(column.type)
    if column.hidden:
        return {**cell, "maxLength": 0}
    if pattern is not None:
        return {**cell, "pattern": f"^{pattern}$" if column.required else f"^({pattern})?$"}
    if column.length is not None:
        cell["maxLength"] = column.length
    return {**cell, "minLength": 1} if column.required else cell


def xml_schema(columns: PublishedColumns, kind: str) -> str:
    """The XSD of a class: an element ``publication`` with ``row`` in it, whose elements stand in the columns' order."""
    rows = "\n".join(_xml_cell(column) for column in columns.of(kind))
    title = escape(columns.class_of(kind).title.zh)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
 <xs:element name="publication">
  <xs:annotation><xs:documentation xml:lang="zh">{title}</xs:documentation></xs:annotation>
  <xs:complexType>
   <xs:sequence><xs:element name="row" type="row" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
   <xs:attribute name="class" type="xs:string" use="required" fixed={quoteattr(kind)}/>
   <xs:attribute name="as_of" type="xs:date" use="required"/>
  </xs:complexType>
 </xs:element>
 <xs:complexType name="row">
  <xs:sequence>
{rows}
  </xs:sequence>
 </xs:complexType>
</xs:schema>
"""


def _xml_cell(column: PublishedColumn) -> str:
    pattern = _PATTERNS.get(column.type)
    limits = []
    if column.hidden:
        limits.append('<xs:maxLength value="0"/>')
    elif pattern is not None:
        limits.append(f"<xs:pattern value={quoteattr(pattern if column.required else f'({pattern})?')}/>")
    else:
        limits += [f'<xs:maxLength value="{column.length}"/>'] if column.length is not None else []
        limits += ['<xs:minLength value="1"/>'] if column.required else []
    note = (
        f'<xs:annotation><xs:documentation xml:lang="zh">{escape(column.title.zh)}</xs:documentation></xs:annotation>'
    )
    kind = f'<xs:simpleType><xs:restriction base="xs:string">{"".join(limits)}</xs:restriction></xs:simpleType>'
    return f'   <xs:element name="{column.name}">{note}{kind}</xs:element>'
