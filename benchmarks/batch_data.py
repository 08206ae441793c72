"""Invented operators, violations and inspections for the batch benchmark, of any size up to ten million operators.

Run `python benchmarks/batch_data.py OUT --operators N [--violations-per-operator 10] [--seed 1]
[--format parquet|csv] [--dirty 0]`. The same arguments give the same bytes. Files are written piece by piece, so that
memory does not grow with the size. Violations stand in the order of their decisions, as case numbers are given.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from batch_dirty import Dirt
from batch_draws import Draws, credit_codes, days, digits, joined, plates, texts, words, yuan
from pyarrow import csv, parquet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Numbers = np.ndarray[Any, np.dtype[Any]]
    Columns = dict[str, pa.Array]

MOST_OPERATORS = 10_000_000
PIECE, GROUP = 1 << 19, 1 << 17  # rows made at a time, and rows of a row group
EPOCH = date(1970, 1, 1)
OPERATORS, VIOLATIONS, INSPECTIONS = 1, 2, 3  # streams of random numbers

# Share of the operators, and how many violations each has next to the others: a few have most.
TIERS = ((0.23, 0.0), (0.25, 2.0), (0.33, 8.0), (0.15, 22.0), (0.035, 80.0), (0.0045, 240.0), (0.0005, 1100.0))
COUNTIES = ("魏都区", "建安区", "禹州市", "长葛市", "鄢陵县", "襄城县", None)
# Areas, trade, smallest fleet, how many more at most, weight.
TRADES = (
    ("RT;HW", "货运", 5, 60, 46),
    ("HW", "砂石", 0, 12, 6),
    ("RT", "客运", 10, 80, 14),
    ("RT", "维修", 0, 4, 10),
    ("UP", "出租", 20, 180, 12),
    ("WT", "航运", 0, 0, 4),
    ("EC", "路桥", 0, 0, 6),
    (None, "联运", 5, 90, 2),
)
# Risk points of each trade and how often they come.
CONDUCT: tuple[dict[str, int], ...] = (
    {"HW-01": 60, "RT-01": 2, "RT-03": 9, "RT-04": 7, "RT-06": 5, "HW-02": 4, "HW-04": 4, "HW-06": 9},
    {"HW-01": 40, "HW-03": 35, "HW-04": 5, "HW-05": 5, "HW-06": 15},
    {"RT-01": 4, "RT-02": 30, "RT-03": 20, "RT-04": 16, "RT-06": 20, "RT-07": 10},
    {"RT-01": 10, "RT-08": 90},
    {"UP-01": 8, "UP-02": 8, "UP-03": 15, "UP-04": 20, "UP-05": 35, "UP-06": 6, "UP-07": 8},
    {"WT-01": 10, "WT-02": 25, "WT-03": 20, "WT-04": 12, "WT-05": 13, "WT-06": 20},
    {"EC-01": 5, "EC-02": 5, "EC-03": 25, "EC-04": 35, "EC-05": 30},
    {"HW-01": 30, "HW-02": 10, "RT-03": 20, "RT-05": 15, "WT-04": 10, "UP-07": 10, "EC-03": 5},
)
POINTS = tuple(sorted({code for codes in CONDUCT for code in codes}))
SEVERITIES, SEVERITY_WEIGHTS = ("minor", "general", "serious", "major", None), (46, 39, 12, 2.6, 0.4)
STATUSES, STATUS_WEIGHTS = ("final", "pending", "revoked", "repaired", None), (86, 3, 3, 7, 1)
KINDS = ("warning", "fine", "warning;fine", "fine;confiscation", "fine;suspension", "detention", None)
KIND_WEIGHTS = (20, 62, 7, 5, 3, 1, 2)
BODIES = ("示例市交通运输综合行政执法支队", "示例县交通运输综合行政执法大队", None)
COLOURS = ("黄色", "蓝色", None)
PLACES = (
    *(f"{county}示例公路K{at}+{metre}00" for county in COUNTIES[:6] for at in range(90) for metre in range(10)),
    None,
)


@dataclass(frozen=True)
class Size:
    """How many of what.

    Attributes:
        operators: their number, at most 10⁷; ``violations`` and ``inspections`` likewise.
        as_of: the day around which the dates lie: four years before it, a few weeks after.
    """

    operators: int
    violations: int
    seed: int = 1
    as_of: date = date(2022, 12, 31)

    @property
    def inspections(self) -> int:
        """Two of each operator."""
        return 2 * self.operators

    @property
    def today(self) -> int:
        """The as-of date as a number."""
        return (self.as_of - EPOCH).days


@dataclass
class People:
    """Who the operators are: an operator's number → its place in the tiers, its trade, its fleet.

    Attributes:
        edges: the first place of each tier, and the end.
    """

    size: Size
    edges: Numbers = field(init=False)

    def __post_init__(self) -> None:
        count = self.size.operators
        shares = np.cumsum([0.0, *(share for share, _ in TIERS)])
        self.edges = np.minimum(np.round(shares * count), count).astype(np.int64)
        self.edges[-1] = count
        step = int(count * 0.618) | 1
        while math.gcd(step, count) > 1:
            step += 2
        self._step, self._back = step % count or 1, pow(step, -1, count) if count > 1 else 0

    def number_of(self, place: Numbers) -> Numbers:
        """The operator at a place in the tiers: neighbours there are none in the file."""
        return place * self._step % self.size.operators

    def place_of(self, number: Numbers) -> Numbers:
        """The place in the tiers of an operator."""
        return number * self._back % self.size.operators

    def traits(self, number: Numbers) -> tuple[Numbers, Numbers]:
        """Trade and licensed vehicles of operators: those with many violations have more."""
        draws = Draws(self.size.seed, number, OPERATORS)
        trade = draws.among([weight for *_, weight in TRADES])
        least = np.asarray([low for *_, low, _, _ in TRADES])[trade]
        more = np.asarray([more for *_, more, _ in TRADES])[trade]
        tier = np.searchsorted(self.edges, self.place_of(number), side="right") - 1
        return trade, least + draws.below(more + 1) * np.maximum(tier, 1) // 2


def operators(size: Size, first: int, last: int) -> Columns:
    """The operators of these numbers."""
    number = np.arange(first, last, dtype=np.int64)
    count = len(number)
    trade, fleet = People(size).traits(number)
    draws = Draws(size.seed, number, OPERATORS + 10)
    old = draws.chance(0.935)
    licensed = size.today - np.where(old, 365 + draws.below(6000), draws.below(365))
    licensed = np.where(draws.chance(0.005), size.today + 1 + draws.below(30), licensed)
    closed = draws.chance(0.02)
    until_closed = 1 + draws.below(np.maximum(size.today - licensed, 1) + 60)
    heir = (number + 1 + draws.below(max(size.operators - 1, 1))) % size.operators
    followed = closed & draws.chance(0.5) & (heir != number)
    no_fleet, no_licence = draws.chance(0.02), draws.chance(0.005) & ~closed
    names = [joined(1, "许昌示例", "{}", trade_name, "有限公司")[0] for _, trade_name, *_ in TRADES]
    width = len(names[0]) - 2
    at = len("许昌示例".encode())
    name = np.empty((count, width + 7), np.uint8)
    stem = np.stack(names)[trade]
    name[:, :at], name[:, at : at + 7], name[:, at + 7 :] = stem[:, :at], digits(number, 7), stem[:, at + 2 :]
    return {
        "operator_id": texts(credit_codes(number)),
        "name": texts(name),
        "areas": words([areas for areas, *_ in TRADES], trade),
        "county": words(COUNTIES, draws.among((20, 22, 20, 20, 8, 8, 2))),
        "fleet_size": pa.array(fleet, pa.int64(), mask=no_fleet),
        "drivers": pa.array(fleet + fleet // 3 + draws.below(9), pa.int64(), mask=draws.chance(0.03)),
        "licensed_on": days(licensed, no_licence),
        "closed_on": days(licensed + until_closed, ~closed),
        "successor": texts(credit_codes(heir), ~followed),
    }


def violations(size: Size, first: int, last: int) -> Columns:
    """The violations of these numbers, in the order of their decisions."""
    row = np.arange(first, last, dtype=np.int64)
    draws = Draws(size.seed, row, VIOLATIONS)
    operator = _offenders(size, draws)
    trade, fleet = People(size).traits(operator)
    point = _points(draws, trade)
    span = 4 * 365 + 40  # the last forty days are after the as-of date
    decided = size.today + 41 - span + row * span // max(size.violations, 1)
    occurred = decided - np.where(draws.chance(0.6), draws.below(8), 8 + draws.below(53))
    severity, status = draws.among(SEVERITY_WEIGHTS), draws.among(STATUS_WEIGHTS)
    status_on = decided + draws.below(200)
    undated = (status == 4) | draws.chance(0.8) & (status == 0) | draws.chance(0.1)
    kind = draws.among(KIND_WEIGHTS)
    fen = (1 + draws.below(40)) * np.asarray([20000, 50000, 150000, 400000, 50000])[severity]
    fen += np.where(draws.chance(0.05), draws.below(100), 0)
    fen = np.where((kind == 0) | (kind == 5), 0, fen)
    pool = np.maximum(fleet // 4, 1)
    vehicle = operator * 1000 + draws.below(pool)
    on_foot = (fleet == 0) | draws.chance(0.06)
    driver = joined(len(row), "4110SL", digits(operator, 7), digits(vehicle % 1000, 3))
    place = np.where(draws.chance(0.02), len(PLACES) - 1, draws.below(len(PLACES) - 1))
    year = decided.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return {
        "violation_id": texts(joined(len(row), "示例交罚〔", digits(year, 4), "〕", digits(row + 1, 9), "号")),
        "operator_id": texts(credit_codes(operator)),
        "risk_point": words(POINTS, point),
        "occurred_on": days(occurred),
        "decided_on": days(decided),
        "penalty": yuan(fen, draws.chance(0.004)),
        "severity": words(SEVERITIES, severity),
        "status": words(STATUSES, status),
        "status_on": days(status_on, undated),
        "penalty_kind": words(KINDS, kind),
        "vehicle": texts(plates(vehicle), on_foot),
        "plate_colour": words(COLOURS, np.where(on_foot, 2, (trade == 4).astype(np.int64))),
        "driver": texts(driver, on_foot | draws.chance(0.1)),
        "decision_body": words(BODIES, draws.among((90, 9, 1))),
        "place": words(PLACES, place),
        "inspection_id": texts(joined(len(row), "JC", digits(operator * 2 + (row & 1), 9)), draws.chance(0.5)),
    }


def _offenders(size: Size, draws: Draws) -> Numbers:
    """Whose each violation is: a tier by its weight, and any operator within it."""
    edges = People(size).edges
    width = edges[1:] - edges[:-1]
    tier = draws.among(np.asarray([rate for _, rate in TIERS]) * width)
    return People(size).number_of(edges[tier] + draws.below(width[tier]))


def _points(draws: Draws, trade: Numbers) -> Numbers:
    """The risk point of each violation, as its trade's conduct has it, as a place among ``POINTS``."""
    word = draws.below(10_000)
    tables = np.zeros((len(CONDUCT), 10_000), np.int16)
    for at, codes in enumerate(CONDUCT):
        edges = np.cumsum(list(codes.values())) * 10_000 // sum(codes.values())
        chosen = np.searchsorted(edges, np.arange(10_000), side="right")
        tables[at] = np.asarray([POINTS.index(code) for code in codes])[chosen]
    return tables[trade, word]


