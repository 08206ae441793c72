"""A plan compiled for one operator at a time: selections, facts, rules, and the stages asked of durable-rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.contract.sources import PENALTY_PLACES, SOURCES
from riskengine.engines.base import engine_tables
from riskengine.engines.live.arithmetic import Formula, divides, formula, scaled
from riskengine.engines.live.day import Day
from riskengine.engines.live.facts import Aggregate, Computed
from riskengine.engines.live.network import extension
from riskengine.engines.live.peers import Compared
from riskengine.engines.live.rounding import rounded_formula
from riskengine.engines.live.selections import Selection
from riskengine.engines.live.stages import Stage
from riskengine.kernel.decimals import places_of
from riskengine.plan.steps import SIGNAL
from riskengine.policy.expression import Expression, Literal, Name, Operation, names_in, operations_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from riskengine.plan import Plan, RuleStep

_DAYS_KEPT = 16
_PROGRAMS_KEPT = 32


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its formulas.

    Attributes:
        key: its position among the conditions of its stage.
        reads: the names of its condition; ``points_read`` those of its points.
        of: the condition in three-valued logic, for a rule that did not fire though something is unknown.
        always_doubtful: whether the condition may be unknown though every name is known.
        points: rounded to the step's places; None where it has none. ``cap`` is at the scale of ``places``.
        places: digits of its points once capped.
    """

    step: RuleStep
    key: int
    reads: tuple[str, ...]
    points_read: tuple[str, ...]
    of: Formula
    always_doubtful: bool
    points: Formula | None
    cap: int | None
    places: int


class Program:
    """A compiled plan: immutable but for the days it keeps; may be shared between threads."""

    def __init__(self, plan: Plan) -> None:
        extension()
        self.plan = plan
        self._days: dict[date, Day] = {}
        self._parameter_places = {
            name: max((places_of(value) for _, value in values if places_of(value) is not None), default=None)  # type: ignore[type-var]
            for name, values in plan.parameters
        }
        self._weight_places = {weight.name: weight.digits for weight in plan.weights}
        self._operator_columns = _operator_columns(plan)
        self.places: dict[str, int | None] = {**self._operator_columns, **self._parameter_places, "as_of": None}
        self.point_places: dict[str, int | None] = {}
        self.selections: list[Selection] = []
        self.facts: list[Aggregate | Computed | Compared] = []
        self.point_facts: list[Aggregate | Computed | Compared] = []
        self.compared: list[Compared] = []
        self._compile_facts()
        self.column_places = [(name, places) for name, places in self._operator_columns.items() if places]
        self.start_names = dict.fromkeys(self._operator_columns)
        self._compile_rules()
        self._compile_grades()
        self._compile_tiers()
        self.tables = engine_tables(plan)

    # Facts

    def _row_places(self, source: str) -> dict[str, int | None]:
        columns = dict.fromkeys(SOURCES[source].names)
        own: dict[str, int | None] = {**columns, "age_days": 0}
        if source == "violations":
            own |= {"level": None, "area": None, "penalty": PENALTY_PLACES}
        weights = {
            weight.name: self._weight_places[weight.name] for weight in self.plan.weights if weight.source == source
        }
        declared = {column.name: column.digits for column in self.plan.columns_of(source)}
        if source == "violations":
            declared |= {name: column.digits for name, column in self.plan.linked.items()}
        return {**own, **declared, **weights}

    def _compile_facts(self) -> None:
        weighed_by = {weight.name: weight.by for weight in self.plan.weights}
        own = {source: self._row_places(source) for source in ("violations", "inspections")}
        scopes = {source: {**self._parameter_places, "as_of": None, **columns} for source, columns in own.items()}
        positions: dict[str, int] = {}
        for step in self.plan.facts:
            if step.per_risk_point:
                self.point_places = {**_RISK_POINT, **self.point_places}
            places = {**self.places, **self.point_places} if step.per_risk_point else self.places
            fact: Aggregate | Computed | Compared
            if step.is_compared:
                fact = Compared(step, places)
                self.compared.append(fact)
            elif step.source is None:
                fact = Computed(step, places)
            else:
                key = Selection.key(step)
                if key not in positions:
                    positions[key] = len(self.selections)
                    self.selections.append(Selection(step, scopes[step.source]))
                self.selections[positions[key]].read_for(step)
                fact = Aggregate(step, positions[key], scopes[step.source], weighed_by, own[step.source])
            (self.point_facts if step.per_risk_point else self.facts).append(fact)
            (self.point_places if step.per_risk_point else self.places)[step.name] = fact.places
        self.aggregates: dict[str, Aggregate] = {
            fact.step.name: fact for fact in (*self.facts, *self.point_facts) if isinstance(fact, Aggregate)
        }
        self.point_selections = {item.selection for item in self.point_facts if isinstance(item, Aggregate)}

    # Rules

    def _compile_rules(self) -> None:
        """The rules in three stages: signals of each risk point, signals of the operator, ceilings and the like."""
        within = {**self.places, **_RISK_POINT, **self.point_places}
        self.places |= {tally.name: tally.type.places for tally in self.plan.tallies}
        stages: dict[str, list[Expression]] = {"points": [], "signals": [], "ceilings": []}
        self.rules: list[tuple[str, Rule]] = []
        for step in self.plan.rules:
            stage = "points" if step.each_risk_point else "signals" if step.stage == SIGNAL else "ceilings"
            places = within if step.each_risk_point else self.places
            self.rules.append((stage, _rule(step, len(stages[stage]), places)))
            stages[stage].append(step.when)
        self.stages = {
            name: Stage(conditions, within if name == "points" else self.places) for name, conditions in stages.items()
        }

    def _compile_grades(self) -> None:
        plan = self.plan
        limits = [plan.start, *(limit for limit in (plan.floor, plan.ceiling) if limit is not None)]
        self.grades = plan.grades
        self.score_places = max(
            *(places_of(limit) or 0 for limit in limits),
            *(rule.places for _, rule in self.rules if rule.step.tally is None),
            0,
        )
        self.start = scaled(plan.start, self.score_places)
        self.floor, self.ceiling = scaled(plan.floor, self.score_places), scaled(plan.ceiling, self.score_places)
        places = {**self.places, "score": self.score_places}
        self.table = [formula(row.when, places) for row in plan.table]
        self.table_reads = [frozenset(names_in(row.when)) for row in plan.table]
        self.table_doubtful = [_always_doubtful(row.when) for row in plan.table]
        self.stages["grades"] = Stage([row.when for row in plan.table], places)

    # Tiers

    def _compile_tiers(self) -> None:
        """Grades, the status and the rules that assignments name, as whole numbers; the stage asks which apply."""
        named = [assignment.rule for assignment in self.plan.assignments if assignment.rule is not None]
        insufficient = [step.grade for step in self.plan.rules if step.grade is not None]
        self.grade_numbers = {
            grade: at for at, grade in enumerate(dict.fromkeys([*self.plan.grades, *insufficient]), 1)
        }
        self.rule_flags = {rule: f"fired_{at}" for at, rule in enumerate(dict.fromkeys(named))}
        conditions: list[Expression] = []
        for assignment in self.plan.assignments:
            numbers = [self.grade_numbers[grade] for grade in assignment.grades if grade in self.grade_numbers]
            tests: list[Expression] = [Operation("=", (Name("grade"), Literal(number))) for number in numbers]
            if assignment.status is not None:
                tests.append(Operation("=", (Name("status"), Literal(STATUS_NUMBERS[assignment.status]))))
            if assignment.rule is not None:
                tests.append(Operation("=", (Name(self.rule_flags[assignment.rule]), Literal(1))))
            conditions.append(Operation("or", (Literal(value=False), *tests)))
        places = {"grade": 0, "status": 0, **dict.fromkeys(self.rule_flags.values(), 0)}
        self.stages["tiers"] = Stage(conditions, places)

    def day(self, as_of: date) -> Day:
        """What the plan says on a day; the last few are kept."""
        day = self._days.get(as_of)
        if day is None:
            day = Day(self.plan, as_of, {**self.places, **self._weight_places}, self.selections)
            _keep(self._days, as_of, day, _DAYS_KEPT)
        return day

    def definitions(self) -> dict[str, list[dict[str, dict[str, Any]]]]:
        """What durable-rules was given, by stage: plain data, for whoever wants to read it."""
        return {name: stage.definitions for name, stage in self.stages.items()}


