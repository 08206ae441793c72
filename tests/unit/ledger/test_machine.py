"""A ledger at random beside its model: a few runs, and 1,000 on SQLite and 100 on PostgreSQL in the long tests."""

from __future__ import annotations

import itertools
import os

import postgres
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from machine import LedgerMachine

_NUMBER = itertools.count()


def _settings(runs: int, steps: int = 12) -> settings:
    return settings(max_examples=runs, stateful_step_count=steps, suppress_health_check=list(HealthCheck))


def _on_server(server: str) -> type[LedgerMachine]:
    class OnPostgres(LedgerMachine):
        def __init__(self) -> None:
            super().__init__()
            self.made = postgres.database(server, f"machine_{os.getpid()}_{next(_NUMBER)}")

        def address(self) -> str:
            return self.made.__enter__()

        def teardown(self) -> None:
            super().teardown()
            self.made.__exit__(None, None, None)

    return OnPostgres


def test_a_few_runs_on_sqlite():
    run_state_machine_as_test(LedgerMachine, settings=_settings(15))


def test_a_few_runs_on_postgresql(server):
    run_state_machine_as_test(_on_server(server), settings=_settings(3))


@pytest.mark.slow
@pytest.mark.long
def test_a_thousand_runs_on_sqlite():
    run_state_machine_as_test(LedgerMachine, settings=_settings(1000))


@pytest.mark.slow
@pytest.mark.long
def test_a_hundred_runs_on_postgresql(server):
    run_state_machine_as_test(_on_server(server), settings=_settings(100))
