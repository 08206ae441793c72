"""The default policy written out by hand in DuckDB SQL: a second opinion that shares no code with the engines.

Written from the contract, ``docs/policy-language.md`` and ``policies/xuchang-transport/policy.yaml`` alone, for this
one policy. It knows nothing of plans or expressions; every rule stands below as plain SQL under its own name.
Points are whole hundredths, fines whole fen; nothing is a double, and the one division is of integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    import duckdb
    import pyarrow as pa

LEVELS = {
    "red": "EC-02 EC-04 HW-01 HW-03 RT-01 RT-06 UP-04",
    "orange": "EC-01 EC-03 EC-05 HW-04 HW-06 RT-02 RT-03 RT-04 RT-05 RT-07 UP-02 UP-03 UP-07 WT-01 WT-02 WT-03 WT-05",
    "yellow": "HW-02 HW-05 RT-08 UP-01 UP-05 UP-06 WT-04 WT-06",
}
"""Colour → risk points of the catalogue; none is blue."""

# The factor in tenths and the rank of each colour, worst first.
RISK_POINTS = """
CREATE TEMP TABLE colour(level VARCHAR, factor BIGINT, rank BIGINT);
INSERT INTO colour VALUES ('red', 15, 1), ('orange', 12, 2), ('yellow', 10, 3), ('blue', 8, 4);
CREATE TEMP TABLE point(risk_point VARCHAR, level VARCHAR);
"""

WINDOWS = """
-- The first day inside each window: the day after the same day so many months ago, clamped to the month's end.
CREATE TEMP TABLE day AS SELECT
    as_of,
    CAST(as_of - INTERVAL 6 MONTH AS DATE) + 1 AS in_6,
    CAST(as_of - INTERVAL 12 MONTH AS DATE) + 1 AS in_12,
    CAST(as_of - INTERVAL 24 MONTH AS DATE) + 1 AS in_24
FROM (SELECT CAST(? AS DATE) AS as_of);
"""

OPERATORS = """
-- Closed before the as-of date or licensed after it: not current. Closed before it was licensed: left out.
CREATE TEMP TABLE operator AS SELECT
    operator_id, CAST(fleet_size AS BIGINT) AS fleet_size, licensed_on, successor,
    coalesce(closed_on < as_of, false) AS closed,
    NOT closed AND coalesce(licensed_on <= as_of, true) AS current
FROM operators_in, day
WHERE coalesce(closed_on >= licensed_on, true);

-- Whose a record is now: a closed operator's go to its successor, and on to that one's where it is closed too; they
-- stay where no other successor is in the list, or where the successors lead round in a circle.
CREATE TEMP TABLE heir AS
WITH RECURSIVE step(first, now) AS (
    SELECT operator_id, operator_id FROM operator
    UNION
    SELECT step.first, next.operator_id
    FROM step
    JOIN operator AS before ON before.operator_id = step.now AND before.closed
    JOIN operator AS next ON next.operator_id = before.successor
)
SELECT o.operator_id, coalesce(last.operator_id, o.operator_id) AS holder, coalesce(last.current, o.current) AS current
FROM operator AS o
LEFT JOIN (
    SELECT first, last.operator_id, last.current FROM step JOIN operator AS last ON last.operator_id = step.now
    WHERE NOT closed OR coalesce(successor NOT IN (SELECT operator_id FROM operator WHERE operator_id <> now), true)
) AS last ON last.first = o.operator_id;
"""

RECORDS = """
-- Left out: a required cell is empty, the code is unknown, or the dates are impossible. (Ids are taken to be unique.)
CREATE TEMP TABLE given AS SELECT
    v.*, h.holder, h.current, p.level,
    coalesce(
        v.violation_id IS NOT NULL AND p.risk_point IS NOT NULL
        AND v.occurred_on >= DATE '1949-10-01'
        AND coalesce(v.decided_on >= v.occurred_on, true)
        AND (v.status IS NULL OR coalesce(v.status_on >= v.occurred_on, true)),
        false
    ) AS valid
FROM violations_in AS v
JOIN heir AS h ON h.operator_id = v.operator_id
LEFT JOIN point AS p ON p.risk_point = v.risk_point;

