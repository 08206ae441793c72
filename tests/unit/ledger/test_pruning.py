"""Deleting what is sealed of a person: by rule or one by one; the chain holds, grades stay, the bytes are gone."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import planted
import pytest
import sqlalchemy as sa
from test_planted_numbers import database

from riskengine import Engine, UsageError
from riskengine.facade.affected import review
from riskengine.facade.keeping import from_ledger, keep
from riskengine.ledger import (
    asked,
    due,
    erase,
    history,
    import_sources,
    is_pseudonym,
    open_ledger,
    prune,
    rules,
    verify_ledger,
)
from riskengine.ledger.schema import VAULT

AS_OF = date(2022, 12, 31)
LAWS = Path(__file__).parents[4] / "shared" / "laws"


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


@pytest.fixture
def filled(ledger, engine, clock, tmp_path):
    import_sources(ledger, [keep(engine, file) for file in planted.files(tmp_path)], clock.entry())
    return ledger


@pytest.fixture
def grade(filled, url, engine, tmp_path):
    def grading(known=None):
        made = from_ledger(url, tmp_path, as_of=AS_OF, known=known)
        batch = engine.grade(*(made.sources[name] for name in ("operators", "violations", "inspections")), as_of=AS_OF)
        return made, batch

    return grading


def _sealed(ledger, person):
    with ledger.reading() as connection:
        query = sa.select(VAULT.c.sealed).where(VAULT.c.person == person, VAULT.c.sealed.is_not(None))
        return list(connection.execute(query).scalars())


def _rows(batch):
    return {row["operator_id"]: row for row in batch.grades.to_pylist()}


def test_one_person_is_deleted_and_everything_else_stays(filled, url, clock, grade, tmp_path):
    _, before = grade()
    (found,) = asked(filled, [planted.NATURAL])
    sealed = _sealed(filled, found.person)
    assert (found.texts, is_pseudonym(found.person)) == (len(sealed), True)
    assert len(sealed) >= 3, "id, name, telephone"
    change = prune(filled, [found], clock.entry("请求删除"))
    assert erase(filled)
    assert change.detail == {"persons": [{"person": found.person, "rule": "asked"}], "texts": len(sealed)}
    assert verify_ledger(filled) == []
    made, after = grade()
    assert made.said["deleted_persons"] == 1
    old, new = _rows(before), _rows(after)
    mine, renamed = old.pop(planted.NATURAL), new.pop(found.person)
    assert old == new, "the grades of others"
    assert {**renamed, "operator_id": 0, "name": 0} == {**mine, "operator_id": 0, "name": 0}
    assert renamed["name"] == found.person
    _, replayed = grade(known=1)
    assert replayed.content_hash == after.content_hash != before.content_hash
    content = database(url, tmp_path)
    assert not [text for text in sealed if text.encode() in content], "not even what was sealed is there"
    assert planted.found_in(content) == []


def test_a_person_is_named_in_any_writing_or_by_a_pseudonym(filled):
    (found,) = asked(filled, [planted.LOWER])
    assert asked(filled, [planted.LOWER.upper()]) == asked(filled, [found.person]) == [found]
    (driver,) = asked(filled, [planted.DRIVER.lower()])
    assert asked(filled, [f" {planted.DRIVER}"]) == [driver]
    with pytest.raises(UsageError, match="RE-886") as caught:
        asked(filled, ["411002196001010019", "13700000000", planted.DRIVER])
    assert len(caught.value.problems) == 2


def test_what_was_deleted_stays_deleted_when_a_file_brings_it_again(filled, engine, clock, grade, tmp_path):
    found = asked(filled, [planted.NATURAL, planted.DRIVER])
    prune(filled, found, clock.entry())
    kept = [keep(engine, file) for file in planted.files(tmp_path)]
    assert import_sources(filled, kept, clock.entry()).change is None
    again = {"violation_id": "B1", "operator_id": planted.NATURAL, "risk_point": "HW-01", "occurred_on": "2022-09-01",
             "decided_on": "2022-09-02", "driver": planted.DRIVER.lower()}  # fmt: skip
    import_sources(filled, [keep(engine, [again], "violations")], clock.entry())
    assert [_sealed(filled, each.person) for each in found] == [[], []]
    assert prune(filled, found, clock.entry()) is None
    assert verify_ledger(filled) == []
    _, batch = grade()
    assert found[0].person in _rows(batch)
    assert found[0].person in {violation for row in [history(filled, "violations", "B1")] for violation in
                               [row["versions"][0]["cells"]["operator_id"]]}  # fmt: skip
    (asked_again,) = asked(filled, [found[0].person])
    assert asked_again.texts == 0


def test_a_mended_row_under_a_pseudonym_is_the_same_person(filled, engine, clock, grade):
    (found,) = asked(filled, [planted.NATURAL])
    prune(filled, [found], clock.entry())
    row = {"operator_id": found.person, "name": "", "fleet_size": "3", "licensed_on": "2010-05-01"}
    done = import_sources(filled, [keep(engine, [row], "operators")], clock.entry())
    assert (done.sources[0].corrected, done.sources[0].new) == (1, 0)


def test_the_rules_keep_who_is_active_and_name_who_is_not(filled, clock):
    assert {each.rule for each in due(filled, date(2021, 10, 31))} == set(), "before the law was in force"
    found = {each.person: each for each in due(filled, AS_OF)}
    (closed,) = asked(filled, [planted.LOWER])
    (old_driver,) = asked(filled, [planted.DRIVER_RESIDENT])
    assert set(found) == {closed.person, old_driver.person}
    assert (found[closed.person].rule, found[closed.person].last) == ("closed_operators", date(2013, 1, 1))
    assert (found[old_driver.person].rule, found[old_driver.person].last) == ("drivers", date(2012, 3, 9))
    later = {each.person for each in due(filled, date(2035, 1, 1))}
    (natural,), (driver,), (waiting,) = (
        asked(filled, [each]) for each in (planted.NATURAL, planted.DRIVER, planted.DRIVER_LEFT_OUT)
    )
    assert driver.person in later
    assert natural.person not in later, "an operator who is not closed"
    assert waiting.person not in later, "a row that waits to be mended"


@pytest.mark.parametrize("offset", [0, 1])
def test_the_period_ends_on_its_day(filled, offset):
    (closed,) = asked(filled, [planted.LOWER])
    persons = {each.person for each in due(filled, date(2021, 11, 1))}
    assert closed.person in persons, "five years after 2013-01-01, on the first day of the rule"
    (driver,) = asked(filled, [planted.DRIVER])
    persons = {each.person for each in due(filled, date(2027, 5, 8 + offset))}
    assert (driver.person in persons) == bool(offset), "last named in a decision of 2022-05-09"


def test_who_was_affected_is_told_as_before(filled, url, engine, clock, grade, tmp_path):
    made, batch = grade()
    run = batch.write(tmp_path / "runs", keep=made.inputs, previous=None)
    prune(filled, asked(filled, [planted.NATURAL]), clock.entry())
    assert review(filled, run).affected == []
    more = {"violation_id": "B2", "operator_id": planted.NATURAL, "risk_point": "HW-01", "occurred_on": "2022-09-01",
            "decided_on": "2022-09-02", "penalty": "30000", "severity": "serious", "vehicle": "豫K12345"}  # fmt: skip
    import_sources(filled, [keep(engine, [more], "violations")], clock.entry())
    (each,) = review(filled, run).affected
    assert is_pseudonym(each.operator_id)
    assert each.old is not None
    assert each.new is not None


def test_what_was_sealed_again_by_hand_is_found(filled, clock):
    (found,) = asked(filled, [planted.NATURAL])
    with filled.reading() as connection:
        rows = connection.execute(sa.select(VAULT).where(VAULT.c.person == found.person)).mappings().all()
    prune(filled, [found], clock.entry())
    with filled.writing() as connection:
        connection.execute(sa.delete(VAULT).where(VAULT.c.pseudonym == rows[0]["pseudonym"]))
        connection.execute(sa.insert(VAULT).values(dict(rows[0])))
    assert [problem.found for problem in verify_ledger(filled)] == [rows[0]["pseudonym"]]


def test_bytes_are_said_to_be_left_while_somebody_reads(engine, clock, tmp_path):
    from riskengine.ledger import init_ledger

    ledger, _ = init_ledger(str(tmp_path / "ledger.db"))
    import_sources(ledger, [keep(engine, file) for file in planted.files(tmp_path)], clock.entry())
    reader = open_ledger(str(tmp_path / "ledger.db"))
    with reader.reading() as connection:
        connection.execute(sa.select(VAULT)).all()
        prune(ledger, asked(ledger, [planted.NATURAL]), clock.entry())
        assert not erase(ledger, patience=0)
    assert erase(ledger)
    reader.close()
    ledger.close()


def test_at_the_command_line(tmp_path, monkeypatch):
    from click.testing import CliRunner

    from riskengine.cli.main import cli

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RISKENGINE_DB", str(tmp_path / "l.db"))
    monkeypatch.setenv("RISKENGINE_LANG", "en")

    def run(*arguments, code=0, **options):
        done = CliRunner().invoke(cli, [*map(str, arguments)], **options)
        assert done.exit_code == code, done.output + done.stderr
        return done

    run("ledger", "init")
    run("ledger", "import", *planted.files(tmp_path))
    common = ["--why", "retention", "--as-of", "2022-12-31"]
    said = run("ledger", "prune", *common, "--dry-run").stdout
    assert "2 persons" in said
    assert "411002********001X" in said
    assert "2013-01-01" in said
    listed = json.loads(run("ledger", "prune", *common, "--json").stdout)
    assert (listed["change"], listed["erased"], len(listed["persons"])) == (2, True, 2)
    assert "nobody is due" in run("ledger", "prune", *common).stdout
    document = ["--why", "asked for it", "--document", "示例删〔2023〕1号", "--by", "示例登记员"]
    said = run("ledger", "prune", "--person", "-", *document, input=f"{planted.NATURAL}\n\n").stdout
    assert "recorded as change 3" in said
    last = json.loads(run("ledger", "show", "--changes", "--json").stdout)[-1]
    assert (last["kind"], last["document"], last["who"]) == ("prune", "示例删〔2023〕1号", "示例登记员")
    assert "RE-886" in run("ledger", "prune", "--person", "411002196001010019", "--why", "x", code=2).stderr
    graded = run("grade", "--ledger", "l.db", "--as-of", "2022-12-31", "--out", "runs", "--previous", "none")
    assert "RE-887" in graded.stderr
    assert "verified: 3 changes" in run("ledger", "verify").stdout
    run("ledger", "rekey", "new.key", "--why", "once a year", "--key", tmp_path / "nowhere", code=2)
    assert "recorded as change 4" in run("ledger", "rekey", "new.key", "--why", "once a year").stdout
    assert "verified: 4 changes" in run("ledger", "verify", "--key", "new.key").stdout


def test_the_articles_say_what_the_rules_rest_on():
    register = LAWS / "index.csv"
    if not register.is_file():
        pytest.skip("the register of laws lies beside the project")
    with register.open(encoding="utf-8-sig", newline="") as file:
        files = {row["law_id"]: row["file"] for row in csv.DictReader(file)}
    for rule in rules().values():
        text = (LAWS / files[rule["law"]]).read_text("utf-8")
        assert rule["basis"] == "local_policy"
        assert "个人信息的保存期限应当为实现处理目的所必要的最短时间" in text
        assert "保存期限已届满" in text
        assert set(rule["articles"]) == {"19", "47"}
