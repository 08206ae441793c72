"""What was held of a year's education: when, where, how many were invited and how many came."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from riskengine.kernel.errors import InputError
from riskengine.kernel.problems import Problem, in_order, nearest
from riskengine.records.table import read_table
from riskengine.supervision.sources import ACTIVITIES_HELD

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from riskengine.supervision.education.activities import EducationPlan


class Held(NamedTuple):
    """An activity that was held; it may be held more than once."""

    activity: str
    held_on: date
    place: str
    invited: int | None
    attended: int


def held_of(path: Path, plan: EducationPlan) -> list[Held]:
    """What was held, by day.

    Raises:
        InputError: the file cannot be used, names an activity that is not in the plan (RE-915), a day of another year
            (RE-916), or more who came than were invited (RE-917); every problem of it.
    """
    known = [each.activity for each in plan.activities]
    rows = read_table(path, ACTIVITIES_HELD).records
    problems: list[Problem] = []
    for row in rows:
        name, day, invited = row["activity"], row["held_on"], row["invited"]
        if name not in known:
            problems.append(Problem("RE-915", source=path.name, found=name, near=nearest(name, known)))
        if day.year != plan.year:
            found = f"{name} {day.isoformat()}"
            problems.append(Problem("RE-916", source=path.name, found=found, params=(("year", str(plan.year)),)))
        if invited is not None and row["attended"] > invited:
            params = (("attended", str(row["attended"])), ("invited", str(invited)))
            problems.append(Problem("RE-917", source=path.name, found=name, params=params))
    if problems:
        raise InputError(in_order(problems))
    held = [Held(row["activity"], row["held_on"], row["place"] or "", row["invited"], row["attended"]) for row in rows]
    return sorted(held, key=lambda each: (each.held_on, each.activity))
