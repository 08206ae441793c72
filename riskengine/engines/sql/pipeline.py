"""A plan and a day as named steps of SQL, each a table that later steps read: no engine named, no record touched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from riskengine.engines.sql import facts as made
from riskengine.engines.sql import marks, peers, records, results, rules
from riskengine.engines.sql.certainty import certain_names
from riskengine.engines.sql.evidence import EVIDENCE_ORDER, evidence, in_number_order
from riskengine.engines.sql.levels import levels
from riskengine.engines.sql.scope import Scope, operator_terms, parameter_terms, row_columns, row_terms
from riskengine.engines.sql.steps import Pipeline, Step
from riskengine.engines.sql.terms import Term, name_of
from riskengine.plan.steps import SIGNAL
from riskengine.policy.expression import names_in

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from riskengine.engines.sql.facts import Aggregate
    from riskengine.plan import FactStep, Plan


_NOTHING_TOLD = (
    "SELECT CAST(NULL AS BIGINT) AS op, CAST(NULL AS VARCHAR) AS risk_point, 0 AS rule, FALSE AS fired, "
    "CAST(0 AS HUGEINT) AS points, CAST(0 AS HUGEINT) AS tallied, CAST([] AS VARCHAR[]) AS missing, FALSE AS stops "
    "WHERE FALSE"
)
_PER_OPERATOR = ("totals_", "distinct_", "regrouped_")
_PER_POINT = ("point_totals_", "point_distinct_")


class _Builder:
    def __init__(
        self, plan: Plan, as_of: date, sources: Sequence[str], numbered: Collection[str], *, few_joins: bool
    ) -> None:
        self.plan, self.as_of, self.few_joins = plan, as_of, few_joins
        self.sources = [source for source in SOURCE_NAMES if source in sources or source in plan.reads]
        self.numbered = bool(self.sources) and all(source in numbered for source in self.sources)
        self.steps: list[Step] = []
        self.places: dict[str, int | None] = {}
        self.parameters = parameter_terms(plan, as_of)
        self.rows = {source: row_columns(plan, source) for source in self.sources}
        self.row_names = {source: {**self.parameters, **row_terms(plan, source)} for source in self.sources}
        self.aggregates: list[Aggregate] = []
        found: dict[tuple[str, str], int] = {}
        for number, step in enumerate(plan.facts):
            if step.source is not None:
                certain = certain_names(plan, step.source, self.parameters)
                fact = made.aggregate(step, number, self.row_names[step.source], certain)
                # Facts that take the same records share a mark: it is reckoned and kept once.
                mark = marks.mark(fact, self.row_names[step.source], as_of)
                first = found.setdefault((step.source, mark), number)
                self.aggregates.append(fact if first == number else replace(fact, marked_as=first))

    def step(self, name: str, sql: str, note: str) -> None:
        self.steps.append(Step(name, sql, note))

    def decision(self, name: str, sql: str, note: str) -> None:
        self.steps.append(Step(name, sql, note, decides=True))

    def view(self, name: str, sql: str, note: str) -> None:
        self.steps.append(Step(name, sql, note, is_view=True))

    def build(self) -> Pipeline:
        # Inspections first: a violation may read of the one that it names.
        for source in reversed(self.sources):
            self._source(source)
        scope = self._facts()
        inner = self._points(scope)
        digits = rules.score_places(self.plan)
        self._rules(scope, inner, digits)
        self._evidence()
        self._results()
        return Pipeline(tuple(self.steps), self.places, digits)

    def _source(self, source: str) -> None:
        plan, names = self.plan, self.row_names[source]
        self.view(f"placed_{source}", records.placed(plan, source, self.as_of), "why a record does not count")
        self.view(f"counting_{source}", records.counting(plan, source, self.as_of), "the records that count")
        own = [fact for fact in self.aggregates if fact.step.source == source]
        sql = marks.marked(plan, source, own, names, self.as_of, numbered=self.numbered)
        self.step(f"marked_{source}", sql, "what each record is to each fact")
        for per, name in ((False, "totals"), (True, "point_totals")):
            keys = "op, risk_point" if per else "op"
            facts = [fact for fact in own if fact.step.per_risk_point == per]
            plain = [fact for fact in facts if fact.step.group is None and fact.step.operation != "count_distinct"]
            if plain:
                columns = ", ".join(column for fact in plain for column in made.ungrouped(fact, self.as_of))
                sql = f"SELECT {keys}, {columns} FROM marked_{source} GROUP BY {keys}"
                self.step(f"{name}_{source}", sql, "totals")
            doubtful = [fact for fact in facts if made.is_doubtful(fact)]
            if doubtful:
                columns = ", ".join(column for fact in doubtful for column in made.doubts(fact))
                some = " OR ".join(f"{fact.mark} IS NULL" for fact in doubtful)
                sql = f"SELECT {keys}, {columns} FROM marked_{source} WHERE {some} GROUP BY {keys}"
                self.step(f"{name}_in_doubt_{source}", sql, "what is in doubt, and for want of what")
        for fact in own:
            self._apart(fact, source, names)

    def _apart(self, fact: Aggregate, source: str, names: Mapping[str, Term]) -> None:
        """The steps of a fact that has groups, or counts different values."""
        step, number = fact.step, fact.number
        if step.group is not None:
            sql = made.groups(fact, source, self.as_of, names, self.parameters)
            self.step(f"groups_{number}", sql, f"groups of {step.name}")
            self.step(f"regrouped_{number}", made.regrouped(fact), f"its groups put together: {step.name}")
        elif step.operation == "count_distinct":
            name = "point_distinct" if step.per_risk_point else "distinct"
            self.step(f"{name}_{number}", made.distinct(fact, source), f"different values: {step.name}")

    def _joined(self, *, per: bool, but: str = "") -> str:
        keys = "(op, risk_point)" if per else "(op)"
        kinds = _PER_POINT if per else _PER_OPERATOR
        names = [step.name for step in self.steps if step.name.startswith(kinds) and step.name != but]
        return "".join(f" LEFT JOIN {name} USING {keys}" for name in names)

    def _facts(self) -> Scope:
        """The facts of every operator; the scope in which its rules are read."""
        sql = f"SELECT * FROM (SELECT * FROM operators WHERE current){self._joined(per=False)}"
        scope = Scope({**operator_terms(self.plan), **self.parameters})
        own = [step for step in self.plan.facts if not step.per_risk_point]
        if self.plan.compares_peers:
            before = [step for step in own if step.name not in self.plan.after_peers]
            sql, scope = self._chain(sql, scope, before)
            self.step("own_facts", sql, "the facts of every operator that compare nothing")
            sql, scope = self._compared(scope)
            own = [step for step in own if step.name in self.plan.after_peers and not step.is_compared]
        sql, scope = self._chain(sql, scope, own)
        columns = ", ".join(["op", *self._columns(per=False)])
        self.step("facts", f"SELECT {columns} FROM ({sql})", "one row for each operator that is graded")
        return scope

    def _compared(self, scope: Scope) -> tuple[str, Scope]:
        """The step that compares operators, and the query that has its facts beside their own."""
        steps = [step for step in self.plan.facts if step.is_compared]
        sql = peers.compared(steps, scope, "own_facts")
        self.steps.append(Step("compared", sql, "what compares operators with each other", needs_all=True))
        for step in steps:
            self.places[step.name] = peers.places(step)
            scope.terms[step.name] = Term(name_of(f"f_{step.name}"), self.places[step.name])
            scope.missing[step.name] = name_of(f"x_{step.name}")
        return "SELECT * FROM own_facts LEFT JOIN compared USING (op)", scope

    def _columns(self, *, per: bool) -> list[str]:
        """The columns of the facts: value, and fields that it lacks; what their evidence is found by."""
        names = [step.name for step in self.plan.facts if step.per_risk_point == per]
        found = [name_of(f"{kind}_{name}") for name in names for kind in ("f", "x")]
        for fact in self.aggregates:
            if fact.step.per_risk_point == per:
                found += [f"b{fact.number}"] if fact.picks and fact.step.group is None else []
                found += [f"t{fact.number}"] if fact.step.group is not None else []
        return found

    def _chain(self, sql: str, scope: Scope, steps: Sequence[FactStep]) -> tuple[str, Scope]:
        """Add facts to a query, lot after lot, each able to read those before it."""
        by_name = {fact.step.name: fact for fact in self.aggregates}
        for lot in levels(steps):
            columns, told = list[str](), list[tuple[str, Term, str]]()
            for step in lot:
                if step.name in by_name:
                    value, missing = made.settled(by_name[step.name])
                    places = by_name[step.name].places
                else:
                    value, missing, places = made.computed(step, scope, self.as_of)
                column, lack = name_of(f"f_{step.name}"), name_of(f"x_{step.name}")
                columns.append(f"{value} AS {column}, {missing} AS {lack}")
                told.append((step.name, Term(column, places), lack))
            sql = f"SELECT *, {', '.join(columns)} FROM ({sql})"
            for name, term, lack in told:
                scope.terms[name], scope.missing[name], self.places[name] = term, lack, term.places
        return sql, scope

    def _points(self, scope: Scope) -> Scope:
        """The facts of every risk point that has a record."""
        if "violations" not in self.sources:
            return scope
        totals = "point_totals_violations"
        has_totals = any(step.name == totals for step in self.steps)
        keys = f"FROM {totals}" if has_totals else "FROM (SELECT DISTINCT op, risk_point FROM marked_violations)"
        sql = (
            f"SELECT * {keys} LEFT JOIN (SELECT code AS risk_point, level, area FROM risk_points) USING (risk_point)"
            f"{self._joined(per=True, but=totals)} JOIN facts USING (op)"
        )
        inner = scope.copy()
        inner.terms |= {name: Term(name_of(name)) for name in ("risk_point", "level", "area")}
        sql, inner = self._chain(sql, inner, [step for step in self.plan.facts if step.per_risk_point])
        columns = ", ".join(["op", "risk_point", *self._columns(per=True), *self._read_beside(scope)])
        sql = f"SELECT {columns} FROM ({sql})"
        self.step("points", sql, "one row for each operator and risk point that has a record")
        return inner

    def _read_beside(self, scope: Scope) -> list[str]:
        """The columns that rules for each risk point read beside the facts per risk point."""
        rules_here = [rule for rule in self.plan.rules if rule.each_risk_point]
        trees = [tree for rule in rules_here for tree in (rule.when, rule.points) if tree is not None]
        per = {step.name for step in self.plan.facts if step.per_risk_point}
        read = [name for name in dict.fromkeys(item for tree in trees for item in names_in(tree)) if name not in per]
        facts = [name for name in read if name in scope.missing]
        return [
            *(name for name in read if name in {"level", "area"}),
            *(name_of(f"{kind}_{name}") for name in facts for kind in ("f", "x")),
        ]

    def _rules(self, scope: Scope, inner: Scope, digits: int) -> None:
        plan = self.plan
        digits_of: dict[str | None, int] = {None: digits, **{tally.name: tally.type.places for tally in plan.tallies}}
        signals, others = [_NOTHING_TOLD], []
        for number, rule in enumerate(plan.rules):
            if rule.stage != SIGNAL:
                continue
            if not rule.each_risk_point or "violations" in self.sources:
                names = inner if rule.each_risk_point else scope
                signals.append(rules.told(number, rule, names, digits_of[rule.tally], "facts"))
        if plan.tallies:
            self.decision("signalled", " UNION ALL ".join(signals), "signals that fired or cannot be told")
            signals = ["SELECT * FROM signalled"]
            self.decision("tallied", rules.tallied(plan, ["op", *self._columns(per=False)]), "facts with the tallies")
            for tally in plan.tallies:
                self.places[tally.name] = tally.type.places
                scope.terms[tally.name] = Term(name_of(f"f_{tally.name}"), tally.type.places)
                scope.missing[tally.name] = name_of(f"x_{tally.name}")
        for number, rule in enumerate(plan.rules):
            if rule.stage != SIGNAL:
                others.append(rules.told(number, rule, scope, digits, rules.facts_table(plan)))
        self.decision("told", " UNION ALL ".join([*signals, *others]), "rules that fired or cannot be told")
        self.decision("summed", rules.summed(self.plan, digits), "score, stops and ceilings of each operator")
        self.decision("at_table", rules.placed_in_table(self.plan, scope, digits), "the row of the grade table")
        self.decision("verdicts", rules.verdicts(self.plan), "status, grade, and what lowered it")

    def _results(self) -> None:
        self.step("counted", results.counted(), "how many records stand behind each rule")
        self.decision("based", results.based(self.plan, self.as_of), "the law that each rule rests on")
        self.step("tiers", results.tiers(), "what a grade or a status brings")
        self.step("actions", results.actions(), "what is recommended")
        note, ordered = "the measures of the risk points that fired", results.measures(in_order=True)
        self.steps.append(Step("measures", results.measures(), note, ordered=ordered))

    def _evidence(self) -> None:
        given = (self.plan, self.aggregates, self.row_names)
        sql = evidence(*given, together=self.few_joins, numbered=self.numbered)
        ordered = in_number_order(sql, self.sources) if self.numbered else ""
        note = "the records behind each rule"
        self.steps.append(Step("evidence", sql, note, order=EVIDENCE_ORDER, ordered=ordered))


SOURCE_NAMES = ("violations", "inspections")


def pipeline(
    plan: Plan, as_of: date, sources: Sequence[str] = (), numbered: Collection[str] = (), *, few_joins: bool = False
) -> Pipeline:
    """The steps of a plan on a day.

    Args:
        plan: what will be carried out.
        as_of: the day.
        sources: those that are given beside the ones that the plan reads.
        numbered: those whose records bear ``number``, which orders them as their ids do.
        few_joins: whether to join few times much instead of many times little, as Spark would have it.

    Tables that must be there: ``operators`` (op, operator_id, current, left_out, and ``c_…`` for each column that
    expressions read), the sources (their columns, and op of who answers: null where nobody current does),
    ``risk_points`` (code, level, area), and the other tables of ``inputs``.
    """
    return _Builder(plan, as_of, sources, numbered, few_joins=few_joins).build()


def usage_of(plan: Plan, source: str, as_of: date) -> str:
    """Reason → how many records of a source do not count whoever answers for them; null: all others."""
    return records.usage(plan, source, as_of)
