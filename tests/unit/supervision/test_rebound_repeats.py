"""Repeats after a penalty or a repair: against a slow count by hand, at the edges of spans, whatever the order."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from riskengine.supervision.rebound import ReboundRequest, analyse, read_rebound_rules
from riskengine.supervision.rebound.repeats import ALL, kaplan_meier

RULES = read_rebound_rules(None)
DAY = date(2022, 12, 31)
SPANS = RULES.repeat_days


def violation(number, occurred, decided=None, **others):
    """A row of the violations file."""
    return {
        "violation_id": f"CASE-{number:04d}",
        "operator_id": "OP-1",
        "risk_point": "HW-01",
        "occurred_on": occurred.isoformat(),
        "decided_on": (decided or occurred).isoformat(),
        "status": "final",
        "vehicle": "豫KA1234",
        "plate_colour": "黄色",
        "place": "示例公路K12+300",
        **others,
    }


def repeats(rows, day=DAY):
    """(after, unit, risk point, span) → the row."""
    found = analyse(ReboundRequest(rows, day, RULES)).repeats
    return {(row.after, row.unit, row.risk_point, row.days): row for row in found.rows}


def test_the_last_day_of_a_span_counts_and_the_next_does_not():
    first = date(2022, 1, 1)
    for days in SPANS[:2]:
        for late, expected in ((0, 1), (1, 0)):
            again = first + timedelta(days=days + late)
            row = repeats([violation(1, first), violation(2, again)])["penalty", "operator", "HW-01", days]
            assert (row.watched, row.repeated) == (1 + (DAY - again >= timedelta(days)), expected), (days, late)


def test_the_day_of_the_penalty_is_not_after_it_and_what_came_before_it_is_none():
    decided = date(2022, 3, 10)
    rows = [violation(1, date(2022, 3, 1), decided), violation(2, date(2022, 3, 5), decided), violation(3, decided)]
    row = repeats(rows)["penalty", "operator", "HW-01", 90]
    assert (row.watched, row.repeated) == (1, 0)


def test_a_span_crosses_the_leap_day_by_days():
    begun = date(2023, 12, 1)
    row = repeats([violation(1, begun), violation(2, date(2024, 2, 29))], date(2024, 3, 1))
    assert row["penalty", "operator", "HW-01", 90].repeated == 1  # 1 December and 90 days is 29 February
    row = repeats([violation(1, begun), violation(2, date(2024, 3, 1))], date(2024, 3, 1))
    assert row["penalty", "operator", "HW-01", 90].repeated == 0


def test_a_case_is_watched_when_its_span_is_over_on_the_day():
    begun = date(2022, 10, 2)
    for day, watched in ((date(2022, 12, 31), 1), (date(2022, 12, 30), 0)):
        row = repeats([violation(1, begun)], day)["penalty", "operator", "HW-01", 90]
        assert (row.watched, row.running) == (watched, 1 - watched)


def test_what_was_revoked_counts_on_neither_side_from_its_day_on():
    first, again = date(2022, 1, 1), date(2022, 2, 1)
    revoked = {"status": "revoked", "status_on": "2022-06-01"}
    for rows in (
        [violation(1, first, **revoked), violation(2, again)],
        [violation(1, first), violation(2, again, **revoked)],
    ):
        assert repeats(rows)["penalty", "operator", "HW-01", 90].repeated == 0
        assert repeats(rows, date(2022, 5, 31))["penalty", "operator", "HW-01", 90].repeated == 1


def test_after_a_repair_the_days_run_from_it():
    repaired = {"status": "repaired", "status_on": "2022-03-01"}
    rows = [violation(1, date(2022, 1, 1), **repaired), violation(2, date(2022, 5, 30))]
    found = repeats(rows)
    assert found["repair", "operator", "HW-01", 90].repeated == 1
    assert found["penalty", "operator", "HW-01", 90].repeated == 0
    assert found["penalty", "operator", "HW-01", 180].repeated == 1


def test_a_plate_without_its_colour_tells_no_vehicle():
    rows = [violation(1, date(2022, 1, 1), plate_colour=""), violation(2, date(2022, 2, 1), plate_colour="")]
    found = analyse(ReboundRequest(rows, DAY, RULES)).repeats
    assert found.unwatched["vehicle"] == 2
    assert not [row for row in found.rows if row.unit == "vehicle"]


def test_the_pairs_are_those_within_the_longest_span(tmp_path):
    first = date(2021, 1, 1)
    rows = [violation(1, first), violation(2, first + timedelta(days=365)), violation(3, first, operator_id="OP-2")]
    rows += [violation(4, first + timedelta(days=366), operator_id="OP-2")]
    rows = [{**row, "vehicle": "", "place": ""} for row in rows]
    analyse(ReboundRequest(rows, DAY, RULES, pairs=tmp_path / "pairs.csv"))
    assert (tmp_path / "pairs.csv").read_text("utf-8").splitlines()[1:] == [
        "penalty,operator,HW-01,CASE-0001,2021-01-01,CASE-0002,2022-01-01,365"
    ]


def test_the_record_of_a_closed_operator_follows_its_successor():
    operators = [
        {"operator_id": "OP-1", "closed_on": "2022-02-01", "successor": "OP-2"},
        {"operator_id": "OP-2", "closed_on": "2022-03-01", "successor": "OP-3"},
        {"operator_id": "OP-3", "closed_on": "", "successor": ""},
    ]
    rows = [violation(1, date(2022, 1, 1)), violation(2, date(2022, 3, 10), operator_id="OP-3")]
    for given, expected in ((operators, 1), (None, 0)):
        found = analyse(ReboundRequest(rows, DAY, RULES, operators=given)).repeats
        row = next(row for row in found.rows if (row.unit, row.risk_point, row.days) == ("operator", "HW-01", 90))
        assert row.repeated == expected


# --- against a count by hand ---


def invented(seed, count=160):
    dice = random.Random(seed)  # noqa: S311 - a world, not a secret
    rows = []
    for number in range(count):
        occurred = date(2021, 1, 1) + timedelta(days=dice.randrange(740))
        status = dice.choice(["final", "final", "final", "repaired", "revoked", "pending"])
        changed = occurred + timedelta(days=dice.randrange(200))
        rows.append(
            violation(
                number,
                occurred,
                occurred + timedelta(days=dice.randrange(40)),
                operator_id=f"OP-{dice.randrange(8)}",
                risk_point=dice.choice(["HW-01", "HW-01", "RT-01"]),
                vehicle=f"豫KA10{dice.randrange(10, 16)}" if dice.random() < 0.9 else "",
                place=f"示例公路K{dice.randrange(0, 40)}+100" if dice.random() < 0.9 else "",
                status=status,
                status_on=changed.isoformat() if status != "final" or dice.random() < 0.1 else "",
            )
        )
    return rows


def by_hand(rows, day):
    """The counts, pair by pair."""
    counted = []
    for row in rows:
        occurred, decided = date.fromisoformat(row["occurred_on"]), date.fromisoformat(row["decided_on"])
        changed = date.fromisoformat(row["status_on"]) if row["status_on"] else None
        status = row["status"]
        if changed and changed > day:
            status = "pending" if status == "final" else "final"
        if occurred <= day and decided <= day and status in {"final", "repaired"}:
            section = int(row["place"].split("K")[1].split("+")[0]) // 10 if row["place"] else None
            units = {"operator": row["operator_id"], "vehicle": row["vehicle"] or None, "place": section}
            repaired = changed if status == "repaired" else None
            counted.append((units, row["risk_point"], occurred, {"penalty": decided, "repair": repaired}))
    found = {}
    for after in ("penalty", "repair"):
        for unit in ("operator", "vehicle", "place"):
            cases = {
                (units[unit], point, days[after])
                for units, point, _, days in counted
                if units[unit] is not None and days[after]
            }
            for span in SPANS:
                for which in (ALL, "HW-01", "RT-01"):
                    own = [case for case in cases if which in {ALL, case[1]}]
                    again = {
                        case
                        for case in own
                        if any(
                            (units[unit], point) == case[:2] and 0 < (occurred - case[2]).days <= span
                            for units, point, occurred, _ in counted
                        )
                    }
                    over = {case for case in own if (day - case[2]).days >= span}
                    if own:
                        counts = (len(over), len(over & again), len(own) - len(over), len(again - over))
                        found[after, unit, which, span] = counts
    return found


@pytest.mark.parametrize("seed", range(2))
def test_it_is_what_one_counts_by_hand_whatever_the_order_and_the_reader(seed):
    pa = pytest.importorskip("pyarrow")
    rows = invented(seed)
    expected = by_hand(rows, DAY)
    shuffled = random.Random(seed).sample(rows, len(rows))  # noqa: S311
    table = pa.table({name: [row[name] for row in shuffled] for name in rows[0]})
    first = repeats(rows)
    assert first == repeats(table)
    got = {key: (row.watched, row.repeated, row.running, row.running_repeated) for key, row in first.items()}
    assert got == expected
    for row in first.values():
        assert 0 <= row.repeated <= row.watched
        assert 0 <= row.low <= row.high <= 1
        if row.watched:
            assert row.low <= Decimal(row.repeated) / row.watched <= row.high
        assert row.estimate is None or 0 <= row.estimate <= 1


def test_kaplan_and_meier_by_hand():
    table = [(5, 1, 1), (10, 0, 2), (20, 2, 2), (30, 0, 5)]  # 10 cases: after 5, 9 are left; after 10, 7; after 20, 5
    found = kaplan_meier(table, (4, 5, 25, 30, 31))
    assert found[4] == 0
    assert abs(Fraction(found[5]) - Fraction(1, 10)) < Fraction(1, 10**30)
    assert abs(Fraction(found[25]) - (1 - Fraction(9, 10) * Fraction(5, 7))) < Fraction(1, 10**30)
    assert found[30] == found[25]
    assert 31 not in found  # nobody was watched that long


def test_where_every_span_is_over_the_estimate_is_the_share():
    row = repeats(invented(5), date(2030, 1, 1))["penalty", "operator", ALL, 365]
    assert row.running == 0
    assert abs(row.estimate - Decimal(row.repeated) / row.watched) < Decimal("1e-27")
