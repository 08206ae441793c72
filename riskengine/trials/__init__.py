"""What is done to a policy with an engine: the tests that it carries, and what they leave untried.

Not here: how a policy is graded (engines), how results are explained (results), files of a run (runs).
May import: runs and what stands to its right.
"""

from riskengine.trials.coverage import Coverage, Item, coverage_of
from riskengine.trials.load import TESTS_FILE, TrialsFile, read_trials
from riskengine.trials.model import Case, Expect, Trial
from riskengine.trials.report import TrialReport, run_policy_tests
from riskengine.trials.run import Difference, TrialResult, graded, run_trial
from riskengine.trials.subject import Subject
from riskengine.trials.text import report_dict, report_lines
from riskengine.trials.words import wording

__all__ = [
    "TESTS_FILE",
    "Case",
    "Coverage",
    "Difference",
    "Expect",
    "Item",
    "Subject",
    "Trial",
    "TrialReport",
    "TrialResult",
    "TrialsFile",
    "coverage_of",
    "graded",
    "read_trials",
    "report_dict",
    "report_lines",
    "run_policy_tests",
    "run_trial",
    "wording",
]
