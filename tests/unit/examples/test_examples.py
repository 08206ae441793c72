"""The committed examples are what the script makes, and hold what their README says."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from riskengine.contract import sources
from riskengine.kernel.masking import is_personal

EXAMPLES = Path(__file__).parents[3] / "examples"
MADE = (
    "operators.csv",
    "violations.csv",
    "inspections.csv",
    "dirty/operators.csv",
    "dirty/violations.csv",
    "dirty/README.md",
    *(
        f"record-2022/{name}.csv"
        for name in (
            "operators",
            "violations",
            "inspections",
            "permits",
            "coercions",
            "penalties",
            "publications",
            "approvals",
            "comments",
            "publicity",
            "training",
            "activities",
            "campaigns",
            "inspection_times",
            "cases",
            "case_steps",
            "case_scores",
            "challenges",
        )
    ),
    *(f"rebound/{name}.csv" for name in ("violations", "inspections", "campaigns")),
)
AS_OF = date(2022, 12, 31)
YEAR_BEFORE = AS_OF - timedelta(days=365)


def rows(name: str, encoding: str = "utf-8") -> list[dict[str, str]]:
    with (EXAMPLES / name).open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def in_last_year(violation: dict[str, str]) -> bool:
    return YEAR_BEFORE < date.fromisoformat(violation["occurred_on"]) <= AS_OF


@pytest.fixture(scope="module")
def operators() -> list[dict[str, str]]:
    return rows("operators.csv")


@pytest.fixture(scope="module")
def violations() -> list[dict[str, str]]:
    return rows("violations.csv")


@pytest.fixture(scope="module")
def overloads(violations: list[dict[str, str]]) -> dict[str, Counter[str]]:
    """Operator → vehicle → how often it was overloaded in the last year, by final penalties."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for violation in violations:
        if violation["risk_point"] == "HW-01" and violation["status"] == "final" and in_last_year(violation):
            counts[violation["operator_id"]][violation["vehicle"]] += 1
    return counts


def test_the_script_makes_the_committed_files_to_the_byte(tmp_path: Path) -> None:
    subprocess.run([sys.executable, EXAMPLES / "make_examples.py", tmp_path], check=True, capture_output=True)
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert made == set(MADE)
    for name in MADE:
        assert (tmp_path / name).read_bytes() == (EXAMPLES / name).read_bytes(), name


def test_the_readme_states_the_counts() -> None:
    stated = dict(
        re.findall(r"^\| `([\w/-]+\.csv)` \| (\d+) \|", (EXAMPLES / "README.md").read_text("utf-8"), re.MULTILINE)
    )
    encodings = {"dirty/operators.csv": "gb18030", "dirty/violations.csv": "utf-8-sig"}
    names = [name for name in MADE if name.endswith(".csv")]
    assert stated == {name: str(len(rows(name, encodings.get(name, "utf-8")))) for name in names}


def test_the_columns_are_those_of_the_contract(
    operators: list[dict[str, str]], violations: list[dict[str, str]]
) -> None:
    assert tuple(operators[0]) == sources.OPERATORS.names
    assert tuple(violations[0]) == sources.VIOLATIONS.names
    assert tuple(rows("inspections.csv")[0]) == sources.INSPECTIONS.names


