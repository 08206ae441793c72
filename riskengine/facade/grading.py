"""Grading a list: in place where the engine reads sources itself, else row by row; and how long it took."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.engines.base import ReadingEngine
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.records import Known, read_twice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from riskengine.contract.records import ListedRecords, Records
    from riskengine.engines.base import Computed, GradingEngine
    from riskengine.plan import Plan


@dataclass(frozen=True, slots=True)
class Graded:
    """A graded list.

    Attributes:
        records: where every row ended.
        outcome: the tables.
        seconds: ``read`` and ``plan`` → how long that took; and of the plan ``rules``, where the engine says so.
    """

    records: ListedRecords
    outcome: Computed
    seconds: Mapping[str, float]


def grade_list(
    grader: GradingEngine,
    plan: Plan,
    given: Mapping[str, Any],
    as_of: date,
    *,
    known: Mapping[str, Any],
    mapping: Mapping[str, str],
    memory: int | None,
    read: Callable[..., Records],
) -> Graded:
    """Read, check and grade a list.

    Args:
        grader: the engine.
        plan: what is carried out.
        given: source → what the caller gave; None where it is not given.
        as_of: the day.
        known: what ``records.read_records`` must know of the policy and the catalogue.
        mapping: column → heading.
        memory: bytes that the engine may take, where it heeds that.
        read: reads ``given`` row by row.

    Raises:
        UsageError: ``memory`` is no number of bytes (RE-627).
        InputError: a source cannot be used as a whole, or changed while it was read (RE-116).
        EngineLimitError, PolicyError: a number is too large.
    """
    if memory is not None and (not isinstance(memory, int) or isinstance(memory, bool) or memory <= 0):
        raise UsageError([Problem("RE-627", found=str(memory))])
    begun = time.perf_counter()
    sources: dict[str, Any] = dict(given)
    if isinstance(grader, ReadingEngine):
        sources = {name: read_twice(source) for name, source in given.items()}
        taken = grader.take_in(plan, sources, _known(known, mapping), as_of, memory)
        if taken is not None:
            return _timed(begun, taken.records, lambda: taken.grade(time.perf_counter))
    records = read(**sources, as_of=as_of, mapping=mapping)
    return _timed(begun, records, lambda: grader.grade(plan, records, as_of))


def _known(known: Mapping[str, Any], mapping: Mapping[str, str]) -> Known:
    return Known(
        known["profile"],
        known["risk_points"],
        known["known_risk_points"],
        known["known_areas"],
        known["risk_point_area"],
        mapping,
    )


def _timed(begun: float, records: ListedRecords, grade: Callable[[], Computed]) -> Graded:
    was_read = time.perf_counter()
    outcome = grade()
    took = {"read": round(was_read - begun, 3), "plan": round(time.perf_counter() - was_read, 3)}
    return Graded(records, outcome, {**took, **{part: round(each, 3) for part, each in outcome.seconds.items()}})
