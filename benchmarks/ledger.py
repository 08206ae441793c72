"""The ledger beside its databases' own bulk load, and grading from it beside grading from Parquet.

Run `python benchmarks/ledger.py DATA [--postgres URL]`, where DATA holds the files that `batch_data.py` invents.
Printed as JSON, seconds of one run each: reading the violations; importing them; the database's own load of the same
rows into a bare table with a primary key (`COPY` on PostgreSQL, one prepared statement on SQLite); taking the records
of a day out of the ledger; grading those files; grading the original files; and the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine import Engine
from riskengine.facade.keeping import from_ledger, keep
from riskengine.ledger import Entry, import_sources, init_ledger
from riskengine.ledger.entities import VIOLATIONS
from riskengine.ledger.keys import ENV

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from riskengine.ledger import Ledger

AS_OF = date(2022, 12, 31)
COLUMNS = ["key", "digest", *VIOLATIONS.columns]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long it took, and what it gave."""
    begun = time.perf_counter()
    given = work()
    return round(time.perf_counter() - begun, 2), given


def held_rows(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    """The versions of violations as texts: what a bare load is given."""
    listed = ", ".join(f"CAST({column} AS TEXT)" for column in COLUMNS)
    with ledger.reading() as connection:
        yield from connection.execute(sa.text(f"SELECT {listed} FROM violations_versions")).all()  # noqa: S608


def bare_load(url: str, rows: list[tuple[Any, ...]]) -> float:
    """Seconds of the database's own load."""
    marks = ", ".join(f"{column} TEXT" for column in COLUMNS)
    made = f"CREATE TABLE bare_load ({marks}, PRIMARY KEY (key))"
    if "://" not in url:
        with tempfile.TemporaryDirectory() as folder:
            connection = sqlite3.connect(Path(folder) / "bare.db")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute(made)
            slots = ", ".join("?" * len(COLUMNS))
            seconds, _ = timed(
                lambda: (
                    connection.executemany(f"INSERT INTO bare_load VALUES ({slots})", rows),  # noqa: S608
                    connection.commit(),
                )
            )
            connection.close()
            return seconds
    import psycopg

    with psycopg.connect(url) as server:
        server.execute(made)

        def load() -> None:
            with server.cursor().copy("COPY bare_load FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            server.commit()

        seconds, _ = timed(load)
        server.execute("DROP TABLE bare_load")
        return seconds


def measure(url: str, data: Path, engine: Engine, graded: tuple[float, str]) -> dict[str, Any]:
    """The figures of one database."""
    ledger, _ = init_ledger(url)
    entry = Entry(datetime(2023, 1, 1, tzinfo=UTC), "benchmark", "benchmark")
    import_sources(ledger, [keep(engine, data / "operators.parquet")], entry)
    read, kept = timed(lambda: keep(engine, data / "violations.parquet"))
    imported, done = timed(lambda: import_sources(ledger, [kept], entry))
    again, nothing = timed(lambda: import_sources(ledger, [kept], entry))
    bare = bare_load(url, list(held_rows(ledger)))
    with tempfile.TemporaryDirectory() as folder:
        taken, made = timed(lambda: from_ledger(url, Path(folder), as_of=AS_OF))
        sources = made.sources
        seconds, batch = timed(lambda: engine.grade(sources["operators"], sources["violations"], as_of=AS_OF))
        same = batch.content_hash == graded[1]
    ledger.close()
    return {
        "rows": done.sources[0].rows,
        "read": read,
        "import": imported,
        "import_again": again,
        "nothing_new": nothing.change is None,
        "bare_load": bare,
        "import_to_bare_load": round(imported / bare, 2),
        "take_out": taken,
        "grade": seconds,
        "grade_from_files": graded[0],
        "ledger_to_files": round((taken + seconds) / graded[0], 2),
        "same_content_hash": same,
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
    with tempfile.TemporaryDirectory() as folder:
        os.environ[ENV] = str(Path(folder) / "ledger.key")
        found = {"sqlite": measure(str(Path(folder) / "ledger.db"), data, engine, graded)}
        if arguments.postgres:
            found["postgresql"] = measure(arguments.postgres, data, engine, graded)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
