"""Outcomes of contested penalties: chains of decisions by hand, an exact interval, the example as a whole."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from datetime import date
from fractions import Fraction
from functools import partial
from math import comb
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.catalog import load_shipped
from riskengine.kernel.errors import InputError
from riskengine.supervision.outcomes.counting import count_outcomes
from riskengine.supervision.outcomes.interval import share_interval
from riskengine.supervision.outcomes.rules import OutcomeRules, read_outcome_rules
from riskengine.supervision.outcomes.telling import outcomes_dict

EXAMPLE = Path(__file__).parents[3] / "examples" / "record-2022"
RULES = read_outcome_rules(None)
SINCE, UNTIL = date(2022, 1, 1), date(2022, 12, 31)
HEAD = "争议编号,处罚决定书文号,类别,审级,提出日期,决定日期,结果,理由"


# --- the interval ---


@pytest.mark.parametrize(
    ("found", "of", "limits"),
    [
        (0, 10, ("0.0000", "0.3085")),  # 1 - 0.025^(1/10)
        (10, 10, ("0.6915", "1.0000")),
        (1, 1, ("0.0250", "1.0000")),
        (0, 0, ("0.0000", "1.0000")),
    ],
)
def test_the_interval_where_it_can_be_worked_out_by_hand(found, of, limits):
    assert tuple(map(str, share_interval(found, of))) == limits


def _tail(of, share, counts):
    return sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in counts)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_beyond_its_limits_what_was_seen_is_as_unlikely_as_it_says(counts):
    """One step of the grid inside a limit it is more likely than 2.5 %: the limits are as near as the grid allows."""
    found, of = counts
    low, high = map(Fraction, share_interval(found, of))
    step = Fraction(1, 10_000)
    assert low <= Fraction(found, of) <= high
    if found < of:
        assert _tail(of, high, range(found + 1)) <= Fraction(1, 40) < _tail(of, high - step, range(found + 1))
    if found:
        seen = range(found, of + 1)
        assert _tail(of, low, seen) <= Fraction(1, 40) < _tail(of, low + step, seen)


# --- chains ---


@pytest.fixture
def counted(tmp_path):
    """The report of a record with one penalty and lines of challenges against it."""

    def count(*lines, since=SINCE, until=UNTIL):
        (tmp_path / "violations.csv").write_text(
            "案号,主体代码,风险点编号,违法日期,决定日期\nV1,OP-1,HW-01,2022-01-10,2022-02-01\n", "utf-8"
        )
        rows = [f"{number},V1,{line}" for number, line in enumerate(lines, 1)]
        (tmp_path / "challenges.csv").write_text("\n".join([HEAD, *rows, ""]), "utf-8")
        return count_outcomes(tmp_path, RULES, since, until)

    return count


REVIEWED = "复议,,2022-02-10,2022-04-01"
SUED = "诉讼,一审,2022-04-10,2022-08-01"


@pytest.mark.parametrize(
    ("lines", "outcome"),
    [
        ([f"{REVIEWED},维持,"], "stands"),
        ([f"{REVIEWED},撤销,程序违法"], "revoked"),
        ([f"{REVIEWED},变更,明显不当"], "changed"),
        ([f"{REVIEWED},确认违法,违反法定程序"], "unlawful"),
        ([f"{REVIEWED},撤回,"], "ended"),
        ([f"{REVIEWED},维持,", f"{SUED},撤销,主要证据不足"], "revoked"),
        # The court lets stand what reconsideration has changed: it is changed.
        ([f"{REVIEWED},变更,明显不当", f"{SUED},驳回诉讼请求,"], "changed"),
        # The second instance sets the first right.
        ([f"{SUED},撤销,滥用职权", "诉讼,二审,2022-08-10,2022-11-01,驳回诉讼请求,"], "stands"),
        ([f"{SUED},改变后撤诉,"], "changed"),
        # An appeal that is open, a case sent back, a lawsuit after reconsideration: pending.
        ([f"{SUED},撤销,滥用职权", "诉讼,二审,2022-08-10,,,"], None),
        ([f"{SUED},维持,", "诉讼,二审,2022-08-10,2022-10-01,发回重审,"], None),
        ([f"{REVIEWED},撤销,程序违法", "诉讼,一审,2022-04-10,,,"], None),
        # Decided after the last day: pending on it.
        (["复议,,2022-12-01,2023-01-15,撤销,程序违法"], None),
    ],
)
def test_what_became_of_a_penalty(counted, lines, outcome):
    for order in (lines, lines[::-1]):
        report = counted(*order)
        if outcome is None:
            assert (report.states["pending"], report.whole.concluded, report.whole.pending) == (1, 0, 1)
        else:
            assert [each.became.outcome for each in report.concluded] == [outcome]
            assert report.whole.overturned == (outcome in {"revoked", "changed"})


def test_a_case_sent_back_is_open_until_it_is_decided_again(counted):
    back = [f"{SUED},维持,", "诉讼,二审,2022-08-10,2022-10-01,发回重审,"]
    again = counted(*back, "诉讼,再审,2022-10-10,2022-12-01,撤销,滥用职权")
    assert [each.became.ground for each in again.concluded] == ["abuse"]


def test_the_period_parts_what_was_concluded_before_and_challenged_after(counted):
    line = f"{REVIEWED},撤销,程序违法"
    assert counted(line, since=date(2022, 4, 2)).states == {"concluded": 0, "pending": 0, "earlier": 1, "later": 0}
    assert counted(line, until=date(2022, 2, 9)).states == {"concluded": 0, "pending": 0, "earlier": 0, "later": 1}
    report = counted(line, since=date(2022, 4, 2))
    assert (report.decided.penalties, report.decided.overturned) == (0, 0)
    assert counted(line).decided[:3] == (1, 1, 1)


def test_a_group_of_few_is_named_and_its_interval_is_wide(counted):
    report = counted(f"{REVIEWED},维持,")
    assert report.whole.is_small
    assert tuple(map(str, report.whole.interval)) == ("0.0000", "0.9750")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("1,V2,复议,,2022-02-10,,,", "row 2, violation_id.*RE-966.*V2"),
        ("1,V1,复议,,2022-02-10,2022-02-09,维持,", "row 2, decided_on.*RE-967"),
        ("1,V1,复议,,2022-02-10,2022-03-09,,", "row 2, challenge_id.*RE-968"),
        ("1,V1,复议,,2022-02-10,,维持,", "row 2, challenge_id.*RE-968"),
        ("1,V1,复议,,2022-02-10,2022-03-09,维待,", "row 2, result.*RE-969"),
        ("1,V1,复议,,2022-02-10,2022-03-09,撤销,违反程序", "row 2, ground.*RE-969.*违反法定程序"),
    ],
)
def test_what_cannot_be_is_told_with_its_row(tmp_path, line, code):
    (tmp_path / "violations.csv").write_text("案号,主体代码,风险点编号,违法日期\nV1,OP-1,HW-01,2022-01-10\n", "utf-8")
    (tmp_path / "challenges.csv").write_text(f"{HEAD}\n{line}\n", "utf-8")
    with pytest.raises(InputError) as error:
        count_outcomes(tmp_path, RULES, SINCE, UNTIL)
    problem = error.value.problems[0]
    wanted = code.split(".*")
    assert all(part in problem.text("en") for part in wanted), problem.text("en")


# --- the articles ---


@pytest.mark.parametrize(
    ("ground", "kind", "day", "article"),
    [
        ("procedure", "reconsideration", date(2023, 12, 31), "第二十八条第一款第三项"),
        ("procedure", "reconsideration", date(2024, 1, 1), "第六十四条第一款第二项"),
        ("unfit", "reconsideration", date(2024, 1, 1), "第六十三条第一款第一项"),
        ("evidence", "litigation", date(2022, 6, 1), "第七十条第一项"),
        ("minor_procedure", "reconsideration", date(2022, 6, 1), None),
    ],
)
def test_a_ground_is_cited_as_the_law_of_the_day_has_it(ground, kind, day, article):
    label = RULES.grounds[ground].label_on(load_shipped().laws, kind, day)
    assert (label is None) if article is None else label.zh.endswith(article)


def test_a_word_for_two_results_is_refused():
    plain = RULES.model_dump(by_alias=True)
    plain["results"]["revoked"]["words"] = ["维持"]
    with pytest.raises(ValueError, match="assigned twice: 维持"):
        OutcomeRules.model_validate(plain)


# --- the example ---


@pytest.fixture(scope="module")
def example():
    return count_outcomes(EXAMPLE, RULES, SINCE, UNTIL)


def _rows(name):
    with (EXAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_contested_penalty_is_in_one_place_and_the_groups_add_up(example):
    assert sum(example.states.values()) == len({row["violation_id"] for row in _rows("challenges.csv")})
    for groups in (example.by_risk_point, example.by_unit, example.by_kind):
        assert sum(group.concluded for group in groups) == example.whole.concluded == len(example.concluded)
        assert sum(group.pending for group in groups) == example.whole.pending == example.states["pending"]
        assert sum((Counter(group.outcomes) for group in groups), Counter()) == +Counter(example.whole.outcomes)
    assert (
        sum(len(each.penalties) for each in example.fallen)
        == example.whole.overturned + (example.whole.outcomes["unlawful"])
    )


def test_what_the_record_of_penalties_calls_revoked_or_pending_is_so_here(example):
    status = {row["violation_id"]: (row["status"], row["status_on"]) for row in _rows("violations.csv")}
    revoked = {each.penalty.violation_id: each for each in example.concluded if each.became.outcome == "revoked"}
    assert set(revoked) == {name for name, (state, _) in status.items() if state == "revoked"}
    assert all(each.became.decided_on.isoformat() == status[name][1] for name, each in revoked.items())


def test_the_order_of_rows_says_nothing(example, tmp_path):
    mixed = random.Random(5)  # noqa: S311 - no secret
    for name in ("challenges.csv", "violations.csv", "cases.csv"):
        rows = _rows(name)
        mixed.shuffle(rows)
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    assert count_outcomes(tmp_path, RULES, SINCE, UNTIL) == example


@pytest.fixture
def call(cli):
    """Call the command: exit code, stdout, stderr."""
    return partial(cli, "supervise", "outcomes")


def test_the_command_tells_shares_with_intervals_and_grounds_with_articles(call, example):
    period = ("--from", "2022-01-01", "--until", "2022-12-31")
    code, out, _ = call(EXAMPLE, *period, "--lang", "zh")
    assert code == 0
    for words in ("办结 20", "5.73% 至 43.67%", "（件数少）", "《中华人民共和国行政诉讼法》第七十条第一项", "未记明"):
        assert words in out
    assert "Administrative Reconsideration Law, article 28(1)" in call(EXAMPLE, *period, "--lang", "en")[1]
    found = json.loads(call(EXAMPLE, *period, "--json")[1])
    assert found == outcomes_dict(example, load_shipped())
    code, _, err = call(EXAMPLE, "--from", "2022-12-31", "--until", "2022-01-01", "--lang", "zh")
    assert code == 2
    assert "早于第一日 2022-12-31" in err
