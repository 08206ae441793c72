"""Each folder of ``records`` is a bad input with the problems that must be found in it; a new case needs no Python."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from riskengine.contract.sources import ProfileColumn
from riskengine.kernel.errors import InputError
from riskengine.records import read_records

CASES = sorted(folder for folder in (Path(__file__).parent / "records").iterdir() if folder.is_dir())
RISK_POINTS = {"HW-01": "HW", "RT-01": "RT", "UP-01": "UP"}
PROFILE = {"profile_column_missing": (ProfileColumn("share", "decimal", places=2),)}


def problems_of(folder):
    files = {path.stem: path for path in folder.iterdir() if path.name != "expect.yaml"}
    try:
        records = read_records(
            **files,
            as_of=date(2022, 12, 31),
            profile=PROFILE.get(folder.name, ()),
            risk_points=lambda code: code if code in RISK_POINTS else None,
            known_risk_points=list(RISK_POINTS),
            known_areas=["HW", "RT", "UP", "WT", "EC"],
            risk_point_area=RISK_POINTS,
        )
    except InputError as error:
        return list(error.problems), True
    return records.problems(), False


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_bad_input_is_answered_with_its_problems_and_no_others(folder):
    expected = yaml.safe_load((folder / "expect.yaml").read_text("utf-8"))
    problems, fatal = problems_of(folder)
    assert fatal == any(entry.get("fatal", False) for entry in expected)
    assert sorted(p.code for p in problems) == sorted(entry["code"] for entry in expected), [p.text() for p in problems]
    for entry in expected:
        fitting = [
            p
            for p in problems
            if p.code == entry["code"]
            and p.row == entry.get("row", p.row)
            and p.column == entry.get("column", p.column)
        ]
        assert fitting, entry
        text = fitting[0].text()
        assert all(word in text for word in entry["words"]), text
        assert fitting[0].text("zh") != text


def test_there_are_at_least_forty_bad_inputs():
    assert len(CASES) >= 40
