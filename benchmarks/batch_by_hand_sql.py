"""The default policy written out in DuckDB SQL, for speed: what an expert would write for this one policy.

Run `python benchmarks/batch_by_hand_sql.py OPERATORS VIOLATIONS OUT [--as-of 2022-12-31] [--memory SIZE]`. It reads
Parquet in place, takes the records to be valid, and writes the seven tables of a run sorted by their keys. It shares no
code with the engines. Points are whole hundredths, fines whole fen, operators whole numbers in the order of their ids.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import batch_policy as policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

DAYS = """
CREATE TEMP MACRO as_of() AS DATE '{as_of}';
CREATE TEMP MACRO in_6() AS CAST(as_of() - INTERVAL 6 MONTH AS DATE) + 1;
CREATE TEMP MACRO in_12() AS CAST(as_of() - INTERVAL 12 MONTH AS DATE) + 1;
CREATE TEMP MACRO in_24() AS CAST(as_of() - INTERVAL 24 MONTH AS DATE) + 1;
"""

OPERATORS = """
-- Numbered in the order of their ids, so that a number sorts as its id does.
CREATE TEMP TABLE operator AS SELECT
    CAST(row_number() OVER (ORDER BY operator_id) - 1 AS INTEGER) AS op, operator_id,
    coalesce(name, operator_id) AS name, areas, CAST(fleet_size AS BIGINT) AS fleet_size, licensed_on,
    coalesce(closed_on < as_of(), false) AS closed,
    NOT coalesce(closed_on < as_of(), false) AND coalesce(licensed_on <= as_of(), true) AS current,
    CASE WHEN closed_on < as_of() THEN successor END AS successor
FROM read_parquet('{operators}');

-- A closed operator's records go to its successor, and on; in a circle they stop before it would close.
CREATE TEMP TABLE heir AS
WITH RECURSIVE link AS (
    SELECT o.op, s.op AS next FROM operator AS o JOIN operator AS s ON s.operator_id = o.successor
), walk(op, holder, path) AS (
    SELECT op, next, [op, next] FROM link WHERE next <> op
    UNION ALL
    SELECT w.op, l.next, list_append(w.path, l.next) FROM walk AS w JOIN link AS l ON l.op = w.holder
    WHERE NOT list_contains(w.path, l.next)
)
SELECT op, arg_max(holder, len(path)) AS holder FROM walk GROUP BY op;

-- Whose records count, and for whom: those of operators that nobody current answers for do not.
CREATE TEMP TABLE holder AS
SELECT o.operator_id, coalesce(h.holder, o.op) AS op
FROM operator AS o LEFT JOIN heir AS h ON h.op = o.op JOIN operator AS k ON k.op = coalesce(h.holder, o.op)
WHERE k.current;
"""

RECORDS = """
-- What counts. Of records older than 24 months only the risk point is kept.
CREATE TEMP TABLE record AS SELECT
    h.op, p.point, p.factor,
    occurred_on >= in_24() AS recent, occurred_on >= in_12() AS in_year,
    CASE WHEN recent THEN violation_id END AS violation_id,
    CASE WHEN recent THEN occurred_on END AS occurred_on,
    CASE WHEN recent THEN CAST(
        CASE severity WHEN 'minor' THEN 1 WHEN 'general' THEN 2 WHEN 'serious' THEN 5 WHEN 'major' THEN 10 END
        * p.factor
        * CASE WHEN occurred_on >= in_6() THEN 10 WHEN in_year THEN 7 ELSE 3 END AS INTEGER)
    END AS weight,
    in_year AND severity = 'major' AS major,
    CASE WHEN in_year THEN
        CASE WHEN penalty_kind IS NULL OR contains(';' || penalty_kind || ';', ';fine;')
            THEN CAST(penalty * 100 AS BIGINT) ELSE 0 END
    END AS fen,
    in_year AND penalty_kind IS NULL AS kind_unknown,
    in_year AND v.risk_point = 'HW-01' AS overload,
    CASE WHEN overload THEN vehicle END AS vehicle,
    CASE WHEN overload THEN driver END AS driver
