"""How to improve: days on which records stop counting, measures to take, credit repair as the policy has it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from riskengine.contract.tables import NOT_CURRENT
from riskengine.kernel.decimals import plain
from riskengine.reports.notice.objecting import remedy
from riskengine.reports.notice.parts import Cell, Grid, Items, Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from riskengine.kernel.languages import Text
    from riskengine.reports.notice.telling import Telling
    from riskengine.results import RuleLapse

_MOST_DAYS, _MOST_MEASURES, _MOST_RULES = 6, 5, 3


def improving(tell: Telling) -> Iterator[Paragraph | Grid | Items]:
    """What time does, what the operator can do, and what repair does."""
    say, explanation = tell.say, tell.explanation
    if explanation.status == NOT_CURRENT:
        return
    returns = _returns(tell)
    if returns:
        yield Paragraph(say["lapse_lead"])
        yield Grid(
            (say["lapse_day"], say["lapse_rule"], say["lapse_points"]), tuple(_rows(returns, tell)), (22, 58, 20)
        )
    never = [lapse for lapse in tell.lapses if lapse.returns_on is None]
    if never:
        names = dict.fromkeys(tell.text(lapse.title) for lapse in never)
        yield Paragraph(say["lapse_untold"].format(rules=say["list_mark"].join(names)))
    measures = [say["measure_line"].format(code=code, text=tell.text(text)) for code, text in _own_measures(tell)]
    if measures:
        yield Paragraph(say["measures_lead"])
        yield Items(tuple(tell.listed(measures, _MOST_MEASURES, "more_measures")))
    if explanation.missing or explanation.unknown:
        yield Paragraph(say["complete_records"])
    counted = tell.context.policy.counted_statuses
    if explanation.fired:
        if "repaired" not in counted:
            repair = remedy("repair", tell)
            yield Paragraph(say["repair"] + (say["basis_end"].format(basis=repair) if repair else ""))
            yield from _repairs(tell)
        if "revoked" not in counted:
            revoked = remedy("revocation", tell)
            yield Paragraph(say["revoked"] + (say["basis_end"].format(basis=revoked) if revoked else ""))
    if not (returns or never or measures or explanation.fired):
        yield Paragraph(say["keep_clean"])


def _repairs(tell: Telling) -> Iterator[Items]:
    """From which day on the records behind the grade can be repaired, as the ledger knew it."""
    behind = dict.fromkeys(item.record_id for rule in tell.explanation.fired for item in rule.evidence)
    days = sorted((tell.view.repairs[record], record) for record in behind if record in tell.view.repairs)
    lines = [
        tell.say["repair_from"].format(record=tell.privacy.text(record), day=tell.day(day)) for day, record in days
    ]
    if lines:
        yield Items(tuple(tell.listed(lines, _MOST_DAYS, "more_items")))


def _own_measures(tell: Telling) -> list[tuple[str, Text]]:
    """The measures that are the operator's own, the first of every risk point before the second of any."""
    held = tell.context.catalog.measures
    own = {code: text for code, text in tell.explanation.measures if held[code].kind == "operator"}
    seen: Counter[str] = Counter()
    turns = {}
    for code in own:
        seen[held[code].risk_point] += 1
        turns[code] = seen[held[code].risk_point]
    return sorted(own.items(), key=lambda item: turns[item[0]])


def _returns(tell: Telling) -> dict[date, list[RuleLapse]]:
    """Day → the rules whose records have all lapsed by then, the next day first."""
    found: dict[date, list[RuleLapse]] = {}
    for lapse in tell.lapses:
        if lapse.returns_on is not None and (lapse.points or lapse.at_most):
            found.setdefault(lapse.returns_on, []).append(lapse)
    return dict(sorted(found.items()))


def _rows(returns: dict[date, list[RuleLapse]], tell: Telling) -> Iterator[tuple[Cell, Cell, Cell]]:
    say = tell.say
    sign = 1 if tell.context.plan.high_is_bad else -1
    days = list(returns.items())
    for day, together in days[:_MOST_DAYS]:
        points = sum((lapse.points for lapse in together), start=Decimal(0))
        names = [tell.text(lapse.title) + (f" {lapse.risk_point}" if lapse.risk_point else "") for lapse in together]
        shown = tell.listed(names, _MOST_RULES, "more_items")
        effect = plain(sign * points) if points else say["ceiling_gone"]
        yield Cell(tell.day(day)), Cell(say["list_mark"].join(shown)), Cell(effect)
    if len(days) > _MOST_DAYS:
        rest = [lapse for _, together in days[_MOST_DAYS:] for lapse in together]
        points = sum((lapse.points for lapse in rest), start=Decimal(0))
        last = say["until"].format(day=tell.day(days[-1][0]))
        yield Cell(last), Cell(say["more_rules"].format(count=len(rest))), Cell(plain(sign * points))
