"""The whole of rebound: from files to repeats, places and hours, patrols and campaigns, and a form ready for JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from riskengine.kernel.chances import rounded
from riskengine.kernel.masking import mask_personal
from riskengine.supervision.rebound.campaigns import Effect, effects_of, read_campaigns
from riskengine.supervision.rebound.cells import PLACE, counts_of
from riskengine.supervision.rebound.patrols import Advice, advise
from riskengine.supervision.rebound.reading import open_records
from riskengine.supervision.rebound.repeats import AFTER, UNITS, RepeatRow, Repeats, pairs_query, repeats_of
from riskengine.supervision.rebound.standing import standings_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal
    from pathlib import Path

    from riskengine.contract.records import SourceAccount
    from riskengine.kernel.decimals import Number
    from riskengine.kernel.problems import Problem
    from riskengine.supervision.rebound.cells import Cell, Counts
    from riskengine.supervision.rebound.reading import Held
    from riskengine.supervision.rebound.rules import Kind, ReboundRules
    from riskengine.supervision.rebound.standing import Standing, Standings

PERCENT_PLACES, CHANCE_PLACES, RATIO_PLACES = 2, 6, 4
"""Digits after the point of shares and rates per 100, of chances, of ratios; rounded once, half up."""


@dataclass(frozen=True, slots=True)
class ReboundRequest:
    """What is asked for.

    Attributes:
        violations: a path, an Arrow table or mappings.
        day: the as-of date.
        rules: how it is computed.
        inspections, operators, times, campaigns: likewise; None where there are none.
        hours: officers' hours of a week of patrols; those of the rules if None.
        teams: patrols at once.
        pairs: a CSV file to write: each case with a repeat, and the violations on both sides.
    """

    violations: Any
    day: date
    rules: ReboundRules
    inspections: Any = None
    operators: Any = None
    times: Any = None
    campaigns: Any = None
    hours: int | None = None
    teams: int = 1
    pairs: Path | None = None


@dataclass(frozen=True, slots=True)
class KindResult:
    """A kind of violation: what was counted, what stands out, what is advised."""

    kind: Kind
    counts: Counts
    standings: Standings
    advice: Advice


@dataclass(frozen=True, slots=True)
class Rebound:
    """What was found.

    Attributes:
        request: what was asked for.
        repeats: who does it again.
        kinds: id → a kind of violation by place and hour; empty where there are no inspections.
        effects: of the campaigns.
        unused: of the violations read, why how many do not count.
        rows: source → rows that came in, and those left out.
        problems: of the sources, in their order.
        problem_count: how many there are; of very many only the first are kept.
    """

    request: ReboundRequest
    repeats: Repeats
    kinds: Mapping[str, KindResult]
    effects: tuple[Effect, ...]
    unused: Mapping[str, int]
    rows: Mapping[str, tuple[int, int]]
    problems: tuple[Problem, ...]
    problem_count: int

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form; shares and rates in percent, as decimal texts."""
        return {
            "as_of": self.request.day.isoformat(),
            "rules": self.request.rules.model_dump(mode="json"),
            "rows": {name: {"in": came, "left_out": out} for name, (came, out) in self.rows.items()},
            "unused": dict(self.unused),
            "repeats": [_repeat(row) for row in self.repeats.rows],
            "unwatched": self.repeats.unwatched,
            "kinds": {name: _kind(result) for name, result in self.kinds.items()},
            "campaigns": [_campaign(effect) for effect in self.effects],
        }


_MOST_PROBLEMS = 1000


def analyse(request: ReboundRequest) -> Rebound:
    """Compute all of it.

    Raises:
        InputError: a source cannot be used (RE-101 to RE-115, RE-970 to RE-974).
        MissingExtraError: DuckDB is not installed (RE-613).
        OSError: the file of pairs cannot be written.
    """
    rules = request.rules
    campaigns = []
    if request.campaigns is not None:
        campaigns = read_campaigns(request.campaigns, has_counties=request.operators is not None)
    held = open_records(
        violations=request.violations,
        inspections=request.inspections,
        operators=request.operators,
        times=request.times,
        day=request.day,
        rules=rules,
    )
    try:
        repeats = repeats_of(held, rules)
        kinds = {} if request.inspections is None else _kinds(held, request)
        effects = tuple(effects_of(held, campaigns, rules))
        if request.pairs is not None:
            _write_pairs(held, request.pairs, rules.repeat_days[-1])
        problems, count = _problems(held.accounts)
        rows = {account.name: (account.rows_in, account.left_out_count) for account in held.accounts}
        return Rebound(request, repeats, kinds, effects, held.unused, rows, problems, count)
    finally:
        held.close()


def _kinds(held: Held, request: ReboundRequest) -> dict[str, KindResult]:
    rules, busy = request.rules, Counter[tuple[int, int]]()
    found = {}
    for name, kind in rules.kinds.items():
        counts = counts_of(held, rules, kind)
        standings = standings_of(counts, rules)
        advice = advise(
            counts, standings, rules, kind, request.day, hours=request.hours, teams=request.teams, busy=busy
        )
        found[name] = KindResult(kind, counts, standings, advice)
    return found


