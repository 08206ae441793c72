"""The commitment, the draw, its proof and its verification, in folders."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import importlib.util
import io
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from riskengine import Engine
from riskengine.catalog import load_shipped
from riskengine.kernel.canonical import sha256_of
from riskengine.kernel.errors import InputError, UsageError
from riskengine.kernel.masking import is_personal
from riskengine.kernel.wording import catalogue
from riskengine.records import read_source
from riskengine.reports.draw import proof_pages
from riskengine.runs import open_run
from riskengine.supervision.draw import (
    basis_on,
    commit,
    enter_outcomes,
    open_commitment,
    parse_numbers,
    run_draw,
    verify_draw,
)
from riskengine.supervision.draw.forms import json_bytes

EXAMPLES = Path(__file__).parents[3] / "examples"
FILES = EXAMPLES / "supervision"
LAWS = Path(__file__).parents[4] / "shared" / "laws"
NUMBERS = ("lottery_a=3,7,12,19,24,31,8", "index_b=324918")
DRAWN_ON = date(2023, 1, 11)
PERSON = "11010519491231002X"


def _independent():
    spec = importlib.util.spec_from_file_location("verify_draw", EXAMPLES / "verify_draw.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _rows(file):
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))


def _codes(error):
    return [problem.code for problem in error.value.problems]


# --- the commitment ---


def test_the_list_holds_every_operator_of_the_run_or_says_why_not(drawn_once, graded):
    content = open_commitment(drawn_once).content
    grades = graded.rows("grades")
    listed = _rows(drawn_once / "private" / "operators.csv")
    assert len(listed) + sum(content["operators"]["left_out"].values()) == len(grades)
    current = {row["operator_id"]: row["grade"] or "" for row in grades if row["status"] != "not_current"}
    assert {row["operator_id"]: row["grade"] for row in listed} == current


def test_strata_follow_one_another_and_sizes_follow_the_shares(drawn_once):
    strata = _rows(drawn_once / "published" / "strata.csv")
    shares = {"AA": 1, "A": 10, "B": 20, "C": 50, "D": 80, "new": 10, "": 50}
    end = 0
    for row in strata:
        assert int(row["first"]) == end + 1
        end = int(row["last"])
        assert int(row["drawn"]) == max(1, -(-shares[row["grade"]] * int(row["operators"]) // 100))
    assert end == len(_rows(drawn_once / "published" / "operators.csv"))
    assert [row["county"] for row in strata] == sorted(row["county"] for row in strata)


def test_an_inspector_whose_certificate_ends_too_early_is_not_listed(drawn_once):
    listed = {row["certificate"] for row in _rows(drawn_once / "private" / "inspectors.csv")}
    assert "SLZF410007" not in listed
    assert len(listed) == 13
    assert open_commitment(drawn_once).content["inspectors"] == {"listed": 13, "expired": 1}


def test_what_is_published_masks_persons_and_certificates(tmp_path, requested):
    operators = [{"operator_id": PERSON, "name": "某小样", "county": "甲县", "licensed_on": "2015-01-01"}]
    run = open_run(Engine.load().grade(operators, [], as_of=date(2022, 12, 31)).write(tmp_path / "runs").folder)
    commitment = commit(requested(run=run, conflicts=None), tmp_path / "draw")
    run_draw(commitment, parse_numbers(NUMBERS, commitment.sources), DRAWN_ON, proof_pages)
    for file in (tmp_path / "draw" / "published").iterdir():
        text = file.read_text("utf-8-sig")
        assert PERSON not in text, file.name
        assert "某小样" not in text, file.name
        assert "SLZF410001" not in text, file.name
        if file.suffix == ".csv":
            assert not any(is_personal(cell) for row in csv.reader(io.StringIO(text)) for cell in row)
    assert PERSON in (tmp_path / "draw" / "private" / "result.csv").read_text("utf-8-sig")
    assert verify_draw(tmp_path / "draw").problems == []


def test_the_same_files_make_the_same_commitment(tmp_path, requested, drawn_once):
    assert commit(requested(), tmp_path / "again").sha256 == open_commitment(drawn_once).sha256


def test_a_folder_with_something_in_it_is_refused(drawn, requested):
    with pytest.raises(UsageError) as error:
        commit(requested(), drawn)
    assert _codes(error) == ["RE-908"]


def test_numbers_that_are_known_already_and_days_in_no_order_are_refused(tmp_path, requested):
    with pytest.raises(UsageError) as error:
        commit(requested(day=date(2023, 1, 10), since=date(2023, 1, 9), until=date(2023, 1, 1)), tmp_path / "draw")
    assert _codes(error) == ["RE-905"] * 4
    assert not (tmp_path / "draw").exists()


def test_a_grade_without_a_share_and_a_share_of_no_grade_are_told_together(tmp_path, requested):
    text = (FILES / "shares.yaml").read_text("utf-8").replace("grade: [AA]", "grade: [AAA]")
    (tmp_path / "shares.yaml").write_text(text, "utf-8")
    with pytest.raises(InputError) as error:
        commit(requested(shares=tmp_path / "shares.yaml"), tmp_path / "draw")
    assert sorted(_codes(error)) == ["RE-903", "RE-904"]


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("share: 1%", "share: 101%", "RE-902", 11),
        ("share: 1%", "share: lots", "RE-902", 11),
        ("share: 1%, basis: local_policy", "share: 1%", "RE-902", 11),
        ("share: 1%, basis: local_policy", "share: 1%, law: administrative_penalty_law", "RE-902", 11),
        ("rounding: up", "roundin: up", "RE-900", 8),
        ("rounding: up", "rounding: sideways", "RE-902", 8),
        ("grade: [A]", "grade: [AA]", "RE-902", None),
        ("unknown: {", "unknwon: {", "RE-901", None),
    ],
)
def test_a_file_of_shares_is_read_strictly(tmp_path, requested, old, new, code, line):
    text = (FILES / "shares.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "shares.yaml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError) as error:
        commit(requested(shares=tmp_path / "shares.yaml"), tmp_path / "draw")
    assert code in _codes(error)
    if line:
        assert line in {problem.line for problem in error.value.problems}


def test_a_conflict_that_names_nobody_is_refused(tmp_path, requested):
    (tmp_path / "conflicts.csv").write_text(
        "certificate,operator_id\nSLZF41000X,91411000DEM000014Y\nSLZF410003,NOBODY\n", "utf-8"
    )
    with pytest.raises(InputError) as error:
        commit(requested(conflicts=tmp_path / "conflicts.csv"), tmp_path / "draw")
    assert _codes(error) == ["RE-906", "RE-906"]
    assert "SLZF410003" not in error.value.text()


def test_a_bad_row_of_inspectors_is_told_with_its_row(tmp_path, requested):
    (tmp_path / "inspectors.csv").write_text(
        "执法证号,姓名,县区,有效期至\nA1,甲,魏都区,2025-13-01\n,乙,魏都区,2025-12-31\nA3,丙,魏都区,2025-12-31\n",
        "utf-8",
    )
    with pytest.raises(InputError) as error:
        commit(requested(inspectors=tmp_path / "inspectors.csv"), tmp_path / "draw")
    assert [(problem.code, problem.row) for problem in error.value.problems] == [("RE-211", 2), ("RE-201", 3)]


# --- the draw ---


def test_two_inspectors_of_the_county_with_no_conflict_for_each(drawn_once):
    who = {row["certificate"]: row for row in _rows(drawn_once / "private" / "inspectors.csv")}
    rows = _rows(drawn_once / "private" / "result.csv")
    assert rows
    for row in rows:
        pair = [row["inspector_1"], row["inspector_2"]]
        if not any(pair):
            continue
        assert len(set(pair)) == 2
        assert {who[each]["county"] for each in pair} <= {"", row["county"]}
    barred = {(row["certificate"], row["operator_id"]) for row in _rows(FILES / "conflicts.csv")}
    assert not barred & {(row[f"inspector_{at}"], row["operator_id"]) for row in rows for at in (1, 2)}


def test_the_pairs_of_the_last_draw_do_not_meet_again(tmp_path, requested, drawn_once):
    commitment = commit(requested(previous=drawn_once), tmp_path / "second")
    assert commitment.content["exclusions"]["last_time"] > 0
    run_draw(commitment, parse_numbers(NUMBERS, commitment.sources), DRAWN_ON, proof_pages)
    met, again = (
        {
            (row["operator_id"], row[f"inspector_{at}"])
            for row in _rows(folder / "private" / "result.csv")
            for at in (1, 2)
        }
        for folder in (drawn_once, tmp_path / "second")
    )
    assert {pair for pair in met & again if pair[1]} == set()


def test_where_no_pair_is_possible_it_says_so(tmp_path, requested):
    (tmp_path / "inspectors.csv").write_text(
        "certificate,county,valid_until\nA1,魏都区,2025-12-31\nA2,魏都区,2025-12-31\n", "utf-8"
    )
    commitment = commit(requested(inspectors=tmp_path / "inspectors.csv", conflicts=None), tmp_path / "draw")
    done = run_draw(commitment, parse_numbers(NUMBERS, commitment.sources), DRAWN_ON, proof_pages)
    rows = _rows(tmp_path / "draw" / "published" / "result.csv")
    assert done.without_pair == sum(row["county"] != "魏都区" for row in rows) > 0
    assert all((row["inspector_1"] == "") == (row["eligible"] == "0") for row in rows)
    page = (tmp_path / "draw" / "published" / "proof.zh.html").read_text("utf-8")
    assert f"其中 {done.without_pair} 户无法配备两名检查人员" in page


def test_a_draw_is_not_done_twice_nor_before_the_numbers_are_known(drawn, requested, tmp_path):
    commitment = open_commitment(drawn)
    with pytest.raises(UsageError) as error:
        run_draw(commitment, parse_numbers(NUMBERS, commitment.sources), DRAWN_ON, proof_pages)
    assert _codes(error) == ["RE-908"]
    fresh = commit(requested(), tmp_path / "fresh")
    with pytest.raises(UsageError) as error:
        run_draw(fresh, parse_numbers(NUMBERS, fresh.sources), date(2023, 1, 9), proof_pages)
    assert _codes(error) == ["RE-905", "RE-905"]


@pytest.mark.parametrize(
    "given",
    [
        ["lottery_a=1,2,3"],
        ["lottery_a=3,7,12,19,24,31,8"],
        ["lottery_a=3,7,12,19,24,31,8", "index_b=3249.18"],
        ["lottery_a=3,7,12,19,24,31,34", "index_b=1"],
        ["lottery_a=3,7,12,19,24,31,8", "index_c=1"],
        ["lottery_a=3,7,12,19,24,31,8", "index_b=1", "index_b=1"],
        ["lottery_a"],
    ],
)
def test_numbers_must_be_those_that_were_named(drawn_once, given):
    with pytest.raises(UsageError) as error:
        parse_numbers(given, open_commitment(drawn_once).sources)
    assert set(_codes(error)) == {"RE-907"}


# --- verification ---


def test_a_draw_verifies_and_the_independent_program_agrees(drawn_once):
    found = verify_draw(drawn_once, open_commitment(drawn_once).sha256)
    assert found.problems == []
    assert found.drawn == len(_rows(drawn_once / "published" / "result.csv")) > 20
    assert list(_independent().verify(drawn_once / "published", open_commitment(drawn_once).sha256)) == []


def test_the_published_part_verifies_alone(drawn):
    shutil.rmtree(drawn / "private")
    found = verify_draw(drawn)
    assert found.problems == []
    assert found.is_public_alone


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("at", [0.0, 0.35, 0.7, 1.0])
def test_one_byte_changed_anywhere_is_found(drawn, at, seed):
    """Every file, a byte at several places: verify fails and names the file."""
    for file in sorted(path for path in drawn.rglob("*") if path.is_file())[seed::6]:
        before = file.read_bytes()
        place = min(len(before) - 1, int(at * len(before)))
        changed = bytearray(before)
        changed[place] ^= 1
        file.write_bytes(bytes(changed))
        problems = verify_draw(drawn).problems
        assert problems, (file.name, place)
        file.write_bytes(before)
    assert verify_draw(drawn).problems == []


def test_the_independent_program_finds_a_changed_byte_in_list_or_numbers(drawn):
    verify, folder = _independent().verify, drawn / "published"
    for name in ("operators.csv", "strata.csv", "inspectors.csv", "commitment.json"):
        before = (folder / name).read_bytes()
        (folder / name).write_bytes(before.replace(b"1", b"2", 1))
        with contextlib.suppress(ValueError, KeyError):
            assert list(verify(folder)), name
        (folder / name).write_bytes(before)
    result = json.loads((folder / "result.json").read_bytes())
    result["numbers"]["index_b"] = [324919]
    (folder / "result.json").write_text(json.dumps(result), "utf-8")
    assert any("result.csv" in told for told in verify(folder))


def _forge(folder, name, change):
    """Change a file and every hash that leads to it, as somebody would who wants it unseen."""
    file = folder / name
    file.write_bytes(change(file.read_bytes()))
    for book in ("published/result.json", "published/commitment.json"):
        held = json.loads((folder / book).read_bytes()) if (folder / book).exists() else {"files": {}}
        if name in held["files"]:
            held["files"][name] = hashlib.sha256(file.read_bytes()).hexdigest()
            if "sha256" in held:
                held["sha256"] = sha256_of({key: value for key, value in held.items() if key != "sha256"})
            (folder / book).write_bytes(json_bytes(held))


def test_other_numbers_with_all_hashes_made_right_are_found(drawn):
    _forge(drawn, "published/result.csv", lambda content: content.replace(b"\n1,1,", b"\n1,2,"))
    assert [problem.source for problem in verify_draw(drawn).problems] == ["published/result.csv"]


def test_a_forged_commitment_is_found_by_the_hash_that_was_published(drawn):
    published = open_commitment(drawn).sha256
    _forge(drawn, "published/exclusions.csv", lambda content: content + b"1,1,conflict\n")
    found = [problem.message("en") for problem in verify_draw(drawn, published).problems]
    assert any("not the commitment that was published" in told for told in found)
    assert any("not the commitment that was drawn from" in told for told in found)


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("published/strata.csv", lambda c: re.sub(rb"1%,1\n", b"1%,3\n", c, count=1), "not the share of the operators"),
        ("published/strata.csv", lambda c: re.sub(rb",1%,1\n", b",2%,1\n", c, count=1), "not the one that is stated"),
        ("private/operators.csv", lambda c: c.replace("示例001".encode(), "示例999".encode()), "not the private list"),
        ("private/inspectors.csv", lambda c: c.replace(b"2025-12-31", b"2023-01-31", 1), "not the private list"),
    ],
)
def test_lists_that_do_not_fit_each_other_are_found(tmp_path, requested, name, change, told):
    folder = tmp_path / "draw"
    commit(requested(), folder)
    assert verify_draw(folder).problems == []
    _forge(folder, name, change)
    assert any(told in problem.message("en") for problem in verify_draw(folder).problems)


def _swapped(content, first, second, keep):
    """Two rows with what stands behind their first cells exchanged: the numbers stay where they are."""
    lines = content.decode().splitlines(keepends=True)
    one, other = (lines[at].split(",", keep) for at in (first, second))
    lines[first], lines[second] = (
        ",".join([*own[:keep], *theirs[keep:]]) for own, theirs in ((one, other), (other, one))
    )
    return "".join(lines).encode()


def test_a_list_in_another_order_is_found_though_every_hash_is_right(tmp_path, requested):
    """Who makes the list may not put somebody at a place of his choice."""
    folder = tmp_path / "draw"
    commit(requested(), folder)
    _forge(folder, "published/operators.csv", lambda content: _swapped(content, 1, 2, 2))
    _forge(folder, "private/operators.csv", lambda content: _swapped(content, 1, 2, 1))
    found = verify_draw(folder).problems
    assert any("not sorted by id" in problem.message("en") for problem in found)


def test_an_operator_in_a_stratum_of_another_grade_is_found(tmp_path, requested):
    folder = tmp_path / "draw"
    commit(requested(), folder)
    _forge(folder, "private/operators.csv", lambda content: content.replace(b",AA\n", b",D\n", 1))
    found = verify_draw(folder).problems
    assert any("stratum of another grade" in problem.message("en") for problem in found)


def test_a_folder_without_a_commitment_is_no_draw(tmp_path):
    with pytest.raises(UsageError) as error:
        verify_draw(tmp_path)
    assert _codes(error) == ["RE-908"]


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"format": "riskengine.draw/1"}', "[" * 5000])
@pytest.mark.parametrize("name", ["commitment.json", "result.json"])
def test_nonsense_in_the_place_of_a_file_is_a_finding(drawn, name, text):
    (drawn / "published" / name).write_text(text, "utf-8")
    assert verify_draw(drawn).problems


# --- the proof ---


def test_the_proof_shows_hashes_numbers_and_a_turn_that_is_right(drawn_once):
    for lang in ("zh", "en"):
        page = (drawn_once / "published" / f"proof.{lang}.html").read_text("utf-8")
        commitment = open_commitment(drawn_once)
        result = json.loads((drawn_once / "published" / "result.json").read_bytes())
        assert commitment.sha256 in page
        assert result["files"]["published/result.csv"] in page
        assert result["key"] in page
        key = re.search(r"printf '.000.000([0-9./]+).000.000'", page)
        md5 = re.search(r"<code>([0-9A-F]{32})</code>", page)
        held = hashlib.md5(b"\0\0" + key[1].encode() + b"\0\0", usedforsecurity=False).hexdigest()
        assert held.upper() == md5[1]
        first = _rows(drawn_once / "published" / "result.csv")[0]["number"]
        assert f"= {first}" in page


def test_the_articles_are_in_the_register_and_in_the_texts():
    entries = catalogue("riskengine.supervision.draw", "basis.yaml")
    laws = load_shipped().laws
    assert [basis.name for basis in basis_on(laws, date(2023, 1, 5))] == list(entries)
    assert [basis.name for basis in basis_on(laws, date(2021, 6, 29))] == []
    if not LAWS.is_dir():
        pytest.skip("the law texts (../shared/laws) are not here")
    files = {
        "transport_enforcement_procedure_rule": "交通运输行政执法程序规定_2021-06-30.md",
        "administrative_penalty_law": "行政处罚法_2021-01-22.md",
    }
    numerals = {12: "十二", 20: "二十", 23: "二十三", 42: "四十二"}
    for entry in entries.values():
        text = (LAWS / files[entry["law"]]).read_text("utf-8")
        _, _, rest = text.partition(f"\n第{numerals[entry['article']]}条")
        assert entry["quote"] in re.split(r"\n第[一二三四五六七八九十百]+[条章节]", rest)[0], entry


# --- results ---


def test_results_become_inspections_that_a_grading_reads(drawn, tmp_path):
    rows = _rows(drawn / "private" / "result.csv")
    entered = rows[1:6]
    (tmp_path / "found.csv").write_text(
        "主体代码,检查日期,检查结果\n"
        + "".join(f"{row['operator_id']},2023-02-0{at},未发现问题\n" for at, row in enumerate(entered, 1)),
        "utf-8",
    )
    found = enter_outcomes(drawn, tmp_path / "found.csv", "双随机抽查")
    assert (found.entered, len(found.open)) == (5, len(rows) - 5)
    read = read_source(found.file, "inspections")
    assert read.left_out_count == 0
    assert read.problems == []
    assert [record["operator_id"] for record in read.records] == [row["operator_id"] for row in entered]
    assert {record["kind"] for record in read.records} == {"双随机抽查"}
    assert len({record["inspection_id"] for record in read.records}) == 5
    before = found.file.read_bytes()
    assert enter_outcomes(drawn, tmp_path / "found.csv", "双随机抽查").file.read_bytes() == before
    assert verify_draw(drawn).problems == []


def test_results_of_others_and_outside_the_period_are_refused(drawn, tmp_path):
    somebody = _rows(drawn / "private" / "result.csv")[0]["operator_id"]
    (tmp_path / "found.csv").write_text(
        f"operator_id,inspected_on,result\nNOBODY,2023-02-01,x\n{somebody},2023-04-01,x\n", "utf-8"
    )
    with pytest.raises(InputError) as error:
        enter_outcomes(drawn, tmp_path / "found.csv", "双随机抽查")
    assert sorted(_codes(error)) == ["RE-910", "RE-911"]
