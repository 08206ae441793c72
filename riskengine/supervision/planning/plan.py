"""The plan of a period: what is due, which visits the inspectors can cover, and what they cannot."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import InputError, InternalError, UsageError
from riskengine.kernel.masking import is_personal, mask_name, mask_personal, mask_whole
from riskengine.kernel.problems import Problem, in_order
from riskengine.records.table import read_table
from riskengine.runs import scan
from riskengine.supervision.draw.people import read_conflicts
from riskengine.supervision.draw.previous import drawn_of
from riskengine.supervision.planning.content import plan_of
from riskengine.supervision.planning.rules import read_rules
from riskengine.supervision.planning.schedule import Demand, Officer, Schedule, schedule
from riskengine.supervision.sources import INSPECTORS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from riskengine.contract.records import Record
    from riskengine.runs import Run
    from riskengine.supervision.planning.content import Planned, PlanRow
    from riskengine.supervision.planning.rules import PlanRules

SCHEMA = "riskengine.plan/1"


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What a plan is made of.

    Attributes:
        run: whose operators are planned for.
        day: of the plan.
        since, until: the period.
        rules: a file of rules; None for those beside the policy.
        inspectors: a table of inspectors with their days; None where only what is due is wanted.
        conflicts: a table of who must not meet; None where there is none.
        draw: the folder of a draw whose visits are to be in the plan; None where there is none.
    """

    run: Run
    day: date
    since: date
    until: date
    rules: Path | None = None
    inspectors: Path | None = None
    conflicts: Path | None = None
    draw: Path | None = None


@dataclass(frozen=True, slots=True)
class CountyRow:
    """What a county is due and has: visits due and covered, its own inspectors' days and how many are left."""

    county: str
    operators: int
    due: int
    covered: int
    days: int
    left: int


@dataclass(frozen=True)
class Plan:
    """A plan.

    Attributes:
        request, rules: what it is made of.
        planned: what each operator is due.
        schedule: what the period holds; None where no inspectors were given.
        officers: certificate → the inspector's row.
        expired: certificates that end within the period: these inspectors are not in the plan.
        counties: what each county is due and has.
    """

    request: PlanRequest
    rules: PlanRules
    planned: Planned
    schedule: Schedule | None
    officers: Mapping[str, Record] = field(default_factory=dict)
    expired: tuple[str, ...] = ()
    counties: tuple[CountyRow, ...] = ()

    @property
    def due(self) -> int:
        """Visits due in the period."""
        return sum(row.due for row in self.planned.rows)

    @property
    def channels(self) -> dict[str, int]:
        """Channel → how many operators."""
        return dict(Counter(row.channel for row in self.planned.rows))

    @property
    def reasons(self) -> dict[str, int]:
        """Reason → visits that are not covered for it."""
        return dict(Counter(each.reason for each in self.schedule.uncovered)) if self.schedule else {}

    def to_dict(self, *, show_personal: bool = False) -> dict[str, Any]:
        """A JSON-ready form; natural persons and certificates are masked unless ``show_personal``."""
        shown = Shown(show_personal)
        held = self.schedule or Schedule((), (), {})
        return {
            "schema": SCHEMA,
            "run_id": self.request.run.run_id,
            "day": self.request.day.isoformat(),
            "period": {"from": self.request.since.isoformat(), "until": self.request.until.isoformat()},
            "rules": self.rules.plan,
            "operators": [shown.row(row) for row in self.planned.rows],
            "left_out": [
                {"operator_id": shown.id(operator), "name": shown.name(operator, name), "reason": reason}
                for operator, name, reason in self.planned.left_out
            ],
            "due": self.due,
            "visits": None
            if self.schedule is None
            else [
                {
                    "operator_id": shown.id(each.operator_id),
                    "turn": each.turn,
                    "inspectors": [shown.certificate(officer) for officer in each.officers],
                }
                for each in held.visits
            ],
            "not_covered": [
                {"operator_id": shown.id(each.operator_id), "turn": each.turn, "reason": each.reason}
                for each in held.uncovered
            ],
            "counties": [
                {name: getattr(row, name) for name in ("county", "operators", "due", "covered", "days", "left")}
                for row in self.counties
            ],
            "expired": [shown.certificate(each) for each in self.expired],
        }


