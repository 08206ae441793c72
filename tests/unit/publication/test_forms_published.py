"""What is written holds to its schema, says the same in every form, and no spreadsheet takes a cell for a formula."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import jsonschema
import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskengine.records.mend import unguard
from riskengine.supervision.publication.columns import AMOUNT, CLASSES, CREDIT_CODE, DATE, shipped_columns
from riskengine.supervision.publication.forms import csv_of, json_of, xml_of
from riskengine.supervision.publication.schemas import json_schema, xml_schema
from riskengine.supervision.publication.year import read_year

COLUMNS, DAY = shipped_columns(), date(2022, 12, 31)
XSD = {kind: xmlschema.XMLSchema(xml_schema(COLUMNS, kind)) for kind in CLASSES}
JSON = {kind: jsonschema.Draft202012Validator(json.loads(json_schema(COLUMNS, kind))) for kind in CLASSES}
NASTY = "=1+1|@SUM(A1)|+86 374|\t=1|-5|<b>&\"'</b>|a\r\nb|'=x|]]>"


def read_csv(content):
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xml(content):
    import xml.etree.ElementTree as ET

    return [{cell.tag: cell.text or "" for cell in row} for row in ET.fromstring(content)]  # noqa: S314


def test_every_class_of_a_plain_record_holds_to_its_schema_in_every_form(record):
    for row in read_year(record()).rows():
        cells = [row.cells]
        JSON[row.kind].validate(json.loads(json_of(row.kind, cells, DAY)))
        XSD[row.kind].validate(xml_of(COLUMNS, row.kind, cells, DAY).decode())
        (read,) = read_csv(csv_of(COLUMNS, row.kind, cells))
        named = {column.name: read[column.title.zh] for column in COLUMNS.of(row.kind)}
        JSON[row.kind].validate({"class": row.kind, "as_of": "2022-12-31", "rows": [named]})
        assert named == row.cells


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("fine", "0.12"),
        ("fine", "1,000.000000"),
        ("decided_on", "2022-09-27"),
        ("decided_on", "2022/13/01"),
        ("decided_on", ""),
        ("credit_code", "91411000DEM00001"),
        ("facts", "长" * 2001),
        ("facts", ""),
        ("id_number", "11010519491231002X"),
    ],
)
def test_the_schemas_refuse_what_may_not_be_published(record, column, cell):
    plain = next(row for row in read_year(record()).rows() if row.kind == "penalty")
    cells = [{**plain.cells, column: cell}]
    assert not JSON["penalty"].is_valid(json.loads(json_of("penalty", cells, DAY)))
    assert not XSD["penalty"].is_valid(xml_of(COLUMNS, "penalty", cells, DAY).decode())


def test_a_row_that_lacks_a_column_or_has_another_is_refused(record):
    plain = next(row for row in read_year(record()).rows() if row.kind == "penalty")
    for cells in ({**plain.cells, "phone": "1"}, {key: cell for key, cell in plain.cells.items() if key != "remarks"}):
        assert not JSON["penalty"].is_valid(json.loads(json_of("penalty", [cells], DAY)))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(st.sampled_from(NASTY.split("|")), st.text(max_size=20)), min_size=3, max_size=3))
def test_every_form_says_the_same_whatever_a_text_holds(texts):
    # what a reader of records lets through: no control characters but tab and breaks, no lone halves of characters
    texts = ["".join(c for c in text if c in "\t\r\n" or (c.isprintable())) for text in texts]
    plain = {column.name: "" for column in COLUMNS.of("penalty")}
    cells = {**plain, "facts": texts[0], "content": texts[1], "remarks": texts[2]}
    assert json.loads(json_of("penalty", [cells], DAY))["rows"] == [cells]
    (from_xml,) = read_xml(xml_of(COLUMNS, "penalty", [cells], DAY))
    assert from_xml == cells
    (read,) = read_csv(csv_of(COLUMNS, "penalty", [cells]))
    for column in COLUMNS.of("penalty"):
        raw = read[column.title.zh]
        if column.type in {AMOUNT, DATE, CREDIT_CODE}:
            continue
        assert not raw.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert unguard(raw) == cells[column.name]


def test_the_schemas_are_printed(publish):
    assert json.loads(publish("schema", "permit").out) == json.loads(json_schema(COLUMNS, "permit"))
    assert publish("schema", "permit", "--xsd").out == xml_schema(COLUMNS, "permit")
