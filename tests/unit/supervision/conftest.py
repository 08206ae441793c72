"""A run of the example operators, the files of a draw, and a draw that was carried out, made once."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from riskengine import Engine
from riskengine.reports.draw import proof_pages
from riskengine.runs import open_run
from riskengine.supervision.draw import CommitRequest, commit, parse_numbers, run_draw

EXAMPLES = Path(__file__).parents[3] / "examples"
FILES = EXAMPLES / "supervision"
NUMBERS = ("lottery_a=3,7,12,19,24,31,8", "index_b=324918")
DRAWN_ON = date(2023, 1, 11)


@pytest.fixture(scope="session")
def graded(tmp_path_factory):
    """The run of the 300 example operators."""
    batch = Engine.load().grade(EXAMPLES / "operators.csv", EXAMPLES / "violations.csv", as_of=date(2022, 12, 31))
    return open_run(batch.write(tmp_path_factory.mktemp("graded")).folder)


@pytest.fixture(scope="session")
def requested(graded):
    """What the commitment of the examples is made of, with other files in the place of some."""

    def request(**changes):
        given = {
            "run": graded,
            "shares": FILES / "shares.yaml",
            "inspectors": FILES / "inspectors.csv",
            "seeds": FILES / "seed-sources.yaml",
            "conflicts": FILES / "conflicts.csv",
            "previous": None,
            "since": date(2023, 1, 16),
            "until": date(2023, 3, 31),
            "day": date(2023, 1, 5),
        }
        return CommitRequest(**{**given, **changes})

    return request


@pytest.fixture(scope="session")
def drawn_once(requested, tmp_path_factory):
    """A folder with a draw; not to be touched."""
    folder = tmp_path_factory.mktemp("draws") / "first"
    commitment = commit(requested(), folder)
    run_draw(commitment, parse_numbers(NUMBERS, commitment.sources), DRAWN_ON, proof_pages)
    return folder


@pytest.fixture
def drawn(drawn_once, tmp_path):
    """A copy of it."""
    return Path(shutil.copytree(drawn_once, tmp_path / "draw"))
