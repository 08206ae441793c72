"""What both hand-written programs know of the policy and the catalogue: lists that anybody would keep as lists.

Copied by hand from ``policies/xuchang-transport`` and ``risk_catalog/``; the benchmark stops where they are no longer
what riskengine grades by.
"""

from __future__ import annotations

from datetime import date, timedelta

OVERLOAD = "HW-01"
LEVELS = {
    "red": "EC-02 EC-04 HW-01 HW-03 RT-01 RT-06 UP-04",
    "orange": "EC-01 EC-03 EC-05 HW-04 HW-06 RT-02 RT-03 RT-04 RT-05 RT-07 UP-02 UP-03 UP-07 WT-01 WT-02 WT-03 WT-05",
    "yellow": "HW-02 HW-05 RT-08 UP-01 UP-05 UP-06 WT-04 WT-06",
}
"""Colour → risk points, worst colour first; none is blue."""
FACTORS = {"red": 15, "orange": 12, "yellow": 10}
"""Colour → its factor in tenths."""
LEVEL = {code: level for level, codes in LEVELS.items() for code in codes.split()}
POINTS = tuple(sorted(LEVEL))
_THREE = ("RT-03", "RT-07", "UP-06", "UP-07", "HW-04", "WT-03", "WT-06", "EC-02", "EC-05")
MEASURES = dict.fromkeys(POINTS, 4) | {"HW-01": 5} | dict.fromkeys(_THREE, 3)
"""Risk point → how many measures it has: ``HW-01-M1`` and on."""

LIABILITIES: dict[str, tuple[tuple[date | None, str, str], ...]] = {
    "EC-01": ((None, "bidding_law", "49"),),
    "EC-02": ((None, "construction_quality_regulation", "60"),),
    "EC-03": ((None, "construction_quality_regulation", "64"),),
    "EC-04": ((None, "work_safety_permit_regulation", "19"), (date(2021, 9, 1), "work_safety_law", "102")),
    "EC-05": ((None, "labor_contract_law", "85"), (date(2020, 5, 1), "migrant_worker_wages_regulation", "55")),
    "HW-01": ((None, "highway_protection_regulation", "64"),),
    "HW-02": ((None, "highway_protection_regulation", "64"),),
    "HW-03": ((None, "henan_overload_control_regulation", "25"),),
    "HW-04": ((None, "highway_protection_regulation", "67"),),
    "HW-05": ((None, "highway_law", "76"),),
    "HW-06": ((None, "highway_law", "77"),),
    "RT-01": ((None, "road_transport_regulation", "63"),),
    "RT-02": ((None, "road_transport_regulation", "69"),),
    "RT-03": ((None, "road_transport_regulation", "64"),),
    "RT-04": ((None, "road_transport_regulation", "70"),),
    "RT-05": ((None, "hazardous_chemicals_regulation", "86"),),
    "RT-06": ((date(2021, 9, 1), "work_safety_law", "99"), (date(2022, 2, 14), "vehicle_monitoring_rule", "35")),
    "RT-07": ((None, "road_transport_regulation", "71"),),
    "RT-08": ((None, "road_transport_regulation", "72"),),
    "UP-01": ((None, "urban_bus_rule", "60"),),
    "UP-02": ((None, "urban_bus_rule", "62"),),
    "UP-03": ((None, "ride_hail_rule", "34"), (date(2021, 8, 11), "taxi_service_rule", "45")),
    "UP-04": ((None, "ecommerce_law", "83"), (date(2022, 12, 5), "ride_hail_rule", "35")),
    "UP-05": ((None, "henan_road_transport_regulation", "41"), (date(2021, 8, 11), "taxi_service_rule", "48")),
    "UP-06": ((None, "rail_transit_operation_rule", "49"),),
    "UP-07": ((None, "counterterrorism_law", "86"), (date(2021, 8, 11), "car_hire_rule", "25")),
    "WT-01": ((None, "domestic_waterway_transport_regulation", "33"),),
    "WT-02": ((None, "inland_water_traffic_safety_regulation", "82"),),
    "WT-03": ((None, "inland_water_traffic_safety_regulation", "65"),),
    "WT-04": ((None, "port_law", "49"),),
    "WT-05": ((None, "inland_water_traffic_safety_regulation", "73"),),
    "WT-06": ((None, "water_pollution_law", "90"),),
}
"""Risk point → its first liability article, from 2020 to 19 July 2023, and from which day where it changed in between.

Where none held on a record's day, the one of the as-of date stands in.
"""

