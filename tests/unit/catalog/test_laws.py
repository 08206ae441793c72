"""Which version of a law is in force on a day, which article a deduction shows, how citations are written."""

from __future__ import annotations

from datetime import date

import pytest

from riskengine.catalog import Citation, load_shipped

CATALOG = load_shipped()
LAWS = CATALOG.laws


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2019, 3, 1), None),
        (date(2019, 3, 2), "2019-03-02"),
        (date(2022, 4, 30), "2019-03-02"),
        (date(2022, 5, 1), "2022-03-29"),
        (date(2023, 7, 19), "2022-03-29"),
        (date(2023, 7, 20), "2023-07-20"),
        (date(2026, 11, 24), "2023-07-20"),
    ],
)
def test_one_version_of_the_road_transport_regulation_ends_on_the_day_the_next_begins(
    day: date, version: str | None
) -> None:
    found = LAWS.in_force("road_transport_regulation", day)
    assert (found.version if found else None) == version


def test_the_article_of_a_deduction_changes_with_the_renumbering_of_2023_07_20() -> None:
    before, after = (CATALOG.liability_on("RT-04", date(2023, 7, day)) for day in (19, 20))
    assert before is not None
    assert after is not None
    assert (before.version, before.article) == ("2022-03-29", "70")
    assert (after.version, after.article) == ("2023-07-20", "69")


@pytest.mark.parametrize(
    ("day", "version", "fines"),
    [
        (date(2022, 3, 1), "2019-03-02", {(30000, 100000)}),
        (date(2022, 6, 1), "2022-03-29", {(30000, 100000)}),
        (date(2023, 9, 1), "2023-07-20", {(3000, 10000), (10000, 50000), (10000, 100000), (30000, 100000)}),
    ],
)
def test_unlicensed_transport_cites_the_version_in_force_with_its_own_figures(
    day: date, version: str, fines: set[tuple[int, int]]
) -> None:
    cited = CATALOG.liability_on("RT-01", day)
    assert cited is not None
    assert (cited.law, cited.version, cited.article) == ("road_transport_regulation", version, "63")
    point = CATALOG.risk_points["RT-01"]
    in_force = [
        penalty
        for penalty in point.penalties
        if (penalty.law, penalty.article) == (cited.law, "63")
        and (held := LAWS.version(penalty.law, penalty.version)) is not None
        and held.is_in_force(day)
    ]
    assert {penalty.version for penalty in in_force} == {version}
    assert {(penalty.min, penalty.max) for penalty in in_force if penalty.max is not None} == fines


@pytest.mark.parametrize("code", [code for code in CATALOG.risk_points if code.startswith("RT")])
def test_each_version_of_the_road_transport_regulation_in_the_years_of_the_edition_has_its_penalties(code: str) -> None:
    """Where a risk point threatens a penalty of the regulation, it does so in each version's own articles."""
    cited = {
        entry.version
        for entry in CATALOG.risk_points[code].citations
        if entry.law == "road_transport_regulation" and entry.role == "liability"
    }
    threatened = {
        penalty.version for penalty in CATALOG.risk_points[code].penalties if penalty.law == "road_transport_regulation"
    }
    assert cited == threatened
    assert cited in ({"2019-03-02", "2022-03-29", "2023-07-20"}, set())


def test_at_most_one_version_of_a_law_is_in_force_on_a_day() -> None:
    for law in LAWS.laws:
        for version in LAWS.versions(law):
            if version.effective_from is not None:
                in_force = [entry for entry in LAWS.versions(law) if entry.is_in_force(version.effective_from)]
                assert in_force == [version], law


def test_no_article_is_known_of_an_unknown_code_or_before_the_oldest_version() -> None:
    assert CATALOG.liability_on("XX-99", date(2022, 1, 1)) is None
    assert CATALOG.liability_on("UP-07", date(1990, 1, 1)) is None


def test_a_citation_reads_as_lawyers_write_it() -> None:
    citation = CATALOG.liability_on("HW-01", date(2022, 12, 31))
    assert citation is not None
    assert citation.label(LAWS, "zh") == "《公路安全保护条例》第六十四条第一款"
    assert citation.label(LAWS, "en") == "Highway Safety Protection Regulation, article 64(1)"


@pytest.mark.parametrize(
    ("article", "paragraph", "item", "zh", "en"),
    [
        ("102", None, None, "第一百零二条", "article 102"),
        ("110", 2, None, "第一百一十条第二款", "article 110(2)"),
        ("1143", 1, None, "第一千一百四十三条第一款", "article 1143(1)"),
        ("10", 1, 12, "第十条第一款第十二项", "article 10(1) item 12"),
        ("20-1", None, None, "第二十条之一", "article 20-1"),
    ],
)
def test_numerals_are_written_in_full(article: str, paragraph: int | None, item: int | None, zh: str, en: str) -> None:
    citation = Citation.model_validate(
        {"law": "highway_law", "article": article, "paragraph": paragraph, "item": item, "sureness": "text"}
    )
    assert citation.label(LAWS, "zh") == f"《中华人民共和国公路法》{zh}"
    assert citation.label(LAWS, "en") == f"Highway Law, {en}"


def test_an_unregistered_law_is_shown_by_its_id() -> None:
    citation = Citation.model_validate({"law": "some_law", "article": 3, "sureness": "memory"})
    assert citation.label(LAWS, "en") == "some_law, article 3"
    assert "some_law" not in LAWS
    assert LAWS.versions("some_law") == ()
