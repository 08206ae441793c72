"""One operator's standing on a day: its records that count, its facts, and its rules; records may come and go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED, GRADED, LEVELS, NOT_EVALUABLE
from riskengine.engines.live.arithmetic import scaled
from riskengine.engines.live.facts import NOTHING, Aggregate, Members, Value, missing_names
from riskengine.plan.model import CEILING, INSUFFICIENT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from riskengine.contract.records import Record
    from riskengine.engines.live.day import Day
    from riskengine.engines.live.program import Program, Rule

NO_RULE_MATCHES = "no_rule_matches"
QUARANTINED = "quarantined_records"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired or cannot be told, for the operator or for a risk point; ``points`` at the rule's places."""

    rule: Rule
    risk_point: str | None
    status: str
    points: int
    missing: frozenset[str]
    stops: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The grade, or why there is none; ``score`` at the program's places."""

    status: str
    score: int | None = None
    grade: str | None = None
    missing: frozenset[str] = NOTHING
    ceiling_rule: str | None = None
    risk_level: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything computed about an operator."""

    facts: Mapping[str, Value]
    point_facts: Mapping[str, Mapping[str, Value]]
    findings: tuple[Finding, ...]
    verdict: Verdict


class Standing:
    """An operator with the records that count for it on a day.

    Facts are kept until a record comes or goes that they are made of; so a new record costs what it touches.
    """

    def __init__(self, program: Program, day: Day, operator: Record) -> None:
        self.program, self.day, self.operator = program, day, operator
        self._names: dict[str, Any] = {name: operator.get(name) for name in program.start_names}
        for name, places in program.column_places:
            self._names[name] = scaled(self._names[name], places)
        self._names.update(day.parameters)
        self._selected = [Members([], set()) for _ in program.selections]
        self._selected_by_point: dict[str, dict[int, Members]] = {}
        self._codes: dict[str, int] = {}
        self._known: dict[str, Value] = {}
        self._known_by_point: dict[str, dict[str, Value]] = {}
        self._changed: set[int] = set()
        self._changed_by_point: dict[str, set[int]] = {}

    def add(self, source: str, record: Record) -> Record:
        """Take in a record that counts; the row that stands for it, for :meth:`drop`."""
        day = self.day
        row, as_of = day.row(source, record), day.as_of
        by_point, changed = self._of_point(row["risk_point"]) if source == "violations" else ({}, set())
        for at, name, after, where in day.selections.get(source, ()):
            held = row[name]
            if held is not None and after is not None and not after < held <= as_of:
                continue
            sure: bool | None = held is not None
            if where is not None:
                wanted: bool | None = where(row)
                if wanted is False:
                    continue
                sure = sure and wanted
            for members in (self._selected[at], by_point[at]) if at in by_point else (self._selected[at],):
                members.rows.append(row)
                if not sure:
                    members.doubtful.add(id(row))
            self._changed.add(at)
            changed.add(at)
        return row

    def drop(self, source: str, row: Record) -> None:
        """Take out a record that :meth:`add` took in."""
        for at, members in enumerate(self._selected):
            if members.drop(row):
                self._changed.add(at)
        if source == "violations":
            code = row["risk_point"]
            for at, members in self._selected_by_point[code].items():
                if members.drop(row):
                    self._changed_by_point[code].add(at)
            self._codes[code] -= 1
            if not self._codes[code]:
                del self._codes[code]

    def _of_point(self, code: str) -> tuple[dict[int, Members], set[int]]:
        """The selections of a risk point that a record is added to, and which of them have changed."""
        self._codes[code] = self._codes.get(code, 0) + 1
        members = self._selected_by_point.get(code)
        if members is None:
            members = {at: Members([], set()) for at in self.program.point_selections}
            self._selected_by_point[code], self._changed_by_point[code] = members, set()
            self._known_by_point[code] = {}
        return members, self._changed_by_point[code]

    def _forget_changed(self) -> None:
        """Drop the facts that are made of selections which changed."""
        made_of = self.program.made_of
        stores = [(self._changed, self._known)]
        stores += [(changed, self._known_by_point[code]) for code, changed in self._changed_by_point.items() if changed]
        for changed, known in stores:
            if known:
                for name in [name for at in changed for name in made_of[at]]:
                    known.pop(name, None)
            changed.clear()

    def judge(self, quarantined: int) -> Judged:
        """Facts, rules and verdict; ``quarantined``: how many records of the operator were left out."""
        self._forget_changed()
        names = dict(self._names)
        facts = self._facts(names)
        points = dict(self._points(names, facts))
        findings = tuple(self._findings(names, facts, points))
        own = {code: values for code, (_, values) in points.items()}
        return Judged(facts, own, findings, self._verdict(names, facts, findings, quarantined))

    def _facts(self, names: dict[str, Any]) -> dict[str, Value]:
        """The operator's facts; ``names`` learns their values."""
        facts: dict[str, Value] = {}
        missing: dict[str, frozenset[str]] = {}
        for fact in self.program.facts:
            name = fact.step.name
            if isinstance(fact, Aggregate):
                value = self._known.get(name)
                if value is None:
                    value = self._known[name] = fact.over(self._selected[fact.selection], self.day)
            else:
                value = fact.of(names, missing, self.day.as_of)
            facts[name], names[name], missing[name] = value, value.value, value.missing
        return facts

    def _points(
        self, names: Mapping[str, Any], facts: Mapping[str, Value]
    ) -> Iterator[tuple[str, tuple[dict[str, Any], dict[str, Value]]]]:
        """Each risk point that has a record: its names and its facts."""
        by_code = self.program.plan.risk_point_by_code
        for code in sorted(self._codes):
            point = by_code.get(code)
            level, area = (point.level, point.area) if point else (None, None)
            own_names = {**names, "risk_point": code, "level": level, "area": area}
            own: dict[str, Value] = {}
            known = self._known_by_point[code]
            members = self._selected_by_point[code]
            missing: dict[str, frozenset[str]] | None = None
            for fact in self.program.point_facts:
                name = fact.step.name
                if isinstance(fact, Aggregate):
                    value = known.get(name)
                    if value is None:
                        value = known[name] = fact.over(members[fact.selection], self.day)
                else:
                    if missing is None:
                        missing = {key: item.missing for key, item in facts.items()}
                    value = fact.of(own_names, missing | {k: item.missing for k, item in own.items()}, self.day.as_of)
                own[name], own_names[name] = value, value.value
            yield code, (own_names, own)

    def _findings(
        self,
        names: Mapping[str, Any],
        facts: Mapping[str, Value],
        points: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Value]]],
    ) -> Iterator[Finding]:
        """Every rule that fired or cannot be told, in the order of the policy."""
        stages = self.program.stages
        fired = {"signals": stages["signals"].fired(names), "ceilings": stages["ceilings"].fired(names)}
        fired_of = self._fired_by_point(points)
        for stage, rule in self.program.rules:
            if stage != "points":
                finding = _finding(rule, rule.step.risk_point, rule.key in fired[stage], names, facts, NO_VALUES)
                if finding is not None:
                    yield finding
                continue
            for code, (own_names, own) in points.items():
                finding = _finding(rule, code, rule.key in fired_of[code], own_names, facts, own)
                if finding is not None:
                    yield finding

    def _fired_by_point(self, points: Mapping[str, tuple[Mapping[str, Any], Any]]) -> dict[str, set[int]]:
        stage = self.program.stages["points"]
        answered: dict[str, list[str]] = {}
        return {code: stage.fired(own_names, answered) for code, (own_names, _) in points.items()}

    def _verdict(
        self, names: dict[str, Any], facts: Mapping[str, Value], findings: Collection[Finding], quarantined: int
    ) -> Verdict:
        plan = self.program.plan
        unknown: frozenset[str] = frozenset().union(*[item.missing for item in findings])
        if quarantined and plan.quarantined_stops:
            return Verdict(NOT_EVALUABLE, missing=unknown | {QUARANTINED})
        too_little = next((item for item in findings if item.rule.step.stage == INSUFFICIENT), None)
        if too_little is not None and too_little.status == FIRED:
            return Verdict(GRADED, None, too_little.rule.step.grade, unknown, None, self._risk_level(findings))
        if any(item.stops for item in findings):
            return Verdict(NOT_EVALUABLE, missing=unknown)
        score = self._score(findings)
        grade, lacking = self._grade({**names, "score": score}, facts)
        if grade is None:
            return Verdict(NOT_EVALUABLE, missing=unknown | lacking)
        grade, rule = self._lowered(grade, findings)
        return Verdict(GRADED, score, grade, unknown, rule, self._risk_level(findings))

    def _score(self, findings: Collection[Finding]) -> int:
        """Start plus the sum of points, limited to floor and ceiling."""
        program = self.program
        score: int = program.start
        for item in findings:
            if item.points:
                score += item.points * 10 ** (program.score_places - item.rule.places)
        if program.floor is not None:
            score = max(score, program.floor)
        return score if program.ceiling is None else min(score, program.ceiling)

    def _grade(self, names: Mapping[str, Any], facts: Mapping[str, Value]) -> tuple[str | None, frozenset[str]]:
        """The first row of the table that holds; none where a row before it cannot be told, or no row holds."""
        program = self.program
        fired = program.stages["grades"].fired(names)
        for at, row in enumerate(program.plan.table):
            if at in fired:
                return row.grade, NOTHING
            read = program.table_reads[at]
            if (program.table_doubtful[at] or _any_unknown(read, names)) and program.table[at].of(names) is None:
                missing = {name: value.missing for name, value in facts.items()}
                return None, missing_names(read, names, missing) or read
        return None, frozenset({NO_RULE_MATCHES})

    def _lowered(self, grade: str, findings: Collection[Finding]) -> tuple[str, str | None]:
        """The worst of the grade and every ceiling that fired; the rule only where it lowered the grade."""
        grades, decisive = self.program.plan.grades, None
        for item in findings:
            step = item.rule.step
            if step.stage != CEILING or item.status != FIRED:
                continue
            if grades.index(str(step.grade)) > grades.index(grade):
                grade, decisive = str(step.grade), step.rule
        return grade, decisive

    def _risk_level(self, findings: Collection[Finding]) -> str | None:
        """The worst colour among the fired risk points."""
        by_code = self.program.plan.risk_point_by_code
        fired = {item.risk_point for item in findings if item.status == FIRED and item.risk_point}
        levels = {by_code[code].level for code in fired if code in by_code}
        return next((level for level in LEVELS if level in levels), None)


