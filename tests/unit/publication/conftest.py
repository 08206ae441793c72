"""Records of a year and the command line for tests of publication."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.append(str(Path(__file__).parents[1] / "ledger"))

from small_record import write_record

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Path]:
    """Make a record in a folder of the test's own; what is named of a table are changes of its plain row."""
    return lambda **rows: write_record(tmp_path / "record", **rows)


@pytest.fixture
def publish(cli: Callable[..., Any]) -> Callable[..., Any]:
    """Run ``riskengine supervise publish`` within this process."""
    return partial(cli, "supervise", "publish")
