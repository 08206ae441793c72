"""Case files put together: the cases of a record with their steps and the decisions that ended them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from riskengine.contract.sources import VIOLATIONS
from riskengine.kernel.errors import InputError
from riskengine.kernel.masking import is_personal
from riskengine.kernel.problems import in_order, nearest
from riskengine.records.grammar import MISSING_MARKS
from riskengine.supervision.cases.sources import CASE_STEPS, CASES, ORGANISATION, PERSON
from riskengine.supervision.record import rows_of, rows_or_none
from riskengine.supervision.review.proceeding import person

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from decimal import Decimal
    from pathlib import Path

    from riskengine.contract.records import Record
    from riskengine.kernel.problems import Problem
    from riskengine.supervision.cases.checklist import Checklist, Named
    from riskengine.supervision.record import Rows

People = dict[str, str]
"""A person as persons are compared → the name as it is written."""

_BETWEEN = re.compile("[;\uff1b]")


@dataclass(slots=True)
class StepTaken:
    """A step of a case.

    Attributes:
        first: the day on which it was first taken.
        by: who took it.
        documented: whether a document of it is named.
    """

    first: date
    by: People = field(default_factory=dict)
    documented: bool = False


@dataclass(slots=True)
class CaseFile:
    """A case with what is recorded of it by a day.

    Attributes:
        case_id, unit, procedure: as the record has them.
        violation_id: the decision that ended it; None where it is not ended, or not said.
        risk_point: of its violation; None where there is none.
        party: ``person`` or ``organisation``; None where nothing tells.
        circumstances, penalty_kinds: what conditions look at.
        fine: in yuan; None where it is not known.
        decided_on: the day of the decision by its violation, where it is not after the day.
        has_violation: whether the violation is among those of the record; None where it names none, or the record has
            no violations.
        roles: role → who the case says has it.
        steps: those taken by the day.
        later: how many rows of steps lie after the day: not used.
    """

    case_id: str
    unit: str
    procedure: str
    violation_id: str | None = None
    risk_point: str | None = None
    party: str | None = None
    circumstances: frozenset[str] = frozenset()
    penalty_kinds: frozenset[str] = frozenset()
    fine: Decimal | None = None
    decided_on: date | None = None
    has_violation: bool | None = None
    roles: dict[str, People] = field(default_factory=dict)
    steps: dict[str, StepTaken] = field(default_factory=dict)
    later: int = 0

    @property
    def begun_on(self) -> date | None:
        """The day of its first step."""
        return min((step.first for step in self.steps.values()), default=None)

    def ended_on(self, decides: str) -> date | None:
        """The day of the decision: of the step of that name, else of the violation."""
        return self.steps[decides].first if decides in self.steps else self.decided_on


def people_of(cell: str | None) -> People:
    """The people of a cell, with ``;`` between them, sorted.

    >>> people_of("示例甲； 示例乙;无; 示例甲")
    {'示例乙': '示例乙', '示例甲': '示例甲'}
    """
    names = [part.strip() for part in _BETWEEN.split(cell or "")]
    return together([{person(name): name} for name in names if name not in MISSING_MARKS])


def together(groups: Iterable[People]) -> People:
    """The people of several groups, each once under the name that sorts first: no order of rows shows."""
    written = sorted({(key, name) for group in groups for key, name in group.items()}, reverse=True)
    return dict(reversed(list(dict(written).items())))


def read_cases(folder: Path, checklist: Checklist, as_of: date) -> list[CaseFile]:
    """The cases of a record folder, by number.

    Args:
        folder: with ``cases`` and ``case_steps``, and ``violations`` where decisions are to be compared.
        checklist: whose steps and circumstances they name.
        as_of: steps after it are counted and not used.

    Raises:
        UsageError: there is no such folder or file (RE-955 to RE-957).
        InputError: a file cannot be used, names a step (RE-958) or a circumstance (RE-959) that the checklist does not
            have, or a step is of no case (RE-960); every problem of all of them.
    """
    cases, steps, violations = rows_of(folder, CASES), rows_of(folder, CASE_STEPS), rows_or_none(folder, VIOLATIONS)
    problems: list[Problem] = []
    decisions = None if violations is None else {row.record["violation_id"]: row.record for row in violations.rows}
    circumstances = names_of(checklist.circumstances)
    found: dict[str, CaseFile] = {}
    for row in cases.rows:
        named = [part.strip() for part in _BETWEEN.split(row.record["circumstances"] or "")]
        named = [name for name in named if name not in MISSING_MARKS]
        unknown = [name for name in named if person(name) not in circumstances]
        problems += [cases.problem("RE-959", row, "circumstances", nearest(name, circumstances)) for name in unknown]
        special = frozenset(circumstances[person(name)] for name in named if name not in unknown)
        found[row.record["case_id"]] = _case(row.record, special, decisions, as_of)
    problems += _take(found, steps, names_of(checklist.steps), as_of)
    if problems:
        raise InputError(in_order(problems))
    return [found[name] for name in sorted(found)]


def names_of(entries: Mapping[str, Named]) -> dict[str, str]:
    """Every word by which an entry may be named, as names are compared → the entry."""
    words = {
        person(word): name for name, entry in entries.items() for word in (entry.title.zh, entry.title.en, *entry.words)
    }
    return {**words, **{name: name for name in entries}}


def _case(record: Record, special: frozenset[str], decisions: Mapping[str, Record] | None, as_of: date) -> CaseFile:
    held = CaseFile(
        record["case_id"], record["unit"], record["procedure"], party=record["party"], circumstances=special
    )
    held.roles = {
        "investigator": people_of(record["investigators"]),
        "handler": people_of(record["handler"]),
        "reviewer": people_of(record["reviewer"]),
    }
    held.violation_id = record["violation_id"]
    if held.violation_id is None or decisions is None:
        return held
    decision = decisions.get(held.violation_id)
    held.has_violation = decision is not None
    if decision is None:
        return held
    held.risk_point = decision["risk_point"]
    held.fine = decision["penalty"]
    held.penalty_kinds = frozenset(decision["penalty_kind"] or ())
    if decision["decided_on"] is not None and decision["decided_on"] <= as_of:
        held.decided_on = decision["decided_on"]
    if held.party is None:
        held.party = PERSON if is_personal(decision["operator_id"]) else ORGANISATION
    return held


def _take(found: Mapping[str, CaseFile], steps: Rows, names: Mapping[str, str], as_of: date) -> Iterable[Problem]:
    """Put the steps into their cases; what cannot be."""
    problems = []
    for row in steps.rows:
        record = row.record
        case, step = found.get(record["case_id"]), names.get(person(record["step"]))
        if case is None:
            problems.append(steps.problem("RE-960", row, "case_id", nearest(record["case_id"], found)))
        if step is None:
            problems.append(steps.problem("RE-958", row, "step", nearest(record["step"], names)))
        if case is None or step is None:
            continue
        if record["done_on"] > as_of:
            case.later += 1
            continue
        taken = case.steps.setdefault(step, StepTaken(record["done_on"]))
        taken.first = min(taken.first, record["done_on"])
        taken.by = together([taken.by, people_of(record["by"])])
        taken.documented |= (record["document"] or "") not in MISSING_MARKS
    return problems
