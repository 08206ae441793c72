"""Small runs with something in every table and every file, made once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from riskengine import Engine

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="session")
def chain(tmp_path_factory):
    """A folder with two runs of the dirty examples: some rows were left out, so there are files to mend."""
    runs = tmp_path_factory.mktemp("chain")
    dirty = EXAMPLES / "dirty"
    for day in (date(2022, 6, 30), date(2022, 12, 31)):
        batch = Engine.load().grade(dirty / "operators.csv", dirty / "violations.csv", as_of=day)
        batch.write(runs, log={"seconds": 0.25, "host": "here"})
    return runs


@pytest.fixture(scope="session")
def whole_run(chain):
    """The second of them."""
    return max(chain.glob("*_0002"))


@pytest.fixture(scope="session")
def examples_run(tmp_path_factory):
    """The run of the 300 example operators."""
    batch = Engine.load().grade(EXAMPLES / "operators.csv", EXAMPLES / "violations.csv", as_of=date(2022, 12, 31))
    return batch.write(tmp_path_factory.mktemp("examples")).folder
