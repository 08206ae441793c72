"""Rebound in lines for the terminal: what stands out, and what cannot be said."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from riskengine.kernel.chances import rounded
from riskengine.kernel.formats import number
from riskengine.reports.rebound.telling import Teller
from riskengine.supervision.rebound.repeats import ALL, PENALTY, UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from riskengine.catalog import Catalog
    from riskengine.supervision.rebound import KindResult, Rebound
    from riskengine.supervision.rebound.campaigns import Effect
    from riskengine.supervision.rebound.repeats import RepeatRow

_SHOWN = 5
_INDENT = "  "


def lines_of(found: Rebound, catalog: Catalog, lang: str) -> Iterator[str]:
    """The lines.

    Args:
        found: the result.
        catalog: for what risk points are called.
        lang: ``zh`` or ``en``.
    """
    told = Teller(found, catalog, lang)
    say = told.say
    yield say["rebound_title"].format(day=found.request.day.isoformat())
    yield say["repeats"]
    watched = {point for kind in found.request.rules.kinds.values() for point in kind.risk_points}
    rows = [row for row in found.repeats.rows if row.risk_point in {ALL, *watched} and (row.watched or row.running)]
    for _, spans in groupby(sorted(rows, key=_order), key=_order):
        yield _INDENT + _repeat(told, list(spans))
    if not rows:
        yield _INDENT + say["no_repeats"]
    if found.unused:
        yield _INDENT + say["unused_line"].format(reasons=told.reasons(found.unused))
    for result in found.kinds.values():
        yield result.kind.title.get(lang)
        for line in _kind(told, result):
            yield _INDENT + line
    if found.effects:
        yield say["campaigns"]
        for effect in found.effects:
            yield _INDENT + _effect(told, effect)


def _order(row: RepeatRow) -> tuple[bool, int, bool, str]:
    return row.after != PENALTY, UNITS.index(row.unit), row.risk_point != ALL, row.risk_point


def _repeat(told: Teller, spans: Sequence[RepeatRow]) -> str:
    """A unit and risk point: its share in each span; of a span that is over for no case, how many are running."""
    say, one = told.say, spans[0]
    name = say["name_mark"].join((say[f"unit_{one.unit}"], say[f"after_{one.after}"], told.point(one.risk_point)))
    parts = []
    for row in spans:
        figure = say["still_running"].format(running=number(row.running), again=number(row.running_repeated))
        if row.watched:
            share = say["percent_of"].format(n=told.percent(Fraction(row.repeated, row.watched)))
            counts = say["repeated_of"].format(repeated=number(row.repeated), watched=number(row.watched))
            figure = f"{share} [{told.interval(row.low, row.high)}] {counts}"
        parts.append(f"{say['days_of'].format(days=row.days)} {figure}")
    return f"{name}{say['colon']}{say['name_mark'].join(parts)}"


def _kind(told: Teller, result: KindResult) -> Iterator[str]:
    say = told.say
    yield from told.account(result)
    if not result.standings.more:
        yield say["nothing_more"]
    for each in result.standings.more[:_SHOWN]:
        cell, (low, high) = each.cell, each.interval
        rate = told.percent(Fraction(cell.found, cell.looked))
        counts = say["part_of"].format(found=number(cell.found), looked=number(cell.looked))
        yield f"▲ {told.where(*cell.key)}{say['colon']}{rate} [{told.interval(low, high)}] {counts}"
    if little := told.too_little(result):
        yield little
    for window in result.advice.windows[:_SHOWN]:
        yield f"→ {told.where(window.place, window.weekday, window.band)}{say['colon']}{told.why(window)}"


def _effect(told: Teller, effect: Effect) -> str:
    say, one = told.say, effect.campaign
    line = f"{one.name}{say['colon']}{say[f'said_{effect.said}']}"
    if effect.ratio is not None and effect.low is not None and effect.high is not None:
        low, high = (f"{rounded(value, 2):f}" for value in (effect.low, effect.high))
        line += f" {rounded(effect.ratio, 2):f} [{say['interval_of'].format(low=low, high=high)}]"
    return f"{line}{say['name_mark']}{say['regression_short']}" if effect.regresses else line
