from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from riskengine.contract.sources import ProfileColumn
from riskengine.kernel.errors import InputError


def reasons(source):
    return [(row.row, row.reason) for row in source.left_out]


def test_a_valid_row_has_every_column_of_the_contract(read, operator, violation, inspection):
    records = read([operator(name="甲", 备注="x")], [violation(penalty="1,000.5元", status="已撤销")], [inspection()])
    assert records.operators.records == [
        {
            "operator_id": "A",
            "name": "甲",
            "areas": (),
            "county": None,
            "fleet_size": None,
            "drivers": None,
            "licensed_on": None,
            "closed_on": None,
            "successor": None,
            "备注": "x",
        }
    ]
    found = records.violations.records[0]
    assert (found["occurred_on"], found["penalty"], found["status"]) == (
        date(2022, 3, 1),
        Decimal("1000.50"),
        "revoked",
    )
    assert records.inspections.records[0]["inspected_on"] == date(2022, 3, 1)
    assert records.problems() == []


def test_the_id_stands_in_for_a_name_and_final_for_a_status(read, operator, violation):
    records = read([operator()], [violation()])
    assert records.operators.records[0]["name"] == "A"
    assert records.violations.records[0]["status"] == "final"


def test_what_a_left_out_operator_loses_shows_on_the_successor_that_it_names(read, operator, violation):
    gone = operator(operator_id="A", licensed_on="2015-01-01", closed_on="2014-01-01", successor="B")
    records = read([gone, operator(operator_id="B")], [violation(operator_id="A")])
    assert records.quarantined == {"B": 1}


def test_an_operator_that_names_itself_as_successor_is_warned_of(read, operator):
    records = read([operator(operator_id="A", successor="A")], [])
    assert "RE-270" in {problem.code for problem in records.problems()}


def test_the_day_of_no_status_is_passed_over_with_a_warning(read, operator, violation):
    records = read([operator()], [violation(status_on="2099-01-01")])
    assert records.violations.records[0]["status_on"] is None
    assert records.violations.records[0]["status"] == "final"
    assert "RE-269" in {problem.code for problem in records.problems()}


def test_a_status_without_its_day_is_no_problem_and_a_later_record_neither(read, operator, violation):
    records = read(
        [operator()],
        [violation(status="repaired"), violation(violation_id="V2", occurred_on="2023-05-01", decided_on="2023-06-01")],
    )
    assert records.problems() == []
    assert len(records.violations.records) == 2


def test_of_equal_rows_the_first_is_used(read, operator, violation):
    records = read(
        [operator()],
        [violation(), violation(violation_id=" ｖ1 ", occurred_on="2022年3月1日"), violation(violation_id="V2")],
    )
    assert [row["violation_id"] for row in records.violations.records] == ["V1", "V2"]
    assert reasons(records.violations) == [(2, "duplicate")]
    assert records.quarantined == {}


def test_of_different_rows_under_one_id_none_is_used(read, operator, violation):
    records = read([operator()], [violation(), violation(), violation(penalty=5), violation(violation_id="V2")])
    assert [row["violation_id"] for row in records.violations.records] == ["V2"]
    assert reasons(records.violations) == [(1, "error"), (2, "error"), (3, "error")]
    assert records.quarantined == {"A": 3}


def test_a_row_that_cannot_be_read_is_different_content_under_its_id(read, operator, violation, codes):
    records = read([operator()], [violation(), violation(penalty="x")])
    assert records.violations.records == []
    assert codes(records.violations.problems) == ["RE-208", "RE-242", "RE-242"]


def test_a_repeated_operator_that_differs_takes_its_violations_along(read, operator, violation, codes):
    records = read([operator(name="甲"), operator(name="乙"), operator(operator_id="B")], [violation()])
    assert [row["operator_id"] for row in records.operators.records] == ["B"]
    assert codes(records.violations.problems) == ["RE-244"]
    assert reasons(records.violations) == [(1, "operator_left_out")]


