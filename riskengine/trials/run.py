"""Running one test: the records are read as those of a user are, an engine grades them, the answer is compared."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED
from riskengine.engines.registry import engine_named
from riskengine.kernel.errors import InputError
from riskengine.plan import known_of
from riskengine.records import read_records
from riskengine.results import Context, Explanation, OperatorView, explain, view_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from riskengine.contract.records import Records
    from riskengine.engines.base import Outcome
    from riskengine.kernel.problems import Problem
    from riskengine.trials.model import Case, Trial
    from riskengine.trials.subject import Subject

RATED = "T"
"""The id of the operator that a test is about, where the test gives none."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the policy answers otherwise than the test expects: what, expected, found."""

    what: str
    expected: Any
    found: Any


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What came of one test.

    Attributes:
        name: the test's name.
        line: where it stands in the file.
        differences: what is otherwise than expected; none where it passed.
        problems: what was wrong with its records.
        explanation: why the operator has its grade; None where it could not be read.
    """

    name: str
    line: int | None
    differences: tuple[Difference, ...]
    problems: tuple[Problem, ...]
    explanation: Explanation | None

    @property
    def passed(self) -> bool:
        """Whether everything is as expected."""
        return not self.differences


def trial_records(subject: Subject, trial: Trial) -> Records:
    """The records of a test, read and checked as those of a user are; ids filled in.

    Raises:
        InputError: they cannot be used as a whole.
    """
    cases = [(RATED, trial), *((f"P{number}", peer) for number, peer in enumerate(trial.peers, 1))]
    reads = subject.plan.reads
    return read_records(
        operators=[{"operator_id": own, **case.operator} for own, case in cases],
        violations=list(_rows(cases, "violations", "V")) if "violations" in reads else None,
        inspections=list(_rows(cases, "inspections", "I")) if "inspections" in reads else None,
        as_of=trial.as_of,
        **known_of(subject.plan, subject.catalog),
    )


def _rows(cases: Sequence[tuple[str, Case]], source: str, letter: str) -> Iterator[dict[str, Any]]:
    key, number = f"{source[:-1]}_id", 0
    for own, case in cases:
        holder = case.operator.get("operator_id", own)
        for cells in getattr(case, source):
            number += 1
            yield {key: f"{letter}{number}", "operator_id": holder, **cells}


def graded(subject: Subject, trial: Trial, engine: str = "reference") -> tuple[Records, Outcome]:
    """The records of a test, and what an engine makes of them.

    Raises:
        InputError: the records cannot be used as a whole.
        UsageError: there is no such engine (RE-606).
        MissingExtraError: the engine is not installed.
    """
    records = trial_records(subject, trial)
    return records, engine_named(engine).grade(subject.plan, records, trial.as_of)


def run_trial(subject: Subject, trial: Trial, line: int | None = None, engine: str = "reference") -> TrialResult:
    """Run one test.

    Raises:
        UsageError: there is no such engine (RE-606).
        MissingExtraError: the engine is not installed.
    """
    try:
        records, outcome = graded(subject, trial, engine)
    except InputError as error:
        return TrialResult(trial.name, line, (Difference("records", None, None),), error.problems, None)
    problems = tuple(problem for problem in records.problems() if problem.is_error)
    left_out = sum(source.left_out_count for source in records.sources)
    differences = [] if left_out == trial.expect.left_out else [Difference("left_out", trial.expect.left_out, left_out)]
    operator_id = str(trial.operator.get("operator_id", RATED))
    view = view_of(outcome, operator_id)
    if view is None:
        return TrialResult(trial.name, line, (*differences, Difference("records", None, None)), problems, None)
    differences += _differences(trial, view)
    context = Context(subject.plan, subject.file.policy, subject.catalog, trial.as_of)
    return TrialResult(trial.name, line, tuple(differences), problems, explain(view, context))


def _differences(trial: Trial, view: OperatorView) -> Iterator[Difference]:
    expect = trial.expect
    for key in type(expect).model_fields:
        if key not in expect.model_fields_set or key == "left_out":
            continue
        expected = getattr(expect, key)
        if isinstance(expected, dict):
            for name, wanted in expected.items():
                found = _ANSWERS[key](view, name, wanted)
                if not same(found, wanted):
                    yield Difference(f"{key}.{name}", wanted, found)
            continue
        found = _answer(view, key)
        wanted = sorted(expected) if isinstance(expected, tuple) else expected
        if not same(found, wanted):
            yield Difference(key, wanted, found)


def same(found: Any, wanted: Any) -> bool:
    """Whether two values are equal; a boolean is no number, and an integer is a decimal of no places."""
    return isinstance(found, bool) == isinstance(wanted, bool) and bool(found == wanted)


def _answer(view: OperatorView, key: str) -> Any:
    """What was found for a key that is compared as a whole; lists sorted."""
    if key in {"fired", "unknown"}:
        told = [row for row in view.signals if (row["status"] == FIRED) == (key == "fired")]
        return sorted("/".join(filter(None, (row["rule"], row["risk_point"]))) for row in told)
    if key == "actions":
        return sorted({row["action"] for row in view.actions})
    if key == "measures":
        return sorted({row["measure"] for row in view.measures})
    if key == "tier":
        return next((row["tier"] for row in view.actions if row["tier"]), None)
    return view.grade[key]


def _signal(view: OperatorView, name: str, wanted: Any) -> Any:
    """The word of a rule, or its points where the test expects points."""
    rule, _, code = name.partition("/")
    for row in view.signals:
        if (row["rule"], row["risk_point"] or "") == (rule, code):
            word = "fired" if row["status"] == FIRED else "unknown"
            return row["points"] if isinstance(wanted, int | Decimal) and word == "fired" else word
    return "not_fired"


def _fact(view: OperatorView, name: str, _: Any) -> Any:
    fact, _, code = name.partition("/")
    rows = [row for row in view.risk_point_facts if row["risk_point"] == code] if code else [view.facts]
    return rows[0].get(fact) if rows else None


_ANSWERS = {"signals": _signal, "facts": _fact, "tallies": _fact}
