"""Whatever is done to a run folder, ``runs verify`` says so and names the file."""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path

import pytest
from pyarrow import parquet

from riskengine.kernel.canonical import sha256_of_file
from riskengine.runs import LOG, MANIFEST, open_run, verify, verify_run
from riskengine.runs.forms import log_text, manifest_text
from riskengine.runs.manifest import manifest_hash

FLIPS = 40  # bytes of each file; of a shorter file, every one


def _files(run: Path) -> list[str]:
    return sorted(path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file())


@pytest.fixture
def damaged(whole_run, tmp_path):
    """A copy of the run, to be damaged."""
    return Path(shutil.copytree(whole_run, tmp_path / whole_run.name))


def _found(run: Path) -> set[str]:
    """The files that verify names; every problem has the code for what is altered, in both languages."""
    problems = verify_run(run)
    for problem in problems:
        assert problem.code == "RE-610"
        assert problem.message("en") != problem.message("zh")
    return {problem.found for problem in problems}


def test_a_run_as_it_was_written_is_found_to_be_so_wherever_it_lies(chain, damaged):
    assert verify(chain) == (sorted(path.name for path in chain.iterdir() if path.is_dir()), [])
    assert verify(damaged) == ([damaged.name], [])


def test_the_run_of_these_tests_has_every_kind_of_file(whole_run):
    names = set(_files(whole_run))
    tables = {f"{name}.parquet" for name in json.loads((whole_run / MANIFEST).read_bytes())["tables"]}
    assert len(tables) == 8
    assert {MANIFEST, LOG, "mend/violations.csv", "inputs/policy.yaml", "inputs/risk_catalog/laws.yaml"} <= names
    assert tables <= names
    assert all(parquet.read_metadata(whole_run / name).num_rows for name in tables)


def test_a_changed_byte_is_found_in_every_file(damaged):
    for name in _files(damaged):
        file, dice = damaged / name, random.Random(name)  # noqa: S311 - which bytes, the same ones each time
        content = file.read_bytes()
        size = len(content)
        places = range(size) if size <= FLIPS else {0, size - 1, *dice.sample(range(size), FLIPS - 2)}
        for place in places:
            changed = bytearray(content)
            changed[place] ^= 1 << dice.randrange(8)
            file.write_bytes(changed)
            assert name in _found(damaged), (name, place)
        file.write_bytes(content)
    assert _found(damaged) == set()


def test_every_byte_of_the_manifest_and_of_the_log_counts(damaged):
    for name in (MANIFEST, LOG):
        content = (damaged / name).read_bytes()
        for place in range(0, len(content), 1 if name == LOG else 23):
            for bit in (0, 5):  # another character; the same letter in the other case, or white space for a sign
                changed = bytearray(content)
                changed[place] ^= 1 << bit
                (damaged / name).write_bytes(changed)
                assert name in _found(damaged), (name, place)
        (damaged / name).write_bytes(content)


@pytest.mark.parametrize("name", [MANIFEST, LOG, "grades.parquet", "mend/violations.csv", "inputs/policy.yaml"])
@pytest.mark.parametrize(
    "change",
    [
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content[:0],
        lambda content: content + b"\n",
        lambda content: content + b"\0",
        lambda content: content * 2,
    ],
    ids=["last byte", "half", "emptied", "line feed", "null", "doubled"],
)
def test_what_is_cut_off_or_appended_is_found(damaged, name, change):
    (damaged / name).write_bytes(change((damaged / name).read_bytes()))
    assert name in _found(damaged)


def test_a_deleted_file_is_found_whichever_it_is(damaged):
    for name in _files(damaged):
        content = (damaged / name).read_bytes()
        (damaged / name).unlink()
        assert name in _found(damaged), name
        (damaged / name).write_bytes(content)


def test_files_that_changed_places_are_found(damaged):
    for one, other in (("grades.parquet", "facts.parquet"), (MANIFEST, LOG), ("inputs/policy.yaml", LOG)):
        contents = [(damaged / name).read_bytes() for name in (one, other)]
        for name, content in zip((other, one), contents, strict=True):
            (damaged / name).write_bytes(content)
        assert _found(damaged) >= ({MANIFEST} if MANIFEST in {one, other} else {one, other})
        for name, content in zip((one, other), contents, strict=True):
            (damaged / name).write_bytes(content)


def test_what_was_added_is_found_be_it_hidden_empty_a_link_or_a_pipe(damaged, tmp_path):
    (tmp_path / "elsewhere").write_text("x")
    for name, add in {
        "note.txt": lambda path: path.write_text("x"),
        ".hidden": lambda path: path.write_text(""),
        "inputs/more.yaml": lambda path: path.write_text("x"),
        "empty": lambda path: path.mkdir(),
        "mend/inner": lambda path: path.mkdir(),
        "link": lambda path: path.symlink_to(tmp_path / "elsewhere"),
        "nowhere": lambda path: path.symlink_to(tmp_path / "no such file"),
        "pipe": os.mkfifo,
    }.items():
        add(damaged / name)
        assert name in _found(damaged), name
        (damaged / name).rmdir() if (damaged / name).is_dir() else (damaged / name).unlink()
    assert _found(damaged) == set()


