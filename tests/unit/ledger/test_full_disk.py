"""A disk that is full, a small one in memory: it is told, nothing is half there, and with room the rerun completes."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from datetime import date
from typing import TYPE_CHECKING, Any

import postgres
import pytest
import sqlalchemy as sa
from pyarrow import parquet

from riskengine import Engine, UsageError
from riskengine.facade.keeping import keep
from riskengine.ledger import changes, extract, import_sources, init_ledger, verify_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPERATOR = "91411000MA40000A18"
SMALL, LARGE = {"sqlite": "3m", "postgresql": "11m"}, "96m"
ROWS = 8000


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


def _mount(folder: Path, *options: str) -> str | None:
    """Mount a disk in memory, or change one; why it cannot be."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return "only root can mount a small disk"
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"a small disk cannot be mounted: {done.stderr.strip()}" if done.returncode else None


@contextlib.contextmanager
def _disk(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    if (reason := _mount(folder, f"size={size}")) is not None:
        pytest.skip(reason)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


@contextlib.contextmanager
def _database_on(server: str, folder: Path, name: str) -> Iterator[str]:
    """A database whose files are in a folder, which the server must see."""
    import psycopg

    if (owner := postgres.owner()) is not None:
        shutil.chown(folder, owner)
        folder.parent.chmod(0o755)
    with psycopg.connect(server, autocommit=True) as connection:
        try:
            connection.execute(f"CREATE TABLESPACE {name} LOCATION '{folder}'")
        except psycopg.Error as error:
            pytest.skip(f"no tablespace can be made: {error}")
        try:
            # Copied as files, so that its room is taken now and not when buffers are written.
            strategy = " STRATEGY FILE_COPY" if connection.info.server_version >= 150000 else ""
            connection.execute(f"CREATE DATABASE {name} TABLESPACE {name}{strategy}")
            yield server.replace("/postgres?", f"/{name}?")
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"DROP TABLESPACE {name}")


@pytest.fixture(params=["sqlite", "postgresql"])
def small(request, tmp_path_factory):
    """A ledger's address on a small disk, and how it is made larger."""
    folder = tmp_path_factory.mktemp("disk") / "small"
    server = request.getfixturevalue("server") if request.param == "postgresql" else None
    for parent in folder.parents[:3]:
        if server is not None and "pytest" in parent.name:
            parent.chmod(0o755)
    with _disk(folder, SMALL[request.param]), contextlib.ExitStack() as stack:
        url = str(folder / "l.db")
        if server is not None:
            url = stack.enter_context(_database_on(server, folder, f"full_{os.getpid()}"))
        yield url, lambda: _mount(folder, "remount", f"size={LARGE}")


def _violations(engine, count, name="V"):
    rows = [
        {"violation_id": f"{name}{number}", "operator_id": OPERATOR, "risk_point": "HW-01", "occurred_on": "2022-01-01",
         "decided_on": "2022-01-02", "penalty": "500", "severity": "general", "place": "示例公路K12+300 " * 4}
        for number in range(count)
    ]  # fmt: skip
    return keep(engine, rows, "violations")


def test_an_import_onto_a_full_disk_is_told_and_the_rerun_completes(small, engine, clock, tmp_path):
    url, enlarge = small
    ledger, _ = init_ledger(url)
    import_sources(ledger, [keep(engine, [{"operator_id": OPERATOR, "name": "示例"}], "operators")], clock.entry())
    first, many = _violations(engine, 20, "A"), _violations(engine, ROWS)
    import_sources(ledger, [first], clock.entry())
    with pytest.raises(UsageError, match=r"RE-851.*([Ff]ull|[Nn]o space|disk I/O)") as caught:
        import_sources(ledger, [many], clock.entry())
    assert [problem.source for problem in caught.value.problems] == [ledger.name]
    assert len(changes(ledger)) == 2
    made = extract(ledger, tmp_path, as_of=date(2022, 12, 31))
    assert parquet.read_metadata(made.files["violations"]).num_rows == 20, "nothing of it counts"
    assert enlarge() is None
    assert import_sources(ledger, [many], clock.entry()).sources[0].new == ROWS
    assert len(changes(ledger)) == 3
    assert verify_ledger(ledger) == []
    ledger.close()


def test_tables_are_made_onto_a_full_disk_wholly_or_not_at_all(small):
    url, enlarge = small
    if "://" in url:
        pytest.skip("a database has no room of its own to be filled by hand")
    filler = url.replace("l.db", "filler")
    with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):  # noqa: PTH123 - a text is at hand
        while True:
            file.write(b"\0" * 4096)
    with pytest.raises(UsageError, match="RE-851"):
        init_ledger(url)
    assert enlarge() is None
    ledger, made = init_ledger(url)
    assert made
    assert verify_ledger(ledger) == []
    ledger.close()


def test_records_are_taken_out_onto_a_full_disk(ledger, engine, clock, tmp_path_factory):
    import_sources(ledger, [_violations(engine, ROWS)], clock.entry())
    with _disk(tmp_path_factory.mktemp("out") / "small", "4k") as folder, pytest.raises(UsageError, match="RE-609"):
        extract(ledger, folder, as_of=date(2022, 12, 31))


def test_sqlites_own_limit_of_pages_is_told_like_a_full_disk(tmp_path, engine, clock):
    """The error is the same ("database or disk is full"), and no disk need be mounted for it."""
    path = str(tmp_path / "l.db")
    ledger, _ = init_ledger(path)
    rows = _violations(engine, 5000)

    def small(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA max_page_count = 150")

    sa.event.listen(ledger.engine, "connect", small)
    ledger.engine.dispose()
    with pytest.raises(UsageError, match=r"RE-851.*full"):
        import_sources(ledger, [rows], clock.entry())
    assert changes(ledger) == []
    sa.event.remove(ledger.engine, "connect", small)
    ledger.engine.dispose()
    assert import_sources(ledger, [rows], clock.entry()).change is not None
    assert verify_ledger(ledger) == []
    ledger.close()
