"""What became of contested penalties as a workbook: sums with intervals, what does not stand, every penalty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.kernel.formats import percent
from riskengine.kernel.masking import mask_personal
from riskengine.reports.excel import NUMBER, WORD, Column, rows_sheet, write_sheets
from riskengine.reports.excel.sheet import DATE
from riskengine.reports.wording import room_words
from riskengine.supervision.outcomes.rules import OUTCOMES, PENDING
from riskengine.supervision.outcomes.telling import ground_label, point_name, wording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from riskengine.catalog import Catalog
    from riskengine.reports.excel import Sheet
    from riskengine.supervision.outcomes.counting import Group, OutcomeReport


def write_outcomes(report: OutcomeReport, catalog: Catalog, path: Path, lang: str) -> None:
    """Write the outcomes of a period; equal ones give equal bytes.

    Args:
        report: what was counted.
        catalog: names the risk points and the laws.
        path: the file to write.
        lang: ``zh`` or ``en``.

    Raises:
        OSError: the file cannot be written.
    """
    say = {**room_words("riskengine.reports.excel", lang), **room_words("riskengine.reports.cases", lang)}
    sheets = [_groups(report, catalog, lang), _fallen(report, catalog, lang), _penalties(report, catalog, lang)]
    title = say["outcomes_title"].format(since=report.since.isoformat(), until=report.until.isoformat())
    write_sheets(path, sheets, say, title=title, day=report.until)


def _groups(report: OutcomeReport, catalog: Catalog, lang: str) -> Sheet:
    say = wording(lang)

    def cells(by: str, name: str, group: Group) -> tuple[Any, ...]:
        counts = [group.outcomes[outcome] for outcome in OUTCOMES]
        share = interval = None
        if group.concluded:
            share = percent(group.overturned, group.concluded, lang, places=2)
            interval = "–".join(percent(limit, 1, lang, places=2) for limit in group.interval)
        few = say["small"].strip() if group.is_small and group.concluded else None
        return (by, name, group.concluded, *counts, share, interval, few, group.pending)

    def rows() -> Iterator[tuple[Any, ...]]:
        yield cells(say["whole"], say["whole"], report.whole)
        none = say["not_said"]
        for group in report.by_risk_point:
            yield cells(say["by_risk_point"], point_name(group.key or none, catalog, lang), group)
        for group in report.by_unit:
            yield cells(say["by_unit"], group.key or none, group)
        for group in report.by_kind:
            yield cells(say["by_kind"], say[f"kind_{group.key}"], group)

    columns = (
        Column("grouped_by", 14, WORD),
        Column("group", 44, WORD, wrap=True),
        Column("concluded", 10, NUMBER),
        *(Column(outcome, 11, NUMBER) for outcome in OUTCOMES),
        Column("share", 12, WORD),
        Column("interval", 18, WORD),
        Column("few", 10, WORD),
        Column("pending", 9, NUMBER),
    )
    return rows_sheet("sheet_groups", columns, rows)


def _fallen(report: OutcomeReport, catalog: Catalog, lang: str) -> Sheet:
    say = wording(lang)

    def rows() -> Iterator[tuple[Any, ...]]:
        for each in report.fallen:
            label = ground_label(each, report, catalog)
            ground = say["not_said"] if each.ground is None else report.rules.grounds[each.ground].title.get(lang)
            named = (point_name(each.risk_point, catalog, lang), ground, say[f"kind_{each.kind}"])
            yield (*named, len(each.penalties), None if label is None else label.get(lang))

    columns = (
        Column("risk_point", 44, WORD, wrap=True),
        Column("ground", 30, WORD, wrap=True),
        Column("kind", 12, WORD),
        Column("penalties", 9, NUMBER),
        Column("article", 52, WORD, wrap=True),
    )
    return rows_sheet("sheet_fallen", columns, rows)


def _penalties(report: OutcomeReport, catalog: Catalog, lang: str) -> Sheet:
    say = wording(lang)

    def rows() -> Iterator[tuple[Any, ...]]:
        for each in (*report.concluded, *report.pending):
            held, penalty = each.became, each.penalty
            waiting = held.outcome == PENDING
            outcome = say["outcome_pending"] if waiting else say[f"outcome_{held.outcome}"]
            ground = None if held.ground is None else report.rules.grounds[held.ground].title.get(lang)
            point = point_name(penalty.risk_point, catalog, lang)
            shown = (penalty.unit, say[f"kind_{held.kind}"], outcome, held.decided_on, ground)
            yield (mask_personal(penalty.violation_id), point, *shown)

    columns = (
        Column("violation_id", 26),
        Column("risk_point", 40, WORD, wrap=True),
        Column("unit", 20, WORD),
        Column("kind", 12, WORD),
        Column("outcome", 16, WORD),
        Column("decided_on", 11, DATE),
        Column("ground", 28, WORD, wrap=True),
    )
    return rows_sheet("sheet_penalties", columns, rows)