def test_a_link_to_the_same_bytes_is_not_the_file(damaged, tmp_path):
    shutil.move(damaged / "grades.parquet", tmp_path / "grades.parquet")
    (damaged / "grades.parquet").symlink_to(tmp_path / "grades.parquet")
    assert _found(damaged) == {"grades.parquet"}


def test_a_renamed_run_is_found(damaged):
    other = damaged.rename(damaged.with_name("xuchang-transport_2022-12-31_0009"))
    assert _found(other) == {other.name}


def _edit(run: Path, **members: object) -> None:
    manifest = json.loads((run / MANIFEST).read_bytes())
    manifest.update(members)
    (run / MANIFEST).write_text(manifest_text(manifest), "utf-8")


def test_an_edited_member_of_the_manifest_is_found_whichever_it_is(damaged):
    content = (damaged / MANIFEST).read_bytes()
    for name, value in json.loads(content).items():
        for other in (None, "x", 7, [], {}, [value], not value):
            if other != value or type(other) is not type(value):
                _edit(damaged, **{name: other})
                assert MANIFEST in _found(damaged), (name, other)
    _edit(damaged, more=1)
    assert MANIFEST in _found(damaged)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"counter": 2', '"counter":  2'),
        lambda text: text.replace('"counter": 2', '"counter": 2.0'),
        lambda text: text.replace("{\n", "{\r\n"),
        lambda text: text.rstrip("\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace('"as_of"', '"as\\u005fof"'),
        lambda text: text.replace('"counter": 2', '"counter": 1,\n "counter": 2'),
        lambda text: json.dumps(json.loads(text)),
    ],
    ids=["space", "2.0", "CRLF", "last line feed", "byte order mark", "escape", "member twice", "one line"],
)
def test_an_edit_that_leaves_the_manifests_values_as_they_were_is_found(damaged, change):
    text = (damaged / MANIFEST).read_text("utf-8")
    assert change(text) != text
    (damaged / MANIFEST).write_text(change(text), "utf-8", newline="")
    assert _found(damaged) >= {MANIFEST}


def test_a_log_of_another_run_a_missing_line_and_a_line_too_many_are_found(chain, damaged):
    content = (damaged / LOG).read_bytes()
    first = next(path for path in chain.iterdir() if path.name.endswith("_0001"))
    sha256 = open_run(damaged).manifest["sha256"]
    three = log_text(sha256, [{"event": str(number)} for number in range(3)])
    (damaged / LOG).write_text(three, "utf-8")
    assert _found(damaged) == set()
    lines = three.splitlines(keepends=True)
    for wrong in ("".join(lines[:2]), "".join(lines[1:]), "".join([*lines, lines[2]]), "".join(lines[::-1])):
        (damaged / LOG).write_text(wrong, "utf-8")
        assert _found(damaged) == {LOG}
    (damaged / LOG).write_bytes((first / LOG).read_bytes())
    assert _found(damaged) == {LOG}
    (damaged / LOG).write_bytes(content)
    assert _found(damaged) == set()


def _rewritten(run: Path, change) -> None:
    """What somebody does who knows the format: change a table, and every hash of files in the manifest after it."""
    file = run / "grades.parquet"
    parquet.write_table(change(parquet.read_table(file)), file)
    manifest = json.loads((run / MANIFEST).read_bytes())
    manifest["files"][file.name] = sha256_of_file(file)
    manifest["sha256"] = manifest_hash(manifest)
    (run / MANIFEST).write_text(manifest_text(manifest), "utf-8")
    (run / LOG).write_text(log_text(manifest["sha256"], [{"event": "graded"}]), "utf-8")


def test_rows_that_are_not_those_of_the_content_hash_are_found_though_every_file_fits(damaged):
    _rewritten(damaged, lambda table: table.slice(1))
    assert _found(damaged) == {"grades.parquet"}


def test_a_run_that_was_written_anew_breaks_the_chain(chain, tmp_path):
    copy = Path(shutil.copytree(chain, tmp_path / "chain"))
    first = next(path for path in copy.iterdir() if path.name.endswith("_0001"))
    _rewritten(first, lambda table: table)
    assert _found(first) == set()
    _, problems = verify(copy)
    assert [(problem.source, problem.found) for problem in problems] == [
        (first.name.replace("2022-06-30_0001", "2022-12-31_0002"), MANIFEST)
    ]


def test_a_damaged_run_in_a_folder_of_runs_is_named_and_its_follower_hangs_in_the_air(chain, tmp_path):
    copy = Path(shutil.copytree(chain, tmp_path / "chain"))
    first = next(path for path in copy.iterdir() if path.name.endswith("_0001"))
    (first / MANIFEST).unlink()
    names, problems = verify(copy)
    assert len(names) == 2
    assert [problem.source for problem in problems] == [first.name, first.name.replace("06-30_0001", "12-31_0002")]
    (first / "grades.parquet").unlink()
    assert verify(copy) == (names, problems), "its name tells that it was a run"
