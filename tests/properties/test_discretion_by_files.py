"""The discretion check against a plain reading of the YAML files: for random violations, the result by brute force.

Nothing of the library is used but what is tested. Where an amendment lies between conduct and decision, the version
that applies is taken from a table that was read in the texts by hand.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import count
from pathlib import Path

import yaml
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from riskengine import check_discretion

DATA = Path(__file__).parents[2] / "risk_catalog"
AS_OF = date(2024, 12, 31)
ONE_EACH = {"act", "platform", "party", "operator", "owner", "entity", "employer", "agent", "bidder"}
LATER = {
    ("RT-01", "road_transport_regulation", "2023-07-20"),
    ("RT-02", "road_transport_regulation", "2023-07-20"),
    ("RT-07", "road_transport_regulation", "2023-07-20"),
    ("RT-08", "road_transport_regulation", "2023-07-20"),
    ("HW-03", "road_transport_regulation", "2023-07-20"),
    ("WT-01", "domestic_waterway_transport_regulation", "2023-07-20"),
    ("WT-03", "seafarers_regulation", "2023-07-20"),
}
"""Risk points for which an amendment is lighter; everywhere else it is the same, heavier or not comparable."""
FIRST_RECORDED = date(2022, 5, 1)
"""From the amendment of 2022 on; RT-08 was made heavier in part by that one, article by article."""


@lru_cache(maxsize=1)
def points():
    found = {}
    for name in ("RT", "UP", "HW", "WT", "EC"):
        for point in yaml.safe_load((DATA / f"{name}.yaml").read_text("utf-8"))["risk_points"]:
            found[point["code"]] = point
    return found


@lru_cache(maxsize=1)
def laws():
    return yaml.safe_load((DATA / "laws.yaml").read_text("utf-8"))["laws"]


def version_on(law, day):
    for entry in laws()[law]["versions"]:
        begins, ends = entry.get("effective_from"), entry.get("effective_to")
        if begins is not None and begins <= day and (ends is None or day < ends):
            return str(entry["version"])
    return None


def applied(code, occurred_on, decided_on):
    """The penalties of the versions that apply, as they stand in the file."""
    point, held = points()[code], []
    for law in {item["law"] for item in point["citations"] if item["role"] == "liability"}:
        then, now = version_on(law, occurred_on), version_on(law, decided_on)
        if then is None:
            continue
        version = now if then != now and (code, law, now) in LATER else then
        held += [item for item in point["penalties"] if (item["law"], str(item["version"])) == (law, version)]
    return held


def place(item):
    return (item["law"], str(item["version"]), str(item["article"]), item.get("paragraph"), item.get("item"))


def fits(item, held, severity):
    """Whether a fine may be meant for a severity."""
    if severity is None:
        return True
    if severity in {"minor", "general"}:
        return item["circumstances"] == "general"
    others = [other for other in held if other["kind"] == "fine" and place(other) == place(item)]
    return item["circumstances"] == "serious" or all(other["circumstances"] == "general" for other in others)


def times(fine, low, high, cap):
    """Whether a fine is a sum of two or more fines of a range, tried one number after another."""
    for number in count(2):
        if low * number > fine or (high is not None and high * number >= fine):
            return high is not None and low * number <= fine <= high * number and (cap is None or fine <= cap)
    return None


def expected(code, occurred_on, decided_on, severity, kinds, fine):
    held = applied(code, occurred_on, decided_on)
    if not held:
        return "no_basis"
    wanted = set(kinds) | ({"fine"} if fine else set())
    if wanted - {item["kind"] for item in held}:
        return "no_basis"
    if "fine" not in wanted:
        return "within" if wanted else "not_decidable"
    if not fine:
        return "not_decidable"
    fines = [item for item in held if item["kind"] == "fine" and fits(item, held, severity)]
    sides, open_ended = set(), False
    for item in fines:
        cap = item.get("cap")
        if "multiple_of_illegal_income" in item or item.get("unit") != "yuan":
            open_ended = open_ended or cap is None or fine <= cap
            sides.add("above")
            continue
        low, high = Decimal(str(item.get("min", 0))), item.get("max")
        high = None if high is None else Decimal(str(high))
        if low <= fine and (high is None or fine <= high):
            return "within"
        sides.add("below" if fine < low else "above")
        if item["per"] not in ONE_EACH and fine > low and times(fine, low, high, cap):
            open_ended = True
    if open_ended or not fines:
        return "not_decidable"
    return {("above",): "too_high", ("below",): "too_low"}.get(tuple(sides), "between")


@lru_cache(maxsize=1)
def figures():
    """Every figure of a fine and what lies beside it: where results change."""
    found = {0, 1}
    for point in points().values():
        for item in point["penalties"]:
            for key in ("min", "max", "cap"):
                if item["kind"] == "fine" and key in item:
                    found |= {item[key], item[key] * 2, item[key] * 3}
    return sorted(Decimal(str(value)) for value in found)


CODES = sorted(points())
DAYS = st.dates(FIRST_RECORDED, AS_OF)
FINES = st.tuples(st.sampled_from(figures()), st.sampled_from([Decimal("-0.01"), Decimal(0), Decimal("0.01")])).map(
    lambda pair: max(Decimal(0), sum(pair))
)
KINDS = st.lists(
    st.sampled_from(["warning", "fine", "confiscation", "suspension", "revocation", "detention"]),
    unique=True,
    max_size=2,
)
SEVERITIES = st.sampled_from([None, "minor", "general", "serious", "major"])
CASES = st.tuples(st.sampled_from(CODES), st.tuples(DAYS, DAYS).map(sorted), SEVERITIES, KINDS, st.none() | FINES)


@settings(max_examples=40, phases=[Phase.explicit, Phase.generate])  # shrinking a list of files' cases takes minutes
@given(st.lists(CASES, min_size=20, max_size=60))
@example([("RT-01", [date(2022, 6, 1), date(2023, 9, 1)], "general", ["fine"], Decimal(150))])
def test_every_result_is_the_one_that_the_files_give_by_brute_force(cases):
    rows = [
        {
            "violation_id": f"V{at}",
            "operator_id": "OP-1",
            "risk_point": code,
            "occurred_on": days[0],
            "decided_on": days[1],
            "severity": severity,
            "penalty_kind": ";".join(kinds) or None,
            "penalty": fine,
        }
        for at, (code, days, severity, kinds, fine) in enumerate(cases)
    ]
    review = check_discretion(rows, as_of=AS_OF)
    assert len(review.findings) == len(cases), review.problems
    for finding, (code, days, severity, kinds, fine) in zip(review.findings, cases, strict=True):
        assert finding.result == expected(code, *days, severity, kinds, fine), finding.record
    assert sum(review.counts().values()) == len(cases)