def inspections(size: Size, first: int, last: int) -> Columns:
    """The inspections of these numbers, two of each operator."""
    row = np.arange(first, last, dtype=np.int64)
    draws = Draws(size.seed, row, INSPECTIONS)
    found = draws.chance(0.4)
    return {
        "inspection_id": texts(joined(len(row), "JC", digits(row, 9))),
        "operator_id": texts(credit_codes(row // 2)),
        "inspected_on": days(size.today - draws.below(4 * 365)),
        "kind": words(("专项检查", "路面检查", "双随机检查"), draws.among((2, 5, 3))),
        "place": words(PLACES, draws.below(len(PLACES))),
        "result": words(("未发现问题", "发现问题"), found.astype(np.int64)),
        "vehicle": texts(plates(row // 2 * 1000), draws.chance(0.7)),
    }


SOURCES: tuple[tuple[str, Any], ...] = (
    ("operators", operators),
    ("violations", violations),
    ("inspections", inspections),
)


def pieces(name: str, size: Size, dirt: Dirt | None) -> Iterator[pa.Table]:
    """The rows of a source, piece by piece; dirty ones with every column as text where a cell may be no value."""
    make, count = dict(SOURCES)[name], getattr(size, name)
    for first in range(0, max(count, 1), PIECE):
        last = min(first + PIECE, count)
        table = pa.table(make(size, first, last))
        yield table if dirt is None else dirt.spoil(name, table, first)


def write(out: Path, size: Size, form: str = "parquet", dirty: float = 0.0) -> list[Path]:
    """Write the three sources into a folder, and say which files.

    Args:
        out: the folder; made where there is none.
        size: how many rows, and of which seed.
        form: ``parquet`` or ``csv``.
        dirty: the share of rows that are odd or wrong.
    """
    out.mkdir(parents=True, exist_ok=True)
    dirt = Dirt(size.seed, dirty) if dirty else None
    written = []
    for name, _ in SOURCES:
        path = out / f"{name}.{form}"
        put = _put_parquet if form == "parquet" else _put_csv
        put(path, pieces(name, size, dirt))
        written.append(path)
    return written


def _put_parquet(path: Path, tables: Iterator[pa.Table]) -> None:
    writer = None
    for table in tables:
        few = [name for name in table.column_names if name not in {"violation_id", "operator_id", "name", "driver"}]
        writer = writer or parquet.ParquetWriter(path, table.schema, use_dictionary=few)
        writer.write_table(table, row_group_size=GROUP)
    if writer is not None:
        writer.close()


def _put_csv(path: Path, tables: Iterator[pa.Table]) -> None:
    options = csv.WriteOptions(quoting_style="needed")
    writer = None
    for table in tables:
        writer = writer or csv.CSVWriter(path, table.schema, write_options=options)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a set of files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path, help="folder for the files")
    parser.add_argument("--operators", type=int, required=True, help=f"how many, at most {MOST_OPERATORS}")
    parser.add_argument("--violations-per-operator", type=float, default=10, help="on average (default 10)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=("parquet", "csv"), default="parquet")
    parser.add_argument("--dirty", type=float, default=0.0, help="share of rows that are odd or wrong (default 0)")
    given = parser.parse_args(arguments)
    if not 1 <= given.operators <= MOST_OPERATORS:
        parser.error(f"--operators must be from 1 to {MOST_OPERATORS}")
    if given.violations_per_operator < 0 or not 0 <= given.dirty <= 1:
        parser.error("--violations-per-operator must not be negative, and --dirty be from 0 to 1")
    size = Size(given.operators, round(given.operators * given.violations_per_operator), given.seed)
    for path in write(given.out, size, given.format, given.dirty):
        print(f"{path}: {path.stat().st_size:,} bytes", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
