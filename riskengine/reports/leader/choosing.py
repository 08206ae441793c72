"""The rules of the leader's page: each tells one thing, with its evidence, or nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import NOT_EVALUABLE
from riskengine.kernel.decimals import plain, round_half_up
from riskengine.kernel.wording import catalogue
from riskengine.runs import scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from riskengine.reports.leader.standing import Person, Standing

_MONTHS = 13
_ROOM, _FILE = "riskengine.reports.leader", "rules.yaml"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that matters.

    Attributes:
        rule: the rule that told it.
        title: what it is, in a sentence.
        number: the figure behind it.
        evidence: what it rests on.
        sheet: the key of the sheet of the workbook that has all of it.
        question: what is to be decided.
    """

    rule: str
    title: str
    number: int
    evidence: tuple[str, ...]
    sheet: str
    question: str


def findings(standing: Standing) -> tuple[Finding, ...]:
    """What matters, in the order of ``rules.yaml``: at most as many as it says."""
    data = catalogue(_ROOM, _FILE)
    found = []
    for entry in data["rules"]:
        told = _RULES[entry["rule"]](standing, entry, data["named"])
        if told is not None:
            found.append(told)
    return tuple(found[: data["most"]])


def _flattered(standing: Standing, entry: Mapping[str, Any], named: int) -> Finding | None:
    """Operators whose grade may be too good, for records of theirs were left out."""
    people = [person for person in standing.people if person.left_out]
    if len(people) < entry["at_least"]:
        return None
    people.sort(key=lambda person: (-person.left_out, person.operator_id))
    records = sum(person.left_out for person in people)
    say = standing.say
    lines = (say["left_out_of"].format(who=standing.named(one), count=one.left_out) for one in people[:named])
    return _finding(standing, "flattered", len(people), lines, "sheet_left_out", records=records)


def _fell(standing: Standing, entry: Mapping[str, Any], named: int) -> Finding | None:
    """Operators that fell to the worst grade since the run before."""
    ranking = standing.context.plan.grades
    people = [one for one in standing.people if one.grade == ranking[-1] and one.before in ranking[:-1]]
    if len(people) < entry["at_least"]:
        return None
    people.sort(key=lambda one: (ranking.index(one.before or ""), one.score is None, one.score, one.operator_id))
    lines = (_moved(standing, one) for one in people[:named])
    return _finding(standing, "fell", len(people), lines, "sheet_list", grade=ranking[-1])


def _moved(standing: Standing, person: Person) -> str:
    score = plain(person.score) if person.score is not None else standing.say["none"]
    return standing.say["moved"].format(who=standing.named(person), before=person.before, now=person.grade, score=score)


def _proceedings(standing: Standing, entry: Mapping[str, Any], named: int) -> Finding | None:
    """Actions that rest on an article of law: what the bureau must look at itself."""
    counts: Counter[tuple[str, str, str]] = Counter()
    operators = set()
    for operator_id, action, law, article, reason in scan(
        standing.run, "actions", ("operator_id", "action", "law", "article", "reason")
    ):
        if law is not None and reason.startswith("rule:"):
            counts[action, law, article] += 1
            operators.add(operator_id)
    if len(operators) < entry["at_least"]:
        return None
    context, say = standing.context, standing.say
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    lines = (
        say["proposed"].format(
            action=standing.text(context.policy.supervision.actions[action].title.text),
            count=count,
            law=standing.text(context.action_law(action, law, article)),
        )
        for (action, law, article), count in ordered[:named]
    )
    return _finding(standing, "proceedings", len(operators), lines, "sheet_actions")


def _rising(standing: Standing, entry: Mapping[str, Any], named: int) -> Finding | None:
    """The risk point at which most more operators have a rule that fired than in the run before."""
    before = standing.fired_before
    if before is None:
        return None
    risen = {code: count - before.get(code, 0) for code, count in standing.fired.items()}
    ordered = sorted(risen.items(), key=lambda item: (-item[1], item[0]))
    if not ordered or ordered[0][1] < entry["at_least"]:
        return None
    say = standing.say
    lines = (
        say["risen"].format(
            point=_point(standing, code), before=before.get(code, 0), now=standing.fired[code], more=more
        )
        for code, more in ordered[:named]
        if more > 0
    )
    code, more = ordered[0]
    return _finding(standing, "rising", more, lines, "sheet_signals", point=_point(standing, code))


