"""Objections and repairs at random beside their model: a few runs, and many in the long tests."""

from __future__ import annotations

import itertools
import os

import postgres
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from objecting_machine import ObjectingMachine

_NUMBER = itertools.count()


def _settings(runs: int, steps: int = 20) -> settings:
    return settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )


def _on_server(server: str) -> type[ObjectingMachine]:
    class OnPostgres(ObjectingMachine):
        def __init__(self) -> None:
            super().__init__()
            self.made = postgres.database(server, f"objecting_{os.getpid()}_{next(_NUMBER)}")

        def address(self) -> str:
            return self.made.__enter__()

        def teardown(self) -> None:
            super().teardown()
            self.made.__exit__(None, None, None)

    return OnPostgres


def test_a_few_runs_on_sqlite():
    run_state_machine_as_test(ObjectingMachine, settings=_settings(10))


def test_a_few_runs_on_postgresql(server):
    run_state_machine_as_test(_on_server(server), settings=_settings(2))


@pytest.mark.slow
@pytest.mark.long
def test_many_runs_on_sqlite():
    run_state_machine_as_test(ObjectingMachine, settings=_settings(500))


@pytest.mark.slow
@pytest.mark.long
def test_many_runs_on_postgresql(server):
    run_state_machine_as_test(_on_server(server), settings=_settings(50))
