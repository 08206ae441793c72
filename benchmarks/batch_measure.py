"""A program run as a process of its own: how long, how much processor, how much memory; and whether tables agree."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

TABLES = ("grades", "signals", "facts", "facts_by_risk_point", "evidence", "actions", "measures")
_PACKAGES = ("riskengine", "duckdb", "polars", "pyarrow", "zen-engine", "durable-rules")
_ROWS = 100_000


@dataclass(frozen=True)
class Taken:
    """What one run of a program took.

    Attributes:
        wall: seconds by the clock; ``cpu`` seconds of processor time, of all threads.
        memory: the most bytes it held at once.
        failure: the end of what it said, where it failed.
    """

    wall: float
    cpu: float
    memory: int
    failure: str = ""


class Differs(Exception):  # noqa: N818 - it says what was found
    """Two programs do not say the same."""


def run(command: Sequence[str], said: Path, limit: float) -> Taken:
    """Run a program and wait for it.

    A small process in between starts it: memory is counted from what the starting process holds.

    Args:
        command: the program and its arguments.
        said: the file that gets what it prints.
        limit: seconds after which it is ended.
    """
    between = [sys.executable, __file__, str(said), str(limit), *command]
    done = subprocess.run(between, capture_output=True, check=True)  # noqa: S603 - our own programs
    return Taken(**json.loads(done.stdout))


def _run(said: Path, limit: float, command: Sequence[str]) -> Taken:
    with said.open("wb") as file:
        begun = time.perf_counter()
        child = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)  # noqa: S603 - our own programs
        ended, status, usage = _wait(child.pid, begun + limit)
        wall = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    failure = ""
    if not ended:
        failure = f"ended after {limit:g} s"
    elif child.returncode:
        last = said.read_text("utf-8", "replace").strip().splitlines() or ["said nothing"]
        failure = f"exit {child.returncode}: {last[-1][:200]}"
    return Taken(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, failure)


def _wait(pid: int, until: float) -> tuple[bool, int, Any]:
    """Whether the process ended by itself, its status and what it used, with its own children's."""
    while True:
        found, status, usage = os.wait4(pid, os.WNOHANG)
        if found:
            return True, status, usage
        if time.perf_counter() > until:
            os.kill(pid, 9)
            _, status, usage = os.wait4(pid, 0)
            return False, status, usage
        time.sleep(0.005)


def check_equal(one: Path, other: Path) -> int:
    """Compare the tables of two folders row by row, in their order.

    Returns:
        The number of rows of all tables.

    Raises:
        Differs: some row is another one, or stands elsewhere.
    """
    rows = 0
    for name in TABLES:
        first, second = (folder / f"{name}.parquet" for folder in (one, other))
        for mine, its in zip(_pieces(first), _pieces(second), strict=True):
            names = [column for column in mine.column_names if column != "previous_grade"]
            mine, its = mine.select(names), its.select(names).cast(mine.select(names).schema)  # noqa: PLW2901
            if not mine.equals(its):
                raise Differs(f"{name}: {_first_difference(mine, its)}")
            rows += mine.num_rows
    return rows


def _pieces(path: Path) -> Iterator[pa.Table]:
    """A table in pieces of the same size, whatever its row groups are, and an empty one at the end."""
    import pyarrow as pa
    from pyarrow import parquet

    held: list[pa.RecordBatch] = []
    with parquet.ParquetFile(path) as file:
        schema = file.schema_arrow
        for batch in file.iter_batches(_ROWS):
            held.append(batch)
            while sum(map(len, held)) >= _ROWS:
                whole = pa.Table.from_batches(held)
                yield whole.slice(0, _ROWS).combine_chunks()
                held = whole.slice(_ROWS).to_batches()
    yield pa.Table.from_batches(held, schema).combine_chunks()


def _first_difference(one: pa.Table, other: pa.Table) -> str:
    if one.num_rows != other.num_rows:
        return f"{one.num_rows} rows and {other.num_rows}, of the last {_ROWS}"
    pairs = zip(one.to_pylist(), other.to_pylist(), strict=True)
    mine, its = next((mine, its) for mine, its in pairs if mine != its)
    return f"\n  {mine}\n  {its}"


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    facts: dict[str, Any] = {"cores": os.cpu_count(), "python": platform.python_version()}
    for name, path, key in (("processor", "/proc/cpuinfo", "model name"), ("memory", "/proc/meminfo", "MemTotal")):
        if Path(path).exists():
            lines = Path(path).read_text("utf-8").splitlines()
            facts[name] = next((line.split(":")[1].strip() for line in lines if line.startswith(key)), None)
    if facts.get("memory"):
        facts["memory"] = f"{int(facts['memory'].split()[0]) / 2**20:.0f} GiB"
    return facts | {name: _version(name) for name in _PACKAGES}


def _version(distribution: str) -> str | None:
    """The version of an installed package, or None."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def python(program: str, *arguments: str | Path) -> list[str]:
    """The command of a program of this folder."""
    return [sys.executable, str(Path(__file__).parent / program), *map(str, arguments)]


if __name__ == "__main__":
    print(json.dumps(asdict(_run(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]))))
