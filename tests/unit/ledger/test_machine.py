"""A ledger at random beside its model: a few runs, and 1,000 on SQLite and 100 on PostgreSQL in the long tests."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

import postgres
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from machine import LedgerMachine

from riskengine.ledger import init_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER = itertools.count()
ON_SQLITE = int(os.environ.get("RISKENGINE_MACHINE_SQLITE", "1000"))
ON_POSTGRESQL = int(os.environ.get("RISKENGINE_MACHINE_POSTGRESQL", "100"))
"""How many runs the long tests make."""


def _settings(runs: int, steps: int = 12) -> settings:
    return settings(max_examples=runs, stateful_step_count=steps, suppress_health_check=list(HealthCheck))


@pytest.fixture
def on_server(server) -> Iterator[type[LedgerMachine]]:
    with postgres.database(server, f"empty_{os.getpid()}") as empty:
        init_ledger(empty)[0].close()
        yield _on_server(server, f"empty_{os.getpid()}")


def _on_server(server: str, empty: str) -> type[LedgerMachine]:
    class OnPostgres(LedgerMachine):
        def __init__(self) -> None:
            super().__init__()
            self.made = postgres.database(server, f"machine_{os.getpid()}_{next(_NUMBER)}", like=empty)

        def address(self) -> str:
            self.url = self.made.__enter__()
            return self.url

        def teardown(self) -> None:
            super().teardown()
            self.made.__exit__(None, None, None)

    return OnPostgres


def test_a_few_runs_on_sqlite():
    run_state_machine_as_test(LedgerMachine, settings=_settings(15))


def test_a_few_runs_on_postgresql(on_server):
    run_state_machine_as_test(on_server, settings=_settings(3))


@pytest.mark.slow
@pytest.mark.long
def test_a_thousand_runs_on_sqlite():
    run_state_machine_as_test(LedgerMachine, settings=_settings(ON_SQLITE))


@pytest.mark.slow
@pytest.mark.long
def test_a_hundred_runs_on_postgresql(on_server):
    run_state_machine_as_test(on_server, settings=_settings(ON_POSTGRESQL))
