"""Whatever comes in, no reader raises anything but a RiskEngineError, and every row is accounted for."""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import date, time, timedelta, timezone
from decimal import Decimal
from functools import cache
from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskengine.contract.sources import ProfileColumn
from riskengine.kernel.errors import RiskEngineError
from riskengine.records import quarantine_rows, read_records, read_source, write_mend

EXAMPLES = int(os.environ.get("RISKENGINE_EXAMPLES", "200"))
AS_OF = date(2022, 12, 31)
PROFILE = (
    ProfileColumn("share", "decimal", places=4, minimum=0, maximum=1),
    ProfileColumn("kind", "text", words=("货运", "客运")),
    ProfileColumn("listed", "bool"),
    ProfileColumn("since", "date"),
    ProfileColumn("fleet_size", "integer", maximum=10**6),
)
searching = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)

OPERATOR_ROWS = [
    {
        "operator_id": "91350100M000100Y43",
        "name": "甲公司",
        "areas": "HW;RT",
        "fleet_size": 12,
        "licensed_on": date(2020, 1, 2),
        "share": 0.25,
        "kind": "货运",
        "listed": True,
        "备注": "=1+1",
    },
    {
        "operator_id": "11010519491231002X",
        "name": "某某某",
        "areas": "",
        "fleet_size": None,
        "licensed_on": None,
        "share": None,
        "kind": None,
        "listed": None,
        "备注": None,
    },
    {
        "operator_id": "X-1",
        "name": '乙, "丙"\n丁',
        "areas": "UP",
        "fleet_size": 1,
        "licensed_on": date(1999, 12, 31),
        "share": 1.0,
        "kind": "客运",
        "listed": False,
        "备注": "13800138000",
    },
]
VIOLATION_ROWS = [
    {
        "violation_id": f"V{number}",
        "operator_id": operator,
        "risk_point": "HW-01",
        "occurred_on": date(2022, 1, number + 1),
        "decided_on": date(2022, 2, 1),
        "penalty": Decimal("1000.50"),
        "severity": "严重",
        "penalty_kind": "罚款;警告",
        "vehicle": "豫K12345",
        "driver": "411002199003070014",
    }
    for number, operator in enumerate(["91350100M000100Y43", "x-1", "nobody"])
]


def text(rows: list[dict[str, object]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerows([rows[0], *(row.values() for row in rows)])
    return buffer.getvalue()


@cache
def valid(extension: str, kind: str) -> bytes:
    rows = OPERATOR_ROWS if kind == "operators" else VIOLATION_ROWS
    if extension == "csv":
        return text(rows).encode("utf-8-sig")
    if extension == "jsonl":
        return "\n".join(json.dumps(row, default=str, ensure_ascii=False) for row in rows).encode()
    buffer = io.BytesIO()
    if extension == "xlsx":
        import openpyxl

        book = openpyxl.Workbook()
        book.active.append(list(rows[0]))
        for row in rows:
            book.active.append(list(row.values()))
        book.save(buffer)
    else:
        import pyarrow as pa
        from pyarrow import parquet

        parquet.write_table(pa.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


@st.composite
def damaged(draw, content: bytes) -> bytes:
    """A valid file with some bytes changed, cut out, put in or cut off."""
    data = bytearray(content)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        action = draw(st.sampled_from(["flip", "flip", "cut", "insert", "truncate", "repeat"]))
        if action == "flip" and data:
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif action == "cut":
            del data[at : at + draw(st.integers(1, 20))]
        elif action == "insert":
            data[at:at] = draw(st.binary(min_size=1, max_size=8))
        elif action == "truncate" and draw(st.booleans()):
            del data[at:]
        elif action == "repeat":
            data[at:at] = data[at : at + draw(st.integers(1, 60))]
    return bytes(data)


def contents(extension: str, kind: str):
    strategies = [damaged(valid(extension, kind)), damaged(valid(extension, kind)), st.binary(max_size=200)]
    if extension == "csv":
        headings = st.sampled_from(["operator_id", "violation_id,operator_id,risk_point,occurred_on", "主体代码;名称"])
        body = st.text(st.sampled_from("\",;\t\n\r\x00='abc1豫－."), max_size=80)
        strategies.append(st.builds(lambda top, rest: f"{top}\n{rest}".encode(), headings, body))
    if extension == "jsonl":
        cell = st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
            max_leaves=4,
        )
        record = st.fixed_dictionaries(
            {"operator_id": cell}, optional={"fleet_size": cell, "licensed_on": cell, "x": cell}
        )
        strategies.append(
            st.lists(record, min_size=1, max_size=4).map(
                lambda rows: "\n".join(json.dumps(row) for row in rows).encode()
            )
        )
    return st.one_of(strategies)


def account_for(folder, **sources) -> None:
    """Read; what is read must add up, be shown and be written for mending without failing."""
    try:
        records = read_records(
            **sources,
            as_of=AS_OF,
            profile=PROFILE,
            risk_points=lambda code: code if code == "HW-01" else None,
            known_risk_points=["HW-01"],
            known_areas=["HW", "RT", "UP"],
            risk_point_area={"HW-01": "HW"},
        )
    except RiskEngineError as error:
        refusal = error
    else:
        add_up(records, folder)
        return
    assert refusal.problems
    assert refusal.text("zh")
    assert refusal.text("en")


def add_up(records, folder) -> None:
    for source in records.sources:
        assert source.rows_in == len(source.records) + len(source.left_out)
        assert source.rows_in == len(source.records) + sum(source.left_out_by_reason().values())
        assert {row.row for row in source.left_out} <= {p.row for p in source.problems if p.is_error}
    assert len(list(quarantine_rows(records))) == len(records.problems())
    for row in quarantine_rows(records):
        json.loads(row["raw"] or "null")
        row["message"].encode()
    for path in write_mend(records, folder):
        again = read_source(path, path.stem, profile=PROFILE)
        assert again.rows_in == len(next(s for s in records.sources if s.name == path.stem).left_out)


@pytest.mark.parametrize("kind", ["operators", "violations"])
@pytest.mark.parametrize("extension", ["csv", "xlsx", "parquet", "jsonl"])
def test_a_file_of_any_bytes_is_read_or_refused(extension, kind, tmp_path):
    path = tmp_path / f"{kind}.{extension}"

    @searching
    @given(contents(extension, kind))
    def check(content):
        path.write_bytes(content)
        if kind == "operators":
            account_for(tmp_path, operators=path)
        else:
            account_for(tmp_path, operators=OPERATOR_ROWS, violations=path)

    check()


class Odd:
    """A value that no library knows and that says nothing of itself."""

    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __str__


cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(10**400), 10**400),
    st.floats(),
    st.decimals(),
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=st.just(timezone(timedelta(hours=8)))),
    st.just(time(1, 2)),
    st.timedeltas(),
    st.binary(max_size=5),
    st.text(max_size=12),
    st.builds(Odd),
    st.just([1, "a"]),
    st.just({"a": 1}),
    st.sampled_from(
        ["2022-12-31", "１２", "1,234.5元", "严重", "fine；警告", "HW;RT", "豫K·12345", "无", "#N/A", "HW-01", "1e5"]
    ),
)
columns = st.sampled_from(
    [
        "operator_id",
        "name",
        "areas",
        "fleet_size",
        "drivers",
        "licensed_on",
        "closed_on",
        "successor",
        "share",
        "kind",
        "listed",
        "since",
        "备注",
        "violation_id",
        "risk_point",
        "occurred_on",
        "decided_on",
        "penalty",
        "severity",
        "status",
        "status_on",
        "penalty_kind",
        "vehicle",
        "driver",
        "inspection_id",
        "inspected_on",
    ]
)
ids = st.sampled_from(["A", "a ", "Ｂ", "C", "411002199003070014", None, 7, 7.0])
keys = st.none() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4) | st.builds(Odd) | columns
rows = st.lists(
    st.builds(
        lambda row, operator, violation: (
            row | {"operator_id": operator, "violation_id": violation, "inspection_id": violation}
        ),
        st.dictionaries(columns, cells, max_size=8),
        ids | cells,
        ids,
    ),
    max_size=8,
)


