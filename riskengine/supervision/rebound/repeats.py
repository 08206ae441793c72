"""Who does it again: repeats of a risk point within so many days after a penalty or a repair.

A case is a unit (operator, vehicle, place), a risk point and a day of penalty (or repair); several violations decided
on one day are one case. Day ``n`` after it counts for ``n`` days, the day itself does not. A share is of the cases that
could be watched for all the days; the others are told apart, and used by Kaplan and Meier's estimate (1958) alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from itertools import groupby
from typing import TYPE_CHECKING

from riskengine.kernel.chances import clustered_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from riskengine.supervision.rebound.reading import Held
    from riskengine.supervision.rebound.rules import ReboundRules

UNITS = ("operator", "vehicle", "place")
PENALTY, REPAIR = "penalty", "repair"
AFTER = {PENALTY: "decided_on", REPAIR: "repaired_on"}
"""What comes before a repeat → the day of it."""
ALL = "all"
"""In the place of a risk point: all of them together, each case watched for its own."""
_UNIT_OF = {"operator": "operator", "vehicle": "vehicle", "place": "section"}


@dataclass(frozen=True, slots=True)
class RepeatRow:
    """Cases of a kind of unit, of a risk point, watched for so many days after a penalty or a repair.

    Attributes:
        after: ``penalty`` or ``repair``.
        unit: ``operator``, ``vehicle`` or ``place``.
        risk_point: a code, or ``all``.
        days: the span.
        watched: cases whose span is over.
        repeated: of these, those with a repeat within it.
        units: how many different units the watched cases are of.
        low, high: the interval of 95 % of the share, for cases that come in units (Korn and Graubard).
        running: cases whose span is not over.
        running_repeated: of these, those that have repeated already.
        estimate: the share by Kaplan and Meier, of all cases; None where nobody was watched that long.
    """

    after: str
    unit: str
    risk_point: str
    days: int
    watched: int
    repeated: int
    units: int
    low: Decimal
    high: Decimal
    running: int
    running_repeated: int
    estimate: Decimal | None


@dataclass(frozen=True, slots=True)
class Repeats:
    """All rows, and what could not be watched.

    Attributes:
        rows: sorted by what comes before, unit, risk point (all first), days.
        unwatched: kind of unit → violations that name none; and ``penalty``, ``repair`` → without a day of it.
    """

    rows: tuple[RepeatRow, ...]
    unwatched: dict[str, int]


def repeats_of(held: Held, rules: ReboundRules) -> Repeats:
    """Count repeats.

    Args:
        held: the records.
        rules: the spans.
    """
    rows: list[RepeatRow] = []
    for after, day in AFTER.items():
        for unit in UNITS:
            _watch(held, day, _UNIT_OF[unit])
            rows += _rows(held, after, unit, rules.repeat_days)
    held.connection.execute("DROP TABLE cases")
    return Repeats(tuple(rows), _unwatched(held))


def pairs_query(held: Held, after: str, unit: str, most: int) -> str:
    """SQL of the cases with a repeat within ``most`` days, and the violations on both sides, for the file of pairs."""
    _watch(held, AFTER[after], _UNIT_OF[unit])
    day, column = AFTER[after], _UNIT_OF[unit]
    first = (
        f"(SELECT MIN(c.violation_id) FROM counted AS c WHERE c.{column} = k.unit "
        f"AND c.risk_point = k.risk_point AND c.{day} = k.begins)"
    )
    again = (
        f"(SELECT MIN(c.violation_id) FROM counted AS c WHERE c.{column} = k.unit "
        "AND c.risk_point = k.risk_point AND c.occurred_on = k.next)"
    )
    return (
        f"SELECT '{after}' AS after, '{unit}' AS unit, k.risk_point, {first} AS violation_id, k.begins AS day, "
        f"{again} AS repeat_id, k.next AS repeat_on, k.next - k.begins AS days FROM cases AS k "
        f"WHERE k.next - k.begins <= {most} ORDER BY k.risk_point, k.begins, violation_id"
    )


def _watch(held: Held, day: str, unit: str) -> None:
    """The table ``cases``: unit, risk_point, begins, next (the next such violation of the unit), watched (days)."""
    today = f"DATE '{held.day.isoformat()}'"
    held.connection.execute(
        "CREATE OR REPLACE TABLE cases AS "
        f"WITH begun AS (SELECT DISTINCT {unit} AS unit, risk_point, {day} AS begins FROM counted "
        f"WHERE {unit} IS NOT NULL AND {day} IS NOT NULL), "
        f"done AS (SELECT DISTINCT {unit} AS unit, risk_point, occurred_on FROM counted WHERE {unit} IS NOT NULL) "
        f"SELECT b.unit, b.risk_point, b.begins, d.occurred_on AS next, {today} - b.begins AS watched FROM begun AS b "
        "ASOF LEFT JOIN done AS d ON d.unit = b.unit AND d.risk_point = b.risk_point AND b.begins < d.occurred_on"
    )


def _rows(held: Held, after: str, unit: str, spans: Sequence[int]) -> Iterable[RepeatRow]:
    estimates = _estimates(held, spans)
    for days in spans:
        for point, watched, repeated, units, both, mixed, squares, running, running_repeated in held.rows(_spans(days)):
            low, high = clustered_interval(repeated, watched, units, (both, mixed, squares))
            yield RepeatRow(
                after,
                unit,
                point,
                days,
                watched,
                repeated,
                units,
                low,
                high,
                running,
                running_repeated,
                estimates.get((point, days)),
            )


def _spans(days: int) -> str:
    """SQL of the counts of a span: for all risk points together and for each."""
    again = f"next - begins <= {days}"
    over = f"watched >= {days}"
    sums = (
        "SUM(r)::BIGINT, COUNT(*) FILTER (WHERE n > 0), SUM(r * r)::HUGEINT, SUM(r * n)::HUGEINT, SUM(n * n)::HUGEINT"
    )
    by_unit = (
        f"SELECT unit, %s AS risk_point, COUNT(*) FILTER (WHERE {over}) AS n, "
        f"COUNT(*) FILTER (WHERE {over} AND {again}) AS r, COUNT(*) FILTER (WHERE NOT {over}) AS o, "
        f"COUNT(*) FILTER (WHERE NOT {over} AND {again}) AS a FROM cases GROUP BY ALL"
    )
    both = f"({by_unit % repr(ALL)}) UNION ALL ({by_unit % 'risk_point'})"
    return (
        f"SELECT risk_point, SUM(n)::BIGINT, {sums}, SUM(o)::BIGINT, SUM(a)::BIGINT FROM ({both}) "
        f"GROUP BY risk_point ORDER BY risk_point <> '{ALL}', risk_point"
    )


def _estimates(held: Held, spans: Sequence[int]) -> dict[tuple[str, int], Decimal]:
    """(risk point, span) → the share by Kaplan and Meier."""
    longest = max(spans)
    lived = (
        f"SELECT %s AS risk_point, CASE WHEN next - begins <= {longest} THEN next - begins ELSE watched END AS days, "
        f"COUNT(*) FILTER (WHERE next - begins <= {longest}) AS repeats, COUNT(*) AS cases FROM cases GROUP BY ALL"
    )
    query = f"SELECT * FROM (({lived % repr(ALL)}) UNION ALL ({lived % 'risk_point'})) ORDER BY risk_point, days"
    found: dict[tuple[str, int], Decimal] = {}
    for point, rows in groupby(held.rows(query), key=lambda row: str(row[0])):
        table = [(days, repeats, cases) for _, days, repeats, cases in rows]
        found |= {(point, days): share for days, share in kaplan_meier(table, spans).items()}
    return found


def kaplan_meier(table: Sequence[tuple[int, int, int]], spans: Sequence[int]) -> dict[int, Decimal]:
    """The share that has repeated by the end of each span.

    Args:
        table: days, how many repeated on that day, how many left the watch on it (repeats included); by days.
        spans: the spans; one that is longer than anybody was watched has no share.
    """
    with localcontext(Context(prec=34)):
        left, kept, at = sum(cases for _, _, cases in table), Decimal(1), 0
        found = {}
        for span in sorted(spans):
            while at < len(table) and table[at][0] <= span:
                _, repeats, cases = table[at]
                kept = kept * (left - repeats) / left if repeats else kept
                left, at = left - cases, at + 1
            if left > 0 or (table and table[-1][0] >= span) or kept == 0:
                found[span] = 1 - kept
        return found


def _unwatched(held: Held) -> dict[str, int]:
    """Violations that name no unit, and those without a day of penalty or repair."""
    counts = [f"COUNT(*) FILTER (WHERE {_UNIT_OF[unit]} IS NULL)" for unit in UNITS]
    counts.append("COUNT(*) FILTER (WHERE decided_on IS NULL)")
    found = held.rows(f"SELECT {', '.join(counts)} FROM counted")[0]
    return dict(zip((*UNITS, PENALTY), found, strict=True))
