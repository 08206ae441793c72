"""Each folder of ``trials`` is a bad ``tests.yaml`` with the errors that must be found in it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from riskengine.kernel.errors import PolicyError
from riskengine.trials import Subject, read_trials

CASES = sorted(folder for folder in (Path(__file__).parent / "trials").iterdir() if folder.is_dir())


@cache
def subject():
    return Subject.load("xuchang-transport")


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_bad_tests_are_answered_with_their_errors_at_their_lines_and_no_others(folder):
    expected = yaml.safe_load((folder / "expect.yaml").read_text("utf-8"))
    with pytest.raises(PolicyError) as caught:
        read_trials(replace(subject(), name=str(folder)))
    problems = caught.value.problems
    found = sorted((problem.code, problem.line) for problem in problems)
    assert found == sorted((entry["code"], entry["line"]) for entry in expected), caught.value.text()
    for entry in expected:
        texts = [
            problem.text() for problem in problems if (problem.code, problem.line) == (entry["code"], entry["line"])
        ]
        assert any(all(word in text for word in entry["words"]) for text in texts), (entry, texts)
    for problem in problems:
        assert f"{folder.name}/tests.yaml, line {problem.line}, character {problem.character}" in problem.text()
        assert problem.text("zh") != problem.text("en")
