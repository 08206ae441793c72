"""Case files in the year's figures: filed, closed, and how each stands by the checklist at the year's end."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from riskengine.contract.sources import VIOLATIONS
from riskengine.kernel.decimals import round_half_up
from riskengine.supervision.cases.checking import check_cases
from riskengine.supervision.cases.checklist import read_checklist
from riskengine.supervision.cases.files import names_of
from riskengine.supervision.cases.rubric import read_rubric
from riskengine.supervision.cases.sampling import half_on
from riskengine.supervision.cases.scoring import score_cases
from riskengine.supervision.cases.sources import CASE_SCORES, CASE_STEPS, CASES, SUMMARY
from riskengine.supervision.record import file_of, rows_of, rows_or_none
from riskengine.supervision.review.proceeding import person
from riskengine.supervision.yearly.derived import HALVES
from riskengine.supervision.yearly.held import HeldFile, HeldRow, RowRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from riskengine.supervision.cases.judging import Judged
    from riskengine.supervision.yearly.context import YearContext

_PLACES = 4
"""Of the mean of two totals of points with two places: exact."""
FILING, CLOSING, DECISION = "filing", "closing", "decision"


class _Files:
    """The rows of the cases of a record, by case and step."""

    def __init__(self, context: YearContext) -> None:
        checklist = read_checklist(None)
        folder, self.last = context.folder, context.period.last
        cases, steps = rows_of(folder, CASES), rows_of(folder, CASE_STEPS)
        violations = rows_or_none(folder, VIOLATIONS)
        self.judged = check_cases(folder, checklist, context.calendar, self.last).cases
        self.accounts = {table.label: frozenset(row.number for row in table.rows) for table in (cases, steps)}
        self._case = {row.record["case_id"]: RowRef(cases.label, row.number) for row in cases.rows}
        rows = () if violations is None else violations.rows
        label = "" if violations is None else violations.label
        self._violation = {row.record["violation_id"]: RowRef(label, row.number) for row in rows}
        names = names_of(checklist.steps)
        self._steps: dict[str, dict[str, list[RowRef]]] = defaultdict(lambda: defaultdict(list))
        self._every: dict[str, list[RowRef]] = defaultdict(list)
        self.later: dict[RowRef, None] = {}
        for row in steps.rows:
            ref = RowRef(steps.label, row.number)
            self._every[row.record["case_id"]].append(ref)
            if row.record["done_on"] > self.last:
                self.later[ref] = None
            else:
                self._steps[row.record["case_id"]][names[person(row.record["step"])]].append(ref)

    def refs(self, each: Judged, steps: Iterable[str]) -> tuple[RowRef, ...]:
        """The row of a case and those of some of its steps."""
        taken = self._steps[each.case.case_id]
        return (self._case[each.case.case_id], *(ref for step in steps for ref in taken.get(step, ())))

    def all_refs(self, each: Judged) -> tuple[RowRef, ...]:
        """The row of a case, those of all its steps, and that of the decision."""
        decision = self._violation.get(each.case.violation_id or "")
        return (*self.refs(each, self._steps[each.case.case_id]), *(() if decision is None else (decision,)))

    def whole(self, each: Judged) -> tuple[RowRef, ...]:
        """The rows of a case, of all its steps whenever they were, and of the decision."""
        decision = self._violation.get(each.case.violation_id or "")
        refs = (self._case[each.case.case_id], *self._every[each.case.case_id])
        return refs if decision is None else (*refs, decision)


def _missing(context: YearContext) -> tuple[str, ...]:
    return tuple(source.name for source in (CASES, CASE_STEPS) if file_of(context.folder, source.name) is None)


def _dated(context: YearContext, step: str, column: str) -> HeldFile:
    """The cases with the day of a step; a case by summary procedure is filed and closed by its decision."""
    missing = _missing(context)
    if missing:
        return HeldFile(missing=missing)
    files, rows = context.once(_Files), []
    for each in files.judged:
        case = each.case
        meant = DECISION if case.procedure == SUMMARY and step not in case.steps else step
        day: date | None = case.steps[meant].first if meant in case.steps else None
        cells = {"procedure": case.procedure, "unit": case.unit, column: day}
        rows.append(HeldRow(files.refs(each, [meant]), cells))
    return HeldFile(tuple(rows), files.accounts)


def filings(context: YearContext) -> HeldFile:
    """The cases by the day on which they were filed: ``filed_on``, ``procedure``, ``unit``."""
    return _dated(context, FILING, "filed_on")


def closings(context: YearContext) -> HeldFile:
    """The cases by the day on which they were closed: ``closed_on``, ``procedure``, ``unit``."""
    return _dated(context, CLOSING, "closed_on")


def case_files(context: YearContext) -> HeldFile:
    """The case files as the checklist finds them at the year's end: ``state``, ``unit``, ``procedure``.

    Each rests on its row, the rows of its steps, and that of the decision.
    """
    missing = _missing(context)
    if missing:
        return HeldFile(missing=missing)
    files = context.once(_Files)
    rows = tuple(
        HeldRow(
            files.all_refs(each),
            {"state": each.state, "unit": each.case.unit, "procedure": each.case.procedure},
        )
        for each in files.judged
    )
    return HeldFile(rows, files.accounts, later=frozenset(files.later))


def reviews(context: YearContext) -> HeldFile:
    """The case files that were reviewed: ``half`` of the year in which they were decided, ``mean``, ``verdict``.

    ``of_year`` says whether that is the year; ``state`` whether the scores count. Each rests on its scores and on the
    rows of its case, for no reviewer may have taken part in it.
    """
    missing = (*_missing(context), *(("case_scores",) if file_of(context.folder, "case_scores") is None else ()))
    if missing:
        return HeldFile(missing=missing)
    files, table = context.once(_Files), rows_of(context.folder, CASE_SCORES)
    scores: dict[str, list[RowRef]] = defaultdict(list)
    for row in table.rows:
        scores[row.record["case_id"]].append(RowRef(table.label, row.number))
    found = score_cases(context.folder, read_rubric(None), read_checklist(None)).files
    judged = {each.case.case_id: each for each in files.judged}
    rows = tuple(
        HeldRow(
            (*scores[each.case_id], *files.whole(judged[each.case_id])),
            {
                "of_year": each.half in _halves(context.year),
                "half": _halves(context.year).get(each.half or ""),
                "unit": each.unit,
                "state": each.state,
                "verdict": each.verdict,
                "mean": None if each.mean is None else round_half_up(each.mean, _PLACES),
            },
        )
        for each in found
    )
    numbers = {table.label: frozenset(row.number for row in table.rows)}
    return HeldFile(rows, {**files.accounts, **numbers}, later=frozenset(files.later))


def _halves(year: int) -> dict[str, str]:
    """How case files name the halves of a year → how figures do."""
    return {half_on(date(year, month, 1)): name for month, name in ((1, HALVES[0]), (7, HALVES[1]))}
