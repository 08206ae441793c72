"""Before and after a campaign: what it did is found, what came by itself is not claimed, thin data say nothing."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from riskengine.kernel.errors import InputError
from riskengine.supervision.rebound import ReboundRequest, analyse, read_rebound_rules
from riskengine.supervision.rebound.campaigns import ELSEWHERE, THERE, Part, dispersion_of, ratio_of_ratios

RULES = read_rebound_rules(None)
FIRST, LAST = date(2022, 1, 1), date(2022, 12, 31)
BEGINS, ENDS = date(2022, 6, 1), date(2022, 6, 30)
PLACES = ("示例甲路K12+300", "示例乙路K3+100", "示例丙路K4+200")


def campaign(**others):
    return {
        "campaign_id": "ZX-1",
        "place": PLACES[0],
        "risk_point": "HW-01",
        "from": BEGINS.isoformat(),
        "until": ENDS.isoformat(),
        "chosen_for": "其他",
        **others,
    }


def world(seed, before=20, after=20, elsewhere=(15, 15), count=3000):
    """Inspections of a year and what they found: percent before and after at the first place, and at the others."""
    dice = random.Random(seed)  # noqa: S311
    seen, found = [], []
    for number in range(count):
        place, day = dice.choice(PLACES), FIRST + timedelta(days=dice.randrange(365))
        rates = (before, after) if place == PLACES[0] else elsewhere
        row = {"inspection_id": f"JC{number}", "operator_id": f"OP-{number % 40}", "place": place}
        seen.append({**row, "inspected_on": day.isoformat(), "kind": "路面检查"})
        if dice.random() * 100 < rates[day >= BEGINS]:
            days = {"occurred_on": day.isoformat(), "decided_on": day.isoformat()}
            found.append({**row, **days, "violation_id": f"CASE-{number}", "risk_point": "HW-01"})
    return seen, found


def effect(seen, found, day=LAST, **others):
    rows = [campaign(**others)]
    operators = [{"operator_id": f"OP-{number}", "county": "甲县" if number < 10 else "乙县"} for number in range(40)]
    request = ReboundRequest(found, day, RULES, inspections=seen, operators=operators, campaigns=rows)
    return analyse(request).effects[0]


def test_what_a_campaign_did_is_found_with_its_interval():
    one = effect(*world(1, after=6))
    assert one.said == "fewer"
    assert one.low < Decimal("0.3") < one.high < 1
    assert one.low < one.ratio < one.high
    assert one.dispersion >= 1


def test_what_came_down_everywhere_is_no_effect():
    one = effect(*world(2, before=20, after=8, elsewhere=(20, 8)))
    before, after = (one.parts[THERE, period] for period in ("before", "after"))
    assert after.found / after.looked < 0.7 * before.found / before.looked
    assert one.said == "same"


def test_no_effect_is_claimed_in_most_worlds_without_one():
    said = [effect(*world(seed, count=1200)).said for seed in range(6)]
    assert said.count("same") >= 5


@pytest.mark.slow
def test_the_interval_holds_the_true_ratio_in_nineteen_of_twenty_worlds():
    held = 0
    for seed in range(100, 160):
        one = effect(*world(seed, before=20, after=10, count=2000))
        held += one.low <= Decimal("0.5") <= one.high
    assert held >= 53


def test_parts_are_counted_by_the_days_of_the_rules():
    seen, found = world(3)
    one = effect(seen, found)
    spans = {
        "earlier": (BEGINS - timedelta(days=180), BEGINS - timedelta(days=91)),
        "before": (BEGINS - timedelta(days=90), BEGINS - timedelta(days=1)),
        "during": (BEGINS, ENDS),
        "after": (ENDS + timedelta(days=1), ENDS + timedelta(days=90)),
    }
    hits = {row["inspection_id"] for row in found}
    for where in (THERE, ELSEWHERE):
        for period, (since, until) in spans.items():
            own = [
                row["inspection_id"] in hits
                for row in seen
                if since.isoformat() <= row["inspected_on"] <= until.isoformat()
                and (row["place"] == PLACES[0]) is (where == THERE)
            ]
            assert one.parts[where, period] == Part(len(own), sum(own)), (where, period)


def test_thin_data_and_days_that_are_not_over_say_nothing():
    seen, found = world(4, count=60)
    thin = effect(seen, found)
    assert (thin.said, thin.ratio, thin.low) == ("thin", None, None)
    said = [effect(*world(4), day=ENDS + timedelta(days=days)) for days in (89, 90)]
    assert (said[0].said, said[0].ratio) == ("running", None)
    assert said[1].said == "same"


def test_regression_to_the_mean_is_warned_of_where_the_place_was_chosen_since_it_was_high():
    high = world(5, before=40, after=20, count=1000)
    level = world(5, before=5, after=5, elsewhere=(30, 30), count=1000)
    assert effect(*level, chosen_for="违法多发").regresses
    assert effect(*high, chosen_for="").regresses
    for_another_reason = effect(*high, chosen_for="其他")
    assert for_another_reason.was_high
    assert not for_another_reason.regresses
    assert not effect(*level, chosen_for="").regresses


def test_a_road_names_all_its_places_and_a_county_those_of_its_operators():
    seen, found = world(6)
    assert effect(seen, found, place="示例甲路").parts == effect(seen, found).parts
    parts = effect(seen, found, place="", county="甲县").parts
    own = [row for row in seen if int(row["operator_id"][3:]) < 10]
    assert sum(parts[THERE, period].looked for period in ("before", "during", "after")) == sum(
        "2022-03-03" <= row["inspected_on"] <= "2022-09-28" for row in own
    )


def test_places_of_other_campaigns_are_no_comparison():
    seen, found = world(7)
    rows = [campaign(), campaign(campaign_id="ZX-2", place=PLACES[1])]
    first, _ = analyse(ReboundRequest(found, LAST, RULES, inspections=seen, campaigns=rows)).effects
    alone = effect(seen, found)
    left = sum(row["place"] == PLACES[1] and "2022-03-03" <= row["inspected_on"] < "2022-06-01" for row in seen)
    assert first.parts[ELSEWHERE, "before"].looked == alone.parts[ELSEWHERE, "before"].looked - left


def test_every_campaign_that_cannot_be_is_told_at_once():
    rows = [
        campaign(place=""),
        campaign(campaign_id="ZX-2", until="2022-05-01"),
        campaign(campaign_id="ZX-3", risk_point="HW-1"),
        campaign(campaign_id="ZX-4", place="", county="甲县"),
    ]
    with pytest.raises(InputError) as error:
        analyse(ReboundRequest([], LAST, RULES, inspections=[], campaigns=rows))
    assert sorted(each.code for each in error.value.problems) == ["RE-971", "RE-972", "RE-973", "RE-974"]
    assert "HW-01" in next(each for each in error.value.problems if each.code == "RE-973").near


def test_the_ratio_by_hand_and_weeks_that_differ_more_make_it_wider():
    keys = [(where, period) for where in (THERE, ELSEWHERE) for period in ("before", "after")]
    parts = dict(zip(keys, (Part(99, 19), Part(99, 9), Part(199, 39), Part(199, 19)), strict=True))
    ratio, low, high = ratio_of_ratios(parts, Decimal(1))
    assert float(ratio) == pytest.approx((9.5 / 19.5) / (19.5 / 39.5))
    wider = ratio_of_ratios(parts, Decimal(4))
    assert float((wider[2] / wider[0]).ln()) == pytest.approx(2 * float((high / ratio).ln()))
    assert low * high == pytest.approx(ratio * ratio)
    even = [(THERE, "before", 10, 2)] * 8
    uneven = [(THERE, "before", 10, 0), (THERE, "before", 10, 8)] * 4
    assert dispersion_of(even) == 1
    assert dispersion_of(uneven) > 4
