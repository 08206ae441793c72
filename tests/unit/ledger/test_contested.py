"""Challenges that the ledger knows: filings and what decided them, counted beside those of a record folder."""

from __future__ import annotations

from datetime import date

import pytest

from riskengine import Engine
from riskengine.cli.main import main
from riskengine.facade.keeping import keep
from riskengine.ledger import Decision, amend, challenge_steps, import_sources
from riskengine.supervision.outcomes.counting import count_outcomes
from riskengine.supervision.outcomes.ledgers import challenges_of
from riskengine.supervision.outcomes.rules import read_outcome_rules

RULES = read_outcome_rules(None)
PERSON = "11010519491231002X"  # the example of the standard: nobody's
OPERATOR = {"operator_id": "91411000MA40000A18", "name": "示例运输有限公司", "licensed_on": "2018-05-01"}
DRIVER = {"operator_id": PERSON, "name": "示例甲", "licensed_on": "2018-05-01"}
HEAD = "violation_id,operator_id,risk_point,occurred_on,decided_on\n"
SINCE, UNTIL = date(2022, 1, 1), date(2022, 12, 31)


def _violation(name, operator=OPERATOR):
    day = {"occurred_on": "2022-03-01", "decided_on": "2022-03-09"}
    return {
        "violation_id": name,
        "operator_id": operator["operator_id"],
        "risk_point": "HW-01",
        "penalty": "500",
        **day,
    }


VIOLATIONS = [_violation(name) for name in "ABCDEFG"] + [_violation(f"({PERSON})1", DRIVER)]
DECIDED = [  # violation, kind, day
    ("A", "review_filed", date(2022, 4, 1)),
    ("A", "revoked_by_review", date(2022, 5, 20)),
    ("B", "review_filed", date(2022, 4, 1)),
    ("B", "upheld", date(2022, 5, 20)),
    ("B", "suit_filed", date(2022, 6, 1)),
    ("C", "suit_filed", date(2022, 6, 1)),
    ("C", "revoked_by_court", date(2023, 2, 1)),  # after the period
    ("D", "revoked_by_body", date(2022, 5, 20)),  # nobody contested it
    ("E", "suit_filed", date(2022, 6, 1)),
    ("E", "annulled", date(2022, 9, 1)),  # never held; dated by its document
    ("F", "revoked_by_court", date(2022, 9, 1)),  # the filing was not recorded
    (f"({PERSON})1", "suit_filed", date(2022, 6, 1)),
    (f"({PERSON})1", "revoked_by_body", date(2022, 9, 1)),
]
OUTCOMES = {"A": "revoked", "B": "pending", "C": "pending", "E": "revoked", "F": "revoked", f"({PERSON})1": "changed"}


@pytest.fixture(scope="module")
def engine():
    return Engine.load()


@pytest.fixture
def told(ledger, engine, clock):
    """A ledger with penalties and what was decided about them."""
    kept = [keep(engine, [OPERATOR, DRIVER], "operators"), keep(engine, VIOLATIONS, "violations")]
    import_sources(ledger, kept, clock.entry())
    for violation, kind, day in DECIDED:
        document = {"document": f"示例书{violation[0]}{kind}", "document_on": day}
        amend(ledger, Decision(violation, kind, day, **document), clock.entry())
    return ledger


def _folder(path, names, challenges=None):
    rows = [f"{each['violation_id']},{each['operator_id']},HW-01,2022-03-01,2022-03-09" for each in VIOLATIONS]
    chosen = [row for row in rows if row.split(",")[0] in names]
    (path / "violations.csv").write_text(HEAD + "\n".join(chosen) + "\n", "utf-8")
    if challenges is not None:
        head = "challenge_id,violation_id,kind,filed_on,decided_on,result,ground\n"
        (path / "challenges.csv").write_text(head + "\n".join(challenges) + "\n", "utf-8")
    return path


def _became(report):
    return {each.penalty.violation_id: each.became.outcome for each in (*report.concluded, *report.pending)}


def test_filings_and_decisions_become_challenges(told, tmp_path):
    steps = challenge_steps(told, RULES.ledger, UNTIL)
    assert [step.on for step in steps] == sorted(step.on for step in steps)
    assert len(steps) == len(DECIDED) - 1  # one lies after the last day
    folder = _folder(tmp_path, {each["violation_id"] for each in VIOLATIONS})
    report = count_outcomes(folder, RULES, SINCE, UNTIL, challenges_of(steps, RULES))
    assert _became(report) == OUTCOMES
    assert report.ledger == {"used": 7, "in_record": 0, "no_penalty": 0}
    assert (report.decided.penalties, report.decided.challenged, report.decided.overturned) == (8, 6, 4)


def test_the_file_wins_and_what_the_record_does_not_have_is_told(told, tmp_path):
    steps = challenge_steps(told, RULES.ledger, UNTIL)
    line = "1,A,reconsideration,2022-04-01,2022-05-21,changed,明显不当"
    folder = _folder(tmp_path, {"A", "B", "C", "D"}, [line])
    report = count_outcomes(folder, RULES, SINCE, UNTIL, challenges_of(steps, RULES))
    assert _became(report) == {"A": "changed", "B": "pending", "C": "pending"}
    assert report.ledger == {"used": 3, "in_record": 1, "no_penalty": 3}
    assert [each.ground for each in report.fallen] == ["unfit"]


def test_what_was_taken_back_is_none(told, tmp_path, clock):
    decision = Decision(
        "A", "revoked_by_review", date(2022, 5, 20), document="示例书Arevoked_by_review", document_on=date(2022, 5, 20)
    )
    amend(told, decision, clock.entry(), take_back=True)
    report = count_outcomes(
        _folder(tmp_path, {"A"}), RULES, SINCE, UNTIL, challenges_of(challenge_steps(told, RULES.ledger, UNTIL), RULES)
    )
    assert _became(report) == {"A": "pending"}


def test_the_command_reads_a_ledger_and_masks_the_person(told, url, key, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("RISKENGINE_LANG", raising=False)
    folder = _folder(tmp_path, {each["violation_id"] for each in VIOLATIONS})
    period = ["--from", "2022-01-01", "--until", "2022-12-31"]
    with pytest.raises(SystemExit) as stop:
        main(
            [
                "supervise",
                "outcomes",
                str(folder),
                *period,
                "--ledger",
                url,
                "--key",
                str(key),
                "--lang",
                "en",
                "--json",
            ]
        )
    out = capsys.readouterr().out
    assert not stop.value.code
    assert '"used": 7' in out
    assert PERSON not in out
    assert "110105********002X" in out
