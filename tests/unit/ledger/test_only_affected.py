"""``grade --only-affected`` is equal to grading all: every table's hash, the accounts, the files to mend."""

from __future__ import annotations

import json
import os
import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from riskengine import Engine, RunError
from riskengine.cli.main import cli
from riskengine.facade import carried_records, regrading
from riskengine.facade.affected import review
from riskengine.facade.keeping import from_ledger, keep
from riskengine.facade.regrading import regraded
from riskengine.kernel.errors import UsageError
from riskengine.ledger import Decision, amend, import_sources, init_ledger
from riskengine.records import crosscheck
from riskengine.records.bulk import cross_checks

AS_OF = date(2022, 12, 31)
EXAMPLES = Path(__file__).parents[3] / "examples"
LEDGERS = int(os.environ.get("RISKENGINE_RANDOM_LEDGERS", "4"))
CODES = [f"91411000MA4{number:05d}{end}" for number, end in enumerate("A1B2C3D4E5F6G7H8J9K0L1M2N3P4Q5R6")]
STRANGERS = ["91411000MA4999990X", "91411000MA4999991X"]


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


class Invented:
    """Records at random, invented; some that cannot be used, some of nobody, some that belong to others."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - invented cases, the same in every run
        self.cases = [f"示例罚{number}号" for number in range(90)]

    def operator(self, code: str) -> dict[str, str]:
        dice = self.dice
        row = {"operator_id": code if dice.random() < 0.9 else f" {code.lower()}", "name": f"示例{code[-3:]}"}
        row["fleet_size"] = str(dice.randint(1, 4)) if dice.random() < 0.9 else "several"
        if dice.random() < 0.5:
            row["areas"] = dice.choice(["HW", "RT", "HW;RT"])
        if dice.random() < 0.12:
            row |= {"closed_on": f"2022-0{dice.randint(1, 9)}-01", "successor": dice.choice(CODES)}
        return row

    def violation(self, case: str) -> dict[str, str]:
        dice, occurred = self.dice, date(2021, 10, 1) + timedelta(days=self.dice.randint(0, 500))
        row = {"violation_id": case, "operator_id": dice.choice(CODES if dice.random() < 0.95 else STRANGERS),
               "risk_point": dice.choice(["HW-01", "RT-03", "HW-04"]), "occurred_on": occurred.isoformat(),
               "penalty": dice.choice(["500", "20000"]), "severity": dice.choice(["minor", "serious", "major"]),
               "penalty_kind": "fine", "vehicle": dice.choice(["豫K12345", "豫K54321", "豫K11111"])}  # fmt: skip
        if dice.random() < 0.8:
            row["decided_on"] = (occurred + timedelta(days=20)).isoformat()
        if dice.random() < 0.04:
            row["severity"] = "?"
        if dice.random() < 0.3:
            row["inspection_id"] = f"J{dice.randint(0, 15)}"
        return row

    def inspection(self, number: int) -> dict[str, str]:
        day = date(2022, 1, 1) + timedelta(days=self.dice.randint(0, 300))
        row = {"inspection_id": f"J{number}", "operator_id": self.dice.choice(CODES), "inspected_on": day.isoformat()}
        return row | ({"inspected_on": "?"} if self.dice.random() < 0.1 else {})

    def all(self, engine):
        return [
            keep(engine, [self.operator(code) for code in CODES], "operators"),
            keep(engine, [self.violation(case) for case in self.cases[:80]], "violations"),
            keep(engine, [self.inspection(number) for number in range(12)], "inspections"),
        ]

    def change(self, engine, ledger, clock) -> None:
        """Something that may happen in a month."""
        dice = self.dice
        kind = dice.choice(["violations", "violations", "decision", "decision", "operators", "inspections", "nothing"])
        if kind == "violations":
            rows = [self.violation(case) for case in dice.sample(self.cases, 2)]
            import_sources(ledger, [keep(engine, rows, "violations")], clock.entry())
        elif kind == "operators":
            since = dice.choice([None, date(2022, 6, 1), date(2023, 6, 1)])
            rows = [self.operator(dice.choice([*CODES, STRANGERS[0]]))]
            import_sources(ledger, [keep(engine, rows, "operators")], clock.entry(), valid_from=since)
        elif kind == "inspections":
            rows = [self.inspection(dice.randint(0, 15))]
            import_sources(ledger, [keep(engine, rows, "inspections")], clock.entry())
        elif kind == "decision":
            decision = Decision(dice.choice(self.cases[:80]), "revoked_by_court", AS_OF, "示例判1号", AS_OF)
            try:
                amend(ledger, decision, clock.entry())
            except UsageError as error:  # it cannot be used, or occurred later
                assert {problem.code for problem in error.problems} <= {"RE-864", "RE-865"}  # noqa: PT017


def _all(engine, url, folder, runs, name="reference", lang="zh", **known):
    folder.mkdir(exist_ok=True)
    made = from_ledger(url, folder, as_of=AS_OF, **known)
    sources = {"violations": None, "inspections": None, **made.sources}
    batch = engine.grade(sources["operators"], sources["violations"], sources["inspections"], as_of=AS_OF, engine=name)
    return batch.write(runs, keep=made.inputs, lang=lang)


def _again(engine, ledger, run, runs, name="reference", lang="zh", as_of=AS_OF, **known):
    """The run, or why everybody has to be graded."""

    def grade(operators, violations, inspections):
        return engine.grade(operators, violations, inspections, as_of=as_of, engine=name)

    with regraded(engine, ledger, run, grade, as_of=as_of, lang=lang, **known) as found:
        return found.reason if found.batch is None else found.batch.write(runs, keep=found.inputs, lang=lang)


def _said(run):
    """What a run says, but for the bytes of files that are written otherwise."""
    sources = {
        name: {key: value for key, value in entry.items() if key not in {"sha256", "file"}}
        for name, entry in run.manifest["sources"].items()
    }
    tables = {name: run.rows(name) for name in (*run.table_names(), "conduct", "register", "quarantine")}
    mend = {file.name: file.read_bytes() for file in (run.folder / "mend").glob("*")}
    return {"tables": run.manifest["tables"], "hash": run.manifest["content_hash"], "sources": sources, **tables} | mend


@pytest.fixture
def long_list(monkeypatch):
    """As if the list were too long for an unknown id to be compared with it."""
    for module in (crosscheck, cross_checks, carried_records):
        monkeypatch.setattr(module, "MOST_COMPARED", 3)


@pytest.mark.parametrize("seed", range(LEDGERS))
@pytest.mark.usefixtures("long_list")
def test_grading_those_affected_is_grading_all(seed, ledger, url, engine, clock, tmp_path):
    invented, name = Invented(seed), "duckdb" if seed == 0 else "reference"
    import_sources(ledger, invented.all(engine), clock.entry())
    run = _all(engine, url, tmp_path / "files", tmp_path / "all", name)
    counts = []
    for _ in range(4):
        for _ in range(invented.dice.randint(1, 2)):
            invented.change(engine, ledger, clock)
        everybody = _all(engine, url, tmp_path / "files", tmp_path / "all", name)
        again = _again(engine, ledger, run, tmp_path / "runs", name)
        if isinstance(again, str):
            assert again == "the records have other sources or columns than in the run"
            run = everybody
            continue
        assert _said(again) == _said(everybody)
        counts.append(json.loads((again.folder / "inputs" / "ledger.json").read_text("utf-8"))["only_affected"])
        run = again  # the next one rests on what was put together
    assert counts
    assert all(0 < count["graded_again"] <= len(CODES) + 1 for count in counts)


@pytest.fixture
def example(ledger, url, engine, clock, tmp_path):
    """The example's operators and violations, graded."""
    files = [EXAMPLES / "operators.csv", EXAMPLES / "violations.csv"]
    import_sources(ledger, [keep(engine, file) for file in files], clock.entry())
    return _all(engine, url, tmp_path / "files", tmp_path / "runs", "duckdb")


