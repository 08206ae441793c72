"""Sources made at random, with odd cells, repeated ids and columns of any type: the same seed gives the same files."""

from __future__ import annotations

import csv
import random
import re
from datetime import date, datetime, time
from decimal import Decimal

import pyarrow as pa
from pyarrow import parquet

from riskengine.contract.sources import SOURCES, ProfileColumn

PROFILE = (
    ProfileColumn("share", "decimal", places=4, minimum=0, maximum=1),
    ProfileColumn("kind", "text", words=("货运", "客运")),
    ProfileColumn("listed", "bool"),
    ProfileColumn("since", "date"),
    ProfileColumn("fleet_size", "integer", maximum=10**6),
    ProfileColumn("share", "decimal", places=2, source="violations"),
    ProfileColumn("since", "date", source="violations"),
    ProfileColumn("seen", "integer", minimum=1, maximum=20, source="inspections"),
    ProfileColumn("listed", "bool", source="inspections"),
)
AREAS = {"HW-01": "HW", "RT-01": "RT", "UP-01": "UP"}
KNOWN = {
    "profile": PROFILE,
    "risk_points": lambda code: {"OLD-1": "HW-01"}.get(code, code if code in AREAS else None),
    "known_risk_points": list(AREAS),
    "known_areas": ["HW", "RT", "UP", "WT", "EC"],
    "risk_point_area": AREAS,
}
_UNQUOTED = re.compile('[,"\r\n]')
DAYS = ["2022-01-05", "2021-12-31", "2022-12-31", "2023-01-01", "2020-02-29"]
IDS = ["op1", "OP1", "ＯＰ1", " OP2 ", "OP3", "无", "OP-4", "op_5", "企业〔1〕号"]
IDS += ["91350100M000100Y43", "91350100M000100Y42", "11010519491231002X", "411002199002300017"]
CELLS = {
    "operator_id": IDS,
    "successor": IDS,
    "violation_id": ["v1", "V1", "V2", "Ｖ2", "V 3", "豫许交罚〔2022〕001号", "v\n1"],
    "inspection_id": ["I1", "i1", "I2", "I9"],
    "name": ["甲公司", "A B", "甲,乙", "OP1", ""],
    "areas": ["HW", "hw;RT", "ＨＷ；UP", "XX", ";", ""],
    "county": ["魏都区", "建安区"],
    "fleet_size": ["1", "10", "1000000", "1000001", "-3", "１２"],
    "drivers": ["5", "5.0", "5.5"],
    "risk_point": ["HW-01", "hw-01", "ＨＷ－０１", "OLD-1", "HW-1", "RT-01", "UP-01"],
    "severity": ["minor", "轻微", "MAJOR", "严重", "较重 ", "serios"],
    "status": ["final", "生效", "pending", "revoked", "已修复", "fnal", ""],
    "penalty_kind": ["fine", "罚款;警告", "fine;fine", "warning；other", "fin", ";"],
    "penalty": ["100", "100.5", "100.50", "100.505", "0", "1000000000000", "1000000000001", "¥5", "1,000元"],
    "vehicle": ["豫K12345", "豫k·12345", "豫KD12345", "豫KI2345", "豫K1234", "无"],
    "plate_colour": ["黄"],
    "driver": ["411002199003070014", "d1"],
    "place": ["国道311", "a\tb"],
    "share": ["0.25", "0.12345", "1", "1.0001", "-0.1", "0"],
    "kind": ["货运", "客运", "货 运", "x"],
    "seen": ["1", "20", "21", "0", "2.0"],
    "listed": ["是", "否", "true", "1", "0", "y"],
    "since": ["2020-01-01", "1900-01-01", "0001-01-01"],
    "备注": ["13800138000", "=1+1", "a\x01"],
    **dict.fromkeys(("licensed_on", "closed_on", "occurred_on", "decided_on", "status_on", "inspected_on"), DAYS),
}
ODD = ["", "  ", "　", "无", "—", "-", "/", "#N/A", "#REF!", "a\x07b", "x" * 50, "ＡＢ１", "٣", "0", "-1", "1e5"]
ODD += [
    "12.345",
    "¥1,234.50",
    "1234元",
    "2022-02-30",
    "2022/3/4",
    "2022年3月4日",
    "20220304",
    "31/12/2022",
    "1900-01-01",
]
ODD += [
    "0000-01-01",
    "9999-12-31",
    "2022-12-31 10:00:00",
    "true",
    "是",
    "NaN",
    "inf",
    "None",
    "null",
    "\ufeffa",
    "a\u200b",
]
ODD += ["ß", "İ", "Ａ", "a;b", '"q', "\u00a0", "\u0085", "1.", ".5", "00012", "1,2,3", "1,000", "０", "=1+1", "'=1"]
ODD += ["12345678901234567890", "a\\b", "a\x1fb"]


