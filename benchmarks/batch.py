"""How long a batch takes: riskengine, and the same policy written by hand in DuckDB SQL and in Polars; rule engines.

Run `python benchmarks/batch.py [--operators N …] [--rounds 3] [--all-tables] [--json FILE] [--write PAGE]`. The pages
docs/performance.md and README.md beside this say what is compared and what is fair.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import batch_data
from batch_measure import Differs, Taken, check_equal, machine, python, run
from batch_report import table_of, write_into

if TYPE_CHECKING:
    from collections.abc import Sequence

AS_OF = "2022-12-31"
OURS, SQL, POLARS = "riskengine", "by hand, DuckDB SQL", "by hand, Polars"
PROGRAMS = (OURS, SQL, POLARS)
ALL, ACTIVE = "all", "with records"
ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Measured:
    """One program on one set of operators.

    Attributes:
        runs: what each round took. ``parts`` of riskengine: part → seconds of each round, from its log.
    """

    program: str
    runs: list[Taken] = field(default_factory=list)
    parts: dict[str, list[float]] = field(default_factory=dict)
    failure: str = ""

    def summary(self, operators: int) -> dict[str, Any]:
        """Medians over the rounds; memory is the most of all."""
        if self.failure or not self.runs:
            return {"program": self.program, "failure": self.failure or "not run"}
        wall, cpu = (median(getattr(one, name) for one in self.runs) for name in ("wall", "cpu"))
        return {
            "program": self.program,
            "wall_s": round(wall, 2),
            "cpu_s": round(cpu, 2),
            "memory_mb": round(max(one.memory for one in self.runs) / 1e6),
            "wall_us_each": round(wall / operators * 1e6, 2),
            "parts_s": {name: round(median(times), 2) for name, times in self.parts.items()},
            "rounds": [asdict(one) for one in self.runs],
        }


@dataclass(frozen=True)
class Given:
    """What is measured, and how often.

    Attributes:
        work: the folder for data and results. ``limit`` seconds for one run of a program.
    """

    work: Path
    programs: tuple[str, ...]
    rounds: int
    engine: str
    memory: str | None
    sample: int
    limit: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Check that the tables are equal, measure, print."""
    given, sizes, populations, files = _arguments(arguments)
    report: dict[str, Any] = {"machine": machine(), "as_of": AS_OF, "engine": given.engine, "sets": []}
    try:
        for size in sizes:
            data = _data(given, size)
            for population in populations:
                records = data if population == ALL else _active(given, data)
                report["sets"].append(_measure(given, records, population))
                _save(report, files)
    except Differs as error:
        print(error, file=sys.stderr)
        return 1
    print(table_of(report))
    return 0


def _arguments(arguments: Sequence[str] | None) -> tuple[Given, list[int], list[str], dict[str, Path | None]]:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--operators", type=_count, nargs="+", default=[10_000], help="how many, as 10000 or 1e4")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program, in turn (default 3)")
    parser.add_argument("--only", choices=PROGRAMS, action="append", help="only this program; may be repeated")
    parser.add_argument("--population", choices=(ALL, ACTIVE), action="append", help="default: both")
    parser.add_argument("--engine", default="duckdb", help="riskengine's engine (default duckdb)")
    parser.add_argument("--memory", help="limit for riskengine and DuckDB, such as 4GB")
    parser.add_argument("--sample", type=int, default=1000, help="operators for the rule engines; 0: without them")
    parser.add_argument("--limit", type=float, default=7200, help="seconds after which a run is ended")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "batch", help="folder for data and results")
    parser.add_argument("--json", type=Path, help="file for every figure")
    parser.add_argument("--write", type=Path, help="page whose marked table is renewed")
    got = parser.parse_args(arguments)
    if got.rounds < 1 or min(got.operators) < 1 or max(got.operators) > batch_data.MOST_OPERATORS:
        parser.error(f"--rounds must be at least 1 and --operators from 1 to {batch_data.MOST_OPERATORS}")
    programs = tuple(name for name in PROGRAMS if not got.only or name in got.only)
    given = Given(got.work, programs, got.rounds, got.engine, got.memory, got.sample, got.limit)
    return given, got.operators, got.population or [ALL, ACTIVE], {"json": got.json, "write": got.write}


def _count(text: str) -> int:
    return int(float(text))


# Data


def _data(given: Given, size: int) -> Path:
    """The records of so many operators: made once."""
    folder = given.work / f"{size}"
    if not (folder / "inspections.parquet").exists():
        print(f"making {size:,} operators", file=sys.stderr)
        batch_data.write(folder, batch_data.Size(size, size * 10))
    return folder


def _active(given: Given, data: Path) -> Path:
    """The operators with a violation that counts in 24 months, the closed ones before them, and their records."""
    import duckdb

    folder = data / "active"
    if (folder / "violations.parquet").exists():
        return folder
    made = given.work / "result" / "sql"
    _succeed(run(_command(SQL, given, data, made), given.work / "said.txt", given.limit))
    folder.mkdir(exist_ok=True)
    with duckdb.connect() as con:
        con.execute(
            "CREATE TEMP TABLE chosen AS WITH own AS (SELECT operator_id FROM read_parquet(?) "
            "WHERE records_in_two_years > 0) FROM own UNION SELECT operator_id FROM read_parquet(?) "
            "WHERE closed_on < CAST(? AS DATE) AND successor IN (FROM own)",
            [str(made / "facts.parquet"), str(data / "operators.parquet"), AS_OF],
        )
        for name in ("operators", "violations"):
            source, target = (at / f"{name}.parquet" for at in (data, folder))
            con.execute(f"COPY (FROM read_parquet('{source}') SEMI JOIN chosen USING (operator_id)) TO '{target}'")
    return folder