def _revoke(ledger, clock, run, count=3):
    held = sorted({row["record_id"] for row in run.rows("evidence") if row["source"] == "violations"})
    for violation in held[:count]:
        amend(ledger, Decision(violation, "revoked_by_body", AS_OF, "示例撤〔2022〕1号", AS_OF), clock.entry())


def test_a_few_of_many_are_graded_again(ledger, url, engine, clock, example, tmp_path):
    _revoke(ledger, clock, example)
    again = _again(engine, ledger, example, tmp_path / "again", "duckdb")
    everybody = _all(engine, url, tmp_path / "files", tmp_path / "all", "duckdb")
    assert _said(again) == _said(everybody)
    assert again.manifest["content_hash"] != example.manifest["content_hash"]
    said = json.loads((again.folder / "inputs" / "ledger.json").read_text("utf-8"))
    assert (said["only_affected"]["run_id"], said["change"]) == (example.run_id, 4)
    assert said["only_affected"]["graded_again"] < 60
    before = _again(engine, ledger, again, tmp_path / "again", "duckdb", known=1)
    assert before.manifest["content_hash"] == example.manifest["content_hash"], "back to what was known before"


def test_nothing_recorded_since_is_the_same_run(ledger, engine, example, tmp_path):
    again = _again(engine, ledger, example, tmp_path / "again", "duckdb")
    assert again.manifest["tables"] == example.manifest["tables"]


