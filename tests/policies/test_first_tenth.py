"""How many of a sub-industry are its first tenth: the open point of a scheme, as a parameter, on every engine."""

from __future__ import annotations

from datetime import date

import pytest

from riskengine import Engine
from riskengine.engines.registry import IN_PROCESS
from riskengine.policy import shipped_file

PEERS = range(1, 32)
PLAIN = {
    "city": "甲市",
    "driving_school": False,
    "bonus_points": 0,
    "safety_standardised": True,
    "pollution_accident": False,
    "service_incident": False,
}
ENTERPRISES = [
    {"operator_id": f"{peers}-{place}", "sub_industry": str(peers), "base_points": 2000 - place, **PLAIN}
    for peers in PEERS
    for place in range(1, peers + 1)
]


@pytest.mark.parametrize("name", IN_PROCESS)
@pytest.mark.parametrize(
    ("part", "places"),
    [(0, lambda peers: peers // 10), (9, lambda peers: -(-peers // 10)), (5, lambda peers: (peers + 5) // 10)],
    ids=["rounded down", "rounded up", "to the nearest"],
)
def test_the_parameter_is_how_a_part_of_a_place_is_rounded(tmp_path, name, part, places):
    text = shipped_file("guangdong-integrity", "policy.yaml").decode("utf-8")
    changed = text.replace("value: 0\n    basis: unverified", f"value: {part}\n    basis: unverified")
    assert (changed == text) == (part == 0)
    path = tmp_path / "policy.yaml"
    path.write_text(changed, "utf-8")
    batch = Engine.load(path).grade(ENTERPRISES, [], as_of=date(2024, 12, 31), engine=name)
    best = {row["operator_id"] for row in batch.outcome.rows("grades") if row["grade"] == "AAAA"}
    assert best == {f"{peers}-{place}" for peers in PEERS for place in range(1, places(peers) + 1)}


def test_the_choice_made_is_to_round_down():
    policy = Engine.load("guangdong-integrity").policy.policy
    assert policy.parameters["part_of_a_place"].value == 0
    assert policy.parameters["part_of_a_place"].basis == "unverified"
