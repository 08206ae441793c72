"""The risk points that fired, with the law in force on the as-of date, and the measures against them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.reports.notice.telling import Telling
    from riskengine.results import FiredRule

_MOST_RECORDS, _MOST_MEASURES = 12, 12


def found(tell: Telling, say: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each risk point: what fired, on which records, what must be done, what the law threatens."""
    together: dict[str | None, list[FiredRule]] = {}
    for rule in tell.explanation.fired:
        together.setdefault(rule.risk_point, []).append(rule)
    ordered = sorted(together.items(), key=lambda item: (item[0] is None, item[0] or ""))
    for number, (code, rules) in enumerate(ordered):
        numeral = say["numerals_ten"][number] if number < len(say["numerals_ten"]) else str(number + 1)
        title = say["item_of"].format(number=numeral, title=_title(code, rules, say, tell))
        yield title, _point(code, rules, say, tell)


def _title(code: str | None, rules: list[FiredRule], say: Mapping[str, str], tell: Telling) -> str:
    title = rules[0].risk_point_title
    if code is None or title is None:
        return say["point_line"].format(code="", title=say["general_point"]).strip()
    return say["point_line"].format(code=code, title=tell.text(title))


def _point(code: str | None, rules: list[FiredRule], say: Mapping[str, str], tell: Telling) -> str:
    parts = [_rule(rule, say, tell) for rule in rules]
    for role in ("duty", "liability"):
        articles = _articles(code, role, tell)
        if articles:
            parts.append(say[f"{role}_line"].format(articles=say["list_mark"].join(articles)))
    laws = [tell.text(rule.law) for rule in rules if rule.law is not None]
    if code is None and laws:
        parts.append(say["liability_line"].format(articles=say["list_mark"].join(dict.fromkeys(laws))))
    return "".join(parts) if tell.lang == "zh" else " ".join(parts)


def _rule(rule: FiredRule, say: Mapping[str, str], tell: Telling) -> str:
    if not rule.evidence:
        return say["rule_line_bare"].format(rule=tell.text(rule.title))
    records = tell.listed([tell.record(item.record_id) for item in rule.evidence], _MOST_RECORDS, "more_records")
    return say["rule_line"].format(
        rule=tell.text(rule.title), count=len(rule.evidence), records=say["list_mark"].join(records)
    )


def _articles(code: str | None, role: str, tell: Telling) -> list[str]:
    """The articles of a role at a risk point, of the versions in force on the as-of date."""
    catalog, day = tell.context.catalog, tell.context.as_of
    point = catalog.risk_points.get(code or "")
    labels = []
    for citation in point.citations if point else ():
        version = catalog.laws.in_force(citation.law, day)
        if citation.role == role and citation.duty_of is None and version and version.version == citation.version:
            labels.append(citation.label(catalog.laws, tell.lang))
    return list(dict.fromkeys(labels))


def measures(tell: Telling, say: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The operator's own measures, each with its code."""
    held = tell.context.catalog.measures
    texts = [
        say["measure_of"].format(code=code, text=tell.text(text))
        for code, text in tell.explanation.measures
        if held[code].kind == "operator"
    ]
    if not texts:
        yield "", say["no_measures"]
    for number, text in enumerate(tell.listed(texts, _MOST_MEASURES, "more_items"), 1):
        yield "", f"{number}. {text}"
