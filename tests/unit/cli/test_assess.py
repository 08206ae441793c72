"""``riskengine assess``: JSON lines in, JSON lines out, in order, as they come."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest

from riskengine.engines.live import network

OPERATOR = {"operator_id": "91411000MA40000A18", "fleet_size": 20, "licensed_on": "2018-05-01"}
VIOLATION = {
    "violation_id": "V1",
    "risk_point": "RT-04",
    "occurred_on": "2022-11-02",
    "decided_on": "2022-11-09",
    "severity": "serious",
    "penalty_kind": "fine",
    "penalty": 1000,
}
CASE = {"operator": OPERATOR, "violations": [VIOLATION], "as_of": "2022-12-31"}
COMMAND = [sys.executable, "-c", "from riskengine.cli.main import main; main()", "assess"]


@pytest.fixture
def filtered(cli, monkeypatch):
    """Run lines through the filter: exit code, the objects that come out, stderr."""

    def run(*lines, options=("--lang", "en")):
        text = "".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode("utf-8", "surrogateescape"))))
        done = cli("assess", *options)
        return done.code, [json.loads(line) for line in done.out.splitlines()], done.err

    return run


def test_a_line_in_is_an_assessment_out(filtered):
    code, [answer], err = filtered(CASE)
    assert (code, err) == (0, "")
    assert answer["schema"] == "riskengine.assessment/1"
    assert (answer["engine"], answer["grade"], answer["as_of"]) == ("live", "AA", "2022-12-31")
    assert [row["record_id"] for row in answer["evidence"] if row["rule"] == "violation_deduction"] == ["V1"]


def test_lines_in_are_lines_out_in_order_and_bad_ones_say_what_is_wrong(filtered):
    code, answers, _ = filtered(
        CASE,
        "not json\n",
        "\n",
        {**CASE, "operator": {**OPERATOR, "fleet_size": -3}},
        {**CASE, "violation": []},
        {"operator": OPERATOR, "as_of": "2022-12-31"},
        {**CASE, "as_of": "20221231"},
        {**CASE, "violations": {"violation_id": "V1"}},
        {**CASE, "violations": [1]},
        [1],
        "[" * 100_000 + "\n",
        {**CASE, "violations": []},
    )
    assert code == 2
    told = [(answer.get("line"), [problem["code"] for problem in answer["problems"]]) for answer in answers[1:-1]]
    assert told == [
        (2, ["RE-618"]),
        (4, ["RE-206"]),
        (5, ["RE-619"]),
        (6, ["RE-604"]),
        (7, ["RE-601"]),
        (8, ["RE-618"]),
        (9, ["RE-620"]),
        (10, ["RE-618"]),
        (11, ["RE-618"]),
    ]
    assert all(answer["status"] == "refused" for answer in answers[1:-1])
    assert answers[2]["operator_id"] == OPERATOR["operator_id"]
    assert answers[3]["problems"][0]["near"] == ["violations"]
    assert answers[0]["grade"] == answers[-1]["grade"] == "AA"


def test_a_record_that_is_not_valid_is_left_out_and_counted(filtered):
    code, [answer], _ = filtered(
        {**CASE, "violations": [VIOLATION, {**VIOLATION, "violation_id": "V2", "penalty": "x"}]}
    )
    assert code == 0
    assert answer["quarantined_count"] == 1
    assert [problem["code"] for problem in answer["problems"]] == ["RE-208"]


def test_the_day_the_engine_and_the_words_can_be_given(filtered):
    case = {key: value for key, value in CASE.items() if key != "as_of"}
    options = ("--as-of", "2022-12-31", "--engine", "reference", "--explain", "--lang", "zh")
    code, [answer], err = filtered(case, options=options)
    assert (code, err) == (0, "")
    assert (answer["engine"], answer["as_of"]) == ("reference", "2022-12-31")
    assert "违法记录扣分" in answer["explanation"]


def test_without_a_day_today_is_said_once(filtered):
    case = {key: value for key, value in CASE.items() if key != "as_of"}
    code, answers, err = filtered(case, case)
    assert (code, len(answers)) == (0, 2)
    assert err.count("today") == 1


def test_numbers_keep_every_digit(filtered):
    line = json.dumps({**CASE, "violations": [{**VIOLATION, "penalty": "?"}]}).replace('"?"', "1234567890.12")
    _, [answer], _ = filtered(line)
    assert answer["problems"] == []
    _, [answer], _ = filtered(line.replace("1234567890.12", "0.001"))
    assert [problem["code"] for problem in answer["problems"]] == ["RE-209"]


def test_bytes_that_are_no_utf8_refuse_their_line_only(filtered):
    bad = json.dumps(CASE)[:-1].encode().decode() + ', "operator": "\udcff"}\n'
    code, answers, _ = filtered(CASE, bad, CASE)
    assert code == 2
    assert [answer["status"] for answer in answers] == ["graded", "refused", "graded"]


def test_a_file_is_named_in_what_is_wrong_with_it(cli, tmp_path):
    file = tmp_path / "cases.jsonl"
    file.write_text("no json\n", "utf-8")
    done = cli("assess", file, "--lang", "en")
    assert done.code == 2
    assert json.loads(done.out)["message"].startswith("cases.jsonl, row 1: RE-618")


def test_answers_come_while_the_input_is_still_open():
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ})
    assert process.stdin is not None
    assert process.stdout is not None
    for _ in range(2):
        process.stdin.write(json.dumps(CASE) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["grade"] == "AA"
    process.stdin.close()
    assert process.wait(timeout=30) == 0
    process.stdout.close()


def test_a_list_is_graded_live_and_the_run_is_that_of_the_reference(cli, examples, tmp_path):
    hashes = []
    for engine in ("live", "reference"):
        files = (examples / "operators.csv", "--violations", examples / "violations.csv")
        done = cli("grade", *files, "--as-of", "2022-12-31", "--out", tmp_path / engine, "--engine", engine, "--json")
        assert done.code == 0
        hashes.append(json.loads(done.out)["tables"])
    assert hashes[0] == hashes[1]


def test_live_where_it_is_not_installed_is_exit_2_with_the_line_that_installs_it(cli, examples, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    network.extension.cache_clear()
    try:
        files = (examples / "operators.csv", "--violations", examples / "violations.csv")
        done = cli("grade", *files, "--as-of", "2022-12-31", "--out", tmp_path, "--engine", "live", "--lang", "en")
    finally:
        monkeypatch.undo()
        network.extension.cache_clear()
    assert done.code == 2
    assert "RE-613" in done.err
    assert "pip install 'riskengine[live]'" in done.err
    assert list(tmp_path.iterdir()) == []