NO_VALUES: Mapping[str, Value] = {}


def _any_unknown(read: Collection[str], names: Mapping[str, Any]) -> bool:
    return any(names[name] is None for name in read)


def _finding(
    rule: Rule,
    code: str | None,
    fired: bool,
    names: Mapping[str, Any],
    facts: Mapping[str, Value],
    own: Mapping[str, Value],
) -> Finding | None:
    """What a rule that fired, or did not, amounts to; None where it is certainly false."""
    step = rule.step
    if fired:
        if rule.points is None:
            return Finding(rule, code, FIRED, 0, NOTHING, stops=False)
        points = rule.points.of(names)
        if points is not None:
            capped = points if rule.cap is None else min(points, rule.cap)
            return Finding(rule, code, FIRED, step.sign * capped, NOTHING, stops=False)
        # Points that cannot be computed for a rule that did fire would flatter the score: always a stop.
        read, stops = rule.points_read, True
    else:
        if not (rule.always_doubtful or _any_unknown(rule.reads, names)) or rule.of.of(names) is not None:
            return None
        read, stops = rule.reads, step.stops
    missing = missing_names(read, names, {name: value.missing for name, value in (*facts.items(), *own.items())})
    return Finding(rule, code, NOT_EVALUABLE, 0, missing or frozenset(step.lacks) or frozenset(read), stops)