def test_an_orphan_is_left_out_and_told_from_the_violation_of_an_operator_left_out(
    read, operator, violation, inspection
):
    records = read(
        [operator(), operator(operator_id="B", fleet_size="x")],
        [
            violation(operator_id="C"),
            violation(violation_id="V2", operator_id="b"),
            violation(violation_id="V3", operator_id=" ａ"),
        ],
        [inspection(operator_id="C")],
    )
    assert reasons(records.violations) == [(1, "orphan"), (2, "operator_left_out")]
    assert reasons(records.inspections) == [(1, "orphan")]
    assert records.quarantined == {"B": 1, "C": 2}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"decided_on": "2022-02-28"}, "RE-251"),
        ({"status": "repaired", "status_on": "2022-02-28"}, "RE-252"),
        ({"occurred_on": "1949-09-30"}, "RE-212"),
        ({"decided_on": "1949-09-30"}, "RE-212"),
    ],
)
def test_impossible_dates_are_errors(read, operator, violation, codes, cells, expected):
    records = read([operator()], [violation(**cells)])
    assert codes(records.problems()) == [expected]
    assert records.violations.records == []


def test_the_day_itself_is_possible(read, operator, violation):
    records = read(
        [operator(licensed_on="2020-01-01", closed_on="2020-01-01")],
        [violation(decided_on="2022-03-01", status="repaired", status_on="2022-03-01")],
    )
    assert records.problems() == []


def test_an_operator_is_not_closed_before_it_is_licensed(read, operator, codes):
    records = read([operator(licensed_on="2020-01-02", closed_on="2020-01-01"), operator(operator_id="B")])
    assert codes(records.problems()) == ["RE-253"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"decided_on": None}, "RE-263"),
        ({"inspection_id": "J9"}, "RE-264"),
        ({"risk_point": "RT-01"}, "RE-265"),
        ({"vehicle": "豫K1"}, "RE-261"),
    ],
)
def test_what_is_odd_is_used_with_a_warning(read, operator, violation, inspection, codes, cells, expected):
    records = read([operator(areas="HW")], [violation(**cells)], [inspection()])
    assert codes(records.problems()) == [expected]
    assert len(records.violations.records) == 1


def test_an_inspection_number_is_not_checked_where_no_inspections_are_given(read, operator, violation):
    assert read([operator()], [violation(inspection_id="J9")]).problems() == []


def test_an_operator_without_areas_has_all_of_them(read, operator, violation):
    assert read([operator(areas="")], [violation(risk_point="RT-01")]).problems() == []


def test_a_retired_risk_point_is_read_as_its_successor_and_an_unknown_one_is_an_error(read, operator, violation, codes):
    records = read([operator()], [violation(risk_point="hw-99"), violation(violation_id="V2", risk_point="HW-O1")])
    assert [row["risk_point"] for row in records.violations.records] == ["HW-01"]
    assert codes(records.problems()) == ["RE-217"]
    assert records.problems()[0].near[0] == "HW-01"


def test_without_a_catalogue_any_risk_point_passes(read, operator, violation):
    assert (
        read([operator()], [violation(risk_point="any")], risk_points=None).violations.records[0]["risk_point"] == "ANY"
    )


def test_an_unknown_successor_is_a_warning(read, operator, codes):
    records = read([operator(successor="B"), operator(operator_id="B", successor="Z")])
    assert [(p.code, p.row) for p in records.problems()] == [("RE-266", 2)]
    assert len(records.operators.records) == 2


def test_an_id_of_eighteen_characters_is_checked(read, codes):
    records = read(
        [{"operator_id": code} for code in ("91350100M000100Y42", "91350100M000100Y43", "11010519491231002X", "X")]
    )
    assert [(p.code, p.row) for p in records.problems()] == [("RE-262", 1)]
    assert len(records.operators.records) == 4


PROFILE = (
    ProfileColumn("share", "decimal", places=2, minimum=0, maximum=1),
    ProfileColumn("kind", "text", words=("货运", "客运")),
    ProfileColumn("listed", "bool"),
    ProfileColumn("fleet_size", "integer", maximum=100),
    ProfileColumn("debt", "decimal"),
)


