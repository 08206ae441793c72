"""The commands of case files: what they print, in both languages, exit codes, masking."""

from __future__ import annotations

import json

import pytest
from case_oracle import EXAMPLE

CHECK = ("cases", "check", EXAMPLE, "--as-of", "2022-12-31")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "zh",
            [
                "缺少：决定前的法制审核意见",
                "《中华人民共和国行政处罚法》第五十八条第一款",
                "案卷 83 件：规范",
                "示例三大队：",
            ],
        ),
        ("en", ["missing: legal review before the decision", "article 58(1)", "case files: 83 (in order"]),
    ],
)
def test_check_tells_what_is_wrong_with_its_article_and_exits_with_1(call, lang, words):
    code, out, _ = call(*CHECK, "--lang", lang)
    assert code == 1
    for each in words:
        assert each in out
    assert "示****" in out  # the investigator who is the reviewer too
    assert "示例员" not in out
    assert "示例员" in call(*CHECK, "--show-personal")[1]


def test_check_as_json_accounts_for_every_case_and_masks_names(call):
    found = json.loads(call(*CHECK, "--json")[1])
    assert found["cases"] == len(found["files"]) == sum(found["states"].values()) == 83
    assert [each["state"] for each in found["files"]].count("defects") == found["states"]["defects"]
    assert "示例员" not in json.dumps(found, ensure_ascii=False)
    assert sum(unit["cases"] for unit in found["units"]) == 83
    late = [one for each in found["files"] for one in each["findings"] if one["kind"] == "late"]
    assert all(one["done_on"] > one["limit"] for one in late)


PEOPLE = {"investigators": "示例甲;示例乙", "handler": "示例丙", "reviewer": "示例丁"}


@pytest.mark.parametrize(("people", "code"), [(PEOPLE, 0), ({}, 1)])
def test_check_tells_what_is_ahead_and_exits_with_0_where_nothing_is_wrong(call, tmp_path, people, code):
    (tmp_path / "cases.jsonl").write_text(json.dumps({"case_id": "C1", "unit": "示例", **people}) + "\n", "utf-8")
    (tmp_path / "case_steps.jsonl").write_text(
        '{"case_id": "C1", "step": "filing", "done_on": "2022-12-01", "by": "示例", "document": "1"}\n', "utf-8"
    )
    found, out, _ = call("cases", "check", tmp_path, "--as-of", "2022-12-02", "--ahead", "--lang", "en")
    assert found == code
    assert ("investigator is not named" in out) == (not people)
    assert "by 2023-03-01" in out


def test_bad_input_is_told_at_once_with_2(call, tmp_path):
    (tmp_path / "cases.csv").write_text("case_id,unit\nC1,示例\n", "utf-8")
    (tmp_path / "case_steps.csv").write_text("case_id,step,done_on\nC1,立案x,2022-01-01\nC2,立案,2022-01-01\n", "utf-8")
    code, _, err = call("cases", "check", tmp_path, "--as-of", "2022-12-31", "--lang", "en")
    assert code == 2
    assert "case_steps.csv, row 2, step: RE-958" in err
    assert "case_steps.csv, row 3, case_id: RE-960" in err


def test_the_checklist_is_printed_with_its_articles_and_words(call, checklist):
    for lang, words in (("zh", "第六十三条）"), ("en", "article 63)")):
        code, out, _ = call("cases", "checklist", "--lang", lang)
        assert code == 0
        assert words in out
        assert "filing: 立案、filing、立案审批" in out.replace(", ", "、")
        assert sum(line.startswith("  ") for line in out.splitlines()) > len(checklist.requirements)
    found = json.loads(call("cases", "checklist", "--json")[1])
    assert len(found["requirements"]) == len(checklist.requirements)
