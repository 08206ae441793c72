"""The sample of case files: of each unit so many, by numbers that nobody controls; a changed byte is found."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from case_oracle import EXAMPLE

from riskengine.kernel.errors import InputError, UsageError
from riskengine.supervision.cases.sample_run import RESULT, SAMPLE, drawn_files, run_sample, verify_sample
from riskengine.supervision.cases.sampling import (
    COMMITMENT,
    LIST,
    SampleRequest,
    commit_sample,
    half_of,
    open_sample,
)
from riskengine.supervision.draw import parse_numbers, selections

SEEDS = Path(__file__).parents[3] / "examples" / "supervision" / "seed-sources.yaml"
NUMBERS = ("lottery_a=3,7,12,19,24,31,8", "index_b=324918")
DRAWN_ON = date(2023, 1, 11)


@pytest.fixture
def requested(checklist):
    def request(**changes):
        given = {
            "record": EXAMPLE, "checklist": checklist, "half": half_of("2022-2"), "share": "20%", "at_least": 2,
            "seeds": SEEDS, "day": date(2023, 1, 5),
        }  # fmt: skip
        return SampleRequest(**{**given, **changes})

    return request


@pytest.fixture
def drawn(requested, tmp_path):
    """A folder with a sample that was drawn."""
    made = commit_sample(requested(), tmp_path / "sample")
    run_sample(made, parse_numbers(NUMBERS, made.sources), DRAWN_ON)
    return tmp_path / "sample"


def _rows(name):
    with (EXAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_list_holds_every_case_decided_in_the_half_year_by_unit(drawn):
    cases, steps = {row["case_id"]: row for row in _rows("cases.csv")}, _rows("case_steps.csv")
    decided = {row["case_id"]: row["done_on"] for row in steps if row["step"] == "处罚决定"}
    wanted = {name for name, day in decided.items() if "2022-07-01" <= day <= "2022-12-31"}
    listed = open_sample(drawn).listed()
    assert {row.case_id for row in listed} == wanted
    assert [row.number for row in listed] == list(range(1, len(listed) + 1))
    assert [(row.unit, row.case_id) for row in listed] == sorted((row.unit, row.case_id) for row in listed)
    content = open_sample(drawn).content
    assert content["cases"]["listed"] + sum(content["cases"]["left_out"].values()) == len(cases)


def test_of_each_unit_as_many_as_its_share_by_the_draw_of_the_rfc(drawn):
    commitment, names = open_sample(drawn), drawn_files(drawn)
    listed = {row.case_id: row for row in commitment.listed()}
    assert Counter(listed[name].unit for name in names) == {unit.unit: unit.drawn for unit in commitment.units}
    for unit in commitment.units:
        assert unit.drawn == max(2, -(-unit.files // 5))
        key = f"3.7.8.12.19.24.31./324918./{unit.stratum}./"
        places = selections(key, unit.files, unit.drawn)
        own = [row.case_id for row in commitment.listed() if row.unit == unit.unit]
        assert [own[place] for place in places] == [name for name in names if listed[name].unit == unit.unit]


def test_what_was_drawn_is_verified_against_the_published_hash(drawn):
    found = verify_sample(drawn, open_sample(drawn).sha256)
    assert (found.problems, found.is_drawn, found.drawn) == ([], True, len(drawn_files(drawn)))
    assert [problem.code for problem in verify_sample(drawn, "0" * 64).problems] == ["RE-909"]


@pytest.mark.parametrize("name", [COMMITMENT, LIST, RESULT, SAMPLE])
def test_a_changed_byte_is_found(drawn, name):
    content = (drawn / name).read_bytes()
    for at in range(5, len(content), max(1, len(content) // 25)):
        (drawn / name).write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert verify_sample(drawn, open_sha(drawn, content, name)).problems, at
    (drawn / name).write_bytes(content)
    assert not verify_sample(drawn).problems


def open_sha(drawn, content, name):
    """The hash of the commitment as it was published."""
    import hashlib

    return hashlib.sha256(content if name == COMMITMENT else (drawn / COMMITMENT).read_bytes()).hexdigest()


def test_other_files_under_right_hashes_are_found(drawn):
    """Who swaps a drawn file and mends every hash is still found: the numbers draw others."""
    import hashlib

    from riskengine.kernel.canonical import sha256_of
    from riskengine.supervision.draw.forms import json_bytes

    rows = (drawn / SAMPLE).read_bytes().splitlines(keepends=True)
    rows[1], rows[2] = rows[2].replace(b"2,", b"1,", 1), rows[1].replace(b"1,", b"2,", 1)
    (drawn / SAMPLE).write_bytes(b"".join(rows))
    result = json.loads((drawn / RESULT).read_bytes())
    result["files"][SAMPLE] = hashlib.sha256(b"".join(rows)).hexdigest()
    result["sha256"] = sha256_of({name: value for name, value in result.items() if name != "sha256"})
    (drawn / RESULT).write_bytes(json_bytes(result))
    assert [dict(problem.params)["reason"] for problem in verify_sample(drawn).problems] == ["the numbers draw others"]


def test_it_is_drawn_once_and_not_before_the_numbers_are_known(requested, drawn, tmp_path):
    made = commit_sample(requested(), tmp_path / "other")
    numbers = parse_numbers(NUMBERS, made.sources)
    with pytest.raises(UsageError, match=r"RE-905.*not known on 2023-01-09"):
        run_sample(made, numbers, date(2023, 1, 9))
    with pytest.raises(UsageError, match=r"RE-908.*nothing was drawn yet"):
        drawn_files(tmp_path / "other")
    with pytest.raises(UsageError, match=r"RE-908.*drawn already"):
        run_sample(open_sample(drawn), numbers, DRAWN_ON)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": date(2023, 1, 10)}, "RE-905"),
        ({"day": date(2022, 12, 31)}, r"RE-961.*not over on 2022-12-31"),
        ({"share": "20"}, r"RE-961.*percent"),
        ({"half": half_of("2021-1")}, r"RE-961.*no case was decided"),
    ],
)
def test_what_cannot_be_committed_to(requested, tmp_path, changes, words):
    with pytest.raises(UsageError, match=words):
        commit_sample(requested(**changes), tmp_path / "sample")


@pytest.mark.parametrize("text", ["2022", "2022-3", "2022H1", "22-1", "0000-1"])
def test_what_is_no_half_year(text):
    with pytest.raises(UsageError, match="RE-961"):
        half_of(text)


def test_a_folder_that_is_none_or_of_another_form(tmp_path):
    with pytest.raises(UsageError, match="RE-908"):
        verify_sample(tmp_path)
    (tmp_path / COMMITMENT).write_text("{}", "utf-8")
    with pytest.raises(InputError, match="RE-909"):
        open_sample(tmp_path)
    assert [problem.code for problem in verify_sample(tmp_path).problems] == ["RE-909"]


def test_the_commands_from_the_commitment_to_the_check(call, tmp_path):
    folder = tmp_path / "sample"
    commit = ("--half", "2022-2", "--seed-sources", SEEDS, "--on", "2023-01-05", "--out", folder, "--lang", "en")
    code, out, err = call("cases", "sample", "commit", EXAMPLE, *commit)
    assert code == 0
    assert "to be drawn" in err
    numbers = [word for text in NUMBERS for word in ("--numbers", text)]
    code, drawn, _ = call("cases", "sample", "run", folder, *numbers, "--on", "2023-01-11", "--lang", "en")
    assert code == 0
    assert len(drawn.splitlines()) == 6
    code, told, _ = call("cases", "sample", "verify", folder, "--commitment", out.strip(), "--json")
    assert (code, json.loads(told)["drawn"]) == (0, 6)
    code, told, _ = call("cases", "sample", "verify", folder, "--commitment", "0", "--lang", "zh")
    assert code == 1
    assert "不是当初公布的承诺" in told
