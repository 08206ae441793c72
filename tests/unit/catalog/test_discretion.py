"""The discretion check: every recorded penalty gets one result, with what it was held against."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from riskengine import InputError, check_discretion
from riskengine.catalog.discretion import FOR_REVIEW, RESULTS
from riskengine.catalog.discretion_text import law_text, ranges_text, reason_text
from riskengine.catalog.wording import say

AS_OF = date(2024, 1, 31)
BANDS = Path(__file__).parents[3] / "examples" / "discretion-bands.yaml"


def case(**cells):
    """A fine of RT-02 after the amendment of 2023: 1,000 to 2,000 or 1,000 to 3,000; others from 200 to 500."""
    held = {"violation_id": "示例罚1号", "operator_id": "OP-1", "risk_point": "RT-02", "severity": "general"}
    held |= {"occurred_on": "2023-09-01", "decided_on": "2023-09-10", "penalty": "1500", "penalty_kind": "fine"}
    return {key: value for key, value in {**held, **cells}.items() if value is not None}


def found(*cases, **options):
    rows = [{**row, "violation_id": f"示例罚{at}号"} for at, row in enumerate(cases)]
    return check_discretion(rows, as_of=AS_OF, **options).findings


def result(**cells):
    (one,) = found(case(**cells))
    return one.result, one.reason


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, ("within", "in_range")),
        ({"penalty": "3000"}, ("within", "in_range")),
        ({"penalty": "3000.01"}, ("too_high", "above_every_range")),
        ({"penalty": "300"}, ("within", "in_range")),  # a fixed sum of Henan
        ({"penalty": "199.99"}, ("too_low", "below_every_range")),
        ({"penalty": "500.01"}, ("between", "between_ranges")),
        ({"penalty": "0", "penalty_kind": "fine"}, ("not_decidable", "no_amount")),
        ({"penalty": None}, ("not_decidable", "no_amount")),
        ({"penalty": None, "penalty_kind": None}, ("not_decidable", "nothing_recorded")),
        ({"penalty": "0", "penalty_kind": None}, ("not_decidable", "no_penalty")),
        ({"penalty": "0", "penalty_kind": "warning"}, ("within", "kinds_have_a_basis")),
        ({"penalty": None, "penalty_kind": "detention"}, ("no_basis", "kind_without_basis")),
        ({"penalty_kind": "fine;other"}, ("within", "in_range")),
        ({"status": "revoked"}, ("not_checked", "revoked")),
        ({"status": "revoked", "status_on": "2024-02-01"}, ("within", "in_range")),
        ({"status": "revoked", "status_on": "2024-01-31"}, ("not_checked", "revoked")),
        ({"status": "repaired"}, ("within", "in_range")),
        ({"occurred_on": "2024-02-01", "decided_on": "2024-02-03"}, ("not_checked", "later_than_as_of")),
        ({"decided_on": "2024-02-01"}, ("not_checked", "not_decided_by_as_of")),
        ({"risk_point": "RT-06", "occurred_on": "2020-01-05"}, ("no_basis", "no_penalty_of_the_day")),
        # a warning and orders alone: no fine
        ({"risk_point": "RT-08", "penalty": "45000", "severity": "serious"}, ("within", "in_range")),
        ({"risk_point": "RT-01", "penalty": "500000"}, ("not_decidable", "unknown_income")),
        # 500 yuan for each 1,000 kg, 30,000 at most
        ({"risk_point": "HW-01", "penalty": "30000.01"}, ("too_high", "above_every_range")),
        ({"risk_point": "HW-01", "penalty": "30000"}, ("within", "in_range")),
    ],
)
def test_one_result_and_its_reason(cells, expected):
    assert result(**cells) == expected


def test_a_fine_that_may_have_been_counted_several_times_is_not_decidable():
    # WT-02, 2019: 20,000 to 100,000 yuan for each vessel
    cells = {"risk_point": "WT-02", "occurred_on": "2023-09-01"}
    assert result(**cells, penalty="100000") == ("within", "in_range")
    assert result(**cells, penalty="250000") == ("not_decidable", "unknown_number")


def test_the_severity_picks_the_step_where_an_article_has_two():
    # RT-06, Work Safety Law 99: up to 50,000; 50,000 to 200,000 where it is not put right
    cells = {"risk_point": "RT-06", "penalty": "150000"}
    assert result(**cells, severity="serious") == ("within", "in_range")
    assert result(**cells, severity="major") == ("within", "in_range")
    assert result(**cells, severity="general") == ("too_high", "above_every_range")
    assert result(**cells, severity=None) == ("within", "in_range")


def test_a_fine_is_held_against_the_lighter_later_law():
    """The fine of 20 to 200 yuan for not carrying a certificate was struck out on 2023-07-20."""
    before = {"risk_point": "RT-01", "occurred_on": "2022-06-01", "penalty": "150"}
    (old,) = found(case(**before, decided_on="2022-07-01"))
    (late,) = found(case(**before, decided_on="2023-09-01"))
    assert (old.result, late.result) == ("within", "not_decidable")  # a multiple of the income might come to it
    assert {item.penalty.version for item in old.ranges if item.holds(Decimal(150))} == {"2022-03-29"}
    (high,) = found(case(risk_point="RT-02", occurred_on="2022-06-01", decided_on="2023-09-01", penalty="2500"))
    assert {item.penalty.article for item in high.ranges if item.penalty.law == "road_transport_regulation"} == {"68"}


def test_a_missing_decision_is_judged_as_of_the_day():
    (one,) = found(case(risk_point="RT-01", occurred_on="2022-06-01", decided_on=None, penalty="3500"))
    assert one.result == "within"


def test_bands_take_the_place_of_the_statutory_range_for_their_severity_and_days():
    def of(**cells):
        (one,) = found(case(**cells), bands=[BANDS])
        return one.result, one.reason

    assert of(penalty="1500") == ("within", "in_band")
    assert of(penalty="1500.01") == ("too_high", "outside_bands_only")
    assert of(penalty="999") == ("too_low", "below_every_range")
    assert of(penalty="3001") == ("too_high", "above_every_range")
    assert of(severity="serious", penalty="2000") == ("within", "in_band")
    assert of(severity="serious", penalty="1499") == ("too_low", "outside_bands_only")
    assert of(severity="minor", penalty="1000") == ("too_high", "outside_bands_only")
    assert of(severity="minor", penalty=None, penalty_kind=None) == ("within", "no_fine_at_this_step")
    assert of(severity="major", penalty="3000") == ("within", "in_range")  # no band for it
    assert of(severity=None, penalty="3000") == ("within", "in_range")
    assert of(occurred_on="2023-07-01", decided_on="2023-07-19", penalty="3000") == ("within", "in_range")
    # the conduct is older, the lighter law applies, and the bands are those of the decision
    assert of(occurred_on="2022-06-01", decided_on="2023-09-01", penalty="1600") == ("too_high", "outside_bands_only")


def test_rows_in_are_rows_out(tmp_path):
    rows = [case(penalty=str(value)) for value in (1500, 5000, 199, 700, "a lot")]
    rows += [case(status="revoked"), case(risk_point="RT-99"), case(occurred_on="")]
    review = check_discretion([{**row, "violation_id": f"V{at}"} for at, row in enumerate(rows)], as_of=AS_OF)
    counts = review.counts()
    assert set(counts) == set(RESULTS)
    assert sum(counts.values()) + review.source.left_out_count == review.source.rows_in == len(rows)
    assert review.source.left_out_count == 3
    assert {problem.code for problem in review.problems if problem.is_error}
    assert review.not_checked() == {"revoked": 1}
    assert [item.record["violation_id"] for item in review.findings] == ["V0", "V1", "V2", "V3", "V5"]
    assert {item.result for item in review.for_review} <= FOR_REVIEW


def test_every_result_and_reason_has_its_words_in_both_languages():
    review = check_discretion(Path(__file__).parents[3] / "examples" / "violations.csv", as_of=date(2022, 12, 31))
    for finding in review.findings:
        assert say("discretion", finding.result).zh != finding.result.replace("_", " ")
        assert say("discretion", finding.reason).zh != finding.reason.replace("_", " ")
        if finding.is_for_review and finding.result != "no_basis":
            assert ranges_text(finding, review.catalog)
    data = json.loads(json.dumps(review.to_dict(), ensure_ascii=False))
    assert data["rows"] == len(data["findings"]) == 2996
    assert sum(data["counts"].values()) == 2996


def test_a_finding_tells_citation_band_fine_and_what_the_register_does_not_have():
    review = check_discretion([case(penalty="9000", occurred_on="2022-06-01", decided_on="2023-09-01")], as_of=AS_OF)
    (finding,) = review.findings
    text = " ".join(
        part.get("en")
        for part in (
            *ranges_text(finding, review.catalog),
            *law_text(finding, review.catalog),
            reason_text(finding, review.catalog),
        )
    )
    assert "Road Transport Regulation, article 68(1) (version 2023-07-20): 1,000 to 2,000 yuan (per act)" in text
    assert "is lighter: applied" in text
    assert "no version in force on the day of the conduct of: " in text


def test_a_file_that_is_none_is_refused(tmp_path):
    with pytest.raises(InputError):
        check_discretion(tmp_path / "none.csv", as_of=AS_OF)


def test_csv_and_workbook_hold_every_violation(tmp_path):
    from openpyxl import load_workbook

    from riskengine.reports import write_review

    person = "11010519491231002X"
    rows = [case(violation_id="=1+1", penalty="9000"), case(violation_id="V2", operator_id=person)]
    review = check_discretion(rows, as_of=AS_OF)
    for lang in ("zh", "en"):
        for name in ("a.csv", "a.xlsx"):
            write_review(review.findings, tmp_path / name, lang, catalog=review.catalog, as_of=AS_OF)
    text = (tmp_path / "a.csv").read_text("utf-8-sig")
    table = list(csv.reader(io.StringIO(text)))
    assert [row[0] for row in table] == ["Result", "too high", "within"]
    assert table[1][1] == "'=1+1"
    assert person not in text
    sheet = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert [cell.value for cell in sheet["A"]] == ["Result", "too high", "within"]
    assert sheet["B2"].value == "=1+1"
    assert sheet["B2"].data_type == "s"


def test_the_command_says_counts_cases_and_ends_with_1(cli_run, tmp_path):
    file = tmp_path / "violations.csv"
    rows = [case(violation_id="V1", penalty="9000"), case(violation_id="V2"), case(violation_id="V3", status="revoked")]
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, ["status", *rows[0]])
        writer.writeheader()
        writer.writerows(rows)
    code, out, _ = cli_run("catalog", "discretion", file, "--as-of", "2024-01-31", "--lang", "en")
    assert code == 1
    assert out.splitlines()[0] == (
        "3 rows = 1 too high + 0 too low + 0 between ranges + 0 no basis + 0 not decidable + 1 within + 1 not checked"
        " + 0 left out"
    )
    assert "[too high] V1 · OP-1 · RT-02 · conduct of 2023-09-01, decided 2023-09-10" in out
    assert "recorded: fine, 9,000 yuan · severity: general" in out
    code, out, _ = cli_run("catalog", "discretion", file, "--as-of", "2024-01-31", "--json", "--bands", BANDS)
    assert (code, json.loads(out)["counts"]["too_high"]) == (1, 1)
    code, out, _ = cli_run("catalog", "discretion", file, "--as-of", "2024-01-31", "--out", tmp_path / "a.csv")
    assert (tmp_path / "a.csv").is_file()
    code, _, err = cli_run("catalog", "discretion", file, "--as-of", "2024-01-31", "--out", tmp_path / "a.pdf")
    assert (code, "RE-466" in err) == (2, True)
    code, _, err = cli_run("catalog", "discretion", tmp_path / "no.csv", "--as-of", "2024-01-31")
    assert (code, "RE-1" in err) == (2, True)
    code, out, _ = cli_run("catalog", "lint", "--bands", BANDS, "--lang", "en")
    assert (code, out) == (0, "no problems\n")


@pytest.fixture
def cli_run(capsys, monkeypatch):
    from riskengine.cli.main import main

    monkeypatch.delenv("RISKENGINE_LANG", raising=False)

    def run(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return int(stop.value.code or 0), printed.out, printed.err

    return run
