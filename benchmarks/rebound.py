"""How long rebound takes over a large record: invents violations and inspections as Parquet, and times the command.

    python benchmarks/rebound.py --violations 1e6 --inspections 2e6 [--csv] [--work DIR]

Needs the extra ``duckdb``. Everything is invented from a seed.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

SEED = 0.42
POINTS = ("HW-01", "HW-01", "HW-01", "RT-01", "UP-03", "RT-03", "UP-05", "EC-03")


def invent(folder: Path, violations: int, inspections: int, suffix: str) -> None:
    """Write both files: 200 places, 50,000 operators, three years; half of the violations name their inspection."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute(f"SELECT setseed({SEED})")
    form = "FORMAT csv, HEADER" if suffix == "csv" else "FORMAT parquet"
    day = "DATE '2020-01-01' + CAST(floor(random() * 1095) AS INTEGER)"
    road = "'示例路' || CAST(floor(power(random(), 2) * 40) AS INTEGER)"
    place = f"{road} || 'K' || CAST(floor(random() * 50) AS INTEGER) || '+100'"
    operator = "'OP' || CAST(floor(power(random(), 2) * 50000) AS INTEGER)"
    hour = "lpad(CAST(CAST(floor(random() * 24) AS INTEGER) AS VARCHAR), 2, '0')"
    connection.execute(
        f"CREATE TABLE inspections AS SELECT 'JC' || i AS inspection_id, {operator} AS operator_id, "
        f"{day} AS inspected_on, '路面检查' AS kind, {place} AS place FROM range({inspections}) AS r(i)"
    )
    connection.execute(
        f"CREATE TABLE times AS SELECT inspection_id, {hour} || ':30' AS time FROM inspections ORDER BY inspection_id"
    )
    points = "[" + ", ".join(f"'{point}'" for point in POINTS) + "]"
    step = max(1, 2 * inspections // max(violations, 1))
    connection.execute(
        "CREATE TABLE violations AS SELECT 'CASE' || v AS violation_id, COALESCE(i.operator_id, o) AS operator_id, "
        f"{points}[1 + CAST(floor(random() * {len(POINTS)}) AS INTEGER)] AS risk_point, "
        "COALESCE(i.inspected_on, d) AS occurred_on, COALESCE(i.inspected_on, d) + 10 AS decided_on, "
        "CASE WHEN random() < 0.05 THEN 'revoked' ELSE 'final' END AS status, "
        "'豫K' || (10000 + CAST(floor(power(random(), 2) * 80000) AS INTEGER)) AS vehicle, '黄色' AS plate_colour, "
        "COALESCE(i.place, p) AS place, i.inspection_id FROM "
        f"(SELECT v, {operator} AS o, {day} AS d, {place} AS p, "
        f"CASE WHEN v % 2 = 0 THEN 'JC' || (v // 2 * {step}) END AS j FROM range({violations}) AS r(v)) "
        "LEFT JOIN inspections AS i ON i.inspection_id = j"
    )
    for table, name in (("inspections", "inspections"), ("times", "inspection_times"), ("violations", "violations")):
        connection.execute(f"COPY {table} TO '{folder / name}.{suffix}' ({form})")


def main() -> None:
    """Invent, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--violations", type=float, default=1e6)
    parser.add_argument("--inspections", type=float, default=2e6)
    parser.add_argument("--csv", action="store_true")
    parser.add_argument("--work", type=Path, default=Path("build/rebound"))
    given = parser.parse_args()
    folder = given.work / ("csv" if given.csv else "parquet")
    folder.mkdir(parents=True, exist_ok=True)
    invent(folder, int(given.violations), int(given.inspections), folder.name)
    begun = time.perf_counter()
    command = [Path(sys.executable).with_name("riskengine"), "supervise", "rebound", folder, "--as-of", "2022-12-31"]
    done = subprocess.run(
        [*map(str, command), "--out", str(given.work / "out"), "--json"], capture_output=True, check=True
    )
    seconds = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = json.loads(done.stdout)
    tested = {name: kind["tested"] for name, kind in result["kinds"].items()}
    print(f"{result['rows']}; tests {tested}")
    print(f"{seconds:.1f} s, of processor {used.ru_utime + used.ru_stime:.1f} s, {used.ru_maxrss // 1000:,} MB at most")


if __name__ == "__main__":
    main()
