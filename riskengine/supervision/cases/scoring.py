"""Scores of case files by two reviewers: results by unit and half-year, vetoes, and how far reviewers agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from riskengine.kernel.errors import InputError
from riskengine.kernel.problems import in_order, nearest
from riskengine.supervision.cases.agreement import Agreement, agreement
from riskengine.supervision.cases.files import names_of, read_cases
from riskengine.supervision.cases.sampling import half_on
from riskengine.supervision.cases.sources import CASE_SCORES
from riskengine.supervision.record import rows_of
from riskengine.supervision.review.proceeding import person

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from riskengine.kernel.problems import Problem
    from riskengine.supervision.cases.checklist import Checklist
    from riskengine.supervision.cases.files import CaseFile
    from riskengine.supervision.cases.rubric import Rubric

REVIEWERS = 2
SCORED, INCOMPLETE, ONE_REVIEWER, NOT_INDEPENDENT = "scored", "incomplete", "one_reviewer", "not_independent"
STATES = (SCORED, INCOMPLETE, ONE_REVIEWER, NOT_INDEPENDENT)
DISPUTED = "disputed"
"""The verdict where one reviewer's veto fails the file and the other has none: somebody must settle it."""


@dataclass(slots=True)
class Sheet:
    """What one reviewer gave a file: item → points."""

    name: str
    points: dict[str, Fraction] = field(default_factory=dict)

    @property
    def total(self) -> Fraction:
        """The sum."""
        return sum(self.points.values(), start=Fraction(0))


@dataclass(frozen=True, slots=True)
class Scored:
    """A file and its scores.

    Attributes:
        case_id, unit: the file.
        half: the half-year in which it was decided; None where it is not.
        state: ``scored``, or why it does not count: an item is missing, there is one reviewer, or a reviewer took part
            in the case.
        sheets: of the reviewers, by their names as names are compared.
        mean: of the two totals; None where it does not count.
        verdict: the class, or ``disputed``; None where it does not count.
        vetoes: items that a reviewer gave nought and that fail the file.
    """

    case_id: str
    unit: str
    half: str | None
    state: str
    sheets: tuple[Sheet, ...]
    mean: Fraction | None = None
    verdict: str | None = None
    vetoes: tuple[str, ...] = ()


class UnitScore(NamedTuple):
    """The files of a unit and half-year: how many, how many count, their mean, and how many of each verdict."""

    unit: str
    half: str | None
    files: int
    counted: int
    mean: Fraction | None
    verdicts: dict[str, int]


class PairAgreement(NamedTuple):
    """Two reviewers: their names, how far their classes agree, and their points item by item."""

    reviewers: tuple[str, str]
    classes: Agreement
    items: dict[str, Agreement]


@dataclass(frozen=True, slots=True)
class Scores:
    """All that was scored: every file, by number."""

    rubric: Rubric
    files: tuple[Scored, ...]

    @property
    def states(self) -> dict[str, int]:
        """State → how many files: together they are all."""
        counted = Counter(each.state for each in self.files)
        return {state: counted[state] for state in STATES}

    @property
    def units(self) -> list[UnitScore]:
        """The results by unit and half-year, sorted; where the half-year is not known, last."""
        groups: dict[tuple[str, str | None], list[Scored]] = defaultdict(list)
        for each in self.files:
            groups[each.unit, each.half].append(each)
        order = sorted(groups, key=lambda key: (key[0], key[1] is None, key[1] or ""))
        return [_unit(unit, half, groups[unit, half]) for unit, half in order]

    @property
    def item_means(self) -> dict[str, Fraction | None]:
        """Item → the mean of the points given, over the files that count."""
        sheets = [sheet for each in self.files if each.state == SCORED for sheet in each.sheets]
        names = [each.item for each in self.rubric.items]
        return {name: _mean([sheet.points[name] for sheet in sheets]) for name in names}

    @property
    def agreements(self) -> list[PairAgreement]:
        """How far each two reviewers agree on the files that both scored; kappa is of two, so pairs are not mixed."""
        pairs: dict[tuple[str, str], list[Scored]] = defaultdict(list)
        for each in self.files:
            if each.state == SCORED:
                pairs[each.sheets[0].name, each.sheets[1].name].append(each)
        return [_agreement(self.rubric, names, pairs[names]) for names in sorted(pairs)]


