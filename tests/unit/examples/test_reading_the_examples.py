"""The clean examples are read without loss, and the dirty ones meet the fate that their list says."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from riskengine.records import read_records

if TYPE_CHECKING:
    from riskengine.contract.records import Records

EXAMPLES = Path(__file__).parents[3] / "examples"
RISK_POINTS = {
    f"{area}-{number:02d}": area
    for area, last in {"EC": 5, "HW": 6, "RT": 8, "UP": 7, "WT": 6}.items()
    for number in range(1, last + 1)
}


def read(**paths: Path) -> Records:
    return read_records(
        **paths,
        as_of=date(2022, 12, 31),
        risk_points=lambda code: code if code in RISK_POINTS else None,
        known_risk_points=tuple(RISK_POINTS),
        known_areas=sorted(set(RISK_POINTS.values())),
        risk_point_area=RISK_POINTS,
    )


def test_the_clean_examples_are_used_to_the_last_row() -> None:
    records = read(**{name: EXAMPLES / f"{name}.csv" for name in ("operators", "violations", "inspections")})
    assert [len(source.records) for source in records.sources] == [300, 2996, 4000]
    assert {problem.code for problem in records.problems()} == {"RE-263"}  # some are not decided yet


def test_every_dirty_row_meets_the_fate_that_the_list_says() -> None:
    records = read(**{name: EXAMPLES / "dirty" / f"{name}.csv" for name in ("operators", "violations")})
    lists = (EXAMPLES / "dirty" / "README.md").read_text("utf-8").split("\n## ")[1:]
    for source, listed in zip(records.sources, lists, strict=True):
        said = dict(re.findall(r"^\| (\d+) \| \S+ \| .+ \| (.*) \|$", listed, re.MULTILINE))
        left_out = {row.row for row in source.left_out}
        warned = {problem.row for problem in source.problems}
        for row in range(2, source.rows_in + 2):
            fate = "left out" if row in left_out else "warning" if row in warned else "used"
            assert fate == said.get(str(row), "used"), (source.name, row)
