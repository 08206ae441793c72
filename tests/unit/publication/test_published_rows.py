"""Every cell of what is published is right, or it is told; every row of the record ends in exactly one place."""

from __future__ import annotations

import json

import pytest
from small_record import ORGANISATION, PERSON

from riskengine import InputError
from riskengine.supervision.publication.columns import CLASSES, SURENESS, shipped_columns
from riskengine.supervision.publication.hiding import Hiding
from riskengine.supervision.publication.year import read_year


def rows_of(folder, kind="penalty"):
    return [row for row in read_year(folder).rows() if row.kind == kind]


def codes(row):
    return [(problem.code, problem.column) for problem in row.problems]


def test_a_plain_record_gives_a_row_of_each_class_without_a_problem(record):
    rows = list(read_year(record()).rows())
    assert [row.kind for row in rows] == list(CLASSES)
    assert [codes(row) for row in rows] == [[], [], [], []]
    penalty = rows[2].cells
    assert penalty["fine"] == "0.123450", "1234.5 yuan in units of 10,000, six decimals, exact"
    assert penalty["decided_on"] == "2022/09/27"
    assert penalty["kinds"] == "罚款"
    assert penalty["display_until"] == "2023/09/27", "a year by the rules of 2019"
    assert (penalty["party_kind"], penalty["credit_code"]) == ("法人及非法人组织", ORGANISATION)
    assert rows[1].cells["status"] == "有效"
    assert [row.due_on.isoformat() for row in rows] == ["2022-10-21", "2022-03-10", "2022-10-11", "2022-10-21"]


@pytest.mark.parametrize("mark", ["", "无", "/", "— —", "--"])
def test_a_mark_for_missing_is_missing(record, mark):
    (row,) = rows_of(record(penalties=[{"facts": mark, "remarks": mark}]))
    assert codes(row) == [("RE-942", "facts")]
    assert row.cells["remarks"] == ""
    assert not row.is_complete


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"penalty": "", "penalty_kind": "fine"}, [("RE-942", "fine")]),
        ({"penalty": "0", "penalty_kind": "fine"}, [("RE-942", "fine"), ("RE-947", "penalty")]),
        ({"penalty": "0", "penalty_kind": "warning"}, []),
        ({"penalty": "10", "penalty_kind": "warning"}, [("RE-947", "penalty")]),
        ({"penalty_kind": "fine;confiscation"}, [("RE-942", "confiscated")]),
        ({"penalty_kind": "fine;suspension"}, [("RE-942", "certificate")]),
        ({"decision_body": "别的机关"}, [("RE-942", "body_code")]),
        (
            {"decided_on": "2019-06-28", "occurred_on": "2019-06-01"},
            [("RE-942", "display_until"), ("RE-954", "decided_on")],
        ),
        ({"decided_on": "2026-12-30", "occurred_on": "2026-12-01"}, [("RE-948", None)]),
        ({"operator_id": "91411000DEM000022R"}, [("RE-942", "party_name"), ("RE-950", "operator_id")]),
        ({"decided_on": ""}, []),
    ],
)
def test_what_a_penalty_must_say_is_asked_for(record, change, expected):
    (row,) = rows_of(record(violations=[change]))
    assert codes(row) == expected


def test_a_wrong_code_and_a_text_too_long_are_told_with_row_and_heading(record):
    wrong = "91411000DEM000014Z"
    folder = record(
        operators=[{"operator_id": wrong}],
        violations=[{"operator_id": wrong}],
        penalties=[{"facts": "长" * 2001}],
    )
    (row,) = rows_of(folder)
    assert codes(row) == [("RE-944", "credit_code"), ("RE-943", "facts")]
    texts = [problem.text("zh") for problem in row.problems]
    assert texts[0].startswith("violations.csv，第2行，行政相对人代码_1（统一社会信用代码）：RE-944")
    assert "2001" in texts[1]
    assert "2000" in texts[1]