def test_every_code_passes_both_its_checks(operators: list[dict[str, str]]) -> None:
    alphabet, letters = "0123456789ABCDEFGHJKLMNPQRTUWXY", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for code in (operator["operator_id"] for operator in operators):
        total = sum(alphabet.index(char) * pow(3, place, 31) for place, char in enumerate(code[:17]))
        assert code[17] == alphabet[-total % 31], code
        inner = sum(
            letters.index(char) * weight for char, weight in zip(code[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
        )
        assert code[16] == "0X987654321"[inner % 11], code
        assert code.startswith("91411000DEM")


def test_the_check_agrees_with_published_codes() -> None:
    sys.path.insert(0, str(EXAMPLES))
    try:
        from invent import codes
    finally:
        sys.path.remove(str(EXAMPLES))
    for code in ("91350100M000100Y43", "9144030071526726XG", "914403001922038216", "911100007109279199"):
        assert codes.credit_check(code[:17]) == code[17]
        assert codes.organisation_check(code[8:16]) == code[16]


def test_every_name_says_that_it_is_an_example(operators: list[dict[str, str]]) -> None:
    assert all("示例" in operator["name"] for operator in operators)


def test_nothing_looks_like_a_resident_or_mobile_number() -> None:
    for name in MADE[:3]:
        assert not is_personal((EXAMPLES / name).read_text("utf-8")), name


def test_every_id_stands_once_and_every_link_leads_somewhere(
    operators: list[dict[str, str]], violations: list[dict[str, str]]
) -> None:
    inspections = {row["inspection_id"]: row for row in rows("inspections.csv")}
    known = {operator["operator_id"] for operator in operators}
    assert len(known) == len(operators)
    assert len({violation["violation_id"] for violation in violations}) == len(violations)
    assert len(inspections) == len(rows("inspections.csv"))
    assert {row["operator_id"] for row in (*violations, *inspections.values())} <= known
    linked = [violation for violation in violations if violation["inspection_id"]]
    for violation in linked:
        inspection = inspections[violation["inspection_id"]]
        assert (inspection["operator_id"], inspection["inspected_on"]) == (
            violation["operator_id"],
            violation["occurred_on"],
        )
    found = {row["inspection_id"] for row in inspections.values() if row["result"] == "发现问题"}
    assert found == {violation["inspection_id"] for violation in linked}
    assert 0.45 < len(linked) / len(violations) < 0.55


def test_no_date_is_impossible(violations: list[dict[str, str]]) -> None:
    for violation in violations:
        later = [violation[column] for column in ("decided_on", "status_on") if violation[column]]
        assert all(violation["occurred_on"] <= day for day in later), violation


def test_plates_are_of_five_characters_and_belong_to_one_operator(violations: list[dict[str, str]]) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for violation in violations:
        if violation["vehicle"]:
            assert re.fullmatch(r"豫K[A-HJ-NP-Z][0-9]{4}", violation["vehicle"])
            owners[violation["vehicle"]].add(violation["operator_id"])
    assert max(map(len, owners.values())) == 1


def test_all_risk_points_occur_and_overloads_lead(violations: list[dict[str, str]]) -> None:
    counts = Counter(violation["risk_point"] for violation in violations)
    assert sorted(counts) == [
        f"{area}-{number:02d}"
        for area, last in (("EC", 5), ("HW", 6), ("RT", 8), ("UP", 7), ("WT", 6))
        for number in range(1, last + 1)
    ]
    assert counts.most_common(1)[0][0] == "HW-01"


def test_the_record_is_skewed(operators: list[dict[str, str]], violations: list[dict[str, str]]) -> None:
    last_year = Counter(violation["operator_id"] for violation in violations if in_last_year(violation))
    assert 0.42 < 1 - len(last_year) / len(operators) < 0.48
    assert sum(count > 30 for count in last_year.values()) == 4


def test_the_cast_shows_what_the_readme_says(
    operators: list[dict[str, str]], overloads: dict[str, Counter[str]]
) -> None:
    def share(number: int) -> tuple[int, str]:
        operator = operators[number - 1]
        return len(overloads[operator["operator_id"]]), operator["fleet_size"]

    assert [share(number) for number in (1, 2, 3, 4)] == [(4, "40"), (20, "199"), (7, "20"), (9, "30")]
    assert sorted(overloads[operators[4]["operator_id"]].values()) == [1, 1, 3]
    assert sorted(overloads[operators[5]["operator_id"]].values()) == [1, 4, 5]
    assert [share(number)[1] for number in (7, 8, 9, 10)] == [""] * 4
    assert [bool(share(number)[0]) for number in (7, 8, 9, 10)] == [True, False, False, False]
    assert [operators[number - 1]["successor"] for number in (19, 20)] == [operators[19]["operator_id"], ""]


def test_few_operators_lack_what_a_grade_needs(
    operators: list[dict[str, str]], violations: list[dict[str, str]]
) -> None:
    position = {operator["operator_id"]: number for number, operator in enumerate(operators, start=1)}
    last_year = [violation for violation in violations if in_last_year(violation)]
    assert {position[v["operator_id"]] for v in last_year if not v["severity"]} == {11, 12, 13}
    assert {position[v["operator_id"]] for v in last_year if v["risk_point"] == "HW-01" and not v["vehicle"]} == {14}


def test_some_records_do_not_count_yet_or_no_longer(violations: list[dict[str, str]]) -> None:
    statuses = Counter(violation["status"] for violation in violations)
    assert set(statuses) == {"final", "pending", "revoked", "repaired"}
    assert statuses["final"] > 0.85 * len(violations)
    assert sum(violation["occurred_on"] > AS_OF.isoformat() for violation in violations) == 9


def test_the_list_of_dirt_names_rows_and_columns_that_exist() -> None:
    parts = (EXAMPLES / "dirty" / "README.md").read_text("utf-8").split("\n## ")[1:]
    for part, (name, encoding) in zip(parts, (("operators", "gb18030"), ("violations", "utf-8-sig")), strict=True):
        table = rows(f"dirty/{name}.csv", encoding)
        listed = re.findall(r"^\| (\d+) \| (\S+) \| .+ \| (.*) \|$", part, re.MULTILINE)
        assert len(listed) > 20
        for row, column, outcome in listed:
            assert 2 <= int(row) <= len(table) + 1
            assert column == "all" or column in table[0]
            assert outcome in {"left out", "warning", "used"}


def test_the_record_of_the_year_fits_together() -> None:
    year = {name: rows(f"record-2022/{name}.csv") for name in ("operators", "violations", "inspections", "penalties")}
    known = {row["operator_id"] for row in year["operators"]}
    decided = {row["violation_id"] for row in year["violations"] if row["decided_on"]}
    assert {row["operator_id"] for row in (*year["violations"], *year["inspections"])} <= known
    assert {row["inspection_id"] for row in year["violations"]} - {""} <= {
        row["inspection_id"] for row in year["inspections"]
    }
    assert [row["violation_id"] for row in year["penalties"]] == [
        row["violation_id"] for row in year["violations"] if row["violation_id"] in decided
    ]
    ids = {row["violation_id"] for row in year["violations"]} | {row["inspection_id"] for row in year["inspections"]}
    ids |= {row["permit_id"] for row in rows("record-2022/permits.csv")}
    ids |= {row["coercion_id"] for row in rows("record-2022/coercions.csv")}
    assert {row["record_id"] for row in rows("record-2022/publications.csv")} <= ids
    assert all("示例" in row["name"] for row in year["operators"])