RULES = (
    "driver_over_three_overloads",
    "fines_in_year",
    "major_violation_in_year",
    "new_operator",
    "overload_early_warning",
    "overload_share_over_tenth",
    "overload_share_over_three_tenths",
    "repeat_violations",
    "vehicle_over_three_overloads",
    "violation_deduction",
)
"""In the order in which the tables are sorted."""
FROM_CATALOG = ("violation_deduction", "repeat_violations")
"""Rules that rest on the liability article of the risk point."""
RULE_LAWS = {
    "driver_over_three_overloads": ("highway_protection_regulation", "66"),
    "vehicle_over_three_overloads": ("highway_protection_regulation", "66"),
    "overload_share_over_tenth": ("highway_protection_regulation", "66"),
    "overload_share_over_three_tenths": ("henan_overload_control_regulation", "29"),
    "fines_in_year": ("henan_social_credit_regulation", "12"),
    "major_violation_in_year": ("henan_social_credit_regulation", "12"),
}
_MORE = ("henan_social_credit_regulation", "32")
ACTIONS = (
    ("grade:AA", "relaxed", "fewer_inspections", None, None),
    ("grade:A", "standard", "routine_inspection", None, None),
    ("grade:B", "enhanced", "reminder_letter", None, None),
    ("grade:B", "enhanced", "guidance_visit", None, None),
    ("grade:C", "strict", "interview", None, None),
    ("grade:C", "strict", "more_inspections", *_MORE),
    ("grade:D", "key", "interview", None, None),
    ("grade:D", "key", "more_inspections", *_MORE),
    ("grade:new", "guidance", "guidance_visit", None, None),
    ("status:not_evaluable", "clarification", "complete_records", None, None),
)
"""Reason, tier, action, law, article."""
RULE_ACTIONS = {
    "overload_early_warning": "reminder_letter",
    "vehicle_over_three_overloads": "propose_vehicle_certificate_revocation",
    "driver_over_three_overloads": "propose_driver_ban",
    "overload_share_over_tenth": "propose_business_suspension",
    "overload_share_over_three_tenths": "propose_permit_revocation",
}


BASES = tuple(
    sorted({*RULE_LAWS.values(), *((law, article) for held in LIABILITIES.values() for _, law, article in held)})
)
"""Law and article of everything, in a list: numbers, from 1 on, are quicker to carry."""


def basis_of(rule: str) -> int | None:
    """The place of the rule's own law among ``BASES``."""
    return BASES.index(RULE_LAWS[rule]) + 1 if rule in RULE_LAWS else None


def measures(code: str) -> list[str]:
    """The measures of a risk point."""
    return [f"{code}-M{number}" for number in range(1, MEASURES[code] + 1)]


def liabilities(as_of: date) -> list[tuple[int, date, int]]:
    """Place of the risk point, day, place among ``BASES``: for each day of the three years up to the as-of date."""

    def on(code: str, day: date) -> int | None:
        held = [(law, article) for since, law, article in LIABILITIES[code] if since is None or since <= day]
        return BASES.index(held[-1]) + 1 if held else None

    days = [as_of - timedelta(days=back) for back in range(3 * 366)]
    return [
        (place, day, basis)
        for place, code in enumerate(POINTS)
        for day in days
        if (basis := on(code, day) or on(code, as_of))
    ]