FROM read_parquet('{violations}') AS v
JOIN holder AS h ON h.operator_id = v.operator_id
JOIN point AS p ON p.risk_point = v.risk_point
WHERE occurred_on <= as_of() AND coalesce(decided_on <= as_of(), true)
    AND CASE WHEN status_on > as_of() THEN status <> 'final' ELSE coalesce(status, 'final') = 'final' END;
"""

FACTS = """
CREATE TEMP TABLE by_point AS SELECT
    op, point,
    count(*) FILTER (recent) AS counted,
    CASE WHEN count(*) FILTER (recent AND weight IS NULL) = 0 THEN CAST(coalesce(sum(weight), 0) AS BIGINT) END
        AS weighted,
    count(*) FILTER (in_year) AS repeats,
    max(occurred_on) AS newest,
    max(occurred_on) FILTER (in_year) AS newest_in_year,
    count(*) FILTER (major) AS majors,
    count(*) FILTER (in_year AND weight IS NULL) AS majors_unknown,
    CAST(coalesce(sum(fen), 0) AS BIGINT) AS fen,
    count(*) FILTER (in_year AND fen IS NULL) AS fines_unknown,
    count(*) FILTER (kind_unknown AND fen IS NULL) AS kinds_unknown,
    count(*) FILTER (overload AND vehicle IS NULL) AS unplated,
    count(*) FILTER (overload AND driver IS NULL) AS undriven
FROM record GROUP BY op, point;

-- Overloads of each vehicle and of each driver.
CREATE TEMP TABLE of_vehicle AS SELECT op, vehicle, count(*) AS n
FROM record WHERE vehicle IS NOT NULL GROUP BY op, vehicle;
CREATE TEMP TABLE of_driver AS SELECT op, driver, count(*) AS n
FROM record WHERE driver IS NOT NULL GROUP BY op, driver;

CREATE TEMP TABLE fact AS
WITH by_operator AS (
    SELECT op, CAST(sum(counted) AS BIGINT) AS records, CAST(sum(repeats) AS BIGINT) AS in_year,
        CAST(sum(majors) AS BIGINT) AS majors, sum(majors_unknown) AS majors_unknown,
        CAST(sum(fen) AS BIGINT) AS fen, sum(fines_unknown) AS fines_unknown, sum(kinds_unknown) AS kinds_unknown,
        CAST(sum(unplated) AS BIGINT) AS unplated, CAST(sum(undriven) AS BIGINT) AS undriven
    FROM by_point GROUP BY op
), vehicles AS (
    SELECT op, count(*) AS caught, max(n) AS most, count(*) FILTER (n > 3) AS over,
        CAST(sum(n) FILTER (n > 3) AS BIGINT) AS of_over, CAST(sum(n) AS BIGINT) AS plated
    FROM of_vehicle GROUP BY op
), drivers AS (
    SELECT op, max(n) AS most, count(*) FILTER (n > 3) AS over, CAST(sum(n) FILTER (n > 3) AS BIGINT) AS of_over
    FROM of_driver GROUP BY op
), worst AS (
    SELECT op, n AS most, n * count(*) AS of_worst FROM of_vehicle WHERE n > 1 GROUP BY op, n
)
SELECT
    o.op, o.operator_id, o.fleet_size, o.licensed_on, as_of() - o.licensed_on AS days_licensed,
    coalesce(b.records, 0) AS records, coalesce(b.in_year, 0) AS in_year,
    CASE WHEN coalesce(b.majors_unknown, 0) = 0 THEN coalesce(b.majors, 0) END AS majors,
    CASE WHEN coalesce(b.fines_unknown, 0) = 0 THEN coalesce(b.fen, 0) END AS fen,
    coalesce(b.kinds_unknown, 0) > 0 AS kind_unknown,
    coalesce(b.unplated, 0) AS unplated, coalesce(b.undriven, 0) AS undriven,
    coalesce(v.caught, 0) AS caught, coalesce(v.most, 0) AS most_of_vehicle, coalesce(v.over, 0) AS vehicles_over,
    coalesce(v.of_over, 0) AS of_vehicles_over, coalesce(v.plated, 0) + coalesce(b.unplated, 0) AS overloads,
    w.of_worst,
    coalesce(d.most, 0) AS most_of_driver, coalesce(d.over, 0) AS drivers_over,
    coalesce(d.of_over, 0) AS of_drivers_over