def score_cases(folder: Path, rubric: Rubric, checklist: Checklist) -> Scores:
    """The scores of a record folder.

    Args:
        folder: with ``case_scores``, ``cases`` and ``case_steps``.
        rubric: by which was scored.
        checklist: which step decides.

    Raises:
        UsageError: a file is not there (RE-955 to RE-957).
        InputError: a file cannot be used; a score is of no case (RE-960), of no item (RE-962), beyond the item's points
            (RE-963), given twice (RE-964), or a third reviewer's (RE-965); every problem.
    """
    cases = {case.case_id: case for case in read_cases(folder, checklist, date.max)}
    sheets, problems = _sheets(folder, rubric, cases)
    if problems:
        raise InputError(in_order(problems))
    files = [_scored(cases[name], sheets[name], rubric, checklist) for name in sorted(sheets)]
    return Scores(rubric, tuple(files))


def _sheets(
    folder: Path, rubric: Rubric, cases: Mapping[str, CaseFile]
) -> tuple[dict[str, dict[str, Sheet]], list[Problem]]:
    """Case → reviewer → what was given; and what is wrong."""
    table, items = rows_of(folder, CASE_SCORES), {each.item: each for each in rubric.items}
    words = names_of(items)
    problems: list[Problem] = []
    found: dict[str, dict[str, Sheet]] = defaultdict(dict)
    for row in table.rows:
        record = row.record
        case_id, who, item = record["case_id"], person(record["reviewer"]), words.get(person(record["item"]))
        if case_id not in cases:
            problems.append(table.problem("RE-960", row, "case_id", nearest(case_id, cases)))
        if item is None:
            problems.append(table.problem("RE-962", row, "item", nearest(record["item"], words)))
        elif record["points"] > items[item].points:
            problems.append(table.problem("RE-963", row, "points", limit=str(items[item].points)))
        if case_id not in cases or item is None:
            continue
        held = found[case_id]
        if who not in held and len(held) == REVIEWERS:
            problems.append(table.problem("RE-965", row, "case_id"))
            continue
        sheet = held.setdefault(who, Sheet(record["reviewer"].strip()))
        sheet.name = min(sheet.name, record["reviewer"].strip())
        if item in sheet.points:
            problems.append(table.problem("RE-964", row, "item"))
        sheet.points[item] = Fraction(record["points"])
    return found, problems


def _scored(case: CaseFile, sheets: Mapping[str, Sheet], rubric: Rubric, checklist: Checklist) -> Scored:
    decided = case.ended_on(checklist.decides)
    held = tuple(sheets[who] for who in sorted(sheets))
    half = None if decided is None else half_on(decided)
    state = _state(case, sheets, rubric)
    if state != SCORED:
        return Scored(case.case_id, case.unit, half, state, held)
    failed = [_vetoes(sheet, rubric) for sheet in held]
    mean = sum((sheet.total for sheet in held), start=Fraction(0)) / len(held)
    verdict = rubric.class_of(mean)
    if any(failed):
        verdict = rubric.worst if all(failed) else DISPUTED
    order = [each.item for each in rubric.items if any(each.item in names for names in failed)]
    return Scored(case.case_id, case.unit, half, state, held, mean, verdict, tuple(order))


def _state(case: CaseFile, sheets: Mapping[str, Sheet], rubric: Rubric) -> str:
    people = {who for held in case.roles.values() for who in held}
    people |= {who for step in case.steps.values() for who in step.by}
    if people & sheets.keys():
        return NOT_INDEPENDENT
    if len(sheets) < REVIEWERS:
        return ONE_REVIEWER
    whole = all(len(sheet.points) == len(rubric.items) for sheet in sheets.values())
    return SCORED if whole else INCOMPLETE


def _vetoes(sheet: Sheet, rubric: Rubric) -> list[str]:
    return [each.item for each in rubric.items if each.veto and not sheet.points[each.item]]


def _unit(unit: str, half: str | None, files: Sequence[Scored]) -> UnitScore:
    counted = [each.mean for each in files if each.mean is not None]
    verdicts = Counter(each.verdict for each in files if each.verdict is not None)
    return UnitScore(unit, half, len(files), len(counted), _mean(counted), dict(sorted(verdicts.items())))


def _mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, start=Fraction(0)) / len(values) if values else None


def _agreement(rubric: Rubric, names: tuple[str, str], files: Sequence[Scored]) -> PairAgreement:
    rank = {each.name: at for at, each in enumerate(rubric.classes)}

    def judged(sheet: Sheet) -> int:
        return rank[rubric.worst if _vetoes(sheet, rubric) else rubric.class_of(sheet.total)]

    classes = agreement([(judged(each.sheets[0]), judged(each.sheets[1])) for each in files])
    items = {
        item.item: agreement([(each.sheets[0].points[item.item], each.sheets[1].points[item.item]) for each in files])
        for item in rubric.items
    }
    return PairAgreement(names, classes, items)