STATUS_NUMBERS = {"graded": 1, "not_evaluable": 2, "not_current": 3}
_RISK_POINT: dict[str, int | None] = {"risk_point": None, "level": None, "area": None}


def _operator_columns(plan: Plan) -> dict[str, int | None]:
    columns: dict[str, int | None] = {"name": None, "county": None, "fleet_size": 0, "drivers": 0, "licensed_on": None}
    kinds = {"integer": 0, "text": None, "date": None, "bool": None}
    return columns | {column.name: kinds.get(column.type, column.places) for column in plan.columns_of("operators")}


def _rule(step: RuleStep, key: int, places: Mapping[str, int | None]) -> Rule:
    points = None if step.points is None else rounded_formula(step.points, places, step.places)
    digits = 0 if points is None else max(step.places, places_of(step.cap) or 0)
    if points is not None and digits != step.places:
        factor, of = 10 ** (digits - step.places), points.of
        points = Formula(digits, lambda names: None if (value := of(names)) is None else value * factor)
    return Rule(
        step,
        key,
        tuple(dict.fromkeys(names_in(step.when))),
        tuple(dict.fromkeys(names_in(step.points))) if step.points is not None else (),
        formula(step.when, places),
        _always_doubtful(step.when),
        points,
        None if step.cap is None else int(scaled(step.cap, digits)),
        digits,
    )


def _always_doubtful(condition: Expression) -> bool:
    """Whether something in the condition is unknown whatever the names are: a null, or a division by zero."""
    return (
        divides(condition)
        or any(
            isinstance(operand, Literal) and operand.value is None
            for operation in operations_in(condition)
            for operand in operation.operands
        )
        or (isinstance(condition, Literal) and condition.value is None)
    )


_programs: dict[str, Program] = {}


def program_for(plan: Plan) -> Program:
    """The compiled plan; equal plans share one, and the last few are kept.

    Raises:
        MissingExtraError: durable-rules is not installed (RE-613).
    """
    program = _programs.get(plan.sha256)
    if program is None:
        program = Program(plan)
        _keep(_programs, plan.sha256, program, _PROGRAMS_KEPT)
    return program


def _keep(store: dict[Any, Any], key: object, value: object, most: int) -> None:
    """Keep a value, and let the oldest go; threads at it together cost a second compilation, never a wrong value."""
    store[key] = value
    while len(store) > most:
        store.pop(next(iter(tuple(store))), None)