def test_a_person_is_published_without_a_number_and_with_a_masked_name(record):
    folder = record(
        operators=[{"operator_id": PERSON, "name": "示例甲", "法定代表人身份证号": PERSON, "证件号码": PERSON}],
        violations=[{"operator_id": PERSON, "driver": "4110SL01510031"}],
        penalties=[
            {
                "facts": f"示例甲（{PERSON[:6]} {PERSON[6:]}）驾车，电话138 0013 8000",
                "remarks": "资格证4110SL01510031",
            }
        ],
    )
    (row,) = rows_of(folder)
    assert codes(row) == []
    cells = row.cells
    assert cells["party_name"] == "示**"
    assert (cells["party_kind"], cells["credit_code"], cells["id_kind"]) == ("自然人", "", "居民身份证")
    assert cells["id_number"] == cells["representative_id"] == ""
    assert cells["facts"] == "示**（110105********002X）驾车，电话138****8000"
    assert cells["remarks"] == "资格证41**********31"
    assert PERSON not in json.dumps(cells, ensure_ascii=False)


def test_a_number_that_the_masking_missed_keeps_the_row_back_and_is_not_repeated(record, monkeypatch):
    monkeypatch.setattr(Hiding, "about", lambda _self, text, *_known: text)
    for facts in (f"当事人{PERSON}", "电话138 0013 8000", "资格证4110SL01510031"):
        (row,) = rows_of(record(violations=[{"driver": "4110SL01510031"}], penalties=[{"facts": facts}]))
        assert codes(row) == [("RE-945", "facts")]
        assert not row.is_complete
        assert facts[3:] not in row.problems[0].text("zh")


def test_the_settings_say_what_becomes_of_a_persons_name(record):
    folder = record(operators=[{"operator_id": PERSON, "name": "示例甲"}], violations=[{"operator_id": PERSON}])
    settings = folder / "publication.yaml"
    plain = settings.read_text("utf-8")
    for word, name, withheld in (("shown", "示例甲", False), ("masked", "示**", False), ("withheld", "示例甲", True)):
        settings.write_text(f"{plain}names_of_persons: {word}\n", "utf-8")
        (row,) = rows_of(folder)
        assert (row.cells["party_name"], row.withheld) == (name, withheld)


def test_what_follows_later_is_no_part_of_what_is_reviewed(record, tmp_path):
    (plain,) = rows_of(record(), "permit")
    (ended,) = rows_of(record(permits=[{"status": "注销", "status_on": "2022-06-01"}]), "permit")
    (other,) = rows_of(record(permits=[{"content": "客运"}]), "permit")
    assert ended.cells["status"] == "注销"
    assert plain.sha256 == ended.sha256 != other.sha256


def test_a_bureau_sets_columns_of_its_own_and_what_does_not_hold_together_is_told(record):
    folder = record()
    settings = folder / "publication.yaml"
    plain = settings.read_text("utf-8")
    own = """\
classes:
  inspection:
    title: {zh: 行政检查, en: inspection}
    source: own
    columns:
      - {name: grade, title: {zh: 检查等次, en: grade}, from: result, required: true, length: 2, source: own}
"""
    settings.write_text(plain + own, "utf-8")
    (row,) = rows_of(folder, "inspection")
    assert row.cells["grade"] == "发现问题"
    assert codes(row) == [("RE-943", "grade")]
    for text, said in (
        (own.replace("source: own}", "source: nowhere}"), "names no known source"),
        (own.replace("name: grade", "name: remarks"), "has a column more than once"),
        (own.replace("length: 2", "type: word"), "are not those of 'words'"),
        (own.replace("length: 2", "lenght: 2"), "RE-900.*length"),
    ):
        settings.write_text(plain + text, "utf-8")
        with pytest.raises(InputError, match=said):
            read_year(folder)


def test_details_of_no_violation_are_told(record):
    year = read_year(record(penalties=[{}, {"violation_id": "罚2号"}]))
    assert [(problem.code, problem.row, problem.found) for problem in year.problems()] == [("RE-950", 3, "罚2号")]


def test_every_column_says_how_surely_it_is_known():
    columns = shipped_columns()
    assert list(columns.classes) == list(CLASSES)
    for name in CLASSES:
        for column in columns.of(name):
            assert columns.sources[column.source].sureness in SURENESS
    hidden = {column.name for name in CLASSES for column in columns.of(name) if column.hidden}
    assert hidden == {"representative_id", "id_number"}
