"""No sequence of calls lists somebody without notice, term and three persons, or loses a step; on both databases.

``RISKENGINE_REVIEW_EXAMPLES`` sets how many sequences are tried (80 and 6 if not set).
"""

from __future__ import annotations

import os

import postgres
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from review_machine import LISTED, ReviewMachine

EXAMPLES = int(os.environ.get("RISKENGINE_REVIEW_EXAMPLES", "0"))
CALM = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def test_no_sequence_lists_wrongly_on_sqlite():
    chosen = settings(max_examples=EXAMPLES or 20, stateful_step_count=15, **CALM)
    run_state_machine_as_test(ReviewMachine, settings=chosen)


def test_no_sequence_lists_wrongly_on_postgresql(server):
    count = iter(range(1_000_000))

    class OnPostgres(ReviewMachine):
        def address(self) -> str:
            self.made = postgres.database(server, f"machine_{os.getpid()}_{next(count)}")
            return self.made.__enter__()

        def teardown(self) -> None:
            super().teardown()
            if hasattr(self, "made"):
                self.made.__exit__(None, None, None)

    chosen = settings(max_examples=EXAMPLES or 6, stateful_step_count=12, **CALM)
    run_state_machine_as_test(OnPostgres, settings=chosen)


@pytest.mark.slow
def test_many_sequences_on_sqlite():
    LISTED.clear()
    chosen = settings(max_examples=max(EXAMPLES, 400), stateful_step_count=30, **CALM)
    run_state_machine_as_test(ReviewMachine, settings=chosen)
    assert not {"serious", "red"} - LISTED, "the sequences get somebody on both lists"
