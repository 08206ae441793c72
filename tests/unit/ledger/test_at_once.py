"""Two imports and a grading at once, in processes of their own, are as one after another."""

from __future__ import annotations

import os
import warnings
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from riskengine import Engine
from riskengine.facade.keeping import from_ledger, keep
from riskengine.ledger import Entry, changes, import_sources, init_ledger, open_ledger, staging, verify_ledger

if TYPE_CHECKING:
    from collections.abc import Callable

OPERATOR = "91411000MA40000A18"
AS_OF = date(2022, 12, 31)


def _rows(name: str, count: int) -> list[dict[str, str]]:
    return [
        {"violation_id": f"{name}{number}", "operator_id": OPERATOR, "risk_point": "HW-01", "occurred_on": "2022-03-01",
         "decided_on": "2022-03-02", "penalty": "500", "severity": "general", "penalty_kind": "fine"}
        for number in range(count)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


def _apart(work: Callable[[], Any]) -> int:
    """Start in a process of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return child


def _hash(engine, url, folder, known=None):
    folder.mkdir(exist_ok=True)
    made = from_ledger(url, folder, as_of=AS_OF, known=known)
    batch = engine.grade(made.sources["operators"], made.sources["violations"], as_of=AS_OF, engine="reference")
    return made.said["change"], batch.content_hash


def test_two_imports_and_a_grading_at_once(url, engine, clock, monkeypatch, tmp_path):
    monkeypatch.setattr(staging, "BLOCK", 20)
    ledger, _ = init_ledger(url)
    first = [keep(engine, [{"operator_id": OPERATOR, "name": "示例"}], "operators"), keep(engine, [], "violations")]
    import_sources(ledger, first, clock.entry())
    ledger.close()
    files = {name: keep(engine, _rows(name, 150), "violations") for name in ("A", "B")}
    entry = Entry(datetime(2023, 6, 1, tzinfo=UTC), "示例登记员", "at once")

    def importing(name: str) -> None:
        own = open_ledger(url)
        import_sources(own, [files[name]], entry)
        own.close()

    def grading() -> None:
        for _ in range(3):
            known, found = _hash(engine, url, tmp_path / "at_once")
            (tmp_path / f"{known}-{found}").touch()

    children = [
        _apart(lambda: importing("A")),
        _apart(grading),
        _apart(lambda: importing("B")),
        _apart(lambda: importing("A")),
    ]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0, 0]

    ledger = open_ledger(url)
    assert [change.number for change in changes(ledger)] == [1, 2, 3], "the same file twice is one import"
    assert verify_ledger(ledger) == []
    ledger.close()
    seen = {entry.name for entry in tmp_path.iterdir() if "-" in entry.name and entry.name[0].isdigit()}
    replayed = {"-".join(map(str, _hash(engine, url, tmp_path / "after", known))) for known in (1, 2, 3)}
    assert seen
    assert seen <= replayed, "what was seen meanwhile is what replays"

    one_by_one, _ = init_ledger(str(tmp_path / "one.db"))
    for sources in (first, [files["A"]], [files["B"]]):
        import_sources(one_by_one, sources, clock.entry())
    one_by_one.close()
    assert _hash(engine, str(tmp_path / "one.db"), tmp_path / "one")[1] == _hash(engine, url, tmp_path / "after")[1]
