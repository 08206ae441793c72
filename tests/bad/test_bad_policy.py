"""Each folder of ``policy`` is a bad policy with the errors that must be found in it; a new case needs no Python."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from riskengine.catalog import load_shipped
from riskengine.kernel.errors import PolicyError
from riskengine.plan import compile_plan
from riskengine.policy import read_policy

CASES = sorted(folder for folder in (Path(__file__).parent / "policy").iterdir() if folder.is_dir())


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_bad_policy_is_answered_with_its_errors_at_their_lines_and_no_others(folder):
    expected = yaml.safe_load((folder / "expect.yaml").read_text("utf-8"))
    with pytest.raises(PolicyError) as caught:
        compile_plan(read_policy(folder), load_shipped())
    errors = [problem for problem in caught.value.problems if problem.is_error]
    found = sorted((problem.code, problem.line) for problem in errors)
    assert found == sorted((entry["code"], entry["line"]) for entry in expected), caught.value.text()
    for entry in expected:
        texts = [problem.text() for problem in errors if (problem.code, problem.line) == (entry["code"], entry["line"])]
        assert any(all(word in text for word in entry["words"]) for text in texts), (entry, texts)
    assert all(problem.source == f"{folder.name}/policy.yaml" for problem in errors)
    assert all(problem.text("zh") != problem.text("en") for problem in errors)
    for problem in errors:
        assert f"line {problem.line}, character {problem.character}" in problem.text()
        assert problem.to_dict()["character"] >= 1


def test_there_are_at_least_fifty_bad_policies():
    assert len(CASES) >= 50
