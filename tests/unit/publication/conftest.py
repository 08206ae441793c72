"""Records of a year and the command line for tests of publication."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from riskengine.cli.main import main

sys.path.append(str(Path(__file__).parents[1] / "ledger"))

from small_record import write_record

if TYPE_CHECKING:
    from collections.abc import Callable


class Done(NamedTuple):
    """What a command printed, and how it ended."""

    code: int
    stdout: str
    stderr: str


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Path]:
    """Make a record in a folder of the test's own; what is named of a table are changes of its plain row."""
    return lambda **rows: write_record(tmp_path / "record", **rows)


@pytest.fixture
def publish(capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run ``riskengine supervise publish`` within this process."""

    def run(*arguments: object) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main(["supervise", "publish", *map(str, arguments)])
        printed = capsys.readouterr()
        return Done(int(stop.value.code or 0), printed.out, printed.err)

    return run
