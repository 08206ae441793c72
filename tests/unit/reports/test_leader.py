"""The leader's page: each of its figures counted again by a query of its own, and which things are chosen."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date

import duckdb
import pytest
from click.testing import CliRunner

from riskengine import Engine
from riskengine.cli.main import cli
from riskengine.kernel.wording import catalogue
from riskengine.reports.leader import leader_findings, write_leader_page
from riskengine.reports.printing import browser

PERSON = "11010519491231002X"


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    engine = Engine.load()
    files = "examples/operators.csv", "examples/violations.csv"
    return [engine.grade(*files, as_of=day).write(folder) for day in (date(2022, 6, 30), date(2022, 12, 31))]


@pytest.fixture(scope="module")
def found(two):
    return {finding.rule: finding for finding in leader_findings(two[1], "zh")}


def rows(query, **folders):
    for name, run in folders.items():
        query = query.replace(name, str(run.folder))
    return duckdb.connect().execute(query).fetchall()


def test_five_things_are_told_in_the_order_of_the_rules(two, found):
    order = [entry["rule"] for entry in catalogue("riskengine.reports.leader", "rules.yaml")["rules"]]
    assert len(found) == 5
    assert [rule for rule in order if rule in found] == list(found)


def test_those_who_fell_are_counted_and_the_nearest_to_the_top_come_first(two, found):
    before, now = two
    expected = rows("""select count(*) from 'NOW/grades.parquet' n join 'OLD/grades.parquet' o using (operator_id)
        where n.grade = 'D' and o.grade in ('AA', 'A', 'B', 'C')""", NOW=now, OLD=before)  # fmt: skip
    assert found["fell"].number == expected[0][0]
    best = rows("""select n.operator_id from 'NOW/grades.parquet' n join 'OLD/grades.parquet' o using (operator_id)
        where n.grade = 'D' and o.grade in ('AA', 'A', 'B', 'C')
        order by list_position(['AA', 'A', 'B', 'C'], o.grade), n.score, n.operator_id
        limit 4""", NOW=now, OLD=before)  # fmt: skip
    for (operator_id,), line in zip(best, found["fell"].evidence, strict=True):
        assert operator_id in line


def test_actions_that_rest_on_law_are_counted_by_operator(two, found):
    expected = rows("""select count(distinct operator_id) from 'NOW/actions.parquet'
        where law is not null and reason like 'rule:%'""", NOW=two[1])  # fmt: skip
    assert found["proceedings"].number == expected[0][0]
    assert all("《" in line for line in found["proceedings"].evidence)


def test_the_risk_point_that_rises_most(two, found):
    expected = rows("""
        with n as (select risk_point, count(distinct operator_id) c from 'NOW/signals.parquet'
                   where status = 'fired' and risk_point is not null group by 1),
             o as (select risk_point, count(distinct operator_id) c from 'OLD/signals.parquet'
                   where status = 'fired' and risk_point is not null group by 1)
        select risk_point, n.c - coalesce(o.c, 0) from n left join o using (risk_point)
        order by 2 desc, 1 limit 1""", NOW=two[1], OLD=two[0])[0]  # fmt: skip
    assert found["rising"].number == expected[1]
    assert expected[0] in found["rising"].title


def test_the_county_over_its_share(two, found):
    expected = rows("""
        with graded as (select county, grade in ('C', 'D') as bad from 'NOW/grades.parquet'
            join 'NOW/inputs/register.parquet' using (operator_id)
            where grade in ('AA', 'A', 'B', 'C', 'D') and county is not null),
        every as (select count(*) n, count(*) filter (bad) b from graded)
        select county, count(*) filter (bad) from graded, every group by county, n, b
        having count(*) filter (bad) >= 3 and count(*) filter (bad) * n * 2 >= 3 * b * count(*)
        order by count(*) filter (bad) * n - b * count(*) desc, county limit 1""", NOW=two[1])  # fmt: skip
    assert (expected != []) == ("county" in found)
    if expected:
        assert (expected[0][0] in found["county"].title, found["county"].number) == (True, expected[0][1])


def test_those_that_cannot_be_graded(two, found):
    expected = rows("select count(*) from 'NOW/grades.parquet' where status = 'not_evaluable'", NOW=two[1])
    assert found["untold"].number == expected[0][0]


def test_without_an_earlier_run_nothing_is_said_to_have_changed(two):
    rules = [finding.rule for finding in leader_findings(two[0], "en")]
    assert not {"fell", "rising", "rose"} & set(rules)
    assert "worst" in rules or "commonest" in rules


def test_what_flatters_comes_before_everything(run):
    first = leader_findings(run, "en")[0]
    expected = rows("""select count(*), sum(quarantined_count) from 'NOW/grades.parquet'
        where quarantined_count > 0""", NOW=run)[0]  # fmt: skip
    assert (first.rule, first.number) == ("flattered", expected[0])
    assert first.title.endswith(f": {expected[1]})")


def test_a_clean_list_has_nothing_to_tell(tmp_path):
    operators = [{"operator_id": "OP-1", "name": "示例", "fleet_size": "1", "licensed_on": "2015-01-01"}]
    run = Engine.load().grade(operators, [], as_of=date(2022, 12, 31)).write(tmp_path)
    assert leader_findings(run, "zh") == ()
    write_leader_page(run, tmp_path / "page.html", "zh")
    assert "没有" in (tmp_path / "page.html").read_text("utf-8")


def months(counts):
    """Violations of a clean kind: so many in each of the thirteen months to December 2022."""
    for at, count in enumerate(counts):
        month = f"{2021 + (at + 11) // 12}-{(at + 11) % 12 + 1:02d}"
        for number in range(count):
            yield {
                "violation_id": f"V-{at}-{number}",
                "operator_id": f"OP-{number}",
                "risk_point": "RT-02",
                "occurred_on": f"{month}-10",
                "decided_on": f"{month}-12",
                "severity": "minor",
                "penalty": "0",
                "penalty_kind": "warning",
            }


@pytest.mark.parametrize(("last", "told"), [(25, True), (24, False)])
def test_a_month_is_told_from_a_quarter_above_the_mean_on(tmp_path, last, told):
    operators = [{"operator_id": f"OP-{number}", "name": "示例", "licensed_on": "2015-01-01"} for number in range(30)]
    batch = Engine.load().grade(operators, list(months([20] * 12 + [last])), as_of=date(2022, 12, 31))
    rules = {finding.rule: finding for finding in leader_findings(batch.write(tmp_path), "en")}
    assert ("surge" in rules) == told
    if told:
        assert rules["surge"].number == last
        assert "2022-12" in rules["surge"].title


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_equal_runs_give_equal_pages_and_nothing_is_fetched(two, tmp_path, lang):
    for name in ("a", "b"):
        write_leader_page(two[1], tmp_path / name, lang)
    page = (tmp_path / "a").read_text("utf-8")
    assert page == (tmp_path / "b").read_text("utf-8")
    assert two[1].manifest["sha256"] in page
    assert not any(word in page for word in ("http:", "https:", "src=", "@import", "url("))


def test_persons_are_masked(tmp_path):
    person = {"operator_id": PERSON, "name": "某小样", "licensed_on": "2015-01-01"}
    violation = {"violation_id": "V-1", "operator_id": PERSON, "risk_point": "HW-01", "occurred_on": "2022-13-01"}
    batch = Engine.load().grade([person], [violation], as_of=date(2022, 12, 31))
    run = batch.write(tmp_path)
    told = "".join(line for finding in leader_findings(run, "zh") for line in finding.evidence)
    assert "110105********002X" in told
    assert PERSON not in told
    assert "某小样" not in told


def test_the_command_writes_the_page_and_tells_it_as_json(two, tmp_path):
    done = CliRunner().invoke(cli, ["brief", str(two[1].folder), "--out", str(tmp_path / "b.html"), "--json"])
    told = json.loads(done.output)
    assert [entry["rule"] for entry in told["findings"]] == [one.rule for one in leader_findings(two[1], "zh")]
    assert (tmp_path / "b.html").exists()
    taken = tmp_path / "b.html" / "under"
    done = CliRunner().invoke(cli, ["brief", str(two[1].folder), "--out", str(taken)])
    assert (done.exit_code, "RE-609" in done.stderr) == (2, True)


@pytest.mark.skipif(browser() is None or shutil.which("pdfinfo") is None, reason="no Chromium or no pdfinfo")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_one_page_of_a4(two, tmp_path, lang):
    done = CliRunner().invoke(cli, ["brief", str(two[1].folder), "--out", str(tmp_path / "b.pdf"), "--lang", lang])
    assert done.exit_code == 0, done.stderr
    told = subprocess.run(["pdfinfo", tmp_path / "b.pdf"], capture_output=True, text=True, check=True).stdout
    assert "Pages:           1\n" in told
    assert "A4" in told
