"""The workbooks of case files and outcomes: the rows are those of the results, names masked, equal bytes."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from case_oracle import EXAMPLE

from riskengine.catalog import load_shipped
from riskengine.reports.cases import write_checked, write_outcomes, write_scores
from riskengine.supervision.cases.checking import check_cases
from riskengine.supervision.cases.rubric import read_rubric
from riskengine.supervision.cases.scoring import score_cases
from riskengine.supervision.outcomes.counting import count_outcomes
from riskengine.supervision.outcomes.rules import read_outcome_rules
from riskengine.supervision.review.working_days import shipped_calendar

AS_OF = date(2022, 12, 31)


def _rows(path):
    book = openpyxl.load_workbook(path)
    return [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_was_found(checklist, tmp_path, lang):
    checked, laws = check_cases(EXAMPLE, checklist, shipped_calendar(), AS_OF), load_shipped().laws
    for name in ("one.xlsx", "two.xlsx"):
        write_checked(checked, laws, tmp_path / name, lang, show_personal=False)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    units, findings, ahead, cases, requirements = _rows(tmp_path / "one.xlsx")
    assert sum(row[1] for row in units[1:]) == len(cases) - 1 == len(checked.cases)
    assert [sum(column) for column in zip(*(row[2:] for row in units[1:]), strict=True)] == [*checked.states.values()]
    assert len(findings) - 1 == sum(len(each.findings) for each in checked.cases)
    assert len(ahead) - 1 == sum(len(each.ahead) for each in checked.cases)
    assert [row[2] for row in requirements[1:]] == [
        checked.by_requirement.get(each.requirement, 0) for each in checklist.requirements
    ]
    assert "示例员" not in str(findings)
    write_checked(checked, laws, tmp_path / "open.xlsx", lang, show_personal=True)
    assert "示例员" in str(_rows(tmp_path / "open.xlsx")[1])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_was_scored(checklist, tmp_path, lang):
    scores = score_cases(EXAMPLE, read_rubric(None), checklist)
    write_scores(scores, tmp_path / "scores.xlsx", lang, show_personal=False)
    units, files, items, agreed = _rows(tmp_path / "scores.xlsx")
    assert sum(row[2] for row in units[1:]) == len(files) - 1 == len(scores.files)
    assert sum(row[1] for row in items[1:]) == scores.rubric.most
    assert len(agreed) - 1 == sum(1 + len(pair.items) for pair in scores.agreements)
    assert "示例评查" not in str(files + agreed)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_became_of_penalties(tmp_path, lang):
    report = count_outcomes(EXAMPLE, read_outcome_rules(None), date(2022, 1, 1), AS_OF)
    write_outcomes(report, load_shipped(), tmp_path / "outcomes.xlsx", lang)
    groups, fallen, penalties = _rows(tmp_path / "outcomes.xlsx")
    assert groups[1][2] == report.whole.concluded
    assert len(groups) - 2 == len(report.by_risk_point) + len(report.by_unit) + len(report.by_kind)
    assert sum(row[3] for row in fallen[1:]) == sum(len(each.penalties) for each in report.fallen)
    assert len(penalties) - 1 == len(report.concluded) + len(report.pending)


def test_the_commands_write_them(call, tmp_path):
    period = ("--from", "2022-01-01", "--until", "2022-12-31")
    for name, command in (
        ("c", ("cases", "check", EXAMPLE, "--as-of", "2022-12-31")),
        ("s", ("cases", "score", EXAMPLE)),
        ("o", ("outcomes", EXAMPLE, *period)),
    ):
        out = tmp_path / "new" / f"{name}.xlsx"
        assert str(out) in call(*command, "--out", out)[2]
        assert len(_rows(out)) >= 3
    code, _, err = call("cases", "score", EXAMPLE, "--out", tmp_path)
    assert code == 2
    assert err
