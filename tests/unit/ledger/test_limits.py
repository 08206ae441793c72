"""Limits of the law, at their edges: two years to the day, one fine for one act, first and minor."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from riskengine import Engine
from riskengine.catalog import load_shipped
from riskengine.cli.main import cli
from riskengine.facade.keeping import keep
from riskengine.ledger import import_sources, limits, questions

LAWS = Path(__file__).parents[4] / "shared" / "laws"
OPERATOR = "91411000MA40000A18"
BASE = {"operator_id": OPERATOR, "risk_point": "HW-01", "severity": "general", "penalty": "500", "penalty_kind": "fine"}


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


@pytest.fixture
def asked(ledger, engine, clock):
    def asking(violations, inspections=None):
        given = [([{"operator_id": OPERATOR}], "operators"), (violations, "violations")]
        given += [(inspections, "inspections")] if inspections else []
        import_sources(ledger, [keep(engine, rows, name) for rows, name in given], clock.entry())
        return [(each.limit, each.violation_id, *each.beside) for each in questions(ledger)]

    return asking


def _row(name, occurred, decided, **more):
    return {**BASE, "violation_id": name, "occurred_on": occurred, "decided_on": decided, **more}


def test_two_years_to_the_day(asked):
    rows = [
        _row("ON", "2020-03-01", "2022-03-01"),
        _row("AFTER", "2020-03-02", "2022-03-03"),
        _row("LEAP", "2020-02-29", "2022-02-28"),
        _row("LEAP-AFTER", "2020-02-29", "2022-03-01"),
        _row("BEFORE-THE-LAW", "2018-01-01", "2021-07-14"),
        _row("FOUND-IN-TIME", "2020-03-03", "2022-06-01", inspection_id="J1"),
        _row("FOUND-LATE", "2020-03-04", "2022-06-01", inspection_id="J2"),
    ]
    inspections = [
        {"inspection_id": "J1", "operator_id": OPERATOR, "inspected_on": "2022-03-03"},
        {"inspection_id": "J2", "operator_id": OPERATOR, "inspected_on": "2022-03-05"},
    ]
    found = [name for limit, name in asked(rows, inspections) if limit == "time_limit"]
    assert found == ["LEAP-AFTER", "AFTER", "FOUND-LATE"]


def test_two_fines_of_one_day_and_vehicle(asked):
    rows = [
        _row("A", "2022-03-01", "2022-03-02", vehicle="豫K12345"),
        _row("B", "2022-03-01", "2022-03-05", vehicle="豫K12345"),
        _row("WARNED", "2022-03-01", "2022-03-02", vehicle="豫K12345", penalty_kind="warning"),
        _row("OTHER-DAY", "2022-03-02", "2022-03-02", vehicle="豫K12345"),
        _row("OTHER-POINT", "2022-03-01", "2022-03-02", vehicle="豫K12345", risk_point="RT-03"),
        _row("NO-PLATE", "2022-03-01", "2022-03-02"),
        _row("NO-PLATE-2", "2022-03-01", "2022-03-02"),
    ]
    assert [each for each in asked(rows) if each[0] == "fined_twice"] == [("fined_twice", "A", "B")]


def test_first_and_minor(asked):
    rows = [
        _row("FIRST", "2022-03-01", "2022-03-02", severity="minor"),
        _row("SECOND", "2022-03-05", "2022-03-06", severity="minor"),
    ]
    assert asked(rows) == [("first_and_minor", "FIRST")]


def test_the_command_says_the_article(asked, url):
    asked([_row("AFTER", "2020-03-02", "2022-03-03")])
    said = CliRunner().invoke(cli, ["ledger", "limits", "--db", url, "--lang", "en"])
    assert (said.exit_code, "Administrative Penalty Law art. 36" in said.stdout) == (0, True)
    (row,) = json.loads(CliRunner().invoke(cli, ["ledger", "limits", "--db", url, "--json"]).stdout)
    assert (row["limit"], row["violation_id"], row["article"]) == ("time_limit", "AFTER", "36")


@pytest.mark.skipif(not (LAWS / "index.csv").is_file(), reason="the law texts are not beside the project")
def test_the_articles_say_so():
    words = {"time_limit": ("三十六", "二年内未被发现"), "fined_twice": ("二十九", "不得给予两次以上罚款"),
             "first_and_minor": ("三十三", "初次违法且危害后果轻微并及时改正")}  # fmt: skip
    with (LAWS / "index.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for name, limit in limits().items():
        version = load_shipped().laws.in_force(limit["law"], limit["from"])
        assert version.effective_from == limit["from"]
        name_of = next(
            r["file"] for r in rows if r["law_id"] == limit["law"] and r["version_date"] == str(version.version)
        )
        said = re.search(
            rf"^第{words[name][0]}条.*?(?=^第)", (LAWS / name_of).read_text("utf-8"), re.MULTILINE | re.DOTALL
        )
        assert said is not None
        assert words[name][1] in said[0]
