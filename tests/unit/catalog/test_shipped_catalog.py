"""The shipped catalogue: its counts, both languages everywhere, every risk point whole, every law known."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from riskengine.catalog import load_shipped
from riskengine.kernel.languages import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

CATALOG = load_shipped()


def test_there_are_5_areas_32_risk_points_and_120_measures() -> None:
    assert (len(CATALOG.areas), len(CATALOG.risk_points), len(CATALOG.measures)) == (5, 32, 120)


def test_each_area_has_its_share() -> None:
    points = {area: [p for p in CATALOG.risk_points.values() if p.area == area] for area in CATALOG.areas}
    assert {area: len(found) for area, found in points.items()} == {"RT": 8, "UP": 7, "HW": 6, "WT": 6, "EC": 5}
    measures = {area: sum(len(point.measures) for point in found) for area, found in points.items()}
    assert measures == {"RT": 30, "UP": 26, "HW": 24, "WT": 22, "EC": 18}


def test_the_edition_says_that_it_is_a_reconstruction_and_not_the_bureaus_text() -> None:
    assert (CATALOG.id, CATALOG.version) == ("transport", "2022.1")
    assert "不是主管部门" in CATALOG.edition.statement.zh
    assert "not the text that the bureau issued" in CATALOG.edition.statement.en
    assert CATALOG.edition.effective.since == date(2022, 1, 1)


def texts(value: Any) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif hasattr(value, "model_fields_set"):
        yield from texts(dict(value))


def test_every_text_stands_in_chinese_and_in_english() -> None:
    found = list(texts(CATALOG))
    assert len(found) > 1300
    for text in found:
        assert any("一" <= char <= "鿿" for char in text.zh), text
        assert any(char.isascii() and char.isalpha() for char in text.en), text
        assert not any("一" <= char <= "鿿" for char in text.en), text


@pytest.mark.parametrize("point", CATALOG.risk_points.values(), ids=lambda point: point.code)
def test_a_risk_point_has_measures_of_both_sides_duties_liabilities_and_penalties(point: Any) -> None:
    assert {CATALOG.measures[code].kind for code in point.measures} == {"operator", "regulator"}
    assert {citation.role for citation in point.citations} == {"duty", "liability"}
    assert point.penalties
    assert {grade.grade for grade in point.discretion.grades} == {"minor", "general", "serious", "major"}
    assert all(CATALOG.measures[code].basis is not None for code in point.measures)


@pytest.mark.parametrize("code", CATALOG.risk_points)
def test_a_liability_article_is_known_on_every_day_of_the_year_of_the_edition_and_later(code: str) -> None:
    for day in (date(2022, 1, 1), date(2022, 12, 31), date(2023, 7, 19), date(2023, 7, 20), date(2026, 11, 24)):
        assert CATALOG.liability_on(code, day) is not None


def test_a_figure_named_statutory_cites_its_article_and_a_local_one_does_not_pretend_to() -> None:
    for point in CATALOG.risk_points.values():
        for trigger in point.data_triggers:
            assert (trigger.kind == "statutory") == (trigger.basis is not None)


def test_a_fine_of_an_upper_limit_a_range_and_a_fixed_sum_is_told_apart_by_min_and_max() -> None:
    for point in CATALOG.risk_points.values():
        for penalty in point.penalties:
            if penalty.min is not None and penalty.max is not None:
                assert penalty.min <= penalty.max
            if penalty.min is not None or penalty.max is not None:
                assert penalty.unit is not None


def test_ids_of_laws_are_words_and_not_numbers() -> None:
    for law in CATALOG.laws.laws:
        assert not any(char.isdigit() for char in law)


@pytest.mark.parametrize(
    "law",
    [
        "highway_protection_regulation",
        "henan_overload_control_regulation",
        "henan_social_credit_regulation",
        "administrative_penalty_law",
        "personal_information_protection_law",
        "road_transport_regulation",
        "over_limit_vehicle_rule",
    ],
)
def test_the_laws_that_policies_rest_on_are_registered(law: str) -> None:
    assert law in CATALOG.laws