def odd_sources(seed, folder):
    """Source → path or Arrow table; None for one that is not given."""
    rng = random.Random(seed)  # noqa: S311
    odd = rng.choice([0, 0.02, 0.1, 0.3])
    files = {}
    for name in SOURCES:
        if name == "inspections" and rng.random() < 0.3:
            files[name] = None
            continue
        columns, rows = _rows(rng, name, rng.choice([1, 5, 12]), odd)
        form = rng.choice(["csv", "csv", "parquet", "arrow"])
        path = folder / f"{name}.{form}"
        if form == "csv":
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator=rng.choice(["\n", "\r\n"]))
                writer.writerow(columns)
                without = rng.random() < 0.7  # quotation marks send a file to the readers of rows
                cells = [[row[column] for column in columns] for row in rows]
                writer.writerows([[_UNQUOTED.sub("", cell) if without else cell for cell in row] for row in cells])
            files[name] = path
            continue
        table = pa.table({column: _array(rng, column, [row[column] for row in rows]) for column in columns})
        files[name] = table
        if form == "parquet":
            parquet.write_table(table, path)
            files[name] = path
    return files


def _rows(rng, name, count, odd):
    source = SOURCES[name]
    columns = [item.name for item in source.columns if item.required or rng.random() < 0.85]
    if name == "operators":
        columns += [item for item in ("share", "kind", "listed", "since", "备注") if rng.random() < 0.7]
    else:
        columns += [item.name for item in PROFILE if item.source == name and rng.random() < 0.8]
    rng.shuffle(columns)
    rows = []
    for at in range(count):
        if rows and rng.random() < 0.1:
            row = dict(rng.choice(rows))
        else:
            row = {item: rng.choice(CELLS.get(item, ["x"])) if rng.random() < 0.9 else "" for item in columns}
            if rng.random() < 0.8:
                row[source.key] = f"{ {'operators': 'OP', 'violations': 'V', 'inspections': 'I'}[name] }{at}"
            if name != "operators" and rng.random() < 0.8:
                row["operator_id"] = f"OP{rng.randrange(6)}"
        for item in columns:
            if rng.random() < odd:
                row[item] = rng.choice([*ODD, *CELLS.get(item, [])])
        if rng.random() < 0.02:
            row = dict.fromkeys(columns, rng.choice(["", " "]))
        rows.append(row)
    return columns, rows


def _array(rng, column, cells):
    """The cells as texts, or others of a type that such a column may have."""
    if rng.random() < 0.75:
        return pa.array([None if cell == "" and rng.random() < 0.5 else cell for cell in cells], pa.string())
    if CELLS.get(column) is DAYS:
        days = [date.fromisoformat(rng.choice([*DAYS, "1900-01-01"])) if rng.random() < 0.9 else None for _ in cells]
        times = [None if day is None else datetime.combine(day, time(rng.choice([0, 5]))) for day in days]
        numbers = [None if day is None else int(day.strftime("%Y%m%d")) for day in days]
        unit = rng.choice(["us", "ns", "ms"])
        kinds = [(days, pa.date32()), (times, pa.timestamp(unit)), (numbers, pa.int64())]
        return pa.array(*rng.choice(kinds))
    if column in {"fleet_size", "drivers", "share", "penalty", "operator_id", "violation_id"}:
        numbers = [rng.choice([0, 1, 5, 10, -2, 10**6, None]) for _ in cells]
        floats = [None if item is None else float("nan") if rng.random() < 0.2 else item + 0.5 for item in numbers]
        exact = [None if item is None else Decimal(item).quantize(Decimal("0.01")) for item in numbers]
        kinds = [(numbers, pa.int64()), (numbers, pa.int32()), (floats, pa.float64()), (exact, pa.decimal128(12, 2))]
        return pa.array(*rng.choice(kinds))
    if column == "listed":
        return pa.array([rng.choice([True, False, None]) for _ in cells], pa.bool_())
    return pa.array([cell or None for cell in cells], pa.string())
