"""Each folder of ``catalog/`` changes one file of the whole catalogue; ``expect.yaml`` lists what must be found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from riskengine.catalog import load_catalog
from riskengine.kernel.errors import CatalogError

CASES = Path(__file__).parent / "catalog"
WHOLE = CASES / "whole"


def case_folders() -> list[Path]:
    return sorted(path.parent for path in CASES.glob("*/expect.yaml"))


def test_the_small_catalogue_that_the_cases_change_is_whole() -> None:
    catalog = load_catalog(WHOLE / "risk_catalog", WHOLE / "measures")
    assert list(catalog.risk_points) == ["HW-01"]
    assert catalog.risk_points["HW-01"].measures == ("HW-01-M1", "HW-01-M2")


def test_there_are_at_least_ten_bad_catalogues() -> None:
    assert len(case_folders()) >= 10


@pytest.mark.parametrize("case", case_folders(), ids=lambda case: case.name)
def test_every_problem_of_a_bad_catalogue_is_named_at_once_with_its_place(case: Path, tmp_path: Path) -> None:
    shutil.copytree(WHOLE, tmp_path, dirs_exist_ok=True)
    shutil.copytree(case, tmp_path, dirs_exist_ok=True)
    with pytest.raises(CatalogError) as caught:
        load_catalog(tmp_path / "risk_catalog", tmp_path / "measures")
    problems = list(caught.value.problems)
    for expected in yaml.safe_load((case / "expect.yaml").read_text("utf-8")):
        found = next((problem for problem in problems if _is(problem, expected)), None)
        assert found is not None, f"{expected} is not among\n{caught.value}"
        assert found.text("zh") != found.text("en")
        problems.remove(found)
    assert problems == [], caught.value


def _is(problem, expected) -> bool:
    return (
        problem.code == expected["code"]
        and expected.get("line", problem.line) == problem.line
        and all(str(word) in problem.text() for word in expected["words"])
    )
