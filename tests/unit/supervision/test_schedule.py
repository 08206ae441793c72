"""Filling a period: nobody beyond their days, nobody lost, the highest risk first, counties in turn."""

from __future__ import annotations

from collections import Counter, defaultdict

from hypothesis import given
from hypothesis import strategies as st

from riskengine.supervision.planning import Demand, Officer, schedule

COUNTIES = ("A", "B", "C")


@st.composite
def _cases(draw):
    officers = [
        Officer(f"I{at}", draw(st.sampled_from(("", *COUNTIES))), draw(st.integers(0, 5)))
        for at in range(draw(st.integers(0, 7)))
    ]
    names = [officer.certificate for officer in officers]
    demands = []
    for at in range(draw(st.integers(0, 12))):
        drawn = tuple(draw(st.permutations(names))[:2]) if len(names) > 1 and draw(st.booleans()) else ()
        demands.append(Demand(f"OP{at}", draw(st.sampled_from(COUNTIES)), draw(st.integers(1, 3)), drawn))
    barred = draw(
        st.dictionaries(
            st.sampled_from([demand.operator_id for demand in demands] or ["none"]),
            st.sets(st.sampled_from(names or ["none"])),
        )
    )
    return demands, officers, draw(st.integers(1, 3)), draw(st.integers(1, 2)), barred


@given(_cases())
def test_every_visit_due_is_covered_or_told_and_nobody_works_beyond_their_days(case):
    demands, officers, each, days, barred = case
    found = schedule(demands, officers, each=each, days=days, barred=barred)
    told = Counter((visit.operator_id, visit.turn) for visit in (*found.visits, *found.uncovered))
    assert told == Counter((demand.operator_id, turn) for demand in demands for turn in range(1, demand.due + 1))
    worked = Counter(officer for visit in found.visits for officer in visit.officers)
    for officer in officers:
        assert worked[officer.certificate] * days + found.left[officer.certificate] == officer.days
        assert found.left[officer.certificate] >= 0
    counties = {officer.certificate: officer.county for officer in officers}
    where = {demand.operator_id: demand for demand in demands}
    for visit in found.visits:
        demand = where[visit.operator_id]
        if visit.turn == 1 and demand.drawn:
            assert visit.officers == demand.drawn
            continue
        assert len(set(visit.officers)) == each
        assert {counties[officer] for officer in visit.officers} <= {"", demand.county}
        assert not set(visit.officers) & set(barred.get(visit.operator_id, ()))


@given(_cases())
def test_what_is_not_covered_could_not_be_once_its_turn_had_come(case):
    """The reason is right: too few serve, too few may meet it, or fewer than needed have days left at the end."""
    demands, officers, each, days, barred = case
    found = schedule(demands, officers, each=each, days=days, barred=barred)
    where = {demand.operator_id: demand for demand in demands}
    for missed in found.uncovered:
        demand = where[missed.operator_id]
        if missed.turn == 1 and demand.drawn:
            assert any(found.left[officer] < days for officer in demand.drawn)
            continue
        serving = [officer for officer in officers if officer.county in {"", demand.county}]
        able = [officer for officer in serving if officer.certificate not in barred.get(demand.operator_id, ())]
        free = [officer for officer in able if found.left[officer.certificate] >= days]
        assert len(free) < each
        reasons = {"no_inspectors": len(serving) < each, "barred": len(able) < each <= len(serving)}
        assert reasons.get(missed.reason, len(able) >= each)


@given(_cases())
def test_the_higher_risk_comes_first(case):
    demands, officers, each, days, _ = case
    plain = [demand._replace(drawn=()) for demand in demands]
    found = schedule(plain, officers, each=each, days=days)
    rank = {demand.operator_id: at for at, demand in enumerate(plain)}
    county = {demand.operator_id: demand.county for demand in plain}
    covered, missed = defaultdict(list), defaultdict(list)
    for visit in found.visits:
        covered[county[visit.operator_id]].append((visit.turn, rank[visit.operator_id]))
    for each_missed in found.uncovered:
        missed[county[each_missed.operator_id]].append((each_missed.turn, rank[each_missed.operator_id]))
    for name in COUNTIES:
        assert covered[name] == sorted(covered[name])
        if covered[name] and missed[name]:
            assert covered[name][-1] < min(missed[name])


def test_those_who_serve_all_counties_are_shared_in_turn():
    demands = [Demand(f"{county}{at}", county, 1) for county in "AB" for at in range(6)]
    found = schedule(demands, [Officer("X", "", 4), Officer("Y", "", 4)], each=2, days=1)
    assert [visit.operator_id for visit in found.visits] == ["A0", "B0", "A1", "B1"]


def test_a_small_county_is_not_passed_over_for_a_large_one():
    demands = [*(Demand(f"A{at}", "A", 1) for at in range(90)), *(Demand(f"B{at}", "B", 1) for at in range(10))]
    found = schedule(demands, [Officer("X", "", 50), Officer("Y", "", 50)], each=2, days=1)
    assert Counter(visit.operator_id[0] for visit in found.visits) == {"A": 45, "B": 5}


def test_own_inspectors_go_before_shared_ones_and_load_is_even():
    officers = [Officer("own-1", "A", 3), Officer("own-2", "A", 3), Officer("shared", "", 9)]
    found = schedule([Demand(f"A{at}", "A", 1) for at in range(3)], officers, each=2, days=1)
    assert {visit.officers for visit in found.visits} == {("own-1", "own-2")}
    assert found.left == {"own-1": 0, "own-2": 0, "shared": 9}


def test_first_visits_of_all_come_before_second_ones():
    found = schedule(
        [Demand("worst", "A", 3), Demand("better", "A", 1)],
        [Officer("X", "A", 3), Officer("Y", "A", 3)],
        each=2,
        days=1,
    )
    assert [(visit.operator_id, visit.turn) for visit in found.visits] == [("worst", 1), ("better", 1), ("worst", 2)]
    assert [(each.operator_id, each.turn, each.reason) for each in found.uncovered] == [("worst", 3, "no_days")]
