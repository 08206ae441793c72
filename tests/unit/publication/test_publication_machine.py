"""No sequence publishes a personal number, publishes before review, or leaves what was revoked on display.

``RISKENGINE_PUBLICATION_EXAMPLES`` sets how many sequences are tried (8 if not set).
"""

from __future__ import annotations

import os

import pytest

pytest.importorskip("sqlalchemy", reason="the extra ledger is not installed")

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from publication_machine import REACHED, PublicationMachine

EXAMPLES = int(os.environ.get("RISKENGINE_PUBLICATION_EXAMPLES", "0"))
CALM = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def test_no_sequence_publishes_wrongly():
    REACHED.clear()
    chosen = settings(max_examples=EXAMPLES or 8, stateful_step_count=20, **CALM)
    run_state_machine_as_test(PublicationMachine, settings=chosen)
    assert "displayed" in REACHED, "the sequences get something displayed"


@pytest.mark.slow
def test_many_sequences():
    REACHED.clear()
    chosen = settings(max_examples=max(EXAMPLES, 40), stateful_step_count=25, **CALM)
    run_state_machine_as_test(PublicationMachine, settings=chosen)
    assert {"displayed", "to come down", "taken down"} <= REACHED
