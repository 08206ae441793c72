"""Before and after a campaign, against the places that had none: the ratio of two ratios of rates, with its interval.

Rates are finds per inspection in as many days before the first and after the last day of the campaign, there and at
the places of the comparison: all others, but those with a campaign for the risk point in those days. The ratio of the
ratios is the difference in differences of the logarithms; a half is added to what was found and one to what was looked
(Walter 1975), so that none divides by nothing; the variance is that of logarithms of shares, times how much more the
weeks differ than chance has them do (quasi-likelihood, at least 1). Nothing is claimed where too little was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING, Any

from riskengine.catalog import load_shipped
from riskengine.kernel.chances import NORMAL_975
from riskengine.kernel.errors import InputError
from riskengine.kernel.problems import Problem, in_order, nearest
from riskengine.records.table import read_table
from riskengine.supervision.rebound.reading import sections
from riskengine.supervision.rebound.sources import CAMPAIGNS, CHOSEN_HIGH, CHOSEN_OTHERWISE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from riskengine.supervision.rebound.reading import Held
    from riskengine.supervision.rebound.rules import ReboundRules

EARLIER, BEFORE, DURING, AFTER = "earlier", "before", "during", "after"
PERIODS = (EARLIER, BEFORE, DURING, AFTER)
THERE, ELSEWHERE = "there", "elsewhere"
FEWER, MORE, SAME, THIN, RUNNING = "fewer", "more", "same", "thin", "running"
"""What is said: fewer or more than the comparison lets expect, no difference shown, too little, not over yet."""
_CONTEXT = Context(prec=34)
_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as it is on record."""

    campaign: str
    name: str
    place: str | None
    county: str | None
    risk_point: str
    since: date
    until: date
    chosen_for: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """Inspections of a period, there or elsewhere: how many, and how many found the violation."""

    looked: int
    found: int

    @property
    def log_rate(self) -> Decimal:
        """The logarithm of the rate, with a half and one added."""
        return ((self.found + _HALF) / (self.looked + 1)).ln()

    @property
    def variance(self) -> Decimal:
        """Of that logarithm, by chance alone."""
        return 1 / (self.found + _HALF) - Decimal(1) / (self.looked + 1)


@dataclass(frozen=True, slots=True)
class Effect:
    """What came of a campaign.

    Attributes:
        campaign: the campaign.
        parts: (there or elsewhere, period) → inspections and finds.
        said: ``fewer``, ``more``, ``same``, ``thin`` or ``running``.
        ratio, low, high: the ratio of the ratios and its interval of 95 %; None where nothing is claimed.
        dispersion: how much more the weeks differ than by chance; None likewise.
        was_high: before it, more was found there than elsewhere.
        regresses: what is found may have come down by itself: the place was chosen since it was high, or one does not
            know why and it was.
    """

    campaign: Campaign
    parts: Mapping[tuple[str, str], Part]
    said: str
    ratio: Decimal | None
    low: Decimal | None
    high: Decimal | None
    dispersion: Decimal | None
    was_high: bool
    regresses: bool


def read_campaigns(data: Any, *, has_counties: bool) -> list[Campaign]:
    """The campaigns of a file, by day.

    Args:
        data: a path, or mappings.
        has_counties: whether the counties of operators are known.

    Raises:
        InputError: the file cannot be used, a campaign names neither or both of place and county (RE-971), ends before
            it begins (RE-972), names an unknown risk point (RE-973), or a county where no operators are given (RE-974).
    """
    table = read_table(data, CAMPAIGNS)
    catalog = load_shipped()
    problems: list[Problem] = []
    for row in table.records:
        name = row["campaign_id"]
        if (row["place"] is None) == (row["county"] is None):
            problems.append(Problem("RE-971", source=table.label, found=name))
        if row["until"] < row["from"]:
            days = (("since", row["from"].isoformat()), ("until", row["until"].isoformat()))
            problems.append(Problem("RE-972", source=table.label, found=name, params=days))
        if catalog.resolve(row["risk_point"]) is None:
            near = nearest(row["risk_point"], catalog.risk_points)
            problems.append(Problem("RE-973", source=table.label, found=row["risk_point"], near=near))
        if row["county"] is not None and not has_counties:
            problems.append(Problem("RE-974", source=table.label, found=name))
    if problems:
        raise InputError(in_order(problems))
    made = [
        Campaign(
            row["campaign_id"],
            row["name"] or row["campaign_id"],
            row["place"],
            row["county"],
            catalog.resolve(row["risk_point"]) or row["risk_point"],
            row["from"],
            row["until"],
            row["chosen_for"],
        )
        for row in table.records
    ]
    return sorted(made, key=lambda each: (each.since, each.campaign))


def effects_of(held: Held, campaigns: Sequence[Campaign], rules: ReboundRules) -> list[Effect]:
    """Hold every campaign against its comparison."""
    return [_effect(held, each, campaigns, rules) for each in campaigns]


def _effect(held: Held, one: Campaign, every: Sequence[Campaign], rules: ReboundRules) -> Effect:
    days = rules.campaign.days
    last = one.until + timedelta(days=days)
    weeks = held.rows(_weeks(one, every, rules))
    parts = {
        (group, period): Part(
            sum(looked for at, when, _, looked, _ in weeks if (at, when) == (group, period)),
            sum(found for at, when, _, _, found in weeks if (at, when) == (group, period)),
        )
        for group in (THERE, ELSEWHERE)
        for period in PERIODS
    }
    was_high = _is_higher(parts[THERE, BEFORE], parts[ELSEWHERE, BEFORE])
    regresses = one.chosen_for == CHOSEN_HIGH or (was_high and one.chosen_for != CHOSEN_OTHERWISE)
    if last > held.day:
        return Effect(one, parts, RUNNING, None, None, None, None, was_high, regresses)
    if _is_thin(parts, rules.campaign.least_found):
        return Effect(one, parts, THIN, None, None, None, None, was_high, regresses)
    dispersion = dispersion_of([(at, when, looked, found) for at, when, _, looked, found in weeks])
    ratio, low, high = ratio_of_ratios(parts, dispersion)
    said = FEWER if high < 1 else MORE if low > 1 else SAME
    return Effect(one, parts, said, ratio, low, high, dispersion, was_high, regresses)


