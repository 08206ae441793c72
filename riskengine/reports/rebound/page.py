"""Rebound as one page of HTML without scripts: it prints, and it is read on a telephone. Equal results: equal pages."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from riskengine.kernel.chances import rounded
from riskengine.kernel.formats import long_date, number
from riskengine.kernel.masking import mask_personal
from riskengine.reports.html.environment import templates_beside
from riskengine.reports.rebound.heat import heat_maps, steps
from riskengine.reports.rebound.telling import ROOM, Teller
from riskengine.supervision.rebound.campaigns import ELSEWHERE, PERIODS, THERE
from riskengine.supervision.rebound.cells import PLACE
from riskengine.supervision.rebound.patrols import EXPLORE, WEEKDAYS
from riskengine.supervision.rebound.repeats import AFTER, UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.catalog import Catalog
    from riskengine.supervision.rebound import KindResult, Rebound
    from riskengine.supervision.rebound.campaigns import Effect
    from riskengine.supervision.rebound.standing import Standing

_PLACES = 30
_MORE = 40


def rebound_page(found: Rebound, catalog: Catalog, lang: str) -> str:
    """The page.

    Args:
        found: the result.
        catalog: for what risk points are called.
        lang: ``zh`` or ``en``.
    """
    told = Teller(found, catalog, lang)
    say, rules = told.say, found.request.rules
    return (
        templates_beside(ROOM)
        .get_template("rebound.html.j2")
        .render(
            say=say,
            lang=lang,
            title=say["rebound_title"].format(day=long_date(found.request.day, lang)),
            rules_line=say["rules_line"].format(title=rules.title.get(lang)),
            spans=rules.repeat_days,
            repeats=list(_repeats(told)),
            unwatched=say["unwatched_line"].format(**{key: number(n) for key, n in found.repeats.unwatched.items()}),
            unused=say["unused_line"].format(reasons=told.reasons(found.unused)) if found.unused else "",
            kinds=[_kind(told, result) for result in found.kinds.values()],
            steps=steps(say),
            campaigns_note=say["campaigns_note"].format(days=rules.campaign.days),
            effects=[_effect(told, effect) for effect in found.effects],
        )
    )


def _repeats(told: Teller) -> Iterator[dict[str, Any]]:
    """The tables of repeats that have a row: what comes before, the unit, and the rows by risk point."""
    found, say = told.found, told.say
    for after in AFTER:
        for unit in UNITS:
            rows = [row for row in found.repeats.rows if (row.after, row.unit) == (after, unit)]
            points = list(dict.fromkeys(row.risk_point for row in rows if row.watched or row.running))
            if not points:
                continue
            table = []
            for point in points:
                cells = [_repeat(told, row) for row in rows if row.risk_point == point]
                table.append({"point": told.point(point), "cells": cells})
            yield {"title": say["name_mark"].join((say[f"after_{after}"], say[f"unit_{unit}"])), "rows": table}


def _repeat(told: Teller, row: Any) -> dict[str, str]:
    say = told.say
    cell = {"share": "", "interval": "", "counts": "", "running": "", "estimate": ""}
    if row.watched:
        cell["share"] = say["percent_of"].format(n=told.percent(Fraction(row.repeated, row.watched)))
        cell["interval"] = told.interval(row.low, row.high)
        cell["counts"] = say["repeated_of"].format(repeated=number(row.repeated), watched=number(row.watched))
    if row.running:
        again = number(row.running_repeated)
        cell["running"] = say["still_running"].format(running=number(row.running), again=again)
        if row.estimate is not None:
            cell["estimate"] = say["estimated"].format(share=told.percent(row.estimate))
    return cell


def _kind(told: Teller, result: KindResult) -> dict[str, Any]:
    say, rules, standings = told.say, told.rules, result.standings
    places = [each for each in standings.rated if each.cell.level == PLACE]
    places.sort(key=lambda each: (-each.estimate.least, each.cell.place or ""))
    widest = max((each.interval[1] for each in places[:_PLACES]), default=Fraction(1)) or Fraction(1)
    whole = result.counts.whole
    mean = Fraction(whole.found, whole.looked) if whole.looked else Fraction(0)
    return {
        "title": result.kind.title.get(told.lang),
        "account": told.account(result),
        "more_note": say["more_note"].format(tested=number(len(standings.rated)), share=rules.false_discoveries),
        "more": [_standing(told, each) for each in standings.more[:_MORE]],
        "too_little": told.too_little(result),
        "places_note": say["places_note"].format(least=rules.least_inspections),
        "places": [{**_standing(told, each), **_bar(each, widest)} for each in places[:_PLACES]],
        "mean": _percent_of(mean, Fraction(widest)),
        "maps": [
            {
                "title": say["heat_of"].format(
                    place=say["all_places"] if one.place is None else mask_personal(one.place),
                    looked=number(one.looked),
                    found=number(one.found),
                ),
                "rows": [
                    (say["all_hours"] if band is None else told.band(band), [_heat(told, cell) for cell in cells])
                    for band, cells in one.rows
                ],
            }
            for one in heat_maps(result, rules.bands, rules.least_inspections)
        ],
        "days": [*(told.weekday(day) for day in WEEKDAYS), say["all_days"]],
        **_patrols(told, result),
    }


def _standing(told: Teller, each: Standing) -> dict[str, str]:
    cell = each.cell
    return {
        "where": told.where(*cell.key),
        "looked": number(cell.looked),
        "found": number(cell.found),
        "rate": told.percent(Fraction(cell.found, cell.looked)),
        "interval": told.interval(*each.interval),
        "expected": told.percent(each.estimate.rate),
        "least": told.percent(each.estimate.least),
        "false_rate": f"{rounded(each.false_rate, 4):f}",
    }


def _bar(each: Standing, widest: Any) -> dict[str, str]:
    low, high = (Fraction(value) for value in each.interval)
    whole = Fraction(widest)
    return {"left": _percent_of(low, whole), "width": _percent_of(high - low, whole)}


def _percent_of(part: Fraction, whole: Fraction) -> str:
    return f"{rounded(100 * part / whole, 2):f}%"


def _heat(told: Teller, cell: Any) -> dict[str, Any]:
    rate = "" if cell.step is None else told.percent(Fraction(cell.found, cell.looked), 0)
    return {
        "step": "n" if cell.step is None else str(cell.step),
        "rate": rate,
        "looked": cell.looked,
        "more": cell.is_more,
    }


def _patrols(told: Teller, result: KindResult) -> dict[str, Any]:
    say, patrol, advice = told.say, told.rules.patrol, result.advice
    note = say["patrols_note"].format(
        hours=number(advice.room * advice.hours_each),
        officers=patrol.officers,
        length=told.rules.hours,
        room=number(advice.room),
        exploring=number(sum(window.why == EXPLORE for window in advice.windows)),
        rate=patrol.inspections_an_hour,
    )
    windows = sorted(advice.windows, key=lambda one: (one.weekday, one.band, one.place))
    rows = [
        {
            "when": f"{told.weekday(one.weekday)} {told.band(one.band)}",
            "place": mask_personal(one.place),
            "why": told.why(one),
            "explores": one.why == EXPLORE,
        }
        for one in windows
    ]
    return {"patrols_note": note, "windows": rows}


def _effect(told: Teller, effect: Effect) -> dict[str, Any]:
    say, one = told.say, effect.campaign
    ratio = interval = ""
    if effect.ratio is not None and effect.low is not None and effect.high is not None:
        low, high = (f"{rounded(value, 2):f}" for value in (effect.low, effect.high))
        ratio, interval = f"{rounded(effect.ratio, 2):f}", say["interval_of"].format(low=low, high=high)
    rows = []
    for where in (THERE, ELSEWHERE):
        parts = [effect.parts[where, period] for period in PERIODS]
        rows.append(
            {
                "where": say[f"where_{where}"],
                "cells": [
                    {
                        "rate": told.percent(Fraction(part.found, part.looked)) if part.looked else "",
                        "counts": say["part_of"].format(found=number(part.found), looked=number(part.looked)),
                    }
                    for part in parts
                ],
            }
        )
    return {
        "name": mask_personal(one.name),
        "about": say["name_mark"].join(
            (
                mask_personal(one.place or one.county or ""),
                told.point(one.risk_point),
                say["interval_of"].format(low=one.since.isoformat(), high=one.until.isoformat()),
            )
        ),
        "periods": [say[f"period_{period}"] for period in PERIODS],
        "rows": rows,
        "said": say[f"said_{effect.said}"],
        "ratio": ratio,
        "interval": interval,
        "regresses": effect.regresses,
    }
