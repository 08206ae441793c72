"""The risk points that fired, with the law in force on the as-of date, and the measures against them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.catalog import Citation
    from riskengine.reports.notice.telling import Telling
    from riskengine.results import FiredRule

_MOST_RECORDS, _MOST_MEASURES = 12, 12


def found(tell: Telling, say: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each risk point: the records, the rules that fired, what must be done, what the law threatens."""
    together: dict[str | None, list[FiredRule]] = {}
    for rule in tell.explanation.fired:
        together.setdefault(rule.risk_point, []).append(rule)
    ordered = sorted(together.items(), key=lambda item: (item[0] is None, item[0] or ""))
    for number, (code, rules) in enumerate(ordered):
        numeral = say["numerals_ten"][number] if number < len(say["numerals_ten"]) else str(number + 1)
        title = say["item_of"].format(number=numeral, title=_title(code, rules, say, tell))
        first, *rest = _point(code, rules, say, tell)
        yield title, first
        yield from (("", text) for text in rest)


def _title(code: str | None, rules: list[FiredRule], say: Mapping[str, str], tell: Telling) -> str:
    title = rules[0].risk_point_title
    if code is None or title is None:
        return say["point_line"].format(code="", title=say["general_point"]).strip()
    return say["point_line"].format(code=code, title=tell.text(title))


def _point(code: str | None, rules: list[FiredRule], say: Mapping[str, str], tell: Telling) -> Iterator[str]:
    names = list(dict.fromkeys(tell.text(rule.title) for rule in rules))
    records = list(dict.fromkeys(item.record_id for rule in rules for item in rule.evidence))
    shown = tell.listed([tell.record(record) for record in records], _MOST_RECORDS, "more_records")
    if records:
        yield say["records_line"].format(count=len(records), records=say["list_mark"].join(shown))
    yield say["rules_line"].format(rules=say["list_mark"].join(names))
    for role in ("duty", "liability"):
        cited = list(_cited(code, role, tell))
        if cited:
            yield say[f"{role}_line"].format(articles=_by_law(cited, say, tell))
    laws = [tell.text(rule.law) for rule in rules if rule.law is not None]
    if code is None and laws:
        yield say["basis_line"].format(articles=say["list_mark"].join(dict.fromkeys(laws)))


def _cited(code: str | None, role: str, tell: Telling) -> Iterator[Citation]:
    """The citations of a role at a risk point, of the versions in force on the as-of date."""
    catalog, day = tell.context.catalog, tell.context.as_of
    point = catalog.risk_points.get(code or "")
    for citation in point.citations if point else ():
        version = catalog.laws.in_force(citation.law, day)
        if citation.role == role and citation.duty_of is None and version and version.version == citation.version:
            yield citation


def _by_law(cited: list[Citation], say: Mapping[str, str], tell: Telling) -> str:
    """The articles as people write them, the title of a law once for all of its articles."""
    laws, places = tell.context.catalog.laws, dict[str, dict[str, None]]()
    for citation in cited:
        title = laws.title(citation.law).get(tell.lang) + say["after_law"]
        head, mark, place = citation.label(laws, tell.lang).rpartition(title)
        places.setdefault(head + mark, {})[place] = None
    return say["clause"].join(head + say["list_mark"].join(own) for head, own in places.items())


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