def _rows(path: Path) -> int:
    from pyarrow import parquet

    return int(parquet.read_metadata(path).num_rows)


# Measuring


def _command(program: str, given: Given, data: Path, out: Path) -> list[str]:
    """The command that grades ``data`` into ``out``."""
    operators, violations = data / "operators.parquet", data / "violations.parquet"
    if program == OURS:
        start = [sys.executable, "-c", "import sys; from riskengine.cli.main import main; sys.exit(main())"]
        options = ["--as-of", AS_OF, "--engine", given.engine, "--previous", "none", "--lang", "en"]
        memory = ["--memory", given.memory] if given.memory else []
        return [*start, "grade", str(operators), "--violations", str(violations), "--out", str(out), *options, *memory]
    if program == SQL:
        memory = ["--memory", given.memory] if given.memory else []
        return python("batch_by_hand_sql.py", operators, violations, out, "--as-of", AS_OF, *memory)
    return python("batch_by_hand_polars.py", operators, violations, out, "--as-of", AS_OF)


def _measure(given: Given, data: Path, population: str) -> dict[str, Any]:
    """Equal tables first, then round after round."""
    operators, violations = (_rows(data / f"{name}.parquet") for name in ("operators", "violations"))
    measured = {name: Measured(name) for name in given.programs}
    equal = _first_round(given, data, measured)
    for turn in range(given.rounds):
        order = given.programs[turn % len(given.programs) :] + given.programs[: turn % len(given.programs)]
        for name in order:
            _one_run(given, data, measured[name])
    result = {
        "operators": operators,
        "violations": violations,
        "population": population,
        "equal_rows": equal,
        "programs": [one.summary(operators) for one in measured.values()],
        "ratios": _ratios(measured),
        "peers": _peers(given, population),
    }
    shutil.rmtree(given.work / "result", ignore_errors=True)
    return result


def _first_round(given: Given, data: Path, measured: dict[str, Measured]) -> int:
    """Run each program once, untimed; their tables must be equal. How many rows were compared."""
    folders = []
    for name, one in measured.items():
        taken = _one_run(given, data, one)
        one.runs.clear()
        one.parts.clear()
        if not taken.failure:
            folders.append(_tables_of(given, name))
    equal = 0
    for other in folders[1:]:
        try:
            equal = check_equal(folders[0], other)
        except (Differs, ValueError) as error:
            raise Differs(f"{folders[0].name} and {other.name} do not say the same: {error}") from None
    return equal


def _one_run(given: Given, data: Path, one: Measured) -> Taken:
    """Run a program once and note what it took; a program that failed is not run again."""
    if one.failure:
        return Taken(0, 0, 0, one.failure)
    out = _place(given, one.program)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    print(f"  {one.program} on {data}", file=sys.stderr)
    taken = run(_command(one.program, given, data, out), given.work / "said.txt", given.limit)
    one.failure = taken.failure
    one.runs.append(taken)
    if one.program == OURS and not taken.failure:
        for part, seconds in _durations(_tables_of(given, OURS)).items():
            one.parts.setdefault(part, []).append(seconds)
    return taken


def _place(given: Given, program: str) -> Path:
    return given.work / "result" / {OURS: "ours", SQL: "sql", POLARS: "polars"}[program]


def _tables_of(given: Given, program: str) -> Path:
    """The folder of the tables that a program wrote."""
    place = _place(given, program)
    return next(path.parent for path in place.rglob("grades.parquet"))


def _durations(folder: Path) -> dict[str, float]:
    """How long riskengine says that each part took: read, plan, write, hash; nothing where its log does not say."""
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text("utf-8").splitlines()]
    found: dict[str, float] = next((line["durations"] for line in reversed(lines) if "durations" in line), {})
    return dict(found)


def _ratios(measured: dict[str, Measured]) -> dict[str, float]:
    """What riskengine takes, end to end and for its plan alone, to what the faster program by hand takes."""
    done = {name: one for name, one in measured.items() if not one.failure}
    hand = [done[name] for name in (SQL, POLARS) if name in done]
    if not hand or OURS not in done:
        return {}
    wall, cpu = (min(median(getattr(run, of) for run in one.runs) for one in hand) for of in ("wall", "cpu"))
    ours = {of: median(getattr(run, of) for run in done[OURS].runs) for of in ("wall", "cpu")}
    found = {"end to end / faster by hand": ours["wall"] / wall, "of processor time": ours["cpu"] / cpu}
    parts = {name: median(times) for name, times in measured[OURS].parts.items()}
    if "plan" in parts:
        found["plan / faster by hand"] = parts["plan"] / wall
    return {name: round(value, 2) for name, value in found.items()}


def _peers(given: Given, population: str) -> dict[str, Any]:
    """What the rule engines take for each operator of a sample."""
    program = next((name for name in given.programs if any(_place(given, name).rglob("grades.parquet"))), None)
    if not given.sample or program is None:
        return {}
    said = given.work / "said.txt"
    only = ["--with-records"] if population == ACTIVE else []
    command = python("batch_peers.py", _tables_of(given, program), "--sample", str(given.sample), *only)
    _succeed(run(command, said, given.limit))
    return dict(json.loads(said.read_text("utf-8").splitlines()[-1]))


def _succeed(taken: Taken) -> None:
    if taken.failure:
        raise Differs(taken.failure)


def _save(report: dict[str, Any], files: dict[str, Path | None]) -> None:
    if files["json"]:
        files["json"].write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if files["write"]:
        write_into(files["write"], table_of(report))


if __name__ == "__main__":
    raise SystemExit(main())
