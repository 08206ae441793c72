"""kill −9 while tables are made and while files are imported: nothing is half there, and the next run completes."""

from __future__ import annotations

import itertools
import os
import signal
import warnings
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from pyarrow import parquet

from riskengine import Engine, UsageError
from riskengine.facade.keeping import keep
from riskengine.ledger import changes, extract, import_sources, init_ledger, open_ledger, staging, verify_ledger
from riskengine.ledger.schema import STAGED, VERSIONS

if TYPE_CHECKING:
    from collections.abc import Callable

OPERATOR = "91411000MA40000A18"
TIMES = int(os.environ.get("RISKENGINE_KILLS", "4"))


def _rows(count: int, penalty: str = "500") -> list[dict[str, str]]:
    return [
        {"violation_id": f"V{number}", "operator_id": OPERATOR, "risk_point": "HW-01", "occurred_on": "2022-01-01",
         "decided_on": "2022-01-02", "penalty": penalty, "severity": "general" if number % 7 else "?"}
        for number in range(count)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


def _in_a_child(work: Callable[[], Any], at: int | None) -> int | None:
    """Run in a process of its own, killed before its statement ``at``; how many statements it made where it was not."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        child = os.fork()
    if child == 0:
        count = itertools.count(1)

        def counted(*_: Any) -> None:
            if next(count) == at:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(sa.engine.Engine, "before_cursor_execute", counted)
        sa.event.listen(sa.engine.Engine, "commit", counted)
        code = 1
        try:
            work()
            os.write(writer, str(next(count) - 1).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    said = os.read(reader, 100)
    os.close(reader)
    assert os.WIFSIGNALED(status) == (at is not None), status
    return int(said) if said else None


def _points(total: int, times: int) -> list[int]:
    """Points from the first to the last statement, the last ones all among them: there the change is made."""
    late = list(range(max(1, total - times // 2), total + 1))
    spread = [1 + (total - 1) * number // max(1, times - 1) for number in range(times)]
    return sorted({*late, *spread})[-max(times, len(late)) :]


def _run_points(reset: Callable[[], None], work: Callable[[], Any], check: Callable[[], None]) -> None:
    reset()
    total = _in_a_child(work, None)
    assert total
    for at in _points(total, TIMES):
        reset()
        _in_a_child(work, at)
        check()


def _wipe(url: str) -> None:
    if "://" not in url:
        for ending in ("", "-wal", "-shm"):
            Path(url + ending).unlink(missing_ok=True)
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def _is_there(url: str) -> bool:
    """Whether all of the tables are: a kill after the last statement comes too late."""
    engine = sa.create_engine(
        f"sqlite:///{url}" if "://" not in url else url.replace("postgresql:", "postgresql+psycopg:")
    )
    names = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    assert not names or names >= {table.name for table in (*VERSIONS.values(), *STAGED.values())}, "some, but not all"
    return bool(names)


def test_killed_while_the_tables_are_made(url):
    def check() -> None:
        if not _is_there(url):
            with pytest.raises(UsageError, match="RE-852"):
                open_ledger(url)  # none of the tables is there
        ledger, _ = init_ledger(url)
        assert changes(ledger) == []
        ledger.close()

    def make() -> None:
        init_ledger(url)[0].close()

    _run_points(partial(_wipe, url), make, check)


def test_killed_while_files_are_imported(url, engine, clock, monkeypatch, tmp_path):
    monkeypatch.setattr(staging, "BLOCK", 25)
    operators = keep(engine, [{"operator_id": OPERATOR, "name": "示例"}], "operators")
    first, second = (keep(engine, _rows(100, penalty), "violations") for penalty in ("500", "700"))

    def reset() -> None:
        _wipe(url)
        ledger, _ = init_ledger(url)
        import_sources(ledger, [operators, first], clock.entry())
        ledger.close()

    def work() -> None:
        ledger = open_ledger(url)
        import_sources(ledger, [operators, second], clock.entry())
        ledger.close()

    def check() -> None:
        ledger = open_ledger(url)
        assert verify_ledger(ledger) == []
        done = len(changes(ledger))
        made = extract(ledger, tmp_path, as_of=date(2022, 12, 31))
        penalties = {row["penalty"] for row in parquet.read_table(made.files["violations"]).to_pylist()}
        assert penalties == ({"500"}, {"500", "700"})[done - 1], "the bad rows of both files stay"
        import_sources(ledger, [operators, second], clock.entry())
        assert len(changes(ledger)) == 2
        with ledger.reading() as connection:
            left = [connection.execute(sa.select(sa.func.count()).select_from(t)).scalar_one() for t in STAGED.values()]
            versions = connection.execute(sa.select(sa.func.count()).select_from(VERSIONS["violations"])).scalar_one()
        assert not any(left)
        assert versions == 2 * sum(bool(number % 7) for number in range(100))
        assert verify_ledger(ledger) == []
        ledger.close()

    _run_points(reset, work, check)
