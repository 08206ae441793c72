"""Which law applies: that of the day of the conduct, or that of the day of the decision where it is lighter."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from riskengine.catalog import Chooser, Penalty, choice_text, load_shipped
from riskengine.catalog.renumbering import Renumbering
from riskengine.catalog.weighing import overall, weigh

LAW = "road_transport_regulation"
THEN, NOW = "2022-03-29", "2023-07-20"


def fine(low=None, high=None, *, when="甲", **other):
    values = {"law": LAW, "version": THEN, "article": "1", "paragraph": 1, "sureness": "text", "kind": "fine"}
    values |= {"min": low, "max": high, "unit": "yuan", "per": "act", "circumstances": "general"}
    return Penalty.model_validate({**values, "when": {"zh": when, "en": "a"}, **other})


def verdict(then, now):
    return overall(weigh(then, now))


CASES = [
    ("the lower upper limit is lighter, whatever the lower one", [fine(10, 300)], [fine(50, 200)], "lighter"),
    ("then the lower lower limit", [fine(100, 200)], [fine(50, 200)], "lighter"),
    ("equal limits are the same", [fine(100, 200)], [fine(100, 200)], "same"),
    ("a higher upper limit is heavier", [fine(100, 200)], [fine(10, 201)], "heavier"),
    ("one fen tells", [fine("100", "200.00")], [fine("100", "199.99")], "lighter"),
    ("no lower limit is below any", [fine(1, 200)], [fine(None, 200)], "lighter"),
    ("open above is above any", [fine(1, None)], [fine(1, 10**12)], "lighter"),
    ("then the lower cap", [fine(5, 5, cap=30)], [fine(5, 5, cap=20)], "lighter"),
    (
        "multiples of the income are weighed against multiples",
        [fine(multiple_of_illegal_income={"min": 2, "max": 10})],
        [fine(multiple_of_illegal_income={"min": 1, "max": 5})],
        "lighter",
    ),
    ("a part that is no longer there is lighter", [fine(1, 2), fine(3, 4, when="乙")], [fine(1, 2)], "lighter"),
    ("a kind that is added is heavier", [fine(1, 2)], [fine(1, 2), fine(kind="suspension")], "heavier"),
    (
        "a lower fine beside a new kind cannot be compared",
        [fine(1, 3)],
        [fine(1, 2), fine(kind="suspension")],
        "not_comparable",
    ),
    ("what is counted by other things cannot be compared", [fine(1, 3)], [fine(1, 2, per="vehicle")], "not_comparable"),
    (
        "split into parts of which none is heavier",
        [fine(30, 100)],
        [fine(3, 10, when="乙"), fine(30, 100, when="丙")],
        "lighter",
    ),
    (
        "split into parts of which one is lighter and one heavier",
        [fine(30, 100)],
        [fine(3, 10, when="乙"), fine(30, 101, when="丙")],
        "not_comparable",
    ),
    (
        "serious cases are weighed against serious ones",
        [fine(1, 3), fine(5, 10, circumstances="serious")],
        [fine(1, 2), fine(5, 10, circumstances="serious")],
        "lighter",
    ),
    (
        "what was read in an excerpt alone does not prove that a part is gone",
        [fine(1, 2), fine(3, 4, when="乙")],
        [fine(1, 2, sureness="excerpt")],
        "not_comparable",
    ),
]


@pytest.mark.parametrize(("then", "now", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_penalties_are_weighed_and_their_order_tells_nothing(then, now, expected):
    for before in permutations(then):
        for after in permutations(now):
            assert verdict(before, after) == expected


def test_the_other_way_round_is_the_other_verdict():
    other = {"lighter": "heavier", "heavier": "lighter", "same": "same", "not_comparable": "not_comparable"}
    pairs = [(low, high) for low in (None, 0, 5) for high in (5, 9, None)]
    for before in pairs:
        for after in pairs:
            assert verdict([fine(*after)], [fine(*before)]) == other[verdict([fine(*before)], [fine(*after)])]


@pytest.mark.parametrize(
    ("article", "among", "expected"),
    [
        ("70", {"68", "69"}, "69"),  # tied
        ("70", {"70"}, None),  # tied to another number
        ("69", {"67", "68"}, "68"),  # between 67 and 70: 68 or 69
        ("69", {"68", "69-1"}, "68"),
        ("68", {"71"}, None),
        ("90", {"89", "90"}, "89"),  # after the last tie, moved like it
        ("10", {"10", "11"}, "10"),  # before the first tie, moved like it
    ],
)
def test_a_renumbered_article_is_found_by_its_place_or_not_at_all(article, among, expected):
    assert Renumbering({"67": "67", "70": "69"}).successor(article, among) == expected


def laws_of(code, occurred_on, decided_on):
    choice = Chooser(load_shipped()).choose(code, occurred_on, decided_on)
    return {law.law: law for law in choice.laws}


def told(code, occurred_on, decided_on, lang="en"):
    catalog = load_shipped()
    law = laws_of(code, occurred_on, decided_on)[LAW]
    return choice_text(law, catalog.laws, catalog.liability_on(code, occurred_on)).get(lang)


@pytest.mark.parametrize(
    ("day", "version", "figures"),
    [
        (date(2022, 3, 1), "2019-03-02", "30,000 to 100,000 yuan"),
        (date(2022, 6, 1), "2022-03-29", "30,000 to 100,000 yuan"),
        (date(2023, 9, 1), "2023-07-20", "3,000 to 10,000 yuan"),
    ],
)
def test_conduct_is_judged_by_the_version_of_its_day_with_its_figures(day, version, figures):
    law = laws_of("RT-01", day, day)[LAW]
    assert (law.of_the_day, law.version, law.outcome) == (version, version, "one_version")
    assert {penalty.version for penalty in law.applied} == {version}
    text = told("RT-01", day, day)
    assert f"version {version}" in text
    assert figures in text
    assert "article 63(1)" in text


@pytest.mark.parametrize(("day", "last"), [(date(2023, 7, 19), "2022-03-29"), (date(2023, 7, 20), "2023-07-20")])
def test_the_first_day_in_force_has_the_new_version(day, last):
    assert laws_of("RT-01", day, day)[LAW].version == last


def test_a_later_law_that_is_lighter_applies_and_says_why():
    law = laws_of("RT-01", date(2022, 6, 1), date(2023, 9, 1))[LAW]
    assert (law.of_the_day, law.at_decision, law.outcome, law.version) == (THEN, NOW, "later", NOW)
    assert {penalty.version for penalty in law.applied} == {NOW}
    articles = {article.then: article for article in law.articles}
    assert articles["63"].verdict == "lighter"
    assert articles["66"].verdict == "same"
    assert (articles["68"].verdict, articles["68"].now, articles["68"].applied) == ("dropped", None, ())
    text = told("RT-01", date(2022, 6, 1), date(2023, 9, 1))
    assert "version 2022-03-29 on the day of the conduct" in text
    assert "version 2023-07-20, in force on the day of the decision, is lighter: applied" in text
    assert "10,000 to 100,000 yuan (passengers: none, or less than 20,000 yuan) or 30,000 to 100,000 yuan (" in text
    assert " instead of fine 30,000 to 100,000 yuan (no illegal income, or less than 20,000 yuan)" in text
    assert "决定日施行的2023-07-20版处罚较轻，适用2023-07-20版" in told(
        "RT-01", date(2022, 6, 1), date(2023, 9, 1), "zh"
    )


def test_a_lower_upper_limit_in_a_renumbered_article():
    law = laws_of("RT-02", date(2022, 6, 1), date(2023, 9, 1))[LAW]
    article = next(item for item in law.articles if item.then == "69")
    assert (article.now, article.verdict) == ("68", "lighter")
    assert "fine 1,000 to 2,000 yuan instead of fine 1,000 to 3,000 yuan" in told(
        "RT-02", date(2022, 6, 1), date(2023, 9, 1)
    )


def test_what_cannot_be_compared_is_judged_by_the_law_of_the_day():
    law = laws_of("UP-03", date(2022, 6, 1), date(2023, 9, 1))["ride_hail_rule"]
    assert law.outcome == "not_comparable"
    assert {penalty.version for penalty in law.applied} == {law.of_the_day}


def test_a_version_that_came_and_went_in_between_does_not_count():
    law = laws_of("RT-01", date(2022, 3, 1), date(2023, 9, 1))[LAW]
    assert (law.of_the_day, law.at_decision) == ("2019-03-02", NOW)


def test_a_day_of_which_no_version_is_recorded_is_said():
    assert laws_of("RT-01", date(2010, 1, 1), date(2023, 9, 1))[LAW].outcome == "unrecorded"
    assert laws_of("RT-01", date(2010, 1, 1), date(2010, 1, 2)) == {
        law: item for law, item in laws_of("RT-01", date(2010, 1, 1), date(2010, 1, 2)).items() if item.of_the_day
    }


def test_for_every_risk_point_the_applied_penalties_are_of_one_of_the_two_days():
    catalog = load_shipped()
    chooser = Chooser(catalog)
    days = [date(2022, 3, 1), date(2022, 6, 1), date(2023, 9, 1), date(2024, 12, 31)]
    for code in catalog.risk_points:
        for occurred_on in days:
            for decided_on in (day for day in days if day >= occurred_on):
                for law in chooser.choose(code, occurred_on, decided_on).laws:
                    versions = {penalty.version for penalty in law.applied}
                    assert versions <= {law.of_the_day, law.at_decision}
                    assert law.outcome != "one_version" or versions <= {law.of_the_day}


def test_what_is_added_to_a_paragraph_that_was_there_is_no_part_that_was_split_off():
    before = [fine(1, 2, paragraph=2), fine(5, 20, paragraph=3, when="乙")]
    added = fine(1, 2, paragraph=3, when="丙")
    assert verdict(before, [*before, added]) == "heavier"
    assert verdict(before, [*before, fine(3, 10, paragraph=4, when="丙")]) == "not_comparable"
    assert verdict(before[1:], [before[1], fine(3, 10, paragraph=4, when="丙")]) == "lighter"


def test_what_each_amendment_did_to_each_risk_point():
    """Read in the texts of both versions; what the penalties of the catalogue do not tell is not comparable."""
    read = {
        ("RT-01", LAW): "later",  # 63 lower, split by trade; 65 repair shops lower; 68 struck out
        ("RT-02", LAW): "later",  # 69 became 68: at most 2,000 instead of 3,000
        ("RT-07", LAW): "later",  # 71 became 70: freight stations from 3,000
        ("RT-08", LAW): "later",  # 65: repair shops from 3,000 to 10,000
        ("HW-03", LAW): "later",  # as RT-07
        ("UP-03", "ride_hail_rule"): "not_comparable",  # counted by platform, party and person since
        ("UP-04", "ride_hail_rule"): "not_comparable",  # no figures of the version before
        ("UP-05", "ride_hail_rule"): "not_comparable",
        ("WT-01", "domestic_waterway_transport_regulation"): "later",  # 34(2) struck out
        ("WT-03", "seafarers_regulation"): "later",  # 51 and an item of 55 struck out
    }
    catalog, chooser = load_shipped(), Chooser(load_shipped())
    found = {
        (code, law.law): law.outcome
        for code in catalog.risk_points
        for law in chooser.choose(code, date(2022, 6, 1), date(2023, 9, 1)).laws
        if law.outcome not in {"one_version", "same", "unrecorded"}
    }
    assert found == read