FROM operator AS o
LEFT JOIN by_operator AS b ON b.op = o.op
LEFT JOIN vehicles AS v ON v.op = o.op
LEFT JOIN worst AS w ON w.op = o.op AND w.most = v.most
LEFT JOIN drivers AS d ON d.op = o.op
WHERE o.current;
"""

VERDICTS = """
-- One row per operator, a column for each rule: true fired, null unknown.
CREATE TEMP TABLE verdict AS SELECT
    *,
    fen >= 1000000 AS fines_in_year,
    most_of_vehicle >= 2 AS overload_early_warning,
    records = 0 AND days_licensed < 365 AS new_operator,
    CASE WHEN vehicles_over > 0 THEN true WHEN unplated > 0 AND most_of_vehicle + unplated > 3 THEN NULL ELSE false END
        AS vehicle_over_three_overloads,
    CASE WHEN drivers_over > 0 THEN true WHEN undriven > 0 AND most_of_driver + undriven > 3 THEN NULL ELSE false END
        AS driver_over_three_overloads,
    CASE WHEN overloads = 0 THEN false WHEN fleet_size IS NULL THEN NULL WHEN 10 * caught > fleet_size THEN true
        WHEN 10 * (caught + unplated) > fleet_size THEN NULL ELSE false END AS overload_share_over_tenth,
    CASE WHEN overloads = 0 THEN false WHEN fleet_size IS NULL THEN NULL WHEN 10 * caught > 3 * fleet_size THEN true
        WHEN 10 * (caught + unplated) > 3 * fleet_size THEN NULL ELSE false END AS overload_share_over_three_tenths,
    majors > 0 AS major_violation_in_year
FROM fact;

-- Every rule that fired or is unknown: points are hundredths that are deducted.
CREATE TEMP TABLE signal AS
    SELECT op, {violation_deduction} AS rule, point, weighted IS NOT NULL AS fired, counted AS n,
        CASE WHEN weighted < 2000 THEN weighted WHEN weighted IS NULL THEN 0 ELSE 2000 END AS points,
        newest, CASE WHEN weighted IS NULL THEN ['severity'] END AS missing
    FROM by_point WHERE counted > 0
UNION ALL
    SELECT op, {repeat_violations}, point, true, repeats, least(repeats - 2, 5) * 100, newest_in_year, NULL
    FROM by_point WHERE repeats >= 3
