"""Outcomes in words and as JSON-ready values: each share with its interval, each ground with its article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.kernel.formats import number, percent
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.wording import listed, words_in
from riskengine.supervision.outcomes.counting import STATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.catalog import Catalog
    from riskengine.kernel.languages import Text
    from riskengine.supervision.outcomes.counting import Concluded, Fallen, Group, OutcomeReport
    from riskengine.supervision.outcomes.interval import Interval

_ROOM = "riskengine.supervision.outcomes"


def wording(lang: str) -> Mapping[str, str]:
    """Key → wording in ``lang`` (``zh`` or ``en``)."""
    return words_in(_ROOM, lang)


def outcome_lines(report: OutcomeReport, catalog: Catalog, lang: str) -> Iterator[str]:
    """The report line by line.

    Args:
        report: what was counted.
        catalog: names the risk points, and the laws.
        lang: ``zh`` or ``en``.
    """
    say = wording(lang)
    days = {"since": report.since.isoformat(), "until": report.until.isoformat()}
    counts = {state: number(report.states[state]) for state in STATES}
    yield say["period"].format(all=number(sum(report.states.values())), **days, **counts)
    yield _line(report.whole, say["whole"], lang)
    for heading, groups, named in (
        ("by_risk_point", report.by_risk_point, lambda key: point_name(key, catalog, lang)),
        ("by_unit", report.by_unit, str),
        ("by_kind", report.by_kind, lambda key: say[f"kind_{key}"]),
    ):
        if groups:
            yield say[heading]
        for group in groups:
            yield _line(group, say["not_said"] if group.key is None else named(group.key), lang)
    yield from _fallen_lines(report, catalog, lang)
    decided = report.decided
    figures = {"challenged": number(decided.challenged), "overturned": number(decided.overturned)}
    share = percent(decided.overturned, decided.penalties, lang, places=2)
    figures |= {"share": share, **_limits(decided.interval, lang)}
    yield say["decided"].format(penalties=number(decided.penalties), **figures)
    if any(report.ledger.values()):
        yield say["from_ledger"].format(**{name: number(count) for name, count in report.ledger.items()})
    yield say["method"].format(few=number(report.rules.small.fewer_than))


def point_name(code: str, catalog: Catalog, lang: str) -> str:
    """A risk point with its title, where the catalogue has it."""
    point = catalog.risk_points.get(code)
    return code if point is None else f"{code} {point.title.get(lang)}"


def _line(group: Group, name: str, lang: str) -> str:
    say = wording(lang)
    if not group.concluded:
        return say["only_pending"].format(key=name, pending=number(group.pending))
    told = [
        say["counted"].format(outcome=say[f"outcome_{outcome}"], count=number(count))
        for outcome, count in group.outcomes.items()
        if count
    ]
    return say["group"].format(
        key=name,
        concluded=number(group.concluded),
        outcomes=listed(told, lang),
        share=percent(group.overturned, group.concluded, lang, places=2),
        small=say["small"] if group.is_small else "",
        pending=number(group.pending),
        **_limits(group.interval, lang),
    )


def _limits(interval: Interval, lang: str) -> dict[str, str]:
    return {name: percent(getattr(interval, name), 1, lang, places=2) for name in ("low", "high")}


def _fallen_lines(report: OutcomeReport, catalog: Catalog, lang: str) -> Iterator[str]:
    say = wording(lang)
    if report.fallen:
        yield say["fallen"]
    for each in report.fallen:
        label = ground_label(each, report, catalog)
        yield say["fallen_line"].format(
            point=point_name(each.risk_point, catalog, lang),
            ground=say["not_said"] if each.ground is None else report.rules.grounds[each.ground].title.get(lang),
            kind=say[f"kind_{each.kind}"],
            count=number(len(each.penalties)),
            article="" if label is None else say["article"].format(label=label.get(lang)),
        )


def ground_label(each: Fallen, report: OutcomeReport, catalog: Catalog) -> Text | None:
    """The article of a ground on the day of the last of its decisions; None where there was none, or no ground."""
    if each.ground is None:
        return None
    days = [
        held.became.decided_on
        for held in report.concluded
        if held.penalty.violation_id in each.penalties and held.became.decided_on is not None
    ]
    return report.rules.grounds[each.ground].label_on(catalog.laws, each.kind, max(days))


def outcomes_dict(report: OutcomeReport, catalog: Catalog) -> dict[str, Any]:
    """All counts, and every penalty behind them."""
    decided = report.decided
    return {
        "from": report.since.isoformat(),
        "until": report.until.isoformat(),
        "states": report.states,
        "interval": "Clopper-Pearson, 95%",
        "small": {"fewer_than": report.rules.small.fewer_than, "basis": report.rules.small.basis},
        "all": _group_dict(report.whole),
        "by_risk_point": [_group_dict(group) for group in report.by_risk_point],
        "by_unit": [_group_dict(group) for group in report.by_unit],
        "by_kind": [_group_dict(group) for group in report.by_kind],
        "fallen": [_fallen_dict(each, report, catalog) for each in report.fallen],
        "decided": {
            "penalties": decided.penalties,
            "challenged": decided.challenged,
            "overturned": decided.overturned,
            "interval": [str(limit) for limit in decided.interval],
        },
        "ledger": report.ledger,
        "concluded": [_penalty_dict(each, report, catalog) for each in report.concluded],
        "pending": [_penalty_dict(each, report, catalog) for each in report.pending],
    }


def _group_dict(group: Group) -> dict[str, Any]:
    return {**group._asdict(), "interval": [str(limit) for limit in group.interval]}


def _fallen_dict(each: Fallen, report: OutcomeReport, catalog: Catalog) -> dict[str, Any]:
    label = ground_label(each, report, catalog)
    return {
        "risk_point": each.risk_point,
        "kind": each.kind,
        "ground": each.ground,
        "article": None if label is None else label.to_dict(),
        "penalties": [mask_personal(name) for name in each.penalties],
    }


def _penalty_dict(each: Concluded, report: OutcomeReport, catalog: Catalog) -> dict[str, Any]:
    held, day = each.became, each.became.decided_on
    result = None if held.result is None else report.rules.results[held.result]
    label = None if result is None or day is None else result.label_on(catalog.laws, held.kind, day)
    return {
        "violation_id": mask_personal(each.penalty.violation_id),
        "risk_point": each.penalty.risk_point,
        "unit": each.penalty.unit,
        "challenges": len(each.penalty.challenges),
        "outcome": held.outcome,
        "decided_on": day and day.isoformat(),
        "kind": held.kind,
        "result": held.result,
        "ground": held.ground,
        "article": None if label is None else label.to_dict(),
    }