def _county(standing: Standing, entry: Mapping[str, Any], named: int) -> Finding | None:
    """The county with most more operators in the worse half of the grades than its share of operators."""
    graded = sum(count for count, _ in standing.counties.values())
    worse = sum(count for _, count in standing.counties.values())
    if not worse:
        return None
    over = [
        (Fraction(bad) - Fraction(worse * count, graded), county)
        for county, (count, bad) in standing.counties.items()
        if bad >= entry["at_least"] and bad * graded >= Fraction(str(entry["times"])) * worse * count
    ]
    if not over:
        return None
    over.sort(key=lambda item: (-item[0], item[1]))
    say, counties = standing.say, standing.counties
    lines = (
        say["county_share"].format(
            county=county,
            bad=counties[county][1],
            bad_share=_percent(counties[county][1], worse),
            count=counties[county][0],
            share=_percent(counties[county][0], graded),
        )
        for _, county in over[:named]
    )
    ranking = standing.context.plan.grades
    grades = say["list_mark"].join(ranking[-(len(ranking) // 2) :])
    chosen = over[0][1]
    return _finding(standing, "county", counties[chosen][1], lines, "sheet_list", county=chosen, grades=grades)


def _untold(standing: Standing, entry: Mapping[str, Any], named: int) -> Finding | None:
    """Operators without a grade, and what is missing most often."""
    people = [person for person in standing.people if person.status == NOT_EVALUABLE]
    if len(people) < entry["at_least"]:
        return None
    counts = Counter(name for person in people for name in dict.fromkeys(person.missing))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    lines = (
        standing.say["lacks"].format(what=standing.text(standing.context.missing_title(name)), count=count)
        for name, count in ordered[:named]
    )
    return _finding(standing, "untold", len(people), lines, "sheet_not_evaluable")


def _surge(standing: Standing, entry: Mapping[str, Any], named: int) -> Finding | None:  # noqa: ARG001 - as all
    """A month with more violations than the twelve before it had on average."""
    if len(standing.months) < _MONTHS:
        return None
    *before, (month, count) = standing.months
    total = sum(records for _, records in before)
    if count < entry["at_least"] or not total or count * len(before) < Fraction(str(entry["times"])) * total:
        return None
    mean = round_half_up(Fraction(total, len(before)), 1)
    line = standing.say["month_mean"].format(month=month, count=count, mean=plain(mean))
    return _finding(standing, "surge", count, (line,), "sheet_evidence", month=month)


def _commonest(standing: Standing, entry: Mapping[str, Any], named: int) -> Finding | None:
    """The risk point at which a rule fired for most operators."""
    ordered = sorted(standing.fired.items(), key=lambda item: (-item[1], item[0]))
    if not ordered or ordered[0][1] < entry["at_least"]:
        return None
    lines = (
        standing.say["point_count"].format(point=_point(standing, code), count=count) for code, count in ordered[:named]
    )
    point = _point(standing, ordered[0][0])
    return _finding(standing, "commonest", ordered[0][1], lines, "sheet_signals", point=point)


def _worst(standing: Standing, entry: Mapping[str, Any], named: int) -> Finding | None:
    """Operators with the worst grade."""
    grade = standing.context.plan.grades[-1]
    people = [person for person in standing.people if person.grade == grade]
    if len(people) < entry["at_least"]:
        return None
    sign = -1 if standing.context.plan.high_is_bad else 1
    people.sort(key=lambda one: (one.score is None, sign * (one.score or 0), one.operator_id))
    none = standing.say["none"]
    lines = (
        standing.say["scored"].format(who=standing.named(one), score=none if one.score is None else plain(one.score))
        for one in people[:named]
    )
    return _finding(standing, "worst", len(people), lines, "sheet_list", grade=grade)


def _rose(standing: Standing, entry: Mapping[str, Any], named: int) -> Finding | None:
    """Operators whose grade rose since the run before."""
    ranking = standing.context.plan.grades
    place = {grade: at for at, grade in enumerate(ranking)}
    risen = [
        (place[one.before] - place[one.grade], one)
        for one in standing.people
        if one.before in place and one.grade in place and place[one.before] > place[one.grade]
    ]
    if len(risen) < entry["at_least"]:
        return None
    risen.sort(key=lambda item: (-item[0], item[1].operator_id))
    lines = (_moved(standing, person) for _, person in risen[:named])
    return _finding(standing, "rose", len(risen), lines, "sheet_list")


_RULES: dict[str, Callable[[Standing, Mapping[str, Any], int], Finding | None]] = {
    "flattered": _flattered,
    "fell": _fell,
    "proceedings": _proceedings,
    "rising": _rising,
    "county": _county,
    "untold": _untold,
    "surge": _surge,
    "commonest": _commonest,
    "worst": _worst,
    "rose": _rose,
}


def _finding(standing: Standing, rule: str, number: int, lines: Iterable[str], sheet: str, **parts: object) -> Finding:
    say = standing.say
    title = say[f"{rule}_title"].format(number=number, **parts)
    return Finding(rule, title, number, tuple(lines), sheet, say[f"{rule}_question"])


def _point(standing: Standing, code: str) -> str:
    return " ".join(part for part in (code, standing.text(standing.context.risk_point_title(code))) if part)


def _percent(part: int, whole: int) -> str:
    return plain(round_half_up(Fraction(100 * part, whole), 1))