-- What counts: occurred and decided by the as-of date, and final on that day. Older than 24 months no rule looks.
-- Before its status_on a final record was pending, and a pending, revoked or repaired one was final. Where no status is
-- given it is final on all days.
CREATE TEMP TABLE record AS SELECT
    violation_id, holder AS operator_id, risk_point, level, severity, vehicle, driver, occurred_on,
    occurred_on >= in_12 AS in_year,
    risk_point = 'HW-01' AND occurred_on >= in_12 AS overload,
    -- The fine in fen: 0 of what was certainly none; else the amount, which may be unknown.
    CASE
        WHEN penalty_kind IS NULL OR list_contains(string_split(penalty_kind, ';'), 'fine')
        THEN CAST(CAST(penalty AS DECIMAL(18, 2)) * 100 AS BIGINT)
        ELSE 0
    END AS fen,
    penalty_kind IS NULL AS kind_unknown,
    -- severity_points x level_factor x recency_share, in hundredths; unknown where the severity is.
    CASE severity WHEN 'minor' THEN 1 WHEN 'general' THEN 2 WHEN 'serious' THEN 5 WHEN 'major' THEN 10 END
        * factor
        * CASE WHEN occurred_on >= in_6 THEN 10 WHEN occurred_on >= in_12 THEN 7 ELSE 3 END AS weight
FROM given JOIN colour USING (level), day
WHERE valid AND current
    AND occurred_on BETWEEN in_24 AND as_of
    AND coalesce(decided_on <= as_of, true)
    AND CASE
        WHEN status IS NULL OR status_on IS NULL OR status_on <= as_of THEN coalesce(status, 'final') = 'final'
        ELSE status <> 'final'
    END;
"""

FACTS = """
CREATE TEMP TABLE by_point AS SELECT
    operator_id, risk_point,
    CASE WHEN count(*) = count(weight) THEN CAST(sum(weight) AS BIGINT) END AS weighted,
    count(*) FILTER (in_year) AS repeats
FROM record GROUP BY operator_id, risk_point;

-- Overloads of each vehicle and of each driver; those without one are counted beside them.
CREATE TEMP TABLE of_vehicle AS SELECT operator_id, vehicle, count(*) AS n
FROM record WHERE overload AND vehicle IS NOT NULL GROUP BY operator_id, vehicle;
CREATE TEMP TABLE of_driver AS SELECT operator_id, driver, count(*) AS n
FROM record WHERE overload AND driver IS NOT NULL GROUP BY operator_id, driver;
CREATE TEMP TABLE vehicles AS SELECT operator_id, count(*) AS caught, max(n) AS most
FROM of_vehicle GROUP BY operator_id;
CREATE TEMP TABLE worst_driver AS SELECT operator_id, max(n) AS most FROM of_driver GROUP BY operator_id;

CREATE TEMP TABLE by_operator AS SELECT
    operator_id,
    count(*) AS records,
    count(*) FILTER (in_year AND severity = 'major') AS majors,
    count(*) FILTER (in_year AND severity IS NULL) AS majors_unknown,
    CAST(coalesce(sum(fen) FILTER (in_year), 0) AS BIGINT) AS fen,
    count(*) FILTER (in_year AND fen IS NULL) AS fines_unknown,
    count(*) FILTER (in_year AND fen IS NULL AND kind_unknown) AS kinds_unknown,
    count(*) FILTER (overload AND vehicle IS NULL) AS unplated,
    count(*) FILTER (overload AND driver IS NULL) AS undriven
FROM record GROUP BY operator_id;

CREATE TEMP TABLE fact AS SELECT
    o.operator_id, o.fleet_size,
    as_of - o.licensed_on AS days_licensed,
    coalesce(b.records, 0) AS records,
    CASE WHEN coalesce(b.majors_unknown, 0) = 0 THEN coalesce(b.majors, 0) END AS majors,
    CASE WHEN coalesce(b.fines_unknown, 0) = 0 THEN coalesce(b.fen, 0) END AS fen,
    coalesce(b.kinds_unknown, 0) > 0 AS kind_unknown,
    coalesce(b.unplated, 0) AS unplated,
    coalesce(b.undriven, 0) AS undriven,
    coalesce(v.caught, 0) AS caught,
    coalesce(v.most, 0) AS most_of_vehicle,
    coalesce(d.most, 0) AS most_of_driver
FROM operator AS o
LEFT JOIN by_operator AS b USING (operator_id)
LEFT JOIN vehicles AS v USING (operator_id)
LEFT JOIN worst_driver AS d USING (operator_id), day
WHERE o.current;
"""

VERDICTS = """
-- One row per operator and rule (and risk point): fired is true, false or null for unknown; points in hundredths.
CREATE TEMP TABLE verdict(
    operator_id VARCHAR, rule VARCHAR, risk_point VARCHAR, fired BOOLEAN, points BIGINT, missing VARCHAR[]
);