def _is_higher(here: Part, there: Part) -> bool:
    return here.found * there.looked > there.found * here.looked


def _is_thin(parts: Mapping[tuple[str, str], Part], least: int) -> bool:
    """Whether too little was found before, or would be found after at the rate of before."""
    for group in (THERE, ELSEWHERE):
        before, after = parts[group, BEFORE], parts[group, AFTER]
        if before.found < least or after.looked * before.found < least * before.looked:
            return True
    return False


def ratio_of_ratios(parts: Mapping[tuple[str, str], Part], dispersion: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """How the rate changed there, by how it changed elsewhere; and its interval of 95 %."""
    with localcontext(_CONTEXT):
        signs = {(THERE, AFTER): 1, (THERE, BEFORE): -1, (ELSEWHERE, AFTER): -1, (ELSEWHERE, BEFORE): 1}
        middle = sum((sign * parts[key].log_rate for key, sign in signs.items()), Decimal(0))
        error = (sum((parts[key].variance for key in signs), Decimal(0)) * dispersion).sqrt()
        return middle.exp(), (middle - NORMAL_975 * error).exp(), (middle + NORMAL_975 * error).exp()


def dispersion_of(weeks: Sequence[tuple[str, str, int, int]]) -> Decimal:
    """How much more the finds of weeks differ than chance has them do (Pearson's statistic by its degrees), at least 1.

    Args:
        weeks: there or elsewhere, period, inspections and finds of a week; the rate is that of its part.
    """
    used = [week for week in weeks if week[1] in {BEFORE, AFTER}]
    with localcontext(_CONTEXT):
        total, free = Decimal(0), 0
        for part in sorted({(at, when) for at, when, _, _ in used}):
            rows = sorted((looked, found) for at, when, looked, found in used if (at, when) == part)
            looked, found = sum(row[0] for row in rows), sum(row[1] for row in rows)
            if found in {0, looked}:
                continue
            rate = Decimal(found) / looked
            total += sum(((hits - seen * rate) ** 2 / (seen * rate * (1 - rate)) for seen, hits in rows), Decimal(0))
            free += len(rows) - 1
        return max(Decimal(1), total / free) if free else Decimal(1)


def _weeks(one: Campaign, every: Sequence[Campaign], rules: ReboundRules) -> str:
    """SQL of inspections and finds by there or elsewhere, period and week."""
    days = rules.campaign.days
    only = {name for kind in rules.kinds.values() if one.risk_point in kind.risk_points for name in kind.only_kinds}
    fits = f"COALESCE(i.kind NOT IN ({_listed(rules.leave_out_kinds)}), TRUE)"
    fits += f" AND COALESCE(i.kind IN ({_listed(sorted(only))}), FALSE)" if only else ""
    after = one.until + timedelta(days=days)
    period = (
        f"CASE WHEN i.day > {_day(after)} THEN NULL WHEN i.day > {_day(one.until)} THEN '{AFTER}' "
        f"WHEN i.day >= {_day(one.since)} THEN '{DURING}' WHEN i.day >= {_day(one.since)} - {days} THEN '{BEFORE}' "
        f"WHEN i.day >= {_day(one.since)} - {2 * days} THEN '{EARLIER}' END"
    )
    others = [
        _is_at(other, rules)
        for other in every
        if other is not one
        and other.risk_point == one.risk_point
        and other.since <= after
        and other.until >= one.since - timedelta(days=2 * days)
    ]
    elsewhere = " OR ".join(others) or "FALSE"
    return (
        f"WITH hits AS (SELECT DISTINCT inspection_id FROM counted WHERE risk_point = {_quoted(one.risk_point)} "
        "AND inspection_id IS NOT NULL), seen AS (SELECT "
        f"CASE WHEN {_is_at(one, rules)} THEN '{THERE}' WHEN NOT ({elsewhere}) THEN '{ELSEWHERE}' END AS side, "
        f"{period} AS period, i.day, CASE WHEN h.inspection_id IS NULL THEN 0 ELSE 1 END AS hit "
        "FROM looked AS i LEFT JOIN hits AS h ON h.inspection_id = i.inspection_id "
        "LEFT JOIN county_of AS c ON c.operator_id = i.operator_id "
        f"WHERE i.place IS NOT NULL AND {fits}) "
        f"SELECT side, period, (day - {_day(one.since)} + 36500) // 7 AS week, COUNT(*), SUM(hit)::BIGINT FROM seen "
        "WHERE side IS NOT NULL AND period IS NOT NULL GROUP BY ALL ORDER BY ALL"
    )


def _is_at(one: Campaign, rules: ReboundRules) -> str:
    """SQL of whether an inspection is at the place of a campaign: as written, its section, its road; or the county."""
    if one.county is not None:
        return f"COALESCE(c.county = {_quoted(one.county)}, FALSE)"
    place = _quoted(one.place or "")
    return f"(i.place = {place} OR i.section = {place} OR i.road = {place} OR i.section = {sections(place, rules)})"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(_quoted, names)) or "NULL"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _day(day: date) -> str:
    return f"DATE '{day.isoformat()}'"
