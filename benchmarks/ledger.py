"""The ledger beside its databases' own bulk load, and grading from it beside grading from Parquet.

Run `python benchmarks/ledger.py DATA [--postgres URL]`, where DATA holds the files that `batch_data.py` invents.
Printed as JSON, seconds of one run each: reading the violations; importing them; the database's own load of the same
rows into a bare table with a primary key (`COPY` on PostgreSQL, one prepared statement on SQLite); taking the records
of a day out of the ledger; grading those files; grading the original files; and the ratios. Then, after some penalties
were revoked: the run of all made anew, and the same run with only those affected graded.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine import Engine
from riskengine.facade.keeping import from_ledger, keep
from riskengine.facade.regrading import regraded
from riskengine.ledger import Decision, Entry, amend, import_sources, init_ledger
from riskengine.ledger.entities import VIOLATIONS
from riskengine.ledger.keys import ENV
from riskengine.runs import scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from riskengine.ledger import Ledger
    from riskengine.records import Kept
    from riskengine.runs import Run

AS_OF = date(2022, 12, 31)
COLUMNS = ["key", "digest", *VIOLATIONS.columns]
PORTION, REVOKED = 50_000, 20


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long it took, and what it gave."""
    begun = time.perf_counter()
    given = work()
    return round(time.perf_counter() - begun, 2), given


def held_rows(ledger: Ledger) -> Iterator[Sequence[Any]]:
    """The versions of violations as texts, in portions: what a bare load is given."""
    listed = ", ".join(f"CAST({column} AS TEXT)" for column in COLUMNS)
    query = sa.text(f"SELECT {listed} FROM violations_versions")  # noqa: S608
    with ledger.reading() as connection:
        yield from connection.execute(query, execution_options={"yield_per": PORTION}).partitions()


def bare_load(url: str, portions: Iterable[Sequence[Any]]) -> float:
    """Seconds of the database's own load; that the rows are fetched meanwhile is not counted."""
    marks = ", ".join(f"{column} TEXT" for column in COLUMNS)
    made, seconds = f"CREATE TABLE bare_load ({marks}, PRIMARY KEY (key))", 0.0
    if "://" not in url:
        with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(Path(folder) / "bare.db")) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute(made)
            insert = f"INSERT INTO bare_load VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
            for rows in portions:
                seconds += timed(partial(connection.executemany, insert, map(tuple, rows)))[0]
            return seconds + timed(connection.commit)[0]
    import psycopg

    with psycopg.connect(url) as server:
        server.execute(made)

        def put(copy: psycopg.Copy, rows: Sequence[Any]) -> None:
            for row in rows:
                copy.write_row(tuple(row))

        with server.cursor() as cursor:
            with cursor.copy("COPY bare_load FROM STDIN") as copy:
                for rows in portions:
                    seconds += timed(partial(put, copy, rows))[0]
                begun = time.perf_counter()
            server.commit()
        seconds += time.perf_counter() - begun
        server.execute("DROP TABLE bare_load")
        return seconds


def again(ledger: Ledger, url: str, engine: Engine, folder: Path) -> dict[str, Any]:
    """Seconds of grading anew after some penalties were revoked: all of them, and only those affected."""

    def everybody(runs: str) -> Run:
        made = from_ledger(url, folder, as_of=AS_OF)
        batch = engine.grade(made.sources["operators"], made.sources["violations"], as_of=AS_OF)
        return batch.write(folder / runs, keep=made.inputs, previous=None)

    def affected(run: Run) -> Run:
        grade = partial(engine.grade, as_of=AS_OF)
        with regraded(engine, ledger, run, grade, as_of=AS_OF) as found:
            assert found.batch is not None, found.reason  # noqa: S101 - a measurement of nothing is none
            return found.batch.write(folder / "affected", keep=found.inputs, previous=None)

    run = everybody("before")
    records = sorted({record for (record,) in scan(run, "evidence", ["record_id"])})
    held = records[:: max(1, len(records) // REVOKED)][:REVOKED]
    for number, violation in enumerate(held):
        moment = datetime(2023, 1, 2, tzinfo=UTC) + timedelta(seconds=number)
        decision = Decision(violation, "revoked_by_body", AS_OF, "benchmark", AS_OF)
        amend(ledger, decision, Entry(moment, "benchmark", "benchmark"))
    whole, anew = timed(lambda: everybody("all"))
    part, few = timed(lambda: affected(run))
    return {
        "revoked": len(held),
        "all_again": whole,
        "only_affected": part,
        "only_affected_to_all": round(part / whole, 3),
        "same_tables": anew.manifest["tables"] == few.manifest["tables"],
    }


def measure(url: str, data: Path, engine: Engine, kept: Kept, graded: tuple[float, str]) -> dict[str, Any]:
    """The figures of one database."""
    ledger, _ = init_ledger(url)
    entry = Entry(datetime(2023, 1, 1, tzinfo=UTC), "benchmark", "benchmark")
    import_sources(ledger, [keep(engine, data / "operators.parquet")], entry)
    imported, done = timed(lambda: import_sources(ledger, [kept], entry))
    known, nothing = timed(lambda: import_sources(ledger, [kept], entry))
    bare = round(bare_load(url, held_rows(ledger)), 2)
    with tempfile.TemporaryDirectory() as folder:
        taken, made = timed(lambda: from_ledger(url, Path(folder), as_of=AS_OF))
        sources = made.sources
        seconds, batch = timed(lambda: engine.grade(sources["operators"], sources["violations"], as_of=AS_OF))
        same = batch.content_hash == graded[1]
    with tempfile.TemporaryDirectory() as folder:
        anew = again(ledger, url, engine, Path(folder))
    ledger.close()
    return {
        "rows": done.sources[0].rows,
        "import": imported,
        "import_again": known,
        "nothing_new": nothing.change is None,
        "bare_load": bare,
        "import_to_bare_load": round(imported / bare, 2),
        "take_out": taken,
        "grade": seconds,
        "grade_from_files": graded[0],
        "ledger_to_files": round((taken + seconds) / graded[0], 2),
        "same_content_hash": same,
        **anew,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--postgres", metavar="URL", help="an empty database")
    arguments = parser.parse_args()
    engine, data = Engine.load(), arguments.data
    seconds, batch = timed(lambda: engine.grade(data / "operators.parquet", data / "violations.parquet", as_of=AS_OF))
    graded = seconds, batch.content_hash
    read, kept = timed(lambda: keep(engine, data / "violations.parquet"))
    say({"read": read, "memory_after_reading_mb": memory()})
    with tempfile.TemporaryDirectory() as folder:
        os.environ[ENV] = str(Path(folder) / "ledger.key")
        say({"sqlite": measure(str(Path(folder) / "ledger.db"), data, engine, kept, graded)})
        if arguments.postgres:
            say({"postgresql": measure(arguments.postgres, data, engine, kept, graded)})
    say({"memory_mb": memory()})


def memory() -> int:
    """The most memory that this process had so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def say(found: dict[str, Any]) -> None:
    """Print as JSON at once: a long measurement is worth something though it be cut short."""
    print(json.dumps(found, indent=1), flush=True)


if __name__ == "__main__":
    main()
