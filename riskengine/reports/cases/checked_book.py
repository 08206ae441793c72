"""What was found of case files as a workbook: units, findings, what is still to do, every file, the checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.kernel.masking import mask_personal
from riskengine.reports.excel import NUMBER, WORD, Column, rows_sheet, write_sheets
from riskengine.reports.excel.sheet import DATE, FLAG
from riskengine.reports.wording import room_words
from riskengine.supervision.cases.judging import DEFECTS, NOT_TOLD, STATES
from riskengine.supervision.cases.telling import Telling, wording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from riskengine.catalog import LawRegister
    from riskengine.reports.excel import Sheet
    from riskengine.supervision.cases.checking import Checked


def write_checked(checked: Checked, register: LawRegister, path: Path, lang: str, *, show_personal: bool) -> None:
    """Write what was found; equal findings give equal bytes.

    Args:
        checked: the cases and their findings.
        register: the law register, for the articles.
        path: the file to write.
        lang: ``zh`` or ``en``.
        show_personal: whether names stand in full.

    Raises:
        OSError: the file cannot be written.
    """
    room = room_words("riskengine.reports.cases", lang)
    states = {f"state_{state}": wording(lang)[f"state_{state}"] for state in STATES}
    say = {**room_words("riskengine.reports.excel", lang), **room, **states}
    tell = Telling(checked.checklist, register, checked.as_of, lang)
    sheets = [
        _units(checked),
        _findings(checked, tell, show_personal=show_personal),
        _ahead(checked, tell),
        _cases(checked, lang),
        _requirements(checked, tell, lang),
    ]
    title = say["checked_title"].format(day=checked.as_of.isoformat())
    write_sheets(path, sheets, say, title=title, day=checked.as_of)


def _units(checked: Checked) -> Sheet:
    def rows() -> Iterator[tuple[Any, ...]]:
        for each in checked.units:
            yield (mask_personal(each.unit), each.cases, *(each.states[state] for state in STATES))

    states = [Column(f"state_{state}", 14, FLAG if state == DEFECTS else NUMBER) for state in STATES]
    return rows_sheet("sheet_units", (Column("unit", 30), Column("case_files", 10, NUMBER), *states), rows)


def _findings(checked: Checked, tell: Telling, *, show_personal: bool) -> Sheet:
    def rows() -> Iterator[tuple[Any, ...]]:
        for each in checked.cases:
            for found in each.findings:
                told = tell.told(found, show_personal=show_personal)
                articles = tell.articles_of(found) or None
                yield mask_personal(each.case.case_id), each.case.unit, told, found.done_on, found.limit, articles

    columns = (
        Column("case_id", 26),
        Column("unit", 20, WORD),
        Column("finding", 60, wrap=True),
        Column("step_day", 11, DATE),
        Column("limit_day", 11, DATE),
        Column("article", 52, WORD, wrap=True),
    )
    return rows_sheet("sheet_findings", columns, rows)


def _ahead(checked: Checked, tell: Telling) -> Sheet:
    def rows() -> Iterator[tuple[Any, ...]]:
        todo = [(deadline.due, each, deadline) for each in checked.cases for deadline in each.ahead]
        for due, each, deadline in sorted(todo, key=lambda row: (row[0] is None, row[0] or checked.as_of)):
            title, articles = tell.title(deadline.requirement), tell.articles(deadline.requirement)
            yield mask_personal(each.case.case_id), each.case.unit, title, due, articles

    columns = (
        Column("case_id", 26),
        Column("unit", 20, WORD),
        Column("requirement", 52, WORD, wrap=True),
        Column("due_day", 11, DATE),
        Column("article", 52, WORD, wrap=True),
    )
    return rows_sheet("sheet_ahead", columns, rows)


def _cases(checked: Checked, lang: str) -> Sheet:
    say = wording(lang)

    def rows() -> Iterator[tuple[Any, ...]]:
        for each in checked.cases:
            case, count = each.case, sum(found.kind not in NOT_TOLD for found in each.findings)
            decision = None if case.violation_id is None else mask_personal(case.violation_id)
            shown = (say[case.procedure], say[f"state_{each.state}"])
            yield (mask_personal(case.case_id), decision, case.unit, *shown, count)

    columns = (
        Column("case_id", 26),
        Column("violation_id", 26),
        Column("unit", 20, WORD),
        Column("procedure", 12, WORD),
        Column("case_state", 18, WORD),
        Column("findings_count", 8, FLAG),
    )
    return rows_sheet("sheet_cases", columns, rows)


def _requirements(checked: Checked, tell: Telling, lang: str) -> Sheet:
    say, counts = wording(lang), checked.by_requirement

    def rows() -> Iterator[tuple[Any, ...]]:
        for each in checked.checklist.requirements:
            procedures = "\n".join(say[name] for name in each.procedure)
            note = None if each.note is None else each.note.get(lang)
            articles = tell.articles(each.requirement)
            yield each.title.get(lang), procedures, counts.get(each.requirement, 0), articles, note

    columns = (
        Column("requirement", 44, wrap=True),
        Column("procedure", 12, WORD, wrap=True),
        Column("not_met", 10, FLAG),
        Column("article", 52, wrap=True),
        Column("note", 44, wrap=True),
    )
    return rows_sheet("sheet_requirements", columns, rows)
