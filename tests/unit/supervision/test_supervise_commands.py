"""The commands of supervision as a bureau calls them, one after the other."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from riskengine.cli.main import cli

EXAMPLES = Path(__file__).parents[3] / "examples"
FILES = EXAMPLES / "supervision"


@pytest.fixture
def call(cli):
    """Call the command: exit code, stdout, stderr."""
    return partial(cli, "supervise")


def _commit(call, graded, folder, *more):
    return call(
        *("draw", "commit", graded.folder, "--shares", FILES / "shares.yaml"),
        *("--inspectors", FILES / "inspectors.csv", "--conflicts", FILES / "conflicts.csv"),
        *("--seed-sources", FILES / "seed-sources.yaml", "--from", "2023-01-16", "--until", "2023-03-31"),
        *("--on", "2023-01-05", "--out", folder, *more),
    )


NUMBERS = ("--numbers", "lottery_a=3,7,12,19,24,31,8", "--numbers", "index_b=324918")


def test_from_the_commitment_to_inspections(call, graded, tmp_path):
    folder = tmp_path / "draw"
    code, out, err = _commit(call, graded, folder)
    assert code == 0
    sha256 = out.strip()
    assert len(sha256) == 64
    assert "2023-01-10" in err
    code, out, _ = call("draw", "verify", folder, "--commitment", sha256)
    assert (code, "尚未抽取" in out) == (0, True)
    code, out, _ = call("draw", "run", folder, *NUMBERS, "--on", "2023-01-11", "--json")
    assert code == 0
    drawn = json.loads(out)
    assert drawn["key"] == "3.7.8.12.19.24.31./324918./"
    code, out, _ = call("draw", "verify", folder, "--commitment", sha256, "--lang", "en")
    assert (code, out.startswith("verified: ")) == (0, True)
    code, out, _ = call("draw", "proof", folder, "--out", tmp_path / "proof.html")
    assert (tmp_path / "proof.html").read_text("utf-8") == (folder / "published/proof.zh.html").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO((folder / "private/result.csv").read_text("utf-8-sig"))))
    assert len(rows) == len(drawn["drawn"])
    (tmp_path / "found.csv").write_text(
        f"operator_id,inspected_on,result\n{rows[0]['operator_id']},2023-02-01,未发现问题\n", "utf-8"
    )
    code, out, err = call("draw", "results", folder, tmp_path / "found.csv")
    assert (code, out.strip()) == (0, str(folder / "private/inspections.csv"))
    assert str(len(rows) - 1) in err


def test_a_changed_byte_exits_with_one_and_says_where(call, drawn):
    file = drawn / "published" / "operators.csv"
    file.write_bytes(file.read_bytes().replace(b"1", b"2", 1))
    code, out, _ = call("draw", "verify", drawn)
    assert code == 1
    assert "RE-909" in out
    assert "published/operators.csv" in out
    code, out, _ = call("draw", "verify", drawn, "--json", "--lang", "en")
    assert code == 1
    assert json.loads(out)["problems"][0]["code"] == "RE-909"


def test_what_cannot_be_is_told_with_exit_code_two(call, graded, drawn, tmp_path):
    code, _, err = call("draw", "run", drawn, *NUMBERS, "--on", "2023-01-11")
    assert (code, "RE-908" in err) == (2, True)
    code, _, err = call("draw", "verify", tmp_path)
    assert (code, "RE-908" in err) == (2, True)
    code, _, err = _commit(call, graded, tmp_path / "late", "--on", "2023-01-10")
    assert (code, "RE-905" in err) == (2, True)
    assert not (tmp_path / "late").exists()
    code, _, err = _commit(call, graded, tmp_path / "none", "--shares", tmp_path / "none.yaml")
    assert (code, "RE-102" in err) == (2, True)


def test_the_independent_program_is_a_program(drawn):
    done = subprocess.run(
        [sys.executable, "-I", EXAMPLES / "verify_draw.py", drawn / "published"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.startswith("verified")) == (0, True)
    (drawn / "published" / "strata.csv").write_bytes((drawn / "published" / "strata.csv").read_bytes() + b"\n")
    done = subprocess.run(
        [sys.executable, "-I", EXAMPLES / "verify_draw.py", drawn / "published"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "strata.csv" in done.stdout


def test_the_plan_is_written_and_summed_up(call, graded, drawn, tmp_path):
    out = tmp_path / "plan.xlsx"
    given = ("--inspectors", FILES / "inspectors.csv", "--draw", drawn, "--as-of", "2023-01-05", "--out", out)
    code, printed, _ = call("plan", graded.folder, *given)
    assert code == 0
    assert printed.splitlines()[-1] == str(out)
    assert out.read_bytes().startswith(b"PK")
    code, printed, _ = call("plan", graded.folder, *given, "--json")
    held = json.loads(printed)
    assert code == 0
    assert held["due"] == len(held["visits"]) + len(held["not_covered"])
    assert all("*" in each for visit in held["visits"] for each in visit["inspectors"])
    code, _, err = call("plan", graded.folder, "--as-of", "2022-12-01", "--out", out)
    assert (code, "RE-905" in err) == (2, True)


def test_the_group_lists_its_parts_and_loads_none():
    import click

    group = cli.get_command(click.Context(cli), "supervise")
    context = click.Context(group)
    assert {"draw", "plan"} <= set(group.list_commands(context))
    assert all(group.get_command(context, name) is not None for name in group.list_commands(context))
    assert group.get_command(context, "nothing") is None
