"""All tests of a policy, run by one engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from riskengine.kernel.progress import track
from riskengine.trials.coverage import Coverage, coverage_of
from riskengine.trials.load import TESTS_FILE, read_trials
from riskengine.trials.run import run_trial
from riskengine.trials.subject import Subject

if TYPE_CHECKING:
    from riskengine.trials.run import TrialResult


@dataclass(frozen=True, slots=True)
class TrialReport:
    """What came of the tests of a policy.

    Attributes:
        policy: the policy's name.
        engine: the engine that graded.
        results: one for each test, in file order.
        coverage: what the tests try of the policy, and what they do not.
    """

    policy: str
    engine: str
    results: tuple[TrialResult, ...]
    coverage: Coverage

    @property
    def passed(self) -> bool:
        """Whether every test passed."""
        return all(result.passed for result in self.results)


def run_policy_tests(policy: str | Path, engine: str = "reference") -> TrialReport:
    """Run the tests that stand beside a policy.

    Args:
        policy: a shipped name, or the path of a policy file, of the folder that holds ``policy.yaml``, or of the tests.
        engine: ``reference``, ``live`` or ``duckdb``.

    Raises:
        PolicyError: the policy or its tests cannot be read; every problem is listed.
        UsageError: there is no such engine (RE-606).
        MissingExtraError: the engine is not installed.
    """
    named = Path(policy)
    subject = Subject.load(named.parent if named.name == TESTS_FILE else policy)
    file = read_trials(subject)
    lines = [file.document.line(("tests", at, "name")) for at in range(len(file.tests))]
    pairs = track(list(zip(file.tests, lines, strict=True)), "tests", len(lines), every=1)
    results = (run_trial(subject, trial, line, engine) for trial, line in pairs)
    return TrialReport(subject.plan.policy, engine, tuple(results), coverage_of(subject, file))
