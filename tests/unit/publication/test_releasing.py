"""A list passes review; what was decided is displayed until it ends; the log tells it; on SQLite and PostgreSQL."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from small_record import PERSON

pytest.importorskip("sqlalchemy", reason="the extra ledger is not installed")

from databases import key, ledger, server, url

from riskengine import UsageError
from riskengine.ledger import Decision, Entry, amend, import_sources, verify_ledger
from riskengine.records import Known, read_to_keep
from riskengine.supervision.publication.releasing import export, log_table, propose_list, releases_in
from riskengine.supervision.publication.year import read_year
from riskengine.supervision.review.proceeding import Step
from riskengine.supervision.review.reviewing import propose, take

__all__ = ["key", "ledger", "server", "url"]

SECONDS = iter(range(1, 100_000))


def entry(day, who="甲"):
    second = next(SECONDS) % 86_000
    return Entry(datetime(day.year, day.month, day.day, 0, second // 60 % 60, second % 60, tzinfo=UTC), who, "test")


def on(text):
    return date.fromisoformat(text)


def reviewed(ledger, folder, day):
    """Propose, check, decide: three persons."""
    filed, rows = propose_list(ledger, read_year(folder), day, entry(day), "zh")
    for action, who in (("check", "乙"), ("decide", "丙")):
        take(
            ledger,
            filed.proceeding.id,
            Step(action, who, day, {"text": "示例", "document": "示例1号"}),
            entry(day, who),
        )
    return filed.proceeding.id, rows


def displayed(folder):
    return [row["decision_no"] for row in json.loads((folder / "penalty.json").read_text("utf-8"))["rows"]]


@pytest.fixture
def ordered(monkeypatch):
    """Times of recording that only go forward within a day."""
    monkeypatch.setattr("test_releasing.SECONDS", iter(range(1, 86_000)))


def test_a_penalty_goes_up_after_review_and_comes_down_when_it_is_revoked(ledger, record, tmp_path, ordered):
    folder, day = record(), on("2022-10-10")
    done = export(ledger, read_year(folder), day, entry(day), tmp_path / "0", "zh")
    assert (done.published, sum(done.displayed.values())) == (0, 0), "nothing is displayed before review"
    number, rows = reviewed(ledger, folder, day)
    assert len(rows) == 4
    done = export(ledger, read_year(folder), day, entry(day), tmp_path / "1", "zh")
    assert (done.published, displayed(tmp_path / "1")) == (4, ["罚1号"])
    folder = record(violations=[{"status": "revoked", "status_on": "2022-10-14"}])
    day = on("2022-10-17")
    done = export(ledger, read_year(folder), day, entry(day), tmp_path / "2", "zh")
    assert (done.published, done.taken_down, displayed(tmp_path / "2")) == (0, {"revoked": 1}, [])
    told = (tmp_path / "2" / "taken_down.csv").read_text("utf-8-sig")
    assert "被撤销、确认违法或者确认无效" in told
    assert "2022-10-17" in told
    log = list(csv.DictReader(io.StringIO(log_table(releases_in(ledger), read_year(folder)).decode("utf-8-sig"))))
    assert [(row["record_id"], row["taken_down_on"], row["reason"]) for row in log if row["class"] == "penalty"] == [
        ("罚1号", "2022-10-17", "revoked")
    ]
    assert {row["proceeding"] for row in log} == {number}
    assert verify_ledger(ledger) == []


def test_what_changed_is_reviewed_anew_and_the_same_person_cannot_pass_it(ledger, record, tmp_path, ordered):
    day = on("2022-10-10")
    reviewed(ledger, record(), day)
    export(ledger, read_year(record()), day, entry(day), tmp_path / "1", "zh")
    folder = record(penalties=[{"facts": "另一事实"}])
    filed, rows = propose_list(ledger, read_year(folder), day, entry(day), "zh")
    assert [row.record_id for row in rows] == ["罚1号"]
    with pytest.raises(UsageError, match="RE-922"):
        take(ledger, filed.proceeding.id, Step("check", "甲", day, {"text": "示例"}), entry(day))
    done = export(ledger, read_year(folder), day, entry(day), tmp_path / "2", "zh")
    assert (displayed(tmp_path / "2"), done.taken_down) == ([], {"changed": 1})
    with pytest.raises(UsageError, match="RE-951"):
        propose_list(ledger, read_year(folder), day, entry(day), "zh")


def test_a_decision_to_publish_that_is_revoked_brings_everything_down(ledger, record, tmp_path, ordered):
    folder, day = record(), on("2022-10-10")
    number, _ = reviewed(ledger, folder, day)
    export(ledger, read_year(folder), day, entry(day), tmp_path / "1", "zh")
    take(ledger, number, Step("revoke", "丙", day, {"text": "示例", "document": "示例2号"}), entry(day))
    done = export(ledger, read_year(folder), day, entry(day), tmp_path / "2", "zh")
    assert (sum(done.displayed.values()), done.taken_down) == (0, {"withdrawn": 4})


def test_no_day_before_the_last_export_or_after_today_and_no_full_folder(ledger, record, tmp_path, ordered):
    folder, day = record(), on("2022-10-10")
    reviewed(ledger, folder, day)
    year = read_year(folder)
    with pytest.raises(UsageError, match="RE-952"):
        export(ledger, year, on("2022-10-11"), entry(day), tmp_path / "1", "zh")
    export(ledger, year, day, entry(day), tmp_path / "1", "zh")
    with pytest.raises(UsageError, match="RE-952"):
        export(ledger, year, on("2022-10-09"), entry(day), tmp_path / "2", "zh")
    with pytest.raises(UsageError, match="RE-609"):
        export(ledger, year, day, entry(day), tmp_path / "1", "zh")
    assert not (tmp_path / "2").exists()
    assert not list(tmp_path.glob("*.writing"))


def test_what_ends_between_the_day_and_today_is_displayed_on_no_day(ledger, record, tmp_path, ordered):
    day = on("2022-10-10")
    reviewed(ledger, record(), day)
    folder = record(violations=[{"status": "revoked", "status_on": "2022-10-14"}])
    export(ledger, read_year(folder), on("2022-10-13"), entry(on("2022-10-17")), tmp_path / "1", "zh")
    assert displayed(tmp_path / "1") == []


def test_nothing_is_displayed_between_proposal_and_decision(ledger, record, tmp_path, ordered):
    folder, day = record(), on("2022-10-10")
    filed, _ = propose_list(ledger, read_year(folder), day, entry(day), "zh")
    for at, step in enumerate(
        (None, Step("check", "乙", day, {"text": "示例"}), Step("refuse", "丙", day, {"text": "否"}))
    ):
        if step is not None:
            take(ledger, filed.proceeding.id, step, entry(day, step.who))
        done = export(ledger, read_year(folder), day, entry(day), tmp_path / str(at), "zh")
        assert (done.published, displayed(tmp_path / str(at))) == (0, [])


def test_what_a_court_revoked_comes_down_though_the_record_says_nothing(ledger, record, tmp_path, ordered):
    folder, day = record(), on("2022-10-10")
    kept = [read_to_keep(folder / f"{name}.csv", name, Known()) for name in ("operators", "violations")]
    import_sources(ledger, kept, entry(day))
    reviewed(ledger, folder, day)
    export(ledger, read_year(folder), day, entry(day), tmp_path / "1", "zh")
    amend(ledger, Decision("罚1号", "revoked_by_court", day, "示例判1号", day), entry(day))
    done = export(ledger, read_year(folder), day, entry(day), tmp_path / "2", "zh")
    assert (displayed(tmp_path / "1"), displayed(tmp_path / "2")) == (["罚1号"], [])
    assert done.taken_down == {"revoked": 1}


def test_a_disclosure_names_its_records_and_has_no_notice_and_no_service(ledger, record, ordered):
    day = on("2022-10-10")
    step = Step("propose", "甲", day, {"facts": "示例", "grounds": "administrative_penalty_law:48:1"})
    with pytest.raises(UsageError, match="RE-923"):
        propose(ledger, "disclosure", "11411000DEM9000128", step, entry(day))
    number, _ = reviewed(ledger, record(), day)
    for action in ("serve", "notice"):
        with pytest.raises(UsageError, match="RE-921"):
            take(ledger, number, Step(action, "甲", day, {"document": "示例", "service": "direct"}), entry(day))


def test_nothing_goes_out_without_a_publisher(ledger, record, ordered):
    folder = record()
    (folder / "publication.yaml").write_text("settings: none\n", "utf-8")
    with pytest.raises(UsageError, match="RE-946"):
        propose_list(ledger, read_year(folder), on("2022-10-10"), entry(on("2022-10-10")), "zh")


def test_the_commands_walk_the_whole_way_and_show_no_number(publish, record, tmp_path, capsys):
    from riskengine.cli.main import main

    folder = record(
        operators=[{}, {"operator_id": PERSON, "name": "示例甲"}],
        violations=[{"operator_id": PERSON}],
        penalties=[{"facts": f"当事人{PERSON}"}],
    )
    db = tmp_path / "l.db"

    def told(*arguments):
        with pytest.raises(SystemExit) as stop:
            main([str(each) for each in arguments])
        assert stop.value.code == 0, capsys.readouterr().err

    at = [("--recorded-at", f"2022-10-10T09:0{minute}:00+08:00") for minute in range(6)]
    told("ledger", "init", "--db", db)
    run = publish("propose", folder, "--on", "2022-10-10", "--db", db, "--by", "甲", *at[0], "--json")
    number = json.loads(run.out)["proceeding"]
    assert json.loads(run.out)["records"] == {"inspection": 1, "permit": 1, "penalty": 1, "coercion": 1}
    review = ("supervise", "review")
    said = ("--on", "2022-10-10", "--db", db, "--text", "示例")
    told(*review, "check", number, *said, "--by", "乙", *at[1])
    told(*review, "decide", number, *said, "--document", "示例1号", "--by", "丙", *at[2])
    told(*review, "show", number, "--db", db, "--lang", "en")
    assert "state: decided, not published\n" in capsys.readouterr().out
    out = tmp_path / "out"
    run = publish("export", folder, "--as-of", "2022-10-10", "--out", out, "--db", db, "--by", "甲", *at[3])
    assert run.code == 0, run.err
    assert "行政处罚：公示 1 条" in run.out
    run = publish("log", "--db", db, "--record", folder, "--out", tmp_path / "publications.csv", "--json")
    assert json.loads(run.out)["publications"] == 4
    capsys.readouterr()
    told(*review, "trail", number, "--db", db)
    everything = capsys.readouterr().out + "".join(file.read_text("utf-8") for file in out.iterdir())
    everything += (tmp_path / "publications.csv").read_text("utf-8")
    assert PERSON not in everything
    assert "110105********002X" in everything
    told(*review, "show", number, "--db", db, "--lang", "en")
    stands = capsys.readouterr().out
    assert "state: published\n" in stands, "a list is served on nobody"
    run = publish("due", folder, "--as-of", "2022-10-10", "--db", db, "--json")
    assert run.code == 0
    assert json.loads(run.out)["standing"]["penalty"] == {"on_display": 1}