def test_a_list_of_natural_persons_alone_is_graded_again(ledger, url, engine, clock, tmp_path):
    persons = [
        {"operator_id": f"41100219800101{end}", "name": "示例运输", "fleet_size": "1"} for end in ("0019", "0027")
    ]
    import_sources(ledger, [keep(engine, persons[:1], "operators")], clock.entry())
    import_sources(ledger, [keep(engine, [], "violations")], clock.entry())
    run = _all(engine, url, tmp_path / "files", tmp_path / "all")
    again = _again(engine, ledger, run, tmp_path / "runs")
    assert again.manifest["tables"] == run.manifest["tables"], "nothing was recorded since"
    import_sources(ledger, [keep(engine, persons, "operators")], clock.entry())
    everybody = _all(engine, url, tmp_path / "files", tmp_path / "all")
    assert len(everybody.rows("grades")) == 2
    assert _said(_again(engine, ledger, run, tmp_path / "runs")) == _said(everybody), "one is new, the other is not"
    assert [each.operator_id for each in review(ledger, run).affected] == [persons[1]["operator_id"]]


def test_a_run_of_another_day_policy_or_program_is_refused(ledger, url, engine, clock, example, tmp_path):
    with pytest.raises(UsageError, match=r"RE-891.*as-of date"):
        _again(engine, ledger, example, tmp_path / "again", as_of=date(2023, 1, 31))
    text = engine.policy.content.decode().replace('version: "', 'version: "9', 1)
    other = tmp_path / "other.yaml"
    other.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=r"RE-891.*has changed since"):
        _again(Engine.load(other), ledger, example, tmp_path / "again")
    with pytest.raises(UsageError, match=r"RE-891.*its policy is"):
        _again(Engine.load("uk-fhrs"), ledger, example, tmp_path / "again")
    log = example.folder / "log.jsonl"
    log.write_text('{"versions": {"riskengine": "0.0.0"}}\n', "utf-8")
    with pytest.raises(UsageError, match=r"RE-891.*another version"):
        _again(engine, ledger, example, tmp_path / "again")
    strange, _ = init_ledger(str(tmp_path / "strange.db"))
    with pytest.raises(RunError, match="RE-872"):
        _again(engine, strange, example, tmp_path / "again")
    strange.close()


def test_where_it_cannot_be_told_everybody_is_graded_and_it_is_said_why(
    ledger, engine, clock, example, tmp_path, monkeypatch
):
    _revoke(ledger, clock, example, 1)
    with monkeypatch.context() as patched:
        patched.setattr(regrading, "MOST_AT_ONCE", 1)
        assert _again(engine, ledger, example, tmp_path / "a") == "more than 1 operators are concerned"
    with monkeypatch.context() as patched:
        patched.setattr(type(example.plan), "compares_peers", True)
        assert "compares operators" in _again(engine, ledger, example, tmp_path / "a")
    assert "does not come out" in _again(engine, ledger, example, tmp_path / "a", lang="en"), "other words"
    import_sources(ledger, [keep(engine, [Invented(1).inspection(1)], "inspections")], clock.entry())
    assert "other sources" in _again(engine, ledger, example, tmp_path / "a")


def test_a_run_that_does_not_replay_is_not_built_upon(ledger, engine, clock, example, tmp_path):
    """As when the program that graded it was another."""
    from pyarrow import parquet

    _revoke(ledger, clock, example, 1)
    touched = Path(example.folder / "grades.parquet")
    table = parquet.read_table(touched)
    names = table.column("name").to_pylist()
    parquet.write_table(table.set_column(1, "name", [[f"{name}甲" for name in names]]), touched)
    assert "does not come out" in _again(engine, ledger, example, tmp_path / "a")


@pytest.mark.usefixtures("example")
def test_the_command_says_what_it_did(ledger, url, engine, clock, example, tmp_path):
    _revoke(ledger, clock, example, 1)
    common = ["grade", "--as-of", "2022-12-31", "--out", str(tmp_path / "runs"), "--lang", "zh"]
    alone = [*common, "--ledger", url, "--only-affected"]

    def run(*arguments, code=0):
        done = CliRunner().invoke(cli, list(map(str, arguments)))
        assert done.exit_code == code, done.output + done.stderr
        return done

    done = run(*alone, "--previous", example.run_id)
    assert f"其余取自 {example.run_id}" in done.stderr
    everybody = json.loads(run(*common, "--ledger", url, "--json").stdout)
    again = json.loads((Path(done.stdout.splitlines()[-1]) / "manifest.json").read_text("utf-8"))
    assert again["tables"] == everybody["tables"]
    assert again["compared_with"] == everybody["compared_with"]
    assert not run("runs", "verify", tmp_path / "runs").stderr
    assert "RE-890" in run(*alone, code=2).stderr
    assert "RE-890" in run(*common, EXAMPLES / "operators.csv", "--only-affected", code=2).stderr
    assert "RE-893" in run(*alone, "--previous", example.run_id, "--map", "name=x", code=2).stderr
    assert "RE-861" in run(*alone, EXAMPLES / "operators.csv", "--previous", example.run_id, code=2).stderr
    assert "RE-602" in run(*alone, "--previous", "none_such", code=2).stderr
    said = run(*alone, "--previous", example.run_id, "--lang", "en")
    assert "RE-892" in said.stderr
    assert "everybody is graded" in said.stderr