def test_profile_columns_are_typed(read, operator):
    cells = {"share": "0.5", "kind": "货运", "listed": "是", "fleet_size": 3, "debt": "-5"}
    record = read([operator(**cells)], profile=PROFILE).operators.records[0]
    assert [record[name] for name in cells] == [Decimal("0.50"), "货运", True, 3, Decimal(-5)]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"share": "1.01"}, "RE-207"),
        ({"share": "0.123"}, "RE-209"),
        ({"share": "-1"}, "RE-206"),
        ({"kind": "货"}, "RE-213"),
        ({"listed": "?"}, "RE-214"),
        ({"fleet_size": 101}, "RE-207"),
    ],
)
def test_a_bad_profile_cell_leaves_the_row_out(read, operator, codes, cells, expected):
    every = dict.fromkeys([column.name for column in PROFILE])
    records = read([operator(**every | cells), operator(operator_id="B")], profile=PROFILE)
    assert codes(records.problems()) == [expected]
    assert len(records.operators.records) == 1


def test_a_profile_column_that_is_not_there_is_one_warning(read, operator):
    records = read([operator(shares=1), operator(operator_id="B")], profile=(ProfileColumn("share", "decimal"),))
    assert [(p.code, p.column, p.near, p.row) for p in records.problems()] == [("RE-122", "share", ("shares",), None)]
    assert [row["share"] for row in records.operators.records] == [None, None]


def test_a_bad_cell_that_nothing_reads_costs_no_row(read, operator, codes):
    records = read([operator(备注=["a"])])
    assert codes(records.problems()) == ["RE-268"]
    assert records.operators.records[0]["备注"] is None


def test_an_unknown_column_of_violations_is_one_warning(read, operator, violation, codes):
    records = read([operator()], [violation(penalties=1), violation(violation_id="V2", penalties=2)])
    assert [(p.code, p.found, p.near[0]) for p in records.problems()] == [("RE-121", "penalties", "penalty")]
    assert "penalties" not in records.violations.records[0]


def test_no_violations_is_not_the_same_as_none_given(read, operator):
    assert read([operator()]).violations is None
    assert read([operator()], []).violations.rows_in == 0


def test_operators_must_not_be_none_at_all(read):
    with pytest.raises(InputError, match="RE-106"):
        read([])


def test_a_profile_narrows_a_column_of_the_contract_and_never_widens_it(read, operator, codes):
    profile = (ProfileColumn("fleet_size", "integer", minimum=-5), ProfileColumn("licensed_on", "date"))
    records = read(
        [operator(fleet_size=-1, licensed_on="1949-09-30"), operator(operator_id="B", fleet_size=0, licensed_on=None)],
        profile=profile,
    )
    assert codes(records.problems()) == ["RE-206", "RE-212"]


def test_ids_are_compared_folded_and_shown_as_they_were_read(read, operator, violation, inspection):
    records = read(
        [
            operator(operator_id=" op-1 ", name=""),
            operator(operator_id="ＯＰ２", closed_on="2022-01-01", successor="OP-1"),
        ],
        [
            violation(violation_id="v1", operator_id="OP-1", inspection_id="I1"),
            violation(violation_id="V2", operator_id="op2"),
        ],
        [inspection(inspection_id="i1", operator_id="Op-1")],
    )
    assert [row["operator_id"] for row in records.operators.records] == ["op-1", "ＯＰ２"]
    assert records.operators.records[0]["name"] == "op-1"
    assert records.operators.records[1]["successor"] == "op-1"
    first, second = records.violations.records
    assert (first["violation_id"], first["operator_id"], first["inspection_id"]) == ("v1", "op-1", "i1")
    assert (second["violation_id"], second["operator_id"]) == ("V2", "ＯＰ２")
    assert records.inspections.records[0]["operator_id"] == "op-1"


def test_what_was_left_out_is_counted_under_the_id_as_it_was_read(read, operator, violation):
    records = read([operator(operator_id="op-1")], [violation(operator_id="OP-1", occurred_on="soon")])
    assert records.quarantined == {"op-1": 1}
