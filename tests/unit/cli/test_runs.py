"""``runs list``, ``show``, ``verify`` and ``--previous``: what they print, and how they refuse what is no run."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from riskengine import Engine

DAYS = (date(2022, 6, 30), date(2022, 12, 31))
OPERATORS = [{"operator_id": "91411000MA40000A18", "fleet_size": 10, "licensed_on": date(2015, 1, 1)}]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Three runs: two of the default policy, one of another."""
    runs = tmp_path_factory.mktemp("made") / "runs"
    for day in DAYS:
        Engine.load().grade(OPERATORS, [], as_of=day).write(runs)
    other = Engine.load("uk-fhrs")
    other.grade([{"operator_id": "A"}], [], [], as_of=DAYS[0]).write(runs)
    return runs


@pytest.fixture
def runs(made, tmp_path):
    """A copy of them, to be damaged."""
    return Path(shutil.copytree(made, tmp_path / "runs"))


def _ids() -> list[str]:
    return [f"xuchang-transport_{day.isoformat()}_000{at}" for at, day in enumerate(DAYS, 1)] + [
        "uk-fhrs_2022-06-30_0003"
    ]


def test_list_says_of_each_run_what_it_is_in_the_order_they_were_made(cli, runs):
    lines = cli("runs", "list", runs, "--lang", "en").out.splitlines()
    assert lines[0].split() == ["run", "as", "of", "graded", "operators", "rows", "left", "out", "content", "hash"]
    assert [line.split()[0] for line in lines[1:]] == _ids()
    assert lines[1].split()[1:5] == ["2022-06-30", "1", "1", "0"]
    assert len({line.index("2022-") for line in (lines[1][34:], lines[2][34:])}) == 1
    listed = json.loads(cli("runs", "list", runs, "--json").out)
    assert [manifest["run_id"] for manifest in listed] == _ids()
    assert "经营主体" in cli("runs", "list", runs).out


def test_the_folder_of_a_report_is_a_folder_of_runs_too(cli, runs):
    assert cli("runs", "list", runs.parent).out == cli("runs", "list", runs).out
    assert cli("runs", "verify", runs.parent).code == 0


def test_a_folder_without_runs_lists_none_and_says_so(cli, tmp_path):
    done = cli("runs", "list", tmp_path, "--lang", "en")
    assert (done.code, done.out) == (0, "")
    assert "no runs" in done.err
    assert json.loads(cli("runs", "list", tmp_path, "--json").out) == []


def test_what_is_being_written_or_was_refused_is_no_run(cli, runs):
    (runs / ".writing-xuchang-transport_2022-12-31_0004").mkdir()
    (runs / "refused_xuchang-transport_2022-12-31" / "mend").mkdir(parents=True)
    (runs / "refused_xuchang-transport_2022-12-31" / "quarantine.parquet").write_bytes(b"")
    (runs / "notes.txt").write_text("x")
    assert len(json.loads(cli("runs", "list", runs, "--json").out)) == 3
    assert cli("runs", "verify", runs).code == 0


def test_a_damaged_run_is_listed_by_name_on_stderr_beside_the_others(cli, runs):
    (runs / _ids()[0] / "manifest.json").write_text("{", "utf-8")
    (runs / _ids()[1] / "manifest.json").unlink()
    done = cli("runs", "list", runs, "--lang", "en")
    assert done.code == 0
    assert [line.split()[0] for line in done.out.splitlines()[1:]] == _ids()[2:]
    assert [line.split(": ")[1][:6] for line in done.err.splitlines()] == ["RE-602", "RE-602"]
    for name, reason in zip(_ids(), ("manifest.json is not JSON", "manifest.json is missing"), strict=False):
        assert any(name in line and reason in line for line in done.err.splitlines())
    verified = cli("runs", "verify", runs, "--lang", "en")
    assert verified.code == 1
    assert all(f"{name}: RE-610 'manifest.json'" in verified.out for name in _ids()[:2])


def test_verify_prints_each_problem_as_text_or_json_and_is_exit_1(cli, runs):
    assert cli("runs", "verify", runs, "--lang", "en").out == "3 runs: unchanged\n"
    run = runs / _ids()[1]
    (run / "grades.parquet").write_bytes(b"x")
    (run / "note.txt").write_text("x")
    done = cli("runs", "verify", run, "--lang", "en")
    assert done.code == 1
    assert done.out.splitlines() == [
        f"{run.name}: RE-610 'grades.parquet' is altered or incomplete: its bytes have changed",
        f"{run.name}: RE-610 'note.txt' is altered or incomplete: the file is not in the manifest",
        "1 runs: altered",
    ]
    told = json.loads(cli("runs", "verify", run, "--json").out)
    assert told["runs"] == [run.name]
    assert [(problem["code"], problem["source"], problem["found"]) for problem in told["problems"]] == [
        ("RE-610", run.name, "grades.parquet"),
        ("RE-610", run.name, "note.txt"),
    ]


REFUSED = [
    (("list", "{runs}/{first}"), "it is one run", "{runs}"),
    (("list", "{runs}/nowhere"), "there is no such folder", None),
    (("list", "{file}"), "it is a file", None),
    (("show", "{runs}"), "it is a folder of runs (3)", "{runs}/{first}"),
    (("show", "{runs}/xuchang-transport_2022-06-30_0002"), "there is no such folder", "{runs}/{first}"),
    (("show", "{file}"), "it is a file", None),
    (("show", "{empty}"), "manifest.json is missing", None),
    (("verify", "{runs}/nowhere"), "there is no such folder", None),
    (("verify", "{file}"), "neither a run nor a folder of runs", None),
    (("verify", "{empty}"), "neither a run nor a folder of runs", None),
    (("diff", "{runs}", "{runs}/{first}"), "it is a folder of runs", "{runs}/{first}"),
    (("diff", "{runs}/{first}", "{runs}/xuchang-transport_2022-12-31_002"), "no such folder", "_0002"),
]