-- violation_deduction: the weighted sum of the risk point in 24 months (exact in hundredths), at most 20.
INSERT INTO verdict SELECT
    operator_id, 'violation_deduction', risk_point,
    CASE WHEN weighted IS NOT NULL THEN true END, least(weighted, 2000), ['severity']
FROM by_point;

-- repeat_violations: from the third of a risk point in 12 months, one point for each, at most 5.
INSERT INTO verdict SELECT operator_id, 'repeat_violations', risk_point, repeats >= 3, least(repeats - 2, 5) * 100, []
FROM by_point;

-- fines_in_year: from 10,000 yuan, a point for each 10,000, rounded half up to a tenth, at most 10. Where an amount is
-- missing and its kind is too, either of the two cells could settle it, and both are named.
-- In tenths: fen / 100,000; half up: (2 x fen + 100,000) // 200,000.
INSERT INTO verdict SELECT
    operator_id, 'fines_in_year', NULL,
    fen >= 1000000, least((2 * fen + 100000) // 200000, 100) * 10,
    CASE WHEN kind_unknown THEN ['penalty', 'penalty_kind'] ELSE ['penalty'] END
FROM fact;

-- overload_early_warning: no points.
INSERT INTO verdict SELECT operator_id, 'overload_early_warning', 'HW-01', most_of_vehicle >= 2, 0, [] FROM fact;

-- new_operator: no record in 24 months and licensed for less than 365 days. (false and unknown is false)
INSERT INTO verdict SELECT
    operator_id, 'new_operator', NULL, records = 0 AND days_licensed < 365, 0, ['licensed_on']
FROM fact;

-- vehicle_over_three_overloads: unknown where those without a plate could make it four.
INSERT INTO verdict SELECT
    operator_id, 'vehicle_over_three_overloads', 'HW-01',
    CASE
        WHEN most_of_vehicle > 3 THEN true
        WHEN unplated > 0 AND most_of_vehicle + unplated > 3 THEN NULL
        ELSE false
    END,
    0, ['vehicle']
FROM fact;

-- driver_over_three_overloads: likewise.
INSERT INTO verdict SELECT
    operator_id, 'driver_over_three_overloads', 'HW-01',
    CASE
        WHEN most_of_driver > 3 THEN true
        WHEN undriven > 0 AND most_of_driver + undriven > 3 THEN NULL
        ELSE false
    END,
    0, ['driver']
FROM fact;

-- overload_share_over_tenth: caught > 10 % of the fleet; each record without a plate may be one vehicle more.
INSERT INTO verdict SELECT
    operator_id, 'overload_share_over_tenth', 'HW-01',
    CASE
        WHEN caught + unplated = 0 THEN false
        WHEN fleet_size IS NULL THEN NULL
        WHEN 10 * caught > fleet_size THEN true
        WHEN 10 * (caught + unplated) > fleet_size THEN NULL
        ELSE false
    END,
    0, CASE WHEN fleet_size IS NULL THEN ['fleet_size'] ELSE ['vehicle'] END
FROM fact;

-- overload_share_over_three_tenths: caught > 30 % of the fleet.
INSERT INTO verdict SELECT
    operator_id, 'overload_share_over_three_tenths', 'HW-01',
    CASE
        WHEN caught + unplated = 0 THEN false
        WHEN fleet_size IS NULL THEN NULL
        WHEN 10 * caught > 3 * fleet_size THEN true
        WHEN 10 * (caught + unplated) > 3 * fleet_size THEN NULL
        ELSE false
    END,
    0, CASE WHEN fleet_size IS NULL THEN ['fleet_size'] ELSE ['vehicle'] END
FROM fact;

-- major_violation_in_year: unknown as soon as one severity of the year is.
INSERT INTO verdict SELECT operator_id, 'major_violation_in_year', NULL, majors > 0, 0, ['severity'] FROM fact;
"""

EVIDENCE = """
-- The records that entered the facts of a rule that fired; of a maximum, the records of the group that reaches it; of
-- groups that are counted, the records of those groups.
CREATE TEMP TABLE evidence AS
WITH entered(operator_id, rule, risk_point, violation_id) AS (
    SELECT operator_id, 'violation_deduction', risk_point, violation_id FROM record
    UNION ALL
    SELECT operator_id, 'repeat_violations', risk_point, violation_id FROM record WHERE in_year
    UNION ALL
    SELECT operator_id, 'fines_in_year', NULL, violation_id FROM record WHERE in_year
    UNION ALL
    SELECT operator_id, 'major_violation_in_year', NULL, violation_id FROM record WHERE in_year AND severity = 'major'
    UNION ALL
    SELECT operator_id, rule, 'HW-01', violation_id
    FROM record
    JOIN of_vehicle USING (operator_id, vehicle)
    JOIN vehicles USING (operator_id), unnest(['overload_early_warning', 'vehicle_over_three_overloads']) AS t(rule)
    WHERE overload AND (n = most OR (n > 3 AND rule = 'vehicle_over_three_overloads'))
    UNION ALL
    SELECT operator_id, 'vehicle_over_three_overloads', 'HW-01', violation_id FROM record
    WHERE overload AND vehicle IS NULL
    UNION ALL
    SELECT operator_id, 'driver_over_three_overloads', 'HW-01', violation_id
    FROM record
    JOIN of_driver USING (operator_id, driver)
    JOIN worst_driver USING (operator_id)
    WHERE overload AND (n = most OR n > 3)
    UNION ALL
    SELECT operator_id, 'driver_over_three_overloads', 'HW-01', violation_id FROM record
    WHERE overload AND driver IS NULL
    UNION ALL
    SELECT operator_id, rule, 'HW-01', violation_id
    FROM record, unnest(['overload_share_over_tenth', 'overload_share_over_three_tenths']) AS t(rule)
    WHERE overload
)
SELECT e.operator_id, e.rule, e.risk_point, e.violation_id AS record_id
FROM entered AS e
JOIN verdict AS v
    ON v.operator_id = e.operator_id AND v.rule = e.rule AND v.risk_point IS NOT DISTINCT FROM e.risk_point
WHERE v.fired;
"""

SIGNALS = """
CREATE TEMP TABLE signal AS SELECT
    v.operator_id, v.rule, v.risk_point,
    CASE WHEN v.fired THEN 'fired' ELSE 'not_evaluable' END AS status,
    CASE WHEN v.fired THEN coalesce(e.n, 0) END AS count,
    CASE WHEN v.fired THEN -v.points ELSE 0 END AS points,
    CASE WHEN v.fired THEN [] ELSE v.missing END AS missing
FROM verdict AS v
LEFT JOIN (SELECT operator_id, rule, risk_point, count(*) AS n FROM evidence GROUP BY ALL) AS e
    ON e.operator_id = v.operator_id AND e.rule = v.rule AND e.risk_point IS NOT DISTINCT FROM v.risk_point
WHERE v.fired IS DISTINCT FROM false;
"""

GRADES = """
-- The grades, best first, and the first whole score (in hundredths) of each.
CREATE TEMP TABLE grade(grade VARCHAR, rank BIGINT, at_least BIGINT);
INSERT INTO grade VALUES ('AA', 1, 9000), ('A', 2, 8000), ('B', 3, 6000), ('C', 4, 4000), ('D', 5, 0);

-- The ceilings in the order of the policy.
CREATE TEMP TABLE ceiling(rule VARCHAR, place BIGINT, at_most VARCHAR);
INSERT INTO ceiling VALUES
    ('vehicle_over_three_overloads', 1, 'C'), ('driver_over_three_overloads', 2, 'C'),
    ('overload_share_over_tenth', 3, 'C'), ('overload_share_over_three_tenths', 4, 'D'),
    ('major_violation_in_year', 5, 'C');

-- Every rule that can be unknown stops: no score, no grade, and what is missing is named.
CREATE TEMP TABLE outcome AS SELECT
    o.operator_id,
    CASE
        WHEN NOT o.current THEN 'not_current'
        WHEN coalesce(s.unknown, 0) > 0 THEN 'not_evaluable'
        WHEN coalesce(s.new, false) THEN 'new'
        ELSE 'ranked'
    END AS state,
    greatest(10000 + coalesce(s.points, 0), 0) AS score,
    coalesce(s.unknown, 0) AS unknown
FROM operator AS o LEFT JOIN (
    SELECT
        operator_id,
        count(*) FILTER (status = 'not_evaluable') AS unknown,
        bool_or(rule = 'new_operator' AND status = 'fired') AS new,
        CAST(sum(points) AS BIGINT) AS points
    FROM signal GROUP BY operator_id
) AS s USING (operator_id);

-- The worst ceiling that fired; of equals, the first in the policy.
CREATE TEMP TABLE lowest AS SELECT operator_id, s.rule, g.rank
FROM signal AS s JOIN ceiling AS c ON c.rule = s.rule JOIN grade AS g ON g.grade = c.at_most
WHERE s.status = 'fired'
QUALIFY row_number() OVER (PARTITION BY operator_id ORDER BY g.rank DESC, c.place) = 1;

CREATE TEMP TABLE missing AS SELECT operator_id, list_sort(list_distinct(flatten(list(missing)))) AS missing
FROM signal WHERE status = 'not_evaluable' GROUP BY operator_id;

CREATE TEMP TABLE worst_colour AS SELECT operator_id, min(rank) AS rank
FROM signal JOIN point USING (risk_point) JOIN colour USING (level)
WHERE status = 'fired' GROUP BY operator_id;

-- What was left out of whose record; that of an operator left out itself shows on the successor that it names.
CREATE TEMP TABLE left_out AS SELECT holder AS operator_id, count(*) AS n FROM (
    SELECT holder FROM given WHERE NOT valid
    UNION ALL
    SELECT h.holder
    FROM violations_in AS v
    JOIN operators_in AS o ON o.operator_id = v.operator_id AND o.closed_on < o.licensed_on
    JOIN heir AS h ON h.operator_id = o.successor
) GROUP BY holder;
"""

RESULTS = {
    "grades": """
        SELECT
            o.operator_id,
            CAST(CASE WHEN state = 'ranked' THEN score END AS DECIMAL(18, 0)) * 0.01 AS score,
            CASE state WHEN 'ranked' THEN coalesce(final.grade, base.grade) WHEN 'new' THEN 'new' END AS grade,
            CASE WHEN state IN ('ranked', 'new') THEN 'graded' ELSE state END AS status,
            coalesce(m.missing, []) AS missing,
            unknown AS unknown_count,
            coalesce(q.n, 0) AS quarantined_count,
            CASE WHEN state = 'ranked' AND final.grade IS NOT NULL THEN l.rule END AS ceiling_rule,
            CASE WHEN state = 'ranked' THEN c.level END AS risk_level
        FROM outcome AS o
        JOIN grade AS base ON base.rank = (SELECT min(rank) FROM grade WHERE at_least <= o.score)
        LEFT JOIN lowest AS l USING (operator_id)
        LEFT JOIN grade AS final ON final.rank = l.rank AND l.rank > base.rank
        LEFT JOIN missing AS m USING (operator_id)
        LEFT JOIN left_out AS q USING (operator_id)
        LEFT JOIN worst_colour AS w USING (operator_id)
        LEFT JOIN colour AS c ON c.rank = w.rank
        ORDER BY o.operator_id""",
    "signals": """
        SELECT
            operator_id, rule, risk_point, status, count,
            CAST(points AS DECIMAL(18, 0)) * 0.01 AS points, list_sort(missing) AS missing
        FROM signal ORDER BY ALL""",
    "evidence": "SELECT * FROM evidence ORDER BY ALL",
}


@dataclass(frozen=True, slots=True)
class ByHand:
    """The three tables as Arrow: columns as in a run folder, without names, laws and previous grades."""

    grades: pa.Table
    signals: pa.Table
    evidence: pa.Table


def grade(operators: pa.Table | str, violations: pa.Table | str, as_of: date) -> ByHand:
    """Grade by the SQL above.

    Args:
        operators: a typed Arrow table, or the path of a CSV file with the names of the contract; ids are unique.
        violations: likewise; ``penalty_kind`` is text with ``;``, words are the stored ones (``general``, ``fine``).
        as_of: the day.
    """
    import duckdb

    with duckdb.connect() as con:
        _take(con, "operators_in", operators, {"fleet_size": "BIGINT", "licensed_on": "DATE", "closed_on": "DATE"})
        dates = dict.fromkeys(("occurred_on", "decided_on", "status_on"), "DATE")
        _take(con, "violations_in", violations, {**dates, "penalty": "DECIMAL(18, 2)"})
        con.execute(RISK_POINTS)
        for level, codes in LEVELS.items():
            con.execute("INSERT INTO point SELECT unnest(string_split(?, ' ')), ?", [codes, level])
        con.execute(WINDOWS, [as_of])
        for step in (OPERATORS, RECORDS, FACTS, VERDICTS, EVIDENCE, SIGNALS, GRADES):
            con.execute(step)
        return ByHand(**{name: con.sql(query).to_arrow_table() for name, query in RESULTS.items()})


def _take(con: duckdb.DuckDBPyConnection, name: str, source: Any, types: dict[str, str]) -> None:
    """A source as a table; the cells of a CSV file get their types here."""
    if not isinstance(source, str):
        con.register(f"{name}_arrow", source)
        con.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM {name}_arrow")  # noqa: S608 - names of this file
        return
    casts = ", ".join(f"CAST({column} AS {kind}) AS {column}" for column, kind in types.items())
    con.execute(
        f"CREATE TEMP TABLE {name} AS SELECT * REPLACE ({casts}) "  # noqa: S608 - names of this file
        "FROM read_csv(?, header = true, nullstr = '', all_varchar = true)",
        [source],
    )