@searching
@given(rows, rows, rows)
def test_a_list_of_any_values_is_accounted_for(tmp_path, operators, violations, inspections):
    account_for(tmp_path, operators=operators, violations=violations, inspections=inspections)


@searching
@given(st.lists(st.none() | st.integers() | st.dictionaries(keys, cells, max_size=3), max_size=5))
def test_a_list_of_anything_is_read_or_refused(tmp_path, operators):
    account_for(tmp_path, operators=operators)


@searching
@given(rows)
def test_a_pandas_frame_of_any_values_is_accounted_for(tmp_path, operators):
    pandas = import_module("pandas")
    frame = pandas.DataFrame(
        {
            name: pandas.Series([row.get(name) for row in operators], dtype=object)
            for name in dict.fromkeys(key for row in operators for key in row)
        }
    )
    account_for(tmp_path, operators=frame)


short = st.timedeltas(timedelta(days=-10_000), timedelta(days=10_000))
typed = st.sampled_from(
    [
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.floats(),
        st.none() | st.text(max_size=8),
        st.none() | st.booleans(),
        st.none() | st.dates(),
        st.none() | st.datetimes(),
        st.none() | st.binary(max_size=4),
        st.none() | short,
        st.lists(st.integers(0, 9), max_size=2),
        st.none() | st.decimals(-(10**9), 10**9, places=3),
    ]
)


@st.composite
def frames(draw) -> dict[str, list[object]]:
    """Columns of one type each."""
    size = draw(st.integers(0, 5))
    names = draw(st.lists(columns, min_size=1, max_size=6, unique=True))
    frame = {name: draw(st.lists(draw(typed), min_size=size, max_size=size)) for name in names}
    return frame | {"operator_id": [f"OP{draw(st.integers(0, 3))}" for _ in range(size)]}


@searching
@given(frames())
def test_a_polars_frame_of_any_values_is_accounted_for(tmp_path, frame):
    polars = import_module("polars")
    account_for(tmp_path, operators=polars.DataFrame(frame, strict=False))


@searching
@given(frames())
def test_an_arrow_table_of_any_values_is_accounted_for(tmp_path, frame):
    import pyarrow as pa

    table = pa.table(frame)
    account_for(tmp_path, operators=table)
    account_for(tmp_path, operators=table.to_reader())


@pytest.mark.parametrize(
    "values",
    [
        ["timestamp[ns]", [1, 2**62]],
        ["timestamp[us]", [2**62, None]],
        ["date32", [2**31 - 1, -(2**31)]],
        ["timestamp[s, tz=Nowhere/Land]", [1, 2]],
    ],
)
def test_an_arrow_column_outside_the_calendar_costs_its_cells_only(tmp_path, values):
    import pyarrow as pa

    kinds = {
        "timestamp[ns]": pa.timestamp("ns"),
        "timestamp[us]": pa.timestamp("us"),
        "date32": pa.date32(),
        "timestamp[s, tz=Nowhere/Land]": pa.timestamp("s", "Nowhere/Land"),
    }
    raw = pa.array(values[1], pa.int32() if values[0] == "date32" else pa.int64()).cast(kinds[values[0]])
    account_for(tmp_path, operators=pa.table({"operator_id": ["A", "B"], "licensed_on": raw}))
