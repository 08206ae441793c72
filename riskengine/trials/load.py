"""Reading ``tests.yaml``: its shape, and whether it names what the policy has; every problem at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskengine.contract.sources import SOURCES
from riskengine.kernel.errors import PolicyError
from riskengine.kernel.models import ModelCodes, validated
from riskengine.kernel.problems import Problem, in_order, nearest
from riskengine.kernel.yaml_document import YamlDocument, parse_yaml, refuse_hidden
from riskengine.policy import shipped_file, shipped_policies
from riskengine.trials.model import Trials

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from riskengine.kernel.yaml_document import Path_
    from riskengine.trials.model import Case, Expect, OutOfReach, Trial
    from riskengine.trials.subject import Subject

CODES = ModelCodes(unknown="RE-701", missing="RE-702", wrong="RE-703", inconsistent="RE-704")
TESTS_FILE = "tests.yaml"


@dataclass(frozen=True, slots=True)
class TrialsFile:
    """The tests of a policy, with the file that they came from."""

    tests: tuple[Trial, ...]
    out_of_reach: tuple[OutOfReach, ...]
    document: YamlDocument


def read_trials(subject: Subject) -> TrialsFile:
    """Read the tests that stand beside a policy.

    Raises:
        PolicyError: there is no such file (RE-700), or it is not what it must be; every problem is listed.
    """
    content, source = _content(subject.name)
    document = parse_yaml(content, source)
    refuse_hidden(document)
    if not document.problems and not isinstance(document.data, dict):
        document.problems.append(document.problem("RE-703", (), found="", reason="a mapping with the key tests"))
    problems: list[Problem] = []
    trials = validated(document, Trials, CODES, problems)
    if trials is not None:
        problems += _Names(subject, document).check(trials)
    if trials is None or problems:
        raise PolicyError(in_order(problems))
    return TrialsFile(trials.tests, trials.out_of_reach, document)


def _content(name: str) -> tuple[bytes, str]:
    if name in shipped_policies():
        return shipped_file(name, TESTS_FILE), f"{name}/{TESTS_FILE}"
    path = Path(name)
    file = (path if path.is_dir() else path.parent) / TESTS_FILE
    try:
        return file.read_bytes(), "/".join(file.parts[-2:])
    except OSError:
        raise PolicyError([Problem("RE-700", source=str(path), found=str(file))]) from None


class _Names:
    """What tests name must be there: columns, rules, facts, tallies, grades, actions, tiers."""

    def __init__(self, subject: Subject, document: YamlDocument) -> None:
        policy, plan = subject.file.policy, subject.plan
        self._document = document
        self._plan = plan
        self._codes = set(plan.risk_point_by_code)
        self._columns = {name: _columns(source) for name, source in SOURCES.items()}
        for column in plan.profile:
            self._columns[column.source].add(column.name)
        rules = {rule.rule: rule.each_risk_point or rule.risk_point is not None for rule in plan.rules}
        self._known: dict[str, Collection[str]] = {
            "fired": rules,
            "unknown": rules,
            "signals": rules,
            "facts": {fact.name: fact.per_risk_point for fact in plan.facts},
            "tallies": {tally.name for tally in plan.tallies},
            "grade": {
                *plan.grades,
                *(rule.grade for rule in plan.rules if rule.stage == "insufficient" and rule.grade),
            },
            "ceiling_rule": {rule.rule for rule in plan.rules if rule.stage == "ceiling"},
            "actions": policy.supervision.actions,
            "tier": policy.supervision.tiers,
            "measures": {measure for point in plan.risk_points for measure in point.measures},
        }

    def check(self, trials: Trials) -> Iterator[Problem]:
        """Every problem of the file."""
        names: dict[str, int] = {}
        for at, trial in enumerate(trials.tests):
            path: Path_ = ("tests", at)
            if trial.name in names:
                yield self._problem("RE-705", (*path, "name"), trial.name, other=self._line(names[trial.name]))
            names.setdefault(trial.name, at)
            yield from self._case(trial, path)
            for number, peer in enumerate(trial.peers):
                yield from self._case(peer, (*path, "peers", number))
            yield from self._expect(trial.expect, (*path, "expect"))

    def _case(self, case: Case, path: Path_) -> Iterator[Problem]:
        yield from self._cells(case.operator, "operators", (*path, "operator"))
        for source in ("violations", "inspections"):
            rows = getattr(case, source)
            if rows and source not in self._plan.reads:
                yield self._problem("RE-707", (*path, source), source, policy=self._plan.policy)
                continue
            for at, row in enumerate(rows):
                yield from self._cells(row, source, (*path, source, at))

    def _cells(self, cells: Mapping[str, Any], source: str, path: Path_) -> Iterator[Problem]:
        for name, value in cells.items():
            if name not in self._columns[source]:
                near = nearest(name, self._columns[source])
                yield self._problem("RE-706", (*path, name), name, what=f"column of {source}", near=near)
            if isinstance(value, dict):
                yield self._problem("RE-703", (*path, name), name, reason="a cell is no mapping")

    def _expect(self, expect: Expect, path: Path_) -> Iterator[Problem]:
        for key, known in self._known.items():
            given = getattr(expect, key)
            names = (given,) if isinstance(given, str) else () if given is None else tuple(given)
            for at, name in enumerate(names):
                here = (*path, key) if isinstance(given, str) else (*path, key, name if isinstance(given, dict) else at)
                yield from self._name(key, name, known, here)

    def _name(self, key: str, name: str, known: Collection[str], path: Path_) -> Iterator[Problem]:
        first, sign, code = name.partition("/")
        what = _WHAT.get(key, key)
        if first not in known or (sign and not isinstance(known, dict)):
            yield self._problem("RE-706", path, name, what=what, near=nearest(first, known))
            return
        if isinstance(known, dict) and key in _BY_RISK_POINT:
            if bool(sign) != known[first]:
                reason = f"write {first}/RISK-POINT" if known[first] else f"{first} is not about risk points"
                yield self._problem("RE-703", path, name, reason=reason)
            elif sign and self._codes and code not in self._codes:
                yield self._problem("RE-706", path, code, what="risk point", near=nearest(code, self._codes))

    def _line(self, at: int) -> int | None:
        return self._document.line(("tests", at, "name"))

    def _problem(self, code: str, path: Path_, found: str, **params: object) -> Problem:
        return self._document.problem(code, path, found, **params)


_BY_RISK_POINT = ("fired", "unknown", "signals", "facts")
_WHAT = {
    "fired": "rule",
    "unknown": "rule",
    "signals": "rule",
    "facts": "fact",
    "tallies": "tally",
    "ceiling_rule": "ceiling",
    "actions": "action",
    "measures": "measure",
}


def _columns(source: Any) -> set[str]:
    """The columns of a source by name, and by the Chinese headings that are accepted as they stand."""
    return {name for column in source.columns for name in (column.name, *column.headings)}
