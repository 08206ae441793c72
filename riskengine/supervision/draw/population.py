"""Who can be drawn: the operators of a run in strata by county and grade, numbered in one order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from riskengine.contract.tables import NOT_CURRENT
from riskengine.kernel.errors import InputError
from riskengine.kernel.problems import Problem, nearest
from riskengine.runs import scan
from riskengine.supervision.draw.shares import sample_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.runs import Run
    from riskengine.supervision.draw.shares import Shares


class Listed(NamedTuple):
    """An operator on the list; ``number`` counts from 1, strata one after the other, within one by id."""

    number: int
    stratum: int
    operator_id: str
    name: str
    county: str
    grade: str


class Stratum(NamedTuple):
    """A stratum: the numbers ``first`` to ``last`` of the list; an empty grade is an unknown one."""

    stratum: int
    county: str
    grade: str
    operators: int
    first: int
    last: int
    share: str
    drawn: int


class Population(NamedTuple):
    """The list, its strata, and how many operators of the run are not on it, by reason."""

    listed: Sequence[Listed]
    strata: Sequence[Stratum]
    left_out: dict[str, int]


def population_of(run: Run, shares: Shares) -> Population:
    """The operators of a run that can be drawn: all but those that are not current on its day.

    Args:
        run: the run.
        shares: who is drawn how often.

    Raises:
        InputError: a grade of the run has no share (RE-903), or a share is of a grade that the policy does not have
            (RE-904).
        RunError: a table of the run cannot be read.
    """
    counties = {operator: county or "" for operator, county in scan(run, "register", ("operator_id", "county"))}
    found: list[tuple[str, str | None, str, str]] = []
    left_out: Counter[str] = Counter()
    for operator, name, grade, status in scan(run, "grades", ("operator_id", "name", "grade", "status")):
        if status == NOT_CURRENT:
            left_out[NOT_CURRENT] += 1
        else:
            found.append((counties.get(operator, ""), grade, operator, name))
    _check(run, shares, Counter(grade for _, grade, _, _ in found))
    rank = {grade: at for at, grade in enumerate(_grades(run))}
    by_county = shares.by == "county_and_grade"
    found.sort(key=lambda row: (row[0] if by_county else "", rank.get(row[1] or "", len(rank)), row[1] or "", row[2]))
    return _numbered(found, shares, by_county, dict(left_out))


def _grades(run: Run) -> tuple[str, ...]:
    """The grades that the policy can give, best first; the one for too little record last."""
    table, insufficient = run.plan.grades, run.policy.policy.grades.insufficient
    return table if insufficient is None else tuple(dict.fromkeys((*table, insufficient.grade)))


def _check(run: Run, shares: Shares, counted: Counter[str | None]) -> None:
    known = _grades(run)
    problems = [
        Problem("RE-904", source=shares.shares, found=grade, near=nearest(grade, known))
        for row in shares.rows
        for grade in row.grade
        if grade not in known
    ]
    problems += [
        Problem("RE-903", source=shares.shares, found=grade, params=(("count", str(count)),))
        for grade, count in sorted(counted.items(), key=lambda item: item[0] or "")
        if shares.of(grade) is None
    ]
    if problems:
        raise InputError(problems)


def _numbered(
    found: Sequence[tuple[str, str | None, str, str]], shares: Shares, by_county: bool, left_out: dict[str, int]
) -> Population:
    listed: list[Listed] = []
    strata: list[Stratum] = []
    begin = 0
    while begin < len(found):
        county, grade = found[begin][:2]
        end = begin
        while end < len(found) and found[end][1] == grade and (not by_county or found[end][0] == county):
            end += 1
        share, size = shares.of(grade) or "0%", end - begin
        number = len(strata) + 1
        drawn = sample_size(share, size, shares.rounding, shares.at_least)
        strata.append(Stratum(number, county if by_county else "", grade or "", size, begin + 1, end, share, drawn))
        listed += [
            Listed(at, number, operator, name, where, level or "")
            for at, (where, level, operator, name) in enumerate(found[begin:end], begin + 1)
        ]
        begin = end
    return Population(listed, strata, left_out)