def _problems(accounts: list[SourceAccount]) -> tuple[tuple[Problem, ...], int]:
    kept: list[Problem] = []
    count = 0
    for account in accounts:
        for problem in account.problems:
            count += 1
            if len(kept) < _MOST_PROBLEMS:
                kept.append(problem)
    return tuple(kept), count


def _write_pairs(held: Held, path: Path, most: int) -> None:
    """Write the pairs of every unit after every penalty and repair; DuckDB writes, no row passes through Python."""
    held.connection.execute("DROP TABLE IF EXISTS pairs")
    for after in AFTER:
        for unit in UNITS:
            query = pairs_query(held, after, unit, most)
            made = held.rows("SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'pairs'")[0][0]
            held.connection.execute(f"INSERT INTO pairs {query}" if made else f"CREATE TABLE pairs AS {query}")
    with path.open("wb"):  # that it cannot be written is told as for every file
        pass
    name = str(path).replace("'", "''")
    held.connection.execute(f"COPY (SELECT * FROM pairs ORDER BY ALL) TO '{name}' (FORMAT csv, HEADER)")


def percent(value: Number) -> str:
    """A share in percent, rounded half up."""
    return f"{rounded(value * 100, PERCENT_PLACES):f}"


def _repeat(row: RepeatRow) -> dict[str, Any]:
    share = percent(Fraction(row.repeated, row.watched)) if row.watched else None
    return {
        "after": row.after,
        "unit": row.unit,
        "risk_point": row.risk_point,
        "days": row.days,
        "watched": row.watched,
        "repeated": row.repeated,
        "units": row.units,
        "share": share,
        "interval": [percent(row.low), percent(row.high)] if row.watched else None,
        "running": row.running,
        "running_repeated": row.running_repeated,
        "estimate": None if row.estimate is None else percent(row.estimate),
    }


def cell_name(cell: Cell) -> dict[str, Any]:
    """What a cell is of; personal numbers in the names of places are masked."""
    place = None if cell.place is None else mask_personal(cell.place)
    return {"level": cell.level, "place": place, "weekday": cell.weekday, "from_hour": cell.band}


def _standing(each: Standing) -> dict[str, Any]:
    low, high = each.interval
    return {
        **cell_name(each.cell),
        "inspections": each.cell.looked,
        "found": each.cell.found,
        "rate": percent(Fraction(each.cell.found, each.cell.looked)),
        "interval": [percent(low), percent(high)],
        "expected_rate": percent(each.estimate.rate),
        "lower_bound": percent(each.estimate.least),
        "chance": _chance(each.chance),
        "false_discovery_rate": _chance(each.false_rate),
        "more_than_elsewhere": each.is_more,
    }


def _chance(value: Decimal) -> str:
    return f"{rounded(value, CHANCE_PLACES):f}"


def _kind(result: KindResult) -> dict[str, Any]:
    counts, standings, advice = result.counts, result.standings, result.advice
    return {
        "risk_points": list(result.kind.risk_points),
        "inspections": counts.whole.looked,
        "found": counts.whole.found,
        "hour_unknown": counts.hour_unknown,
        "unused_inspections": counts.unused,
        "violations_without_inspection": counts.unlinked,
        "tested": len(standings.rated),
        "too_little": standings.too_little,
        "more": [_standing(each) for each in standings.more],
        "places": [_standing(each) for each in standings.rated if each.cell.level == PLACE],
        "patrols": {
            "windows": [
                {
                    "place": mask_personal(window.place),
                    "weekday": window.weekday,
                    "from_hour": window.band,
                    "why": window.why,
                    "expected_rate": percent(window.rate),
                    "expected_an_hour": f"{rounded(window.an_hour, RATIO_PLACES):f}",
                    "inspections": window.looked,
                    "found": window.found,
                }
                for window in advice.windows
            ],
            "room": advice.room,
            "hours_each": advice.hours_each,
        },
    }


def _campaign(effect: Effect) -> dict[str, Any]:
    one = effect.campaign
    return {
        "campaign": one.campaign,
        "place": None if one.place is None else mask_personal(one.place),
        "county": one.county,
        "risk_point": one.risk_point,
        "from": one.since.isoformat(),
        "until": one.until.isoformat(),
        "said": effect.said,
        "parts": [
            {"where": where, "period": period, "inspections": part.looked, "found": part.found}
            for (where, period), part in effect.parts.items()
        ],
        "ratio": _ratio(effect.ratio),
        "interval": None if effect.low is None else [_ratio(effect.low), _ratio(effect.high)],
        "dispersion": _ratio(effect.dispersion),
        "was_high": effect.was_high,
        "regression_to_the_mean": effect.regresses,
    }


def _ratio(value: Decimal | None) -> str | None:
    return None if value is None else f"{rounded(value, RATIO_PLACES):f}"
