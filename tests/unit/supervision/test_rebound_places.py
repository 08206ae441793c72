"""Places and hours against the exposure: what is planted is found, where one looks most is not called the worst."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest
from rebound_worlds import BOTH, HOT, HOT_HOURS, LAST, NULL, WATCHED, counts, inspections

from riskengine.kernel.chances import as_many_or_more
from riskengine.kernel.errors import InputError
from riskengine.supervision.rebound import ReboundRequest, analyse, read_rebound_rules
from riskengine.supervision.rebound.cells import CELL, LEVELS, PLACE
from riskengine.supervision.rebound.patrols import EXPECTED, EXPLORE, advise
from riskengine.supervision.rebound.standing import standings_of

RULES = read_rebound_rules(None)


def found_at(world, seed):
    """Where more is said to be found than elsewhere."""
    return standings_of(counts(inspections(world, seed)), RULES).more


def shares(seeds):
    """In how many worlds the hotspot is found, comes first, the watched place is named, anything where nothing is."""
    hits = Counter()
    for seed in seeds:
        more = found_at(BOTH, seed)
        hits["hotspot"] += any(each.cell.place == HOT for each in more)
        hits["first"] += bool(more) and more[0].cell.place == HOT and more[0].cell.band in HOT_HOURS
        hits["watched"] += any(each.cell.place == WATCHED for each in more)
        hits["null"] += bool(found_at(NULL, seed))
    return hits


def test_a_planted_hotspot_is_found_and_a_planted_bias_of_attention_is_not():
    hits = shares(range(6))
    assert hits["hotspot"] == hits["first"] == 6
    assert hits["watched"] == 0
    assert hits["null"] <= 1  # 5 % are allowed; the two hundred worlds below hold that


@pytest.mark.slow
def test_so_it_is_in_two_hundred_worlds():
    hits = shares(range(1000, 1200))
    assert hits["hotspot"] >= 190
    assert hits["first"] >= 190
    assert hits["watched"] <= 10
    assert hits["null"] <= 10  # no more than the 5 % that the rules allow


def test_by_counts_alone_the_watched_place_would_be_the_worst():
    found = {cell.place: cell.found for cell in counts(inspections(BOTH, 1)).at(PLACE)}
    assert max(found, key=found.__getitem__) == WATCHED


@pytest.fixture(scope="module")
def world():
    """A small world as the rows of files, and what was counted of it by hand."""
    made = inspections(replace(BOTH, inspections=1500), 7)
    seen = [
        {
            "inspection_id": f"JC{at:05d}",
            "operator_id": f"OP-{at % 30}",
            "inspected_on": f"{each.day.isoformat()} {each.hour:02d}:{5 + at % 50:02d}",
            "kind": "路面检查",
            "place": each.place,
        }
        for at, each in enumerate(made)
    ]
    found = [
        {
            "violation_id": f"CASE-{at:05d}",
            "operator_id": f"OP-{at % 30}",
            "risk_point": "HW-01",
            "occurred_on": each.day.isoformat(),
            "decided_on": each.day.isoformat(),
            "inspection_id": f"JC{at:05d}",
        }
        for at, each in enumerate(made)
        if each.hit
    ]
    return made, seen, found


def analysed(seen, found, **others):
    return analyse(ReboundRequest(found, others.pop("day", LAST), RULES, inspections=seen, **others))


def test_what_is_counted_is_what_one_counts_by_hand(world):
    made, seen, found = world
    expected = counts(made)
    result = analysed(seen, found).kinds["overload"].counts
    assert [(cell, cell.looked, cell.found) for cell in result.cells] == [
        (cell, cell.looked, cell.found) for cell in expected.cells
    ]
    assert (result.whole.looked, result.whole.found) == (len(made), sum(each.hit for each in made))
    assert (result.hour_unknown, result.unlinked, result.unused) == (0, 0, {})


def test_neither_the_order_nor_the_reader_matters(world):
    pa = pytest.importorskip("pyarrow")
    _, seen, found = world
    dice = random.Random(3)  # noqa: S311
    seen_too, found_too = dice.sample(seen, len(seen)), dice.sample(found, len(found))
    tables = [pa.table({name: [row[name] for row in rows] for name in rows[0]}) for rows in (seen_too, found_too)]
    assert analysed(*tables).to_dict() == analysed(seen, found).to_dict()


def test_two_violations_of_one_inspection_are_one_find_and_one_without_an_inspection_is_none(world):
    _, seen, found = world
    twice = {**found[0], "violation_id": "CASE-TWICE"}
    alone = {**found[1], "violation_id": "CASE-ALONE", "inspection_id": "", "place": "示例新址"}
    plain, more = (analysed(seen, rows).kinds["overload"].counts for rows in (found, [*found, twice, alone]))
    assert plain.cells == more.cells
    assert [cell.found for cell in plain.cells] == [cell.found for cell in more.cells]
    assert more.unlinked == 1
    assert more.unlinked_places == ("示例新址",)


def test_a_revoked_violation_is_no_find(world):
    _, seen, found = world
    revoked = [{**found[0], "status": "revoked"}, *({**row, "status": "final"} for row in found[1:])]
    before, after = (analysed(seen, rows).kinds["overload"].counts.whole.found for rows in (found, revoked))
    assert after == before - 1


def test_where_only_the_day_is_known_the_hour_is_said_to_be_unknown(world):
    _, seen, found = world
    days = [{**row, "inspected_on": row["inspected_on"][:10]} for row in seen[:-1]]
    midnight = {**seen[-1], "inspected_on": f"{seen[-1]['inspected_on'][:10]} 00:00:00"}
    result = analysed([*days, midnight], found).kinds["overload"]
    assert result.counts.hour_unknown == len(seen)
    assert not result.counts.at(CELL)
    assert result.advice.windows == ()
    times = [{"inspection_id": row["inspection_id"], "time": row["inspected_on"][11:]} for row in seen]
    timed = analysed([*days, midnight], found, times=times).kinds["overload"]
    assert timed.counts == analysed(seen, found).kinds["overload"].counts


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_a_cell_that_is_a_time_gives_the_hour_in_every_format(world, tmp_path, kind):
    _, seen, found = world
    path = tmp_path / f"inspections.{kind}"
    times = [datetime.fromisoformat(row["inspected_on"]) for row in seen]
    if kind == "xlsx":
        book = openpyxl.Workbook()
        book.active.append(list(seen[0]))
        for row, time in zip(seen, times, strict=True):
            book.active.append([row["inspection_id"], row["operator_id"], time, row["kind"], row["place"]])
        book.save(path)
    else:
        pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        columns = {name: [row[name] for row in seen] for name in seen[0]}
        parquet.write_table(pa.table({**columns, "inspected_on": pa.array(times, pa.timestamp("us"))}), path)
    assert analysed(path, found).kinds["overload"].counts == analysed(seen, found).kinds["overload"].counts


def test_what_is_no_time_of_day_is_told_with_its_row(world):
    _, seen, found = world
    times = [{"inspection_id": "JC00001", "time": text} for text in ("9", "25:00")]
    times[1]["inspection_id"] = "JC00002"
    with pytest.raises(InputError) as error:
        analysed(seen, found, times=times)
    assert [(each.code, each.row, each.found) for each in error.value.problems] == [("RE-970", 2, "25:00")]


def test_inspections_upon_a_suspicion_and_out_of_the_period_are_no_exposure(world):
    _, seen, found = world
    asked = [{**seen[0], "kind": "投诉举报核查"}, {**seen[1], "inspected_on": "2021-12-31 09:00"}, *seen[2:]]
    asked.append({**seen[2], "inspection_id": "JC-NOWHERE", "place": ""})
    result = analysed(asked, found).kinds["overload"].counts
    assert result.unused == {"left_out_kind": 1, "no_place": 1, "outside_period": 1}
    assert result.whole.looked == len(seen) - 2


def test_too_little_is_said_and_never_ranked(world):
    _, seen, found = world
    result = analysed(seen, found).kinds["overload"]
    little = [cell for cell in result.counts.cells if cell.looked < RULES.least_inspections]
    assert sum(result.standings.too_little.values()) == len(little)
    assert len(result.standings.rated) + len(little) == len(result.counts.cells)
    assert all(each.cell.looked >= RULES.least_inspections for each in result.standings.rated)
    assert {each.cell.level for each in result.standings.rated} <= set(LEVELS)


def test_rates_have_intervals_around_them_and_estimates_lie_between_the_cell_and_what_is_above(world):
    made, _, _ = world
    standings = standings_of(counts(made), RULES)
    whole = sum(each.hit for each in made) / len(made)
    for each in standings.rated:
        low, high = each.interval
        rate = each.cell.found / each.cell.looked
        assert 0 <= low <= rate <= high <= 1
        assert each.estimate.least <= each.estimate.rate
        if each.cell.level == PLACE:
            assert min(rate, whole) - 1e-9 <= each.estimate.rate <= max(rate, whole) + 1e-9
        assert each.chance == as_many_or_more(
            each.cell.found, each.cell.looked, sum(one.hit for one in made), len(made)
        )
        assert each.false_rate >= each.chance


# --- patrols ---


@pytest.fixture(scope="module")
def advised():
    """The advice of a week in the world with both."""
    held = counts(inspections(BOTH, 1))
    kind = RULES.kinds["overload"].model_copy(update={"hours": "100%"})

    def of_a_week(hours, teams=1, busy=()):
        standings, taken = standings_of(held, RULES), Counter(busy)
        return advise(held, standings, RULES, kind, LAST, hours=hours, teams=teams, busy=taken)

    return of_a_week


def test_windows_fit_the_hours_and_go_to_the_hotspot_first(advised):
    advice = advised(80)
    assert advice.room == 80 // (RULES.hours * RULES.patrol.officers) == len(advice.windows) == 20
    assert Counter(window.why for window in advice.windows) == {EXPECTED: 16, EXPLORE: 4}
    expected = [window for window in advice.windows if window.why == EXPECTED]
    assert sum(window.place == HOT and window.band in HOT_HOURS for window in expected) >= 12
    assert not [window for window in expected if window.place == WATCHED]
    assert advised(3).windows == ()


def test_there_are_no_more_at_once_than_teams_and_none_twice(advised):
    for teams in (1, 2):
        windows = advised(600, teams).windows
        at_once = Counter((window.weekday, window.band) for window in windows)
        assert max(at_once.values()) <= teams
        assert len({(window.place, window.weekday, window.band) for window in windows}) == len(windows)


def test_kinds_share_the_hours_and_the_teams(advised, world):
    _, seen, found = world
    result = analysed(seen, found, hours=100).kinds
    assert [each.advice.room for each in result.values()] == [15, 10]
    at_once = Counter((one.weekday, one.band) for each in result.values() for one in each.advice.windows)
    assert max(at_once.values()) == 1
    (first, *_) = advised(80).windows
    taken = [(one.weekday, one.band) for one in advised(80, busy=[(first.weekday, first.band)]).windows]
    assert (first.weekday, first.band) not in taken


def test_exploring_goes_where_least_was_looked(advised):
    held = {cell.key: cell.looked for cell in counts(inspections(BOTH, 1)).at(CELL)}
    advice = advised(80)
    most = max(window.looked for window in advice.windows if window.why == EXPLORE)
    fewer = [looked for looked in held.values() if looked < most]
    assert len(fewer) <= 12 * 84 // 20  # all but a few were looked at more
    assert {window.looked for window in advice.windows} <= set(held.values()) | {0}


def test_the_day_after_the_last_is_outside_the_period(world):
    _, seen, found = world
    result = analysed(seen, found, day=date(2024, 1, 1)).kinds["overload"].counts
    assert result.whole.looked == 0
    assert result.unused == {"outside_period": len(seen)}
