"""Status over time: stayed, upheld, revoked, found void, repaired; each with document and day."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from riskengine import Engine, UsageError
from riskengine.catalog import load_shipped
from riskengine.facade.keeping import from_ledger, keep
from riskengine.ledger import Decision, amend, changes, history, import_sources, kinds, verify_ledger

LAWS = Path(__file__).parents[4] / "shared" / "laws"
OPERATOR = {
    "operator_id": "91411000MA40000A18",
    "name": "示例运输有限公司",
    "fleet_size": "20",
    "licensed_on": "2018-05-01",
}
VIOLATION = {
    "violation_id": "示例罚〔2022〕1号",
    "operator_id": "91411000MA40000A18",
    "risk_point": "HW-01",
    "occurred_on": "2022-03-01",
    "decided_on": "2022-03-09",
    "penalty": "2000",
    "severity": "general",
    "penalty_kind": "fine",
    "vehicle": "豫K12345",
}
DOCUMENT = {"document": "（2022）示例行终1号", "document_on": date(2022, 6, 1), "body": "示例市中级人民法院"}
ID = VIOLATION["violation_id"]


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


@pytest.fixture
def started(ledger, engine, clock):
    kept = [keep(engine, [OPERATOR], "operators"), keep(engine, [VIOLATION], "violations")]
    import_sources(ledger, kept, clock.entry())
    return ledger


@pytest.fixture
def grade(started, url, engine, tmp_path):
    def grading(as_of, known=None):
        made = from_ledger(url, tmp_path, as_of=as_of, known=known)
        return engine.grade(made.sources["operators"], made.sources["violations"], as_of=as_of)

    return grading


def _score(batch):
    return int(batch.grades.to_pylist()[0]["score"])


def _decide(ledger, clock, kind, day, **options):
    return amend(ledger, Decision(ID, kind, day, **DOCUMENT), clock.entry(), **options)


def test_a_revoked_penalty_stops_counting_on_its_day_and_earlier_runs_replay(started, grade, clock):
    before = grade(date(2022, 12, 31))
    _decide(started, clock, "revoked_by_court", date(2022, 6, 15))
    after = grade(date(2022, 12, 31))
    assert _score(after) > _score(before)
    assert grade(date(2022, 12, 31), known=1).content_hash == before.content_hash
    assert _score(grade(date(2022, 6, 14))) == _score(before), "the day before, it still held"
    assert _score(grade(date(2022, 6, 15))) == 100
    assert verify_ledger(started) == []


def test_a_stay_and_its_end(started, grade, clock):
    held = _score(grade(date(2022, 4, 1)))
    _decide(started, clock, "stay", date(2022, 4, 10))
    _decide(started, clock, "upheld", date(2022, 8, 1))
    days = (date(2022, 4, 9), date(2022, 4, 10), date(2022, 7, 31), date(2022, 8, 1))
    assert [_score(grade(day)) for day in days] == [held, 100, 100, held]


def test_decisions_are_ordered_by_their_days_not_by_their_recording(started, grade, clock):
    _decide(started, clock, "upheld", date(2022, 8, 1))
    _decide(started, clock, "stay", date(2022, 4, 10))
    assert [_score(grade(day)) for day in (date(2022, 5, 1), date(2022, 9, 1))] == [
        100,
        _score(grade(date(2022, 4, 1))),
    ]


def test_what_was_void_never_held(started, grade, clock):
    _decide(started, clock, "annulled", date(2022, 6, 15))
    assert _score(grade(date(2022, 3, 31))) == 100


def test_an_objection_changes_no_status(started, grade, clock):
    before = grade(date(2022, 12, 31)).content_hash
    amend(started, Decision(ID, "review_filed", date(2022, 4, 1)), clock.entry())
    assert grade(date(2022, 12, 31)).content_hash == before


def test_a_decision_recorded_in_error_is_taken_back(started, grade, clock):
    before = grade(date(2022, 12, 31)).content_hash
    _decide(started, clock, "repaired", date(2022, 9, 1))
    changed = grade(date(2022, 12, 31)).content_hash
    assert changed != before
    _decide(started, clock, "repaired", date(2022, 9, 1), take_back=True)
    assert grade(date(2022, 12, 31)).content_hash == before
    assert grade(date(2022, 12, 31), known=2).content_hash == changed
    with pytest.raises(UsageError, match="RE-868"):
        _decide(started, clock, "stay", date(2022, 9, 1), take_back=True)


def test_the_same_decision_again_is_no_change(started, clock):
    assert _decide(started, clock, "stay", date(2022, 4, 10)) is not None
    assert _decide(started, clock, "stay", date(2022, 4, 10)) is None
    assert len(changes(started)) == 2


def test_a_status_of_the_file_and_decisions_are_one_line(ledger, url, engine, clock, tmp_path):
    """The file says: pending from 1 April. A decision says: upheld on 1 May. The later day counts."""
    row = {**VIOLATION, "status": "pending", "status_on": "2022-04-01"}
    kept = [keep(engine, [OPERATOR], "operators"), keep(engine, [row], "violations")]
    import_sources(ledger, kept, clock.entry())
    amend(ledger, Decision(ID, "upheld", date(2022, 5, 1), **DOCUMENT), clock.entry())
    amend(ledger, Decision(ID, "stay", date(2022, 3, 20), **DOCUMENT), clock.entry())
    amend(ledger, Decision(ID, "stay_ended", date(2022, 3, 25), **DOCUMENT), clock.entry())
    scores = []
    for day in ("2022-03-19", "2022-03-20", "2022-03-25", "2022-04-01", "2022-04-30", "2022-05-01"):
        made = from_ledger(url, tmp_path, as_of=date.fromisoformat(day))
        batch = engine.grade(made.sources["operators"], made.sources["violations"], as_of=date.fromisoformat(day))
        scores.append(_score(batch) < 100)
    assert scores == [True, False, True, False, False, True]


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (Decision("示例罚〔2022〕2号", "stay", date(2022, 4, 1), **DOCUMENT), "RE-864"),
        (Decision(ID, "stay", date(2022, 2, 28), **DOCUMENT), "RE-865"),
        (Decision(ID, "reboked_by_court", date(2022, 4, 1), **DOCUMENT), "RE-866.*revoked_by_court"),
        (Decision(ID, "repaired", date(2022, 4, 1)), "RE-867"),
    ],
)
def test_what_cannot_be_recorded_is_told(started, clock, decision, code):
    with pytest.raises(UsageError, match=code):
        amend(started, decision, clock.entry())
    assert len(changes(started)) == 1


def test_the_history_says_who_why_and_by_which_article(started, clock):
    _decide(started, clock, "revoked_by_review", date(2023, 12, 31))
    _decide(started, clock, "revoked_by_review", date(2024, 1, 1))
    found = history(started, "violations", "示例罚〔2022〕１号")
    assert found["versions"][0]["cells"]["penalty"] == "2000"
    assert found["versions"][0]["change"]["who"] == "示例登记员"
    cited = [[law["article"] for law in decision["laws"]] for decision in found["decisions"]]
    assert cited == [["28"], ["64"]]


def test_every_article_is_of_the_register_and_in_force_on_its_days():
    laws = load_shipped().laws
    for kind in kinds().values():
        for cited in kind.laws:
            version = laws.in_force(cited.law, cited.since)
            assert version is not None, (kind.name, cited)
            assert int(cited.article) <= version.articles
            assert cited.until is None or cited.until == version.effective_to


@pytest.mark.skipif(not (LAWS / "index.csv").is_file(), reason="the law texts are not beside the project")
def test_every_article_speaks_of_what_it_is_cited_for():
    words = {"stay": "停止执行", "upheld": "", "revoked": "撤销", "annulled": "无效", "revoked_by_body": "主动改正"}
    words |= dict.fromkeys(("repair", "repaired"), "信用修复")
    with (LAWS / "index.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for kind in kinds().values():
        word = words.get(kind.name) or words.get(kind.name.split("_", maxsplit=1)[0], "不停止执行")
        for cited in kind.laws:
            version = load_shipped().laws.in_force(cited.law, cited.since)
            name = next(
                r["file"] for r in rows if r["law_id"] == cited.law and r["version_date"] == str(version.version)
            )
            text = (LAWS / name).read_text("utf-8")
            said = re.search(
                rf"^第{_numeral(int(cited.article))}条.*?(?=^第[一-龥]+条|\Z)", text, re.MULTILINE | re.DOTALL
            )
            assert said is not None, (kind.name, cited)
            assert word in said[0], (kind.name, cited)


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    digits = "零一二三四五六七八九"
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")


def test_of_one_day_the_decision_recorded_last_counts(started, grade, clock):
    held = _score(grade(date(2022, 4, 1)))
    _decide(started, clock, "stay", date(2022, 4, 10))
    _decide(started, clock, "upheld", date(2022, 4, 10))
    assert _score(grade(date(2022, 4, 10))) == held
    assert _score(grade(date(2022, 4, 10), known=2)) == 100
