"""``catalog lint`` and ``catalog diff`` as a user calls them, and the comments that ``catalog show`` tells."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from riskengine.catalog import ConsultationLog, catalog_files, write_catalog
from riskengine.cli import catalog_lint
from riskengine.kernel.problems import code_register

WHOLE = Path(__file__).parents[2] / "bad" / "lint" / "whole"


@pytest.fixture
def bad(tmp_path):
    shutil.copytree(WHOLE, tmp_path / "bad")
    file = tmp_path / "bad" / "risk_catalog" / "HW.yaml"
    text = file.read_text("utf-8").replace("max: 30000", "max: 50000").replace("zh: 一次即适用", "zh: 仅适用于外地车辆")
    file.write_text(text, "utf-8")
    return tmp_path / "bad"


def test_the_shipped_catalogue_passes(cli):
    done = cli("catalog", "lint")
    assert (done.code, done.out, done.err) == (0, "没有问题\n", "")
    done = cli("catalog", "lint", "--json")
    assert (done.code, json.loads(done.out)) == (0, [])


def test_another_folder_is_checked_and_its_problems_named(cli, bad, tmp_path):
    write_catalog(catalog_files(WHOLE), tmp_path / "good")
    assert cli("catalog", "lint", tmp_path / "good").code == 0
    done = cli("catalog", "lint", bad, "--lang", "en")
    assert done.code == 1
    assert re.match(r"(error|warning): risk_catalog/HW.yaml, line ", done.out)
    assert "RE-439 the trigger '仅适用于外地车辆' tells people apart by registration elsewhere" in done.out
    (problem,) = json.loads(cli("catalog", "lint", bad, "--json").out)
    assert problem["code"] == "RE-439"
    assert problem["message"] == "预警值“仅适用于外地车辆”按外地注册登记区别对待"


def test_what_is_whole_but_not_in_canonical_form_is_told(cli):
    done = cli("catalog", "lint", WHOLE, "--lang", "en")
    assert done.code == 1
    assert all("RE-390" in line for line in done.out.splitlines())
    assert "catalog export DIR --format yaml" in code_register()["RE-390"]["do"]


def test_export_writes_the_canonical_form_and_over_nothing_unasked(cli, tmp_path):
    shutil.copytree(WHOLE, tmp_path / "odd")
    done = cli("catalog", "export", tmp_path / "odd", "--format", "yaml", "--out", tmp_path / "odd", "--lang", "en")
    assert done.code == 2
    assert done.err.count("RE-609") == 5
    assert "--force" in done.err
    done = cli(
        "catalog", "export", tmp_path / "odd", "--format", "yaml", "--out", tmp_path / "odd", "--force", "--json"
    )
    assert done.code == 0
    assert len(json.loads(done.out)["written"]) == 5
    assert cli("catalog", "lint", tmp_path / "odd").code == 0
    assert cli("catalog", "export", "nowhere", "--format", "yaml", "--out", tmp_path / "new").code == 2


@pytest.mark.parametrize("arguments", [["lint", "nowhere"], ["diff", "nowhere"], ["diff", WHOLE, "nowhere"]])
def test_a_folder_that_holds_no_catalogue_is_bad_usage(cli, arguments):
    done = cli("catalog", *arguments)
    assert done.code == 2
    assert "RE-401" in done.err
    assert "nowhere" in done.err
    assert done.out == ""


def test_diff_tells_the_changes_in_words(cli, bad):
    done = cli("catalog", "diff", WHOLE, bad, "--lang", "en")
    assert done.code == 0
    heading, change = done.out.splitlines()
    assert heading == "Small catalogue, 1 → Small catalogue, 1"
    assert change.endswith("up to 30,000 yuan (per act) → up to 50,000 yuan (per act)")
    assert cli("catalog", "diff", WHOLE, bad, "--fail").code == 1
    assert cli("catalog", "diff", WHOLE, WHOLE, "--fail").code == 0
    assert cli("catalog", "diff", WHOLE, WHOLE).out.endswith("没有差别\n")


def test_diff_as_json_names_both_editions_and_every_change(cli, bad):
    told = json.loads(cli("catalog", "diff", WHOLE, bad, "--json").out)
    assert told["before"]["catalog"] == told["after"]["catalog"] == "small"
    assert told["before"]["sha256"] != told["after"]["sha256"]
    assert [change["kind"] for change in told["changes"]] == ["penalty_changed"]


def test_without_a_second_folder_it_is_the_shipped_catalogue(cli):
    done = cli("catalog", "diff", WHOLE, "--json")
    assert json.loads(done.out)["after"]["catalog"] == "transport"


def test_a_folder_that_cannot_be_loaded_is_bad_input_for_diff(cli, bad):
    (bad / "measures" / "HW.yaml").unlink()
    done = cli("catalog", "diff", WHOLE, bad)
    assert done.code == 2
    assert "RE-401" in done.err


def test_no_comment_is_shipped_and_none_is_shown(cli):
    assert catalog_lint.load_consultation().comments == ()
    assert "意见" not in cli("catalog", "show", "HW-01").out
    assert json.loads(cli("catalog", "show", "HW-01", "--json").out)["comments"] == []


@pytest.fixture
def one_comment(monkeypatch):
    entry = {
        "code": "HW-01-M1",
        "from": "trade_association",
        "received_on": "2022-03-01",
        "comment": {"zh": "测试意见", "en": "a comment made up for this test"},
        "answer": "partly",
        "why": {"zh": "测试理由", "en": "a reason made up for this test"},
    }
    log = ConsultationLog.model_validate({"comments": [entry]})
    monkeypatch.setattr(catalog_lint, "load_consultation", lambda: log)
    return entry


def test_show_tells_the_comments_on_a_measure_there_and_at_its_risk_point(cli, one_comment):
    for code in ("HW-01", "HW-01-M1"):
        shown = cli("catalog", "show", code).out
        assert "［意见］HW-01-M1 2022-03-01 行业协会：测试意见" in shown
        assert "部分采纳：测试理由" in shown
        assert "accepted in part: a reason" in cli("catalog", "show", code, "--lang", "en").out
        assert json.loads(cli("catalog", "show", code, "--json").out)["comments"] == [one_comment]
    assert "意见" not in cli("catalog", "show", "HW-01-M2").out
    assert "意见" not in cli("catalog", "show", "HW-02").out
