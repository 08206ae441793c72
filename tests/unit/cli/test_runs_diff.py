"""``runs diff`` on runs of the example list, against figures worked out here from the Parquet tables."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pyarrow import parquet

from riskengine import Engine
from riskengine.runs import open_run, scan

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
ORDER = ["AA", "A", "B", "C", "D"]
SERIOUS = "serious: 5,"


def _write(folder, *, day=date(2022, 12, 31), policy=None, violations=EXAMPLES / "violations.csv"):
    engine = Engine.load(policy) if policy else Engine.load()
    batch = engine.grade(EXAMPLES / "operators.csv", violations, as_of=day, engine="reference")
    return batch.write(folder, previous=None).folder


def _heavier(folder):
    """A second version of the shipped policy: one weight is another."""
    text = (ROOT / "policies" / "xuchang-transport" / "policy.yaml").read_text("utf-8")
    assert text.count(SERIOUS) == 1
    path = folder / "policy.yaml"
    path.write_text(text.replace(SERIOUS, "serious: 9,").replace('version: "2022.1"', 'version: "2022.2"'), "utf-8")
    return path


def _mended(folder):
    """The violations of the examples without every seventh of the last year, and with a new one for each fifth."""
    with (EXAMPLES / "violations.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [row for at, row in enumerate(rows) if at % 7 or row["occurred_on"] < "2022"]
    recent = [row for row in kept if "2022" <= row["occurred_on"] < "2022-11"]
    added = [{**row, "violation_id": f"新{at:04d}号", "inspection_id": ""} for at, row in enumerate(recent[::5])]
    path = folder / "violations.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows([*kept, *added])
    return path


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("diff")
    policy = _heavier(folder)
    return {
        "june": _write(folder / "runs", day=date(2022, 6, 30)),
        "december": _write(folder / "runs"),
        "heavier": _write(folder / "runs", policy=policy),
        "records": _write(folder / "runs", violations=_mended(folder)),
    }


PAIRS = [
    ("june", "december"),
    ("december", "june"),
    ("december", "heavier"),
    ("december", "records"),
    ("june", "heavier"),
]


def _rows(run, table):
    return parquet.read_table(run / f"{table}.parquet").to_pylist()


def _state(row):
    return (row["status"], row["grade"])


def _changes(old, new):
    """By operator, rule and risk point: what the tables say of it before and after."""
    sides = []
    for run in (old, new):
        signals = {
            (row["operator_id"], row["rule"], row["risk_point"]): (row["status"], row["points"])
            for row in _rows(run, "signals")
        }
        evidence: dict[tuple, set] = {}
        for row in _rows(run, "evidence"):
            evidence.setdefault((row["operator_id"], row["rule"], row["risk_point"]), set()).add(row["record_id"])
        sides.append((signals, evidence))
    (before, seen_before), (after, seen_after) = sides
    for key in {*before, *after}:
        was, now = before.get(key), after.get(key)
        came, went = (
            seen_after.get(key, set()) - seen_before.get(key, set()),
            seen_before.get(key, set()) - seen_after.get(key, set()),
        )
        if was != now or came or went:
            points = tuple(side[1] if side and side[0] == "fired" else None for side in (was, now))
            yield key, (points, tuple(sorted(came)), tuple(sorted(went)))


PRINTED: dict[tuple, str] = {}


def _json(cli, old, new):
    """The comparison as JSON; the command is called once for each pair."""
    if (old, new) not in PRINTED:
        done = cli("runs", "diff", old, new, "--json")
        assert (done.code, done.err) == (0, "")
        PRINTED[old, new] = done.out
    return json.loads(PRINTED[old, new])


def _number(text):
    return None if text is None else Decimal(text)


@pytest.mark.parametrize("pair", PAIRS, ids="→".join)
def test_movers_matrix_and_rules_are_those_of_the_tables(cli, runs, pair):
    old, new = (runs[name] for name in pair)
    data = _json(cli, old, new)
    assert data["schema"] == "riskengine.comparison/1"
    before = {row["operator_id"]: row for row in _rows(old, "grades")}
    after = {row["operator_id"]: row for row in _rows(new, "grades")}
    moved = {key for key in before if _state(before[key]) != _state(after[key])}
    assert len(moved) > 5
    movers = {mover["operator_id"]: mover for mover in data["movers"]}
    assert movers.keys() == moved
    for key, mover in movers.items():
        assert (mover["old"]["status"], mover["old"]["grade"]) == _state(before[key])
        assert (mover["new"]["status"], mover["new"]["grade"]) == _state(after[key])
        assert _number(mover["old_score"]) == before[key]["score"]
        assert mover["new_ceiling"] == after[key]["ceiling_rule"]
        grades = [before[key]["grade"], after[key]["grade"]]
        if set(grades) <= set(ORDER):
            worse = ORDER.index(grades[1]) > ORDER.index(grades[0])
            assert mover["kind"] == ("down" if worse else "up")
        elif None not in grades:
            assert mover["kind"] == "regraded"
        else:
            assert mover["kind"] == "status"
    assert sum(data["kinds"].values()) == len(moved)
    kinds = ["down", "status", "regraded", "up", "entered", "left"]
    places = [(kinds.index(mover["kind"]), -(mover["steps"] or 0), mover["operator_id"]) for mover in data["movers"]]
    assert places == sorted(places)

    pairs = Counter((_state(before[key]), _state(after[key])) for key in before)
    states = [(state["status"], state["grade"]) for state in data["states"]]
    for at, row in enumerate(data["matrix"]):
        assert row == [pairs[states[at], state] for state in states]
    assert sum(map(sum, data["matrix"])) == len(before) == data["old"]["operators"] == data["new"]["operators"]

    fired = [
        {(row["rule"], row["operator_id"]) for row in _rows(run, "signals") if row["status"] == "fired"}
        for run in (old, new)
    ]
    for total in data["rules"]:
        was, now = ({who for rule, who in side if rule == total["rule"]} for side in fired)
        figures = (len(was), len(now), len(now - was), len(was - now))
        assert (total["old"], total["new"], total["fires"], total["ceased"]) == figures
    assert {total["rule"] for total in data["rules"]} >= {rule for side in fired for rule, _ in side}


@pytest.mark.parametrize("pair", PAIRS, ids="→".join)
def test_the_rules_points_and_records_of_every_mover_are_those_of_the_tables(cli, runs, pair):
    old, new = (runs[name] for name in pair)
    data = _json(cli, old, new)
    current = {
        mover["operator_id"]
        for mover in data["movers"]
        if "not_current" not in {mover["old"]["status"], mover["new"]["status"]}
    }
    expected = {key: change for key, change in _changes(old, new) if key[0] in current}
    found = {
        (mover["operator_id"], rule["rule"], rule["risk_point"]): (
            (_number(rule["old_points"]), _number(rule["new_points"])),
            tuple(rule["come"]),
            tuple(rule["gone"]),
        )
        for mover in data["movers"]
        for rule in mover["rules"]
    }
    assert found == expected
    facts = [{row["operator_id"]: row for row in _rows(run, "facts")} for run in (old, new)]
    for mover in data["movers"]:
        for rule in mover["rules"]:
            if rule["rule"] == "fines_in_year" and rule["change"] in {"fires", "ceased", "points"}:
                shown = {fact["fact"]: (_number(fact["old"]), _number(fact["new"])) for fact in rule["facts"]}
                held = tuple(side[mover["operator_id"]]["penalties_in_year"] for side in facts)
                assert shown["penalties_in_year"] == held


def _causes(data):
    return Counter(cause for mover in data["movers"] for cause in (*mover["causes"], *mover["possible"]))


def test_causes_follow_from_what_differs(cli, runs):
    policy = _json(cli, runs["december"], runs["heavier"])
    assert policy["differs"] == ["policy"]
    assert policy["policy_parts"] == [["weights", "severity_points"]]
    assert {tuple(mover["causes"]) for mover in policy["movers"]} == {("policy",)}
    assert all(not mover["possible"] for mover in policy["movers"])
    assert all(mover["kind"] != "up" for mover in policy["movers"])

    records = _json(cli, runs["december"], runs["records"])
    assert records["differs"] == ["violations"]
    assert {"records"} == {cause for mover in records["movers"] for cause in mover["causes"]}

    day = _json(cli, runs["june"], runs["december"])
    assert day["differs"] == ["as_of"]
    assert set(_causes(day)) == {"records", "age"}
    assert any(mover["causes"] == ["age"] and not mover["possible"] for mover in day["movers"])
    assert any((mover["causes"], mover["possible"]) == (["records"], ["age"]) for mover in day["movers"])

    both = _json(cli, runs["june"], runs["heavier"])
    assert both["policy_and_as_of_changed"] is True
    assert set(_causes(both)) == {"policy", "records", "age"}
    assert not any("policy" in mover["causes"] for mover in both["movers"])


def test_only_the_rows_of_the_operators_asked_for_are_read(runs):
    run = open_run(runs["june"])
    rows = _rows(runs["june"], "signals")
    some = {row["operator_id"] for row in rows[::50]}
    found = list(scan(run, "signals", ("rule", "points"), some))
    assert found == [(row["rule"], row["points"]) for row in rows if row["operator_id"] in some]
    assert len(list(scan(run, "signals", ("rule",)))) == len(rows)
    assert list(scan(run, "signals", ("rule",), [])) == []


def test_a_run_against_itself_shows_nothing_and_does_not_fail(cli, runs):
    done = cli("runs", "diff", runs["june"], runs["june"], "--json", "--fail")
    assert done.code == 0
    data = json.loads(done.out)
    assert data["movers"] == data["differs"] == []
    assert data["rescored"] == 0
    assert all(not count for at, row in enumerate(data["matrix"]) for to, count in enumerate(row) if at != to)
    assert "没有主体的等级或状态变动" in cli("runs", "diff", runs["june"], runs["june"]).out


def test_fail_is_exit_1_when_something_moved(cli, runs):
    assert cli("runs", "diff", runs["june"], runs["december"]).code == 0
    assert cli("runs", "diff", runs["june"], runs["december"], "--fail").code == 1
    assert cli("runs", "diff", runs["june"], runs["december"], "--fail", "--json").code == 1


def test_what_is_printed_is_in_the_language_and_says_the_main_things(cli, runs, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    english = cli("runs", "diff", runs["june"], runs["heavier"], "--lang", "en").out
    for text in (
        "as-of date 2022-06-30 → 2022-12-31",
        "version 2022.1 → 2022.2 (weights severity_points)",
        "policy and as-of date both changed",
        "Migration matrix",
        "no longer fires",
        "records come: ",
        "possible causes",
        "--json lists all",
    ):
        assert text in english
    chinese = cli("runs", "diff", runs["june"], runs["heavier"]).out
    assert "迁移矩阵" in chinese
    assert not re.search(r"[a-z]{3,} [a-z]{3,}", chinese.replace("weights severity_points", "")), chinese
    data = _json(cli, runs["june"], runs["heavier"])
    worst = data["movers"][0]["operator_id"]
    assert english.index(worst) < english.index(data["movers"][1]["operator_id"])


def test_personal_numbers_and_names_are_masked(cli, tmp_path):
    person, folder = "11010519491231002X", tmp_path / "runs"
    operators, found = tmp_path / "operators.csv", []
    operators.write_text(f"operator_id,name,fleet_size,licensed_on\n{person},某某某,9,2015-01-01\n", "utf-8")
    for severity in ("minor", "major"):
        violations = tmp_path / f"{severity}.csv"
        violations.write_text(
            "violation_id,operator_id,risk_point,occurred_on,decided_on,severity,penalty_kind\n"
            f"V1,{person},RT-04,2022-10-01,2022-10-08,{severity},warning\n",
            "utf-8",
        )
        batch = Engine.load().grade(operators, violations, as_of=date(2022, 12, 31), engine="reference")
        found.append(batch.write(folder, previous=None).folder)
    for more in ((), ("--json",)):
        hidden = cli("runs", "diff", *found, *more).out
        assert person not in hidden
        assert "某某某" not in hidden
        assert "110105********002X" in hidden
        shown = cli("runs", "diff", *found, "--show-personal", *more).out
        assert person in shown
        assert "某某某" in shown


def test_runs_of_two_policies_are_not_compared(cli, runs, tmp_path):
    other = ROOT / "policies" / "xuchang-transport" / "policy.yaml"
    renamed = tmp_path / "policy.yaml"
    renamed.write_text(other.read_text("utf-8").replace("policy: xuchang-transport", "policy: elsewhere"), "utf-8")
    done = cli("runs", "diff", runs["june"], _write(tmp_path / "runs", policy=renamed), "--lang", "en")
    assert done.code == 2
    assert "RE-621" in done.err
    assert "xuchang-transport, elsewhere" in done.err


def test_an_altered_or_missing_run_is_refused(cli, runs, tmp_path):
    assert "RE-602" in cli("runs", "diff", runs["june"], tmp_path).err
    for name, spoil in (
        ("evidence.parquet", lambda path: path.unlink()),
        ("signals.parquet", lambda path: path.write_bytes(path.read_bytes()[:-9] + b"123456789")),
        ("inputs/policy.yaml", lambda path: path.write_text(path.read_text("utf-8") + "# \n", "utf-8")),
        ("manifest.json", lambda path: path.write_text(path.read_text("utf-8").replace("2022-12-31", "2022-12-30"))),
    ):
        copy = tmp_path / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(runs["december"], copy)
        spoil(copy / name)
        done = cli("runs", "diff", runs["june"], copy)
        assert done.code == 2, name
        assert "RE-610" in done.err
        assert name in done.err
