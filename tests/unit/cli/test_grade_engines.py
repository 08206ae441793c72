"""Who grades a list from the command line, and within how much memory."""

from __future__ import annotations

import json

import pytest

DAY = ("--as-of", "2022-12-31", "--lang", "en")


@pytest.fixture
def lists(examples):
    return (examples / "operators.csv", "--violations", examples / "violations.csv", *DAY)


@pytest.mark.parametrize("size", ["", "4", "4TB", "100MB", "GB", "-1GB", "4.5GB"])
def test_a_size_of_memory_that_is_none_is_refused(cli, lists, tmp_path, size):
    done = cli("grade", *lists, "--out", tmp_path, "--memory", size)
    assert done.code == 2
    assert "4GB" in done.err


def test_a_run_within_little_memory_is_the_run_without_a_limit(cli, lists, tmp_path):
    plain = json.loads(cli("grade", *lists, "--out", tmp_path / "a", "--json").out)
    limited = json.loads(cli("grade", *lists, "--out", tmp_path / "b", "--json", "--memory", "300 MB").out)
    assert plain["content_hash"] == limited["content_hash"]


def test_without_duckdb_the_reference_grades_and_that_is_said(cli, lists, tmp_path, monkeypatch):
    monkeypatch.setattr("riskengine.engines.registry.find_spec", lambda _: None)
    done = cli("grade", *lists, "--out", tmp_path)
    assert (done.code, "RE-625" in done.err) == (0, True)
    assert '"engine": "reference"' in next(tmp_path.glob("*/log.jsonl")).read_text("utf-8")
    assert "RE-625" not in cli("grade", *lists, "--out", tmp_path, "--engine", "reference").err


def test_the_log_says_how_long_each_part_took(cli, lists, tmp_path):
    cli("grade", *lists, "--out", tmp_path)
    entry = json.loads(next(tmp_path.glob("*/log.jsonl")).read_text("utf-8"))
    assert entry["engine"] == "duckdb"
    assert set(entry["durations"]) == {"read", "plan", "rules", "write", "hash"}
    assert entry["durations"]["rules"] <= entry["durations"]["plan"]
