"""``supervise review`` and ``supervise lists show`` as commands: a whole proceeding, the trail, what is refused."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from riskengine.cli.main import cli

OPERATOR = "91411000MA40000A18"


@pytest.fixture
def call(url, monkeypatch):
    monkeypatch.setenv("RISKENGINE_DB", url)
    assert CliRunner().invoke(cli, ["ledger", "init"]).exit_code == 0

    def calling(*arguments, code=0):
        done = CliRunner().invoke(cli, ["supervise", *arguments])
        assert done.exit_code == code, done.output
        return done

    return calling


def _listed(call):
    call(
        "review", "propose", "serious_list", OPERATOR, "--facts", "示例事实", "--name", "示例运输有限公司",
        "--grounds", "henan_social_credit_regulation:33:1:1", "--discipline", "key_supervision",
        "--by", "示例甲", "--on", "2023-03-01",
    )  # fmt: skip
    call(
        "review",
        "notice",
        "2023-0001",
        "--document",
        "示例告1号",
        "--service",
        "direct",
        "--by",
        "示例甲",
        "--on",
        "2023-03-02",
    )
    call("review", "check", "2023-0001", "--text", "通过", "--by", "示例乙", "--on", "2023-04-10")
    call(
        "review",
        "decide",
        "2023-0001",
        "--text",
        "列入",
        "--document",
        "示例决1号",
        "--by",
        "示例丙",
        "--on",
        "2023-04-11",
    )
    return call(
        "review",
        "serve",
        "2023-0001",
        "--document",
        "示例回证",
        "--service",
        "direct",
        "--by",
        "示例甲",
        "--on",
        "2023-04-12",
    )


def test_a_whole_proceeding(call):
    assert "决定已送达生效" in _listed(call).output
    trail = json.loads(call("review", "trail", "2023-0001", "--json").stdout)
    assert [step["action"] for step in trail] == ["propose", "notice", "check", "decide", "serve"]
    assert [step["who"] for step in trail] == ["示例甲", "示例甲", "示例乙", "示例丙", "示例甲"]
    assert trail[1]["cells"]["facts"] == "示例事实"
    assert "五个工作日" in trail[1]["cells"]["rights"]
    table = call("review", "trail", "2023-0001").output
    for word in ("示例丙", "《河南省社会信用条例》第三十三条第一款第一项", "直接送达", "2023-04-12"):
        assert word in table
    shown = json.loads(call("lists", "show", "--as-of", "2023-04-12", "--json").stdout)
    assert [(one["list"], one["operator_id"], one["until"]) for one in shown] == [("serious", OPERATOR, "2026-04-12")]
    assert OPERATOR in call("lists", "show", "--as-of", "2023-04-12").output
    assert "没有在名单上的主体" in call("lists", "show", "--as-of", "2023-04-11").output
    assert "2023-0001" in call("review", "list").output
    assert json.loads(call("review", "list", "--operator", "OP-NOBODY", "--json").stdout) == []


def test_a_refusal_says_what_is_missing_and_until_when_in_both_languages(call):
    call(
        "review", "propose", "publication", OPERATOR, "--facts", "f",
        "--grounds", "henan_social_credit_regulation:18:2", "--by", "a", "--on", "2023-03-01",
    )  # fmt: skip
    done = call(
        "review", "decide", "2023-0001", "--text", "x", "--document", "d", "--by", "c", "--on", "2023-03-02", code=2
    )
    assert "RE-926" in done.output
    call("review", "notice", "2023-0001", "--document", "d", "--service", "direct", "--by", "a", "--on", "2023-03-02")
    done = call("review", "check", "2023-0001", "--text", "x", "--by", "A", "--on", "2023-03-03", code=2)
    assert "RE-922" in done.output
    assert "RE-924" in done.output
    assert "2023-03-21" in done.output
    english = call(
        "review", "check", "2023-0001", "--text", "x", "--by", "b", "--on", "2023-03-03", "--lang", "en", code=2
    )
    assert "too early: term for statements and for asking for a hearing runs until 2023-03-21" in english.output
    shown = call("review", "show", "2023-0001", "--as-of", "2023-03-05", "--lang", "en").output
    assert "owed: too early" in shown
    said = json.loads(call("review", "show", "2023-0001", "--as-of", "2023-03-22", "--json").stdout)
    assert said["owed"] == []
    assert "check" in said["possible"]


def test_today_is_said_where_no_day_is_given(call):
    done = call(
        "review",
        "propose",
        "publication",
        OPERATOR,
        "--facts",
        "f",
        "--grounds",
        "henan_social_credit_regulation:18:2",
        "--by",
        "a",
    )
    assert "按今天" in done.stderr


def test_a_late_service_is_shown(call):
    _listed(call)
    assert "逾期" not in call("review", "show", "2023-0001", "--as-of", "2023-05-01").output
    call("review", "revoke", "2023-0001", "--text", "x", "--document", "d", "--by", "a", "--on", "2023-05-01")
    assert "没有在名单上的主体" in call("lists", "show", "--as-of", "2023-05-01").output


@pytest.mark.parametrize(
    "arguments",
    [
        ("review", "show", "2023-0009"),
        ("review", "trail", "x"),
        ("review", "check", "x", "--text", "y", "--on", "2023-01-01"),
    ],
)
def test_an_unknown_number_is_told(call, arguments):
    assert "RE-920" in call(*arguments, code=2).output


def test_a_day_that_is_none_is_told(call):
    assert "RE-601" in call("review", "show", "x", "--as-of", "yesterday", code=2).output


def test_discipline_is_listed_with_its_articles(call):
    assert "第三十二条第一款第五项" in call("lists", "discipline").output
    said = json.loads(call("lists", "discipline", "--json").stdout)
    assert all(each["grounds"] for each in said)


def test_a_calendar_shortens_what_the_margin_made_long(call, tmp_path):
    file = tmp_path / "holidays.yaml"
    file.write_text("2023: {holidays: [], workdays: []}\n", "utf-8")
    call(
        "review",
        "propose",
        "publication",
        OPERATOR,
        "--facts",
        "f",
        "--grounds",
        "henan_social_credit_regulation:18:2",
        "--by",
        "a",
        "--on",
        "2023-03-01",
    )
    call(
        "review",
        "notice",
        "2023-0001",
        "--document",
        "d",
        "--service",
        "direct",
        "--by",
        "a",
        "--on",
        "2023-03-02",
        "--calendar",
        str(file),
    )
    assert (
        json.loads(call("review", "show", "2023-0001", "--as-of", "2023-03-02", "--json").stdout)["until"]
        == "2023-03-09"
    )
