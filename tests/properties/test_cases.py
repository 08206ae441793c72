"""One operator by the short way is read as by the general reader, and a case grown record by record is graded alike."""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from riskengine import Engine
from riskengine.contract.sources import ProfileColumn
from riskengine.kernel.errors import InputError, RiskEngineError, UsageError
from riskengine.records import CaseReader, UnusualError, as_row, id_of, read_records

SEEDS = range(int(os.environ.get("RISKENGINE_EXAMPLES", "200")) * 3)
AS_OF = date(2022, 12, 31)
POINTS = {"HW-01": "HW", "RT-03": "RT", "UP-02": "UP"}
KNOWN = {
    "profile": (
        ProfileColumn("share", "decimal", places=4, minimum=0, maximum=1),
        ProfileColumn("mass", "decimal", places=2, minimum=0, source="violations"),
        ProfileColumn("seen", "integer", minimum=1, maximum=20, source="inspections"),
    ),
    "risk_points": {**{code: code for code in POINTS}, "HW-99": "HW-01"}.get,
    "known_risk_points": tuple(POINTS),
    "known_areas": ("HW", "RT", "UP"),
    "risk_point_area": POINTS,
}

USUAL_VIOLATION = {
    "operator_id": ["X1", "x1 "],
    "decided_on": ["2022-06-01", "2023-02-01", date(2022, 5, 6), None],
    "penalty": ["2000", "1,000.50元", Decimal("3.10"), 50000],
    "severity": ["minor", "一般", "特别严重", "major", None],
    "status": ["final", "已撤销", "repaired", "pending"],
    "penalty_kind": ["fine", "罚款;警告", ["fine", "warning"], ("fine",), None],
    "vehicle": ["豫K12345", "豫k·12345", "豫K54321", None],
    "driver": ["示例0001", "示例0002", None],
    "inspection_id": ["J0", "j1", "J2", "J9", None],
    "place": [" 城关 ", True, 1, 1.0, None],
}
ODD_VIOLATION = {
    "violation_id": ["v1", " V2", "示例罚〔2022〕1号", "", 7],
    "案号": ["V1"],
    "operator_id": ["X2", None, "nobody"],
    "risk_point": ["nonsense", "hw-01", None],
    "occurred_on": ["31/12/2022", "1900-01-01", None, "2022-06-15"],
    "决定日期": ["2022-06-01"],
    "penalty": ["-1", "1.234", "", True],
    "severity": ["odd"],
    "status": ["nonsense", "", None],
    "status_on": ["2000-01-01", "2022-07-01"],
    "penalty_kind": ["none such", [1]],
    "vehicle": ["not a plate"],
    "place": ["\x00", "—"],
    "note": ["n"],
}
USUAL_OPERATOR = {
    "name": ["甲", " X1 ", "x1", "", None],
    "areas": ["HW;RT", ["HW"], "", None, "hw"],
    "fleet_size": [12, "12", "1,200", None],
    "licensed_on": ["2018-05-01", date(2018, 5, 1), "2022-10-01", None],
    "备注": ["=1+1", 3, None],
}
ODD_OPERATOR = {
    "areas": ["none such"],
    "fleet_size": [-1, "many"],
    "closed_on": ["2022-08-01", "2017-01-01"],
    "successor": ["X9"],
    "share": ["2"],
    " 备注": ["x"],
}


def some(chance, cells, often):
    return {name: chance.choice(pool) for name, pool in cells.items() if chance.random() < often}


def day(chance):
    held = date.fromordinal(chance.randrange(date(2020, 6, 1).toordinal(), date(2022, 6, 1).toordinal()))
    return chance.choice([held, held.isoformat(), f"{held.year}年{held.month}月{held.day}日"])


def violations_by(chance, most=6, odd=0.06):
    """Violations, most of them as they should be, now and then with a cell that is not."""
    rows = []
    for at in range(chance.randrange(most + 1)):
        row = {
            "violation_id": f"V{at}",
            "risk_point": chance.choice(["HW-01", "HW-01", *POINTS]),
            "occurred_on": day(chance),
        }
        row |= some(chance, USUAL_VIOLATION, 0.7)
        if "status" in row and chance.random() < 0.4:
            row["status_on"] = chance.choice(["2022-07-01", "2023-01-01"])
        if chance.random() < odd:
            row |= some(chance, ODD_VIOLATION, 0.2)
        rows.append(row)
    return rows


def inspections_by(chance):
    rows = [
        {
            "inspection_id": chance.choice([f"J{at}", f" j{at}"]),
            "inspected_on": day(chance),
            **some(chance, {"result": ["合格"]}, 0.5),
        }
        for at in range(chance.randrange(4))
    ]
    if rows and chance.random() < 0.1:
        rows[-1] |= chance.choice([{"inspected_on": "no day"}, {"inspection_id": "J0"}, {"operator_id": "X2"}])
    return rows


def operator_by(chance):
    row = {"operator_id": chance.choice(["X1", "X1", "x1", "Ｘ1 "])}
    row |= {"share": chance.choice(["0.25", 0, 1, "0.1"])} if chance.random() < 0.9 else {}
    row |= some(chance, USUAL_OPERATOR, 0.6)
    return row | (some(chance, ODD_OPERATOR, 0.3) if chance.random() < 0.1 else {})


@cache
def reader():
    return CaseReader(**KNOWN)


def owned(rows, operator):
    if rows is None:
        return None
    plain = [as_row(row) for row in rows]
    return [row if "operator_id" in row else {"operator_id": operator["operator_id"], **row} for row in plain]