@dataclass(frozen=True, slots=True)
class Shown:
    """How persons are shown: masked unless ``personal``."""

    personal: bool

    def id(self, operator: str) -> str:
        """An operator's id."""
        return operator if self.personal else mask_personal(operator)

    def name(self, operator: str, name: str) -> str:
        """An operator's name."""
        if self.personal:
            return name
        return mask_name(name) if is_personal(operator) and name != operator else mask_personal(name)

    def certificate(self, certificate: str) -> str:
        """An inspector's certificate."""
        return certificate if self.personal else mask_whole(certificate)

    def row(self, row: PlanRow) -> dict[str, Any]:
        """An operator of a plan."""
        return {
            "operator_id": self.id(row.operator_id),
            "name": self.name(row.operator_id, row.name),
            "county": row.county,
            "grade": row.grade,
            "tier": row.tier,
            "channel": row.channel,
            "visits_a_year": row.visits_a_year,
            "due": row.due,
            "is_drawn": row.is_drawn,
            "deadline": None if row.deadline is None else row.deadline.isoformat(),
            "focus": list(row.focus),
            "basis": [article.to_dict() for article in row.basis],
            "is_local_policy": row.is_local,
            "records_left_out": row.left_out,
        }


def make_plan(request: PlanRequest) -> Plan:
    """Make the plan of a period.

    Raises:
        InputError: a file cannot be used (RE-1xx, RE-2xx, RE-900 to RE-902, RE-906), a tier has no rule (RE-913), an
            inspector has no days (RE-914), the draw is not as it was written (RE-909).
        UsageError: the days are in no order (RE-905), the run has no tiers or no rules (RE-912), nothing was drawn yet
            (RE-908).
        RunError: a table of the run cannot be read.
    """
    _check_days(request)
    rules = read_rules(request.run, request.rules)
    drawn = {} if request.draw is None else _drawn(request.draw)
    planned = plan_of(request.run, rules, request.day, (request.since, request.until), drawn)
    if len(planned.rows) + len(planned.left_out) != int(request.run.manifest["tables"]["grades"]["rows"]):
        raise InternalError(message="the operators of the plan do not add up")
    if request.inspectors is None:
        return Plan(request, rules, planned, None, counties=_counties(planned, (), None))
    rows = _with_days(request.inspectors)
    valid = {row["certificate"]: row for row in rows if row["valid_until"] >= request.until}
    officers = [Officer(name, row["county"] or "", row["days"]) for name, row in sorted(valid.items())]
    demands = [
        Demand(row.operator_id, row.county, row.due, drawn.get(row.operator_id, ())) for row in planned.rows if row.due
    ]
    barred = {} if request.conflicts is None else _barred(request, [row["certificate"] for row in rows])
    filled = schedule(demands, officers, each=rules.officers, days=rules.visit_days, barred=barred)
    expired = tuple(row["certificate"] for row in rows if row["certificate"] not in valid)
    return Plan(request, rules, planned, filled, valid, expired, _counties(planned, officers, filled))


def _check_days(request: PlanRequest) -> None:
    as_of, problems = request.run.as_of, []
    if request.day < as_of:
        reason = f"the plan begins before the as-of date of the run, {as_of.isoformat()}"
        problems.append(
            Problem("RE-905", column="--as-of", found=request.day.isoformat(), params=(("reason", reason),))
        )
    if request.until < request.since:
        reason = f"the last day of the plan is before the first, {request.since.isoformat()}"
        problems.append(
            Problem("RE-905", column="--until", found=request.until.isoformat(), params=(("reason", reason),))
        )
    if problems:
        raise UsageError(problems)


def _drawn(folder: Path) -> dict[str, tuple[str, ...]]:
    """Operator → the inspectors who were drawn for it; none where no pair was possible."""
    return {
        row["operator_id"]: tuple(filter(None, (row["inspector_1"], row["inspector_2"]))) for row in drawn_of(folder)
    }


def _with_days(path: Path) -> list[Record]:
    rows = read_table(path, INSPECTORS).records
    problems = [
        Problem("RE-914", source=path.name, column="days", found=mask_whole(row["certificate"]))
        for row in rows
        if row["days"] is None
    ]
    if problems:
        raise InputError(in_order(problems))
    return rows


def _barred(request: PlanRequest, certificates: list[str]) -> dict[str, set[str]]:
    operators = {row[0] for row in scan(request.run, "grades", ("operator_id",))}
    found: dict[str, set[str]] = {}
    for certificate, operator in read_conflicts(request.conflicts or request.run.folder, certificates, operators):
        found.setdefault(operator, set()).add(certificate)
    return found


def _counties(
    planned: Planned, officers: tuple[Officer, ...] | list[Officer], filled: Schedule | None
) -> tuple[CountyRow, ...]:
    county_of = {row.operator_id: row.county for row in planned.rows}
    operators = Counter(county_of.values())
    due = Counter(dict.fromkeys(operators, 0))
    for row in planned.rows:
        due[row.county] += row.due
    covered = Counter(county_of[each.operator_id] for each in filled.visits) if filled else Counter[str]()
    days, left = Counter[str](), Counter[str]()
    for officer in officers:
        days[officer.county] += officer.days
        left[officer.county] += filled.left[officer.certificate] if filled else officer.days
    return tuple(
        CountyRow(county, operators[county], due[county], covered[county], days[county], left[county])
        for county in sorted({*operators, *days})
    )