@pytest.mark.parametrize(("arguments", "reason", "near"), REFUSED, ids=[" ".join(words) for words, _, _ in REFUSED])
def test_what_is_no_run_is_refused_with_the_reason_and_what_was_meant(cli, runs, tmp_path, arguments, reason, near):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    names = {"runs": runs, "first": _ids()[0], "empty": tmp_path / "empty", "file": tmp_path / "file"}
    filled = [text.format(**names) for text in arguments]
    done = cli("runs", *filled, "--lang", "en")
    assert done.code == 2
    assert "RE-602" in done.err
    assert reason in done.err
    assert near is None or near.format(**names) in done.err.partition("Did you mean")[2]
    chinese = cli("runs", *filled, "--lang", "zh").err
    assert "不是运行目录" in chinese
    assert reason not in chinese


def test_an_unknown_operator_is_refused_with_the_nearest_in_the_language_asked_for(cli, runs):
    run = runs / _ids()[0]
    done = cli("explain", run, "91411000MA40000A81", "--lang", "en")
    assert done.code == 2
    assert "operator '91411000MA40000A81' is not in this run. Did you mean: 91411000MA40000A18?" in done.err
    assert cli("explain", run, " ９１４１１０００ma40000a18 ").code == 0, (
        "ids are compared trimmed, half-width, upper case"
    )


@pytest.fixture
def grade(cli, runs, tmp_path):
    """Grade an operator into ``runs``, with more options."""
    file = tmp_path / "operators.csv"
    file.write_text("operator_id,fleet_size,licensed_on\n91411000MA40000A18,10,2015-01-01\n", "utf-8")

    def call(*more: object):
        return cli("grade", file, "--violations", "none", "--out", runs, "--lang", "en", *more)

    return call


def test_previous_is_a_run_by_id_or_path_or_none(grade, runs):
    first, second, _ = _ids()
    for more, expected in (
        ((), second),
        (("--previous", first), first),
        (("--previous", runs / first), first),
        (("--previous", f"{runs}/../runs/{first}"), first),
        (("--previous", "none"), None),
    ):
        done = grade("--as-of", "2023-01-31", "--json", *more)
        assert done.code == 0, done.err
        manifest = json.loads(done.out)
        assert manifest["compared_with"] == expected
        shutil.rmtree(runs / manifest["run_id"])


def test_the_newest_earlier_run_is_taken_not_one_of_the_same_day(grade, runs):
    assert json.loads(grade("--as-of", "2022-12-31", "--json").out)["compared_with"] == _ids()[0]
    assert json.loads(grade("--as-of", "2022-06-30", "--json").out)["compared_with"] is None


@pytest.mark.parametrize(
    ("previous", "code", "words"),
    [
        ("uk-fhrs_2022-06-30_0003", "RE-608", "its policy is uk-fhrs, not xuchang-transport"),
        ("xuchang-transport_2022-12-31_0002", "RE-608", "its as-of date 2022-12-31 is not before 2022-12-31"),
        ("xuchang-transport_2022-12-31_0004", "RE-602", "Did you mean: "),  # the run that is being made
        ("xuchang-transport_2022-06-30", "RE-602", "xuchang-transport_2022-06-30_0001"),
        ("..", "RE-602", "manifest.json is missing"),
        ("nothing", "RE-602", "there is no such folder"),
        ("", "RE-602", "it is a folder of runs"),
    ],
)
def test_a_previous_run_that_does_not_fit_is_refused_and_nothing_is_written(grade, runs, previous, code, words):
    before = sorted(path.name for path in runs.iterdir())
    done = grade("--as-of", "2022-12-31", "--previous", previous)
    assert done.code == 2
    assert code in done.err
    assert words in done.err
    assert "Traceback" not in done.err
    assert sorted(path.name for path in runs.iterdir()) == before


def test_a_damaged_run_in_the_folder_is_said_before_the_grading_and_not_built_upon(grade, runs):
    manifest = runs / _ids()[2] / "manifest.json"
    content = manifest.read_bytes()
    for damaged in (content[:-40], b""):
        manifest.write_bytes(damaged)
        done = grade("--as-of", "2022-12-31", "--policy", "no-such-policy")
        assert "RE-602" not in done.err, "what is wrong with the command comes first"
        done = grade("--as-of", "2022-12-31")
        assert done.code == 2
        assert f"{_ids()[2]}': manifest.json is not JSON" in done.err
    manifest.write_bytes(content)
    (runs / _ids()[0] / "grades.parquet").write_bytes(b"x")
    done = grade("--as-of", "2022-12-31")
    assert done.code == 2
    assert f"{_ids()[0]}: RE-610 'grades.parquet'" in done.err
    assert grade("--as-of", "2022-12-31", "--previous", "none").code == 0
    assert not [path for path in runs.iterdir() if path.name.startswith(".writing")]


def test_a_run_compared_with_itself_has_moved_nobody(cli, runs):
    run = runs / _ids()[0]
    told = json.loads(cli("runs", "diff", run, run, "--json", "--fail").out)
    assert told["movers"] == []
    assert cli("runs", "diff", run, run, "--fail").code == 0
    refused = cli("runs", "diff", run, runs / _ids()[2], "--lang", "en")
    assert refused.code == 2
    assert "RE-621" in refused.err