def attempt(function):
    try:
        return function()
    except RiskEngineError as error:
        return type(error), error.problems


def test_the_short_way_reads_what_the_general_reader_reads():
    ways = Counter()
    for seed in SEEDS:
        chance = random.Random(seed)  # noqa: S311 - a case, no secret
        operator, violations, inspections = operator_by(chance), violations_by(chance), inspections_by(chance)
        further = {"mass": [1, "2.50", None, Decimal("0.1"), "1.234"]}, {"seen": ["3", 20, None, 21]}
        for rows, cells in zip((violations, inspections), further, strict=True):
            for row in rows:
                if chance.random() < 0.95:
                    row.update({name: chance.choice(held[:-1]) for name, held in cells.items()})
                if chance.random() < 0.03:
                    row.update({name: held[-1] for name, held in cells.items()})
        violations = None if chance.random() < 0.05 else violations
        inspections = None if chance.random() < 0.5 else inspections
        try:
            reader()._usual(operator, violations, inspections)
            ways["short"] += 1
        except UnusualError:
            ways["general"] += 1
        got = attempt(lambda: reader().read(operator, violations, inspections, AS_OF))  # noqa: B023 - called at once
        expected = attempt(
            lambda: read_records(
                operators=[as_row(operator)],  # noqa: B023
                violations=owned(violations, operator),  # noqa: B023
                inspections=owned(inspections, operator),  # noqa: B023
                as_of=AS_OF,
                **KNOWN,
            )
        )
        assert got == expected, seed
    assert min(ways["short"], ways["general"]) > len(SEEDS) // 10, ways


@cache
def engine(name="xuchang-transport"):
    return Engine.load(name)


TABLES = ("grades", "signals", "evidence", "facts", "facts_by_risk_point", "actions", "measures")


def told(assessment):
    """Everything that an assessment says, its engine apart."""
    outcome = assessment.outcome
    return {name: list(outcome.rows(name)) for name in TABLES}, outcome.usage, assessment.problems


def test_a_case_grown_record_by_record_is_graded_as_if_all_were_given_at_once():
    ways = Counter()
    for seed in SEEDS:
        chance = random.Random(seed)  # noqa: S311 - a case, no secret
        operator = {
            "operator_id": "X1",
            "fleet_size": 12,
            "licensed_on": "2018-05-01",
            **some(chance, {"areas": ["HW"]}, 0.3),
        }
        operator |= some(chance, {"closed_on": ["2022-08-01", "2022-12-31"]}, 0.1)
        later, visits = violations_by(chance, most=8, odd=0.03), inspections_by(chance)
        known = chance.randrange(len(later) + 1)
        rows, inspections = later[:known], None
        later = later[known:]
        case = engine().open(operator, AS_OF, rows)
        for _ in range(chance.randrange(1, 9)):
            step = chance.choice(["add", "add", "amend", "inspect"])
            if step == "add" and later:
                rows = [*rows, later[0]]
                case.add(later.pop(0))
            elif step == "inspect" and visits:
                inspections = [*(inspections or []), visits[0]]
                case.add_inspection(visits.pop(0))
            elif step == "amend" and rows:
                at = chance.randrange(len(rows))
                changes = some(
                    chance, {"status": ["final", "revoked", "repaired"], "severity": ["major", "minor"]}, 0.7
                )
                changes |= {"status_on": "2022-07-01"} if "status" in changes and chance.random() < 0.5 else {}
                number = rows[at].get("violation_id")
                if not isinstance(number, str) or not number:
                    continue
                if [id_of(row.get("violation_id")) for row in rows].count(id_of(number)) > 1:
                    with pytest.raises(UsageError, match="RE-623"):
                        case.amend(number, **changes)
                    continue
                case.amend(number, **changes)
                rows = [*rows[:at], {**rows[at], **changes}, *rows[at + 1 :]]
            result = compare(case, operator, rows, inspections, seed)
            if result is not None:
                ways[result.engine, case._live is not None] += 1
    assert ways["live", True] > len(SEEDS), ways


def compare(case, operator, rows, inspections, seed):
    expected = attempt(lambda: told(engine().assess(operator, rows, inspections, as_of=AS_OF, engine="reference")))
    result = attempt(case.result)
    if isinstance(result, tuple):
        assert result == expected, seed
        return None
    assert told(result) == expected, seed
    return result


def test_what_was_answered_stays_as_it_was():
    operator = {"operator_id": "X1", "fleet_size": 12, "licensed_on": "2018-05-01"}
    rows = [
        {
            "violation_id": f"V{at}",
            "risk_point": "HW-01",
            "occurred_on": f"2022-{at + 1:02}-01",
            "decided_on": "2022-12-01",
        }
        for at in range(9)
    ]
    case = engine().open(operator, AS_OF, rows[:4])
    answers = [case.result()]
    for row in rows[4:]:
        case.add(row)
        answers.append(case.result())
    case.amend("V0", status="revoked")
    for count, answer in enumerate(answers, 4):  # its tables are made only now
        assert told(answer) == told(engine().assess(operator, rows[:count], as_of=AS_OF, engine="reference"))


def test_an_operator_that_is_not_valid_raises_from_a_case_too():
    case = engine().open({"operator_id": "X1", "fleet_size": -1}, AS_OF, [])
    with pytest.raises(InputError) as raised:
        case.result()
    assert [problem.code for problem in raised.value.problems] == ["RE-206"]
