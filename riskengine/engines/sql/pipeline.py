"""A plan and a day as named steps of SQL, each a table that later steps read: no engine named, no record touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.engines.sql import facts as made
from riskengine.engines.sql import records, results, rules
from riskengine.engines.sql.scope import Scope, operator_terms, parameter_terms, row_columns, row_terms
from riskengine.engines.sql.terms import Term, name_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from riskengine.engines.sql.facts import Aggregate
    from riskengine.plan import Plan


@dataclass(frozen=True, slots=True)
class Step:
    """A table of the pipeline: its name, its query, and what it holds."""

    name: str
    sql: str
    note: str


@dataclass(frozen=True, slots=True)
class Pipeline:
    """All steps, and the scale of the numbers in the results.

    Attributes:
        steps: in the order in which they are carried out.
        places: fact → digits of its scaled value; None for what is no number.
        score_places: of scores and points.
    """

    steps: tuple[Step, ...]
    places: dict[str, int | None]
    score_places: int


class _Builder:
    def __init__(self, plan: Plan, as_of: date, sources: Sequence[str]) -> None:
        self.plan, self.as_of = plan, as_of
        self.sources = [source for source in SOURCE_NAMES if source in sources or source in plan.reads]
        self.steps: list[Step] = []
        self.places: dict[str, int | None] = {}
        self.parameters = parameter_terms(plan, as_of)
        self.rows = {source: row_columns(plan, source) for source in self.sources}
        self.row_names = {source: {**self.parameters, **row_terms(plan, source)} for source in self.sources}
        self.aggregates: list[Aggregate] = []
        for number, step in enumerate(plan.facts):
            if step.source is not None:
                self.aggregates.append(made.aggregate(step, number, self.row_names[step.source]))

    def step(self, name: str, sql: str, note: str) -> None:
        self.steps.append(Step(name, sql, note))

    def build(self) -> Pipeline:
        for source in self.sources:
            self._source(source)
        scope = self._facts()
        inner = self._points(scope)
        digits = rules.score_places(self.plan)
        self._rules(scope, inner, digits)
        self._evidence()
        self._results()
        return Pipeline(tuple(self.steps), self.places, digits)

    def _source(self, source: str) -> None:
        self.step(
            f"placed_{source}", records.placed(self.plan, source, self.as_of), "who answers; why it does not count"
        )
        self.step(f"counting_{source}", records.counting(self.plan, source, self.as_of), "the records that count")
        own = [fact for fact in self.aggregates if fact.step.source == source]
        names = self.row_names[source]
        marks = [column for fact in own for column in made.marked(fact, names, self.as_of)]
        columns = ", ".join(["*", *marks])
        self.step(f"marked_{source}", f"SELECT {columns} FROM counting_{source}", "what each record is to each fact")
        weighed = {weight.name: weight.by for weight in self.plan.weights}
        for per, name in ((False, f"totals_{source}"), (True, f"point_totals_{source}")):
            parts = [
                part
                for fact in own
                if fact.step.per_risk_point == per
                for part in (
                    *made.doubts(fact, self.rows[source], names, weighed),
                    *(made.ungrouped(fact, self.as_of) if fact.step.group is None else ()),
                )
            ]
            if parts:
                keys = "op, risk_point" if per else "op"
                sql = f"SELECT {keys}, {', '.join(parts)} FROM marked_{source} GROUP BY {keys}"
                self.step(name, sql, "totals, and what is in doubt")
        for fact in own:
            if fact.step.group is not None:
                sql = made.groups(fact, source, self.as_of, names, self.parameters)
                self.step(f"groups_{fact.number}", sql, f"groups of {fact.step.name}")
                self.step(
                    f"regrouped_{fact.number}", made.regrouped(fact), f"its groups put together: {fact.step.name}"
                )

    def _facts(self) -> Scope:
        """The facts of every operator; the scope in which its rules are read."""
        joins = [
            f"LEFT JOIN {step.name} USING (op)"
            for step in self.steps
            if step.name.startswith(("totals_", "regrouped_"))
        ]
        sql = f"SELECT * FROM (SELECT * FROM operators WHERE current) {' '.join(joins)}"
        scope = Scope({**operator_terms(self.plan), **self.parameters})
        sql, scope = self._chain(sql, scope, per=False)
        self.step("facts", sql, "one row for each operator that is graded")
        return scope

    def _chain(self, sql: str, scope: Scope, *, per: bool) -> tuple[str, Scope]:
        """Add fact after fact to a query, each able to read those before it."""
        by_number = {fact.number: fact for fact in self.aggregates}
        for number, step in enumerate(self.plan.facts):
            if step.per_risk_point != per:
                continue
            if number in by_number:
                value, missing = made.settled(by_number[number])
                places = by_number[number].places
            else:
                value, missing, places = made.computed(step, scope, self.as_of)
            column, lack = name_of(f"f_{step.name}"), name_of(f"x_{step.name}")
            sql = f"SELECT *, {value} AS {column}, {missing} AS {lack} FROM ({sql})"
            scope.terms[step.name], scope.missing[step.name] = Term(column, places), lack
            self.places[step.name] = places
        return sql, scope

    def _points(self, scope: Scope) -> Scope:
        """The facts of every risk point that has a record."""
        if "violations" not in self.sources:
            return scope
        totals = any(step.name == "point_totals_violations" for step in self.steps)
        join = " LEFT JOIN point_totals_violations USING (op, risk_point)" if totals else ""
        sql = (
            "SELECT * FROM (SELECT DISTINCT op, risk_point FROM counting_violations) "
            f"LEFT JOIN (SELECT code AS risk_point, level, area FROM risk_points) USING (risk_point){join} "
            "JOIN facts USING (op)"
        )
        inner = scope.copy()
        inner.terms |= {name: Term(name_of(name)) for name in ("risk_point", "level", "area")}
        sql, inner = self._chain(sql, inner, per=True)
        self.step("points", sql, "one row for each operator and risk point that has a record")
        return inner

    def _rules(self, scope: Scope, inner: Scope, digits: int) -> None:
        parts = [
            rules.told(number, rule, inner if rule.each_risk_point else scope, digits)
            for number, rule in enumerate(self.plan.rules)
            if not rule.each_risk_point or "violations" in self.sources
        ]
        nothing = (
            "SELECT CAST(NULL AS BIGINT) AS op, CAST(NULL AS VARCHAR) AS risk_point, 0 AS rule, FALSE AS fired, "
            "CAST(0 AS HUGEINT) AS points, CAST([] AS VARCHAR[]) AS missing, FALSE AS stops WHERE FALSE"
        )
        self.step("told", " UNION ALL ".join([nothing, *parts]), "rules that fired or cannot be told")
        self.step("summed", rules.summed(self.plan, digits), "score, stops and ceilings of each operator")
        self.step("at_table", rules.placed_in_table(self.plan, scope, digits), "the row of the grade table")
        self.step("verdicts", rules.verdicts(self.plan), "status, grade, and what lowered it")

    def _results(self) -> None:
        self.step("counted", results.counted(), "how many records stand behind each rule")
        self.step("based", results.based(self.plan, self.as_of), "the law that each rule rests on")
        self.step("tiers", results.tiers(), "what a grade or a status brings")
        self.step("actions", results.actions(), "what is recommended")
        self.step("measures", results.measures(), "the measures of the risk points that fired")

    def _evidence(self) -> None:
        nothing = (
            "SELECT CAST(NULL AS BIGINT) AS op, 0 AS rule, CAST(NULL AS VARCHAR) AS risk_point, "
            "CAST(NULL AS VARCHAR) AS source, CAST(NULL AS VARCHAR) AS record_id, CAST(NULL AS DATE) AS day WHERE FALSE"
        )
        parts = [nothing]
        by_name = {fact.step.name: fact for fact in self.aggregates}
        for number, rule in enumerate(self.plan.rules):
            for name in rule.evidence:
                fact = by_name[name]
                if fact.step.per_risk_point and not rule.each_risk_point:
                    continue
                on = "s.op = t.op" + (" AND s.risk_point = t.risk_point" if fact.step.per_risk_point else "")
                source = made.support(fact, str(fact.step.source), self.row_names[str(fact.step.source)])
                parts.append(
                    "SELECT t.op, t.rule, t.risk_point, s.source, s.record_id, s.day FROM told AS t "
                    f"JOIN ({source}) AS s ON {on} WHERE t.fired AND t.rule = {number}"
                )
        self.step("evidence", f"SELECT DISTINCT * FROM ({' UNION ALL '.join(parts)})", "the records behind each rule")


SOURCE_NAMES = ("violations", "inspections")


def pipeline(plan: Plan, as_of: date, sources: Sequence[str] = ()) -> Pipeline:
    """The steps of a plan on a day.

    Args:
        plan: what will be carried out.
        as_of: the day.
        sources: those that are given beside the ones that the plan reads.

    Tables that must be there: ``operators`` (op, operator_id, current, left_out, and ``c_…`` for each column that
    expressions read), ``holders`` (operator_id, op of who answers, null where nobody current does), ``risk_points``
    (code, level, area), the sources, and the other tables of ``inputs``.
    """
    return _Builder(plan, as_of, sources).build()


def usage_of(source: str) -> str:
    """How many records of a source were used, and how many not by reason."""
    return records.usage(source)