UNION ALL
    -- In tenths: fen / 100,000, half up.
    SELECT op, {fines_in_year}, NULL, fen IS NOT NULL, in_year,
        CASE WHEN fen IS NULL THEN 0 ELSE least((2 * fen + 100000) // 200000, 100) * 10 END, NULL,
        CASE WHEN fen IS NULL THEN CASE WHEN kind_unknown THEN ['penalty', 'penalty_kind'] ELSE ['penalty'] END END
    FROM verdict WHERE coalesce(fines_in_year, true)
UNION ALL
    SELECT op, {overload_early_warning}, {overload}, true, of_worst, 0, NULL, NULL
    FROM verdict WHERE overload_early_warning
UNION ALL
    SELECT op, {vehicle_over_three_overloads}, {overload}, vehicles_over > 0, of_vehicles_over + unplated, 0, NULL,
        CASE WHEN vehicles_over = 0 THEN ['vehicle'] END
    FROM verdict WHERE coalesce(vehicle_over_three_overloads, true)
UNION ALL
    SELECT op, {driver_over_three_overloads}, {overload}, drivers_over > 0, of_drivers_over + undriven, 0, NULL,
        CASE WHEN drivers_over = 0 THEN ['driver'] END
    FROM verdict WHERE coalesce(driver_over_three_overloads, true)
UNION ALL
    SELECT op, rule, {overload}, fired, overloads, 0, NULL,
        CASE WHEN fired THEN NULL WHEN fleet_size IS NULL THEN ['fleet_size'] ELSE ['vehicle'] END
    FROM (
        SELECT *, {overload_share_over_tenth} AS rule, coalesce(overload_share_over_tenth, false) AS fired
        FROM verdict WHERE coalesce(overload_share_over_tenth, true)
        UNION ALL
        SELECT *, {overload_share_over_three_tenths}, coalesce(overload_share_over_three_tenths, false)
        FROM verdict WHERE coalesce(overload_share_over_three_tenths, true)
    )
UNION ALL
    SELECT op, {major_violation_in_year}, NULL, majors IS NOT NULL, majors, 0, NULL,
        CASE WHEN majors IS NULL THEN ['severity'] END
    FROM verdict WHERE coalesce(major_violation_in_year, true)
UNION ALL
    SELECT op, {new_operator}, NULL, days_licensed IS NOT NULL, 0, 0, NULL,
        CASE WHEN days_licensed IS NULL THEN ['licensed_on'] END
    FROM verdict WHERE coalesce(new_operator, true);

CREATE TEMP TABLE outcome AS
WITH summed AS (
    SELECT op, count(*) FILTER (NOT fired) AS unknown, greatest(10000 - CAST(sum(points) AS BIGINT), 0) AS score,
        min(colour) FILTER (fired) AS colour,
        list_sort(list_distinct(flatten(list(missing) FILTER (missing IS NOT NULL)))) AS missing
    FROM signal LEFT JOIN point USING (point) GROUP BY op
), stated AS (
    SELECT v.*, coalesce(s.unknown, 0) AS unknown, coalesce(s.score, 10000) AS score, s.colour, s.missing,
        CASE WHEN coalesce(s.unknown, 0) > 0 THEN 'not_evaluable' WHEN v.new_operator THEN 'new' ELSE 'ranked' END
            AS state,
        CASE WHEN coalesce(s.score, 10000) >= 9000 THEN 1 WHEN s.score >= 8000 THEN 2 WHEN s.score >= 6000 THEN 3
            WHEN s.score >= 4000 THEN 4 ELSE 5 END AS base,
        -- The worst ceiling; of equals, the first in the policy.
        CASE WHEN overload_share_over_three_tenths THEN 'overload_share_over_three_tenths'
            WHEN vehicle_over_three_overloads THEN 'vehicle_over_three_overloads'
            WHEN driver_over_three_overloads THEN 'driver_over_three_overloads'
            WHEN overload_share_over_tenth THEN 'overload_share_over_tenth'
            WHEN major_violation_in_year THEN 'major_violation_in_year' END AS ceiling,
        CASE WHEN overload_share_over_three_tenths THEN 5 WHEN ceiling IS NOT NULL THEN 4 ELSE 0 END AS at_most
    FROM verdict AS v LEFT JOIN summed AS s ON s.op = v.op
)
SELECT
    op, state, CASE WHEN state = 'ranked' THEN score END AS score,
    CASE state WHEN 'ranked' THEN ['AA', 'A', 'B', 'C', 'D'][greatest(base, at_most)] WHEN 'new' THEN 'new' END
        AS grade,
    unknown, missing, CASE WHEN state = 'ranked' AND at_most > base THEN ceiling END AS ceiling_rule,
    CASE WHEN state = 'ranked' THEN ['red', 'orange', 'yellow'][colour] END AS risk_level
FROM stated;
"""

RESULTS = {
    "grades": """
        SELECT
            o.operator_id, o.name, CAST(CAST(r.score AS DECIMAL(16, 0)) * 0.01 AS DECIMAL(18, 6)) AS score, r.grade,
            CASE WHEN r.op IS NULL THEN 'not_current' WHEN r.state = 'not_evaluable' THEN r.state ELSE 'graded' END
                AS status,
            coalesce(r.missing, []) AS missing, coalesce(r.unknown, 0) AS unknown_count,
            CAST(0 AS BIGINT) AS quarantined_count, r.ceiling_rule, r.risk_level,
            CAST(NULL AS VARCHAR) AS previous_grade
        FROM operator AS o LEFT JOIN outcome AS r ON r.op = o.op
        ORDER BY o.op""",
    "facts": """
        SELECT
            o.operator_id, f.fleet_size, f.licensed_on, f.records AS records_in_two_years, f.majors AS major_in_year,
            CAST(CAST(f.fen AS DECIMAL(18, 0)) * 0.01 AS DECIMAL(38, 2)) AS penalties_in_year, f.days_licensed,
            f.most_of_vehicle AS most_overloads_of_a_vehicle, f.vehicles_over AS vehicles_over_count,
            f.unplated AS overloads_without_vehicle, f.most_of_driver AS most_overloads_of_a_driver,
            f.drivers_over AS drivers_over_count, f.undriven AS overloads_without_driver,
            f.caught AS overloaded_vehicles, f.unplated AS unplated_overloads_as_vehicles,
            CASE WHEN f.fleet_size > 0 THEN CAST(
                CAST((20000 * f.caught + f.fleet_size) // (2 * f.fleet_size) AS DECIMAL(18, 0)) * 0.0001
            AS DECIMAL(38, 4)) END AS overload_share
        FROM operator AS o LEFT JOIN fact AS f ON f.op = o.op
        ORDER BY o.op""",
    "facts_by_risk_point": """
        SELECT o.operator_id, p.risk_point, b.counted,
            CAST(CAST(b.weighted AS DECIMAL(18, 0)) * 0.01 AS DECIMAL(38, 2)) AS weighted, b.repeats
        FROM by_point AS b JOIN operator AS o ON o.op = b.op JOIN point AS p ON p.point = b.point
        ORDER BY b.op, b.point""",
    "signals": """
        SELECT operator_id, {rule_names}[place // 64 + 1] AS rule,
            CASE WHEN place % 64 > 0 THEN {risk_points}[place % 64] END AS risk_point,
            CASE WHEN fired THEN 'fired' ELSE 'not_evaluable' END AS status, CASE WHEN fired THEN n END AS count,
            CAST(CAST(-points AS DECIMAL(16, 0)) * 0.01 AS DECIMAL(18, 6)) AS points,
            {laws}[basis] AS law, {articles}[basis] AS article, coalesce(missing, []) AS missing
        FROM (
            SELECT o.operator_id, CAST(64 * s.rule + coalesce(s.point + 1, 0) AS SMALLINT) AS place, s.fired, s.n,
                s.points, coalesce(r.basis, l.basis) AS basis, s.missing
            FROM signal AS s
            JOIN operator AS o ON o.op = s.op
            JOIN rule AS r ON r.rule = s.rule
            LEFT JOIN liability AS l ON r.from_catalog AND l.point = s.point
                AND l.day = CASE WHEN fired THEN s.newest ELSE as_of() END
            ORDER BY o.operator_id, place
        )""",
    "evidence": """
        WITH marked AS MATERIALIZED (
            SELECT r.op, r.point, r.violation_id, r.in_year, r.major, r.overload, r.vehicle, r.driver,
                b.weighted IS NOT NULL AS deducts, b.repeats >= 3 AS repeats,
                v.fines_in_year, v.overload_early_warning, v.most_of_vehicle, v.vehicle_over_three_overloads,
                v.driver_over_three_overloads, v.overload_share_over_tenth, v.overload_share_over_three_tenths
            FROM record AS r
            JOIN by_point AS b ON b.op = r.op AND b.point = r.point
            JOIN verdict AS v ON v.op = r.op
            WHERE r.recent
        ), entered AS (
            SELECT op, {violation_deduction} AS rule, point, violation_id FROM marked WHERE deducts
            UNION ALL
            SELECT op, {repeat_violations}, point, violation_id FROM marked WHERE in_year AND repeats
            UNION ALL
            SELECT op, {fines_in_year}, NULL, violation_id FROM marked WHERE in_year AND fines_in_year
            UNION ALL
            SELECT m.op, {major_violation_in_year}, NULL, violation_id
            FROM marked AS m JOIN verdict AS v ON v.op = m.op AND v.major_violation_in_year WHERE major
            UNION ALL
            SELECT m.op, {overload_early_warning}, point, violation_id
            FROM marked AS m JOIN of_vehicle AS g ON g.op = m.op AND g.vehicle = m.vehicle AND g.n = m.most_of_vehicle
            WHERE overload_early_warning
            UNION ALL
            SELECT m.op, {vehicle_over_three_overloads}, point, violation_id
            FROM marked AS m JOIN of_vehicle AS g ON g.op = m.op AND g.vehicle = m.vehicle AND g.n > 3
            WHERE vehicle_over_three_overloads
            UNION ALL
            SELECT op, {vehicle_over_three_overloads}, point, violation_id
            FROM marked WHERE overload AND vehicle IS NULL AND vehicle_over_three_overloads
            UNION ALL
            SELECT m.op, {driver_over_three_overloads}, point, violation_id
            FROM marked AS m JOIN of_driver AS g ON g.op = m.op AND g.driver = m.driver AND g.n > 3
            WHERE driver_over_three_overloads
            UNION ALL
            SELECT op, {driver_over_three_overloads}, point, violation_id
            FROM marked WHERE overload AND driver IS NULL AND driver_over_three_overloads
            UNION ALL
            SELECT op, {overload_share_over_tenth}, point, violation_id
            FROM marked WHERE overload AND overload_share_over_tenth
            UNION ALL
            SELECT op, {overload_share_over_three_tenths}, point, violation_id
            FROM marked WHERE overload AND overload_share_over_three_tenths
        )
        SELECT operator_id, {rule_names}[place // 64 + 1] AS rule,
            CASE WHEN place % 64 > 0 THEN {risk_points}[place % 64] END AS risk_point,
            'violations' AS source, violation_id AS record_id
        FROM (
            SELECT o.operator_id, CAST(64 * e.rule + coalesce(e.point + 1, 0) AS SMALLINT) AS place, e.violation_id
            FROM entered AS e JOIN operator AS o ON o.op = e.op
            ORDER BY o.operator_id, place, e.violation_id
        )""",
    "actions": """
        WITH tier AS (
            SELECT op, CASE WHEN grade IS NULL THEN 'status:not_evaluable' ELSE 'grade:' || grade END AS reason
            FROM outcome
        )
        SELECT operator_id, action, tier, reason, law, article FROM (
            SELECT op, a.action, a.tier, reason, a.law, a.article FROM tier JOIN action AS a USING (reason)
            UNION ALL
            SELECT s.op, r.action, a.tier, 'rule:' || r.rule_name, {laws}[r.basis], {articles}[r.basis]
            FROM signal AS s JOIN rule AS r ON r.rule = s.rule AND r.action IS NOT NULL
            JOIN tier AS t ON t.op = s.op JOIN (SELECT DISTINCT reason, tier FROM action) AS a ON a.reason = t.reason
            WHERE s.fired
        ) JOIN operator AS o USING (op)
        ORDER BY op, action, reason""",
    "measures": """
        SELECT operator_id, risk_point, unnest(measures) AS measure FROM (
            SELECT o.operator_id, p.risk_point, p.measures
            FROM (SELECT DISTINCT op, point FROM signal WHERE fired AND point IS NOT NULL) AS s
            JOIN operator AS o ON o.op = s.op
            JOIN point AS p ON p.point = s.point
            WHERE o.areas IS NULL OR contains(o.areas, p.area)
            ORDER BY o.operator_id, p.risk_point
        )""",
}


def run(operators: Path, violations: Path, out: Path, as_of: date, memory: str | None = None) -> None:
    """Grade, and write the tables into a folder.

    Args:
        operators: a Parquet file in the contract's columns.
        violations: likewise.
        out: the folder; made where there is none.
        as_of: the day.
        memory: DuckDB's limit, such as ``4GB``; its own default where None.
    """
    import duckdb

    out.mkdir(parents=True, exist_ok=True)
    words = {rule: str(place) for place, rule in enumerate(policy.RULES)}
    words |= {"overload": str(policy.POINTS.index(policy.OVERLOAD))}
    words |= {"rule_names": str(list(policy.RULES)), "risk_points": str(list(policy.POINTS))}
    words |= {"laws": str([law for law, _ in policy.BASES]), "articles": str([article for _, article in policy.BASES])}
    with duckdb.connect(config={"temp_directory": str(out / "spilled")}) as con:
        if memory:
            con.execute(f"SET memory_limit = '{memory}'")
        con.execute(DAYS.format(as_of=as_of.isoformat()))
        _lists(con, as_of)
        con.execute(OPERATORS.format(operators=operators))
        con.execute(RECORDS.format(violations=violations))
        con.execute(FACTS)
        con.execute(VERDICTS.format(**words))
        for name, query in RESULTS.items():
            con.execute(f"COPY ({query.format(**words)}) TO '{out / name}.parquet' (FORMAT parquet, COMPRESSION zstd)")


def _lists(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """The lists of the policy as tables."""
    colours = {level: place for place, level in enumerate(policy.LEVELS, start=1)}
    _put(
        con,
        "point(point TINYINT, risk_point VARCHAR, area VARCHAR, factor INTEGER, colour TINYINT, measures VARCHAR[])",
        [
            (place, code, code[:2], policy.FACTORS[level], colours[level], policy.measures(code))
            for place, code in enumerate(policy.POINTS)
            for level in (policy.LEVEL[code],)
        ],
    )
    _put(
        con,
        "rule(rule TINYINT, rule_name VARCHAR, from_catalog BOOLEAN, basis UTINYINT, action VARCHAR)",
        [
            (place, rule, rule in policy.FROM_CATALOG, policy.basis_of(rule), policy.RULE_ACTIONS.get(rule))
            for place, rule in enumerate(policy.RULES)
        ],
    )
    _put(con, "action(reason VARCHAR, tier VARCHAR, action VARCHAR, law VARCHAR, article VARCHAR)", policy.ACTIONS)
    _put(con, "liability(point TINYINT, day DATE, basis UTINYINT)", policy.liabilities(as_of))


def _put(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """A table of these rows; ``table`` is its name and columns."""
    con.execute(f"CREATE TEMP TABLE {table}")
    columns = [list(column) for column in zip(*rows, strict=True)]
    con.execute(f"INSERT INTO {table.partition('(')[0]} SELECT {', '.join(['unnest(?)'] * len(columns))}", columns)


def main(arguments: Sequence[str] | None = None) -> int:
    """Grade by hand."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("operators", type=Path)
    parser.add_argument("violations", type=Path)
    parser.add_argument("out", type=Path, help="folder for the tables")
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2022, 12, 31))
    parser.add_argument("--memory", help="DuckDB's limit, such as 4GB")
    given = parser.parse_args(arguments)
    run(given.operators, given.violations, given.out, given.as_of, given.memory)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
