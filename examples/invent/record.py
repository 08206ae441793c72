"""The invented record of a bureau's year: operators, violations, inspections, permits, coercions, publications.

Taken from the invented operators and their records; what those do not have is invented here. One natural person is
among the operators, under the resident number that the standard gives as its example: nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from invent import inspections, operators, violations
from invent.case_files import CASE_HEADINGS, STEP_HEADINGS, case_files
from invent.case_scores import SCORE_HEADINGS, case_scores
from invent.challenges import CHALLENGE_HEADINGS, challenges
from invent.permits import COERCION_HEADINGS, PERMIT_HEADINGS, coercions, permits
from invent.published import PENALTY_HEADINGS, PUBLICATION_HEADINGS, details, publications

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from invent.dice import Dice
    from invent.inspections import Inspection
    from invent.operators import Operator
    from invent.violations import Violation

YEAR = 2022
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
RESIDENT_NUMBER = "11010519491231002X"

_COUNT = 60
_LEFT_OUT = frozenset({15, 17, 18})  # dozens of violations each: the record stays small


@dataclass(frozen=True, slots=True)
class Table:
    """A file: its headings and its rows."""

    headings: tuple[str, ...]
    rows: Sequence[Mapping[str, str]]


def record(
    dice: Dice, every: Sequence[Operator], found: Sequence[Violation], visits: Sequence[Inspection]
) -> dict[str, Table]:
    """The files of the record: name and table.

    Args:
        dice: of its own, so that the other examples stay as they are.
        every: the invented operators.
        found: their violations.
        visits: their inspections.
    """
    own = [each for each in every[:_COUNT] if each.number not in _LEFT_OUT]
    numbers = {each.number for each in own}
    cases = [each for each in found if each.operator.number in numbers and _of_the_year(each)]
    linked = {each.inspection_id for each in cases}
    seen = [
        each.row()
        for each in visits
        if each.operator.number in numbers and (FIRST <= each.inspected_on <= LAST or each.inspection_id in linked)
    ]
    decided = [*(each.row() for each in cases), *_of_the_person()]
    files = case_files(decided)
    allowed, forced = permits(dice, own, YEAR), coercions(dice, decided)
    return {
        "operators.csv": Table(operators.HEADINGS, [*(each.row() for each in own), _person()]),
        "violations.csv": Table(violations.HEADINGS, decided),
        "inspections.csv": Table(inspections.HEADINGS, seen),
        "permits.csv": Table(PERMIT_HEADINGS, allowed),
        "coercions.csv": Table(COERCION_HEADINGS, forced),
        "penalties.csv": Table(PENALTY_HEADINGS, details(dice, decided)),
        "publications.csv": Table(PUBLICATION_HEADINGS, publications(dice, decided, seen, allowed, forced)),
        "cases.csv": Table(CASE_HEADINGS, [each.row() for each in files]),
        "case_scores.csv": Table(SCORE_HEADINGS, list(case_scores(files))),
        "challenges.csv": Table(CHALLENGE_HEADINGS, challenges(decided)),
        "case_steps.csv": Table(STEP_HEADINGS, [row for each in files for row in each.step_rows()]),
    }


def _of_the_year(violation: Violation) -> bool:
    """Whether it happened or was decided in the year."""
    return any(day is not None and FIRST <= day <= LAST for day in (violation.occurred_on, violation.decided_on))


def _person() -> dict[str, str]:
    """The natural person among the operators."""
    return {
        "operator_id": RESIDENT_NUMBER,
        "name": "示例甲",
        "areas": "RT;HW",
        "county": "襄城县",
        "fleet_size": "1",
        "drivers": "1",
        "licensed_on": "2019-04-01",
        "closed_on": "",
        "successor": "",
    }


def _of_the_person() -> list[dict[str, str]]:
    """Two violations of the natural person."""
    days = ((date(YEAR, 3, 8), date(YEAR, 3, 15), "500"), (date(YEAR, 9, 20), date(YEAR, 9, 27), "1000"))
    return [
        {
            **dict.fromkeys(violations.HEADINGS, ""),
            "violation_id": f"样例交罚〔{YEAR}〕90{number:02d}号",
            "operator_id": RESIDENT_NUMBER,
            "risk_point": "HW-01",
            "occurred_on": occurred.isoformat(),
            "decided_on": decided.isoformat(),
            "penalty": yuan,
            "severity": "minor",
            "status": "final",
            "penalty_kind": "fine",
            "vehicle": "豫KZ9001",
            "plate_colour": "黄色",
            "decision_body": violations.DECISION_BODY,
            "place": "襄城县示例公路K12+300",
        }
        for number, (occurred, decided, yuan) in enumerate(days, start=1)
    ]
