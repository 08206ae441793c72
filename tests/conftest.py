"""What every test rests on: generated examples are the same in every run, and a slow machine fails none of them."""

from __future__ import annotations

import os
import shutil
from typing import NamedTuple

import pytest
from hypothesis import settings

for _name in ("COLUMNS", "LINES", "RISKENGINE_LANG", "RISKENGINE_DB", "RISKENGINE_KEY"):
    os.environ.pop(_name, None)  # what whoever starts the tests has set; tables are read at no terminal's width

settings.register_profile("steady", derandomize=True, database=None, deadline=None)
settings.load_profile("steady")


class Done(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(capsys, monkeypatch):
    """Call the command line as a user would, in this process: exit code, stdout, stderr."""
    from riskengine.cli.main import main

    for name in ("RISKENGINE_LANG", "COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Done(int(stop.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture(scope="session")
def spark():
    """The master of the one Spark that the tests share; it lives as long as they do."""
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("there is no Java on this machine")
    # Java's second compiler is for hours of the same work: for minutes of short queries it costs more than it saves.
    os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    return "local[2]"
