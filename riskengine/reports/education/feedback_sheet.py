"""What came of a plan, as a workbook of one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.reports.excel import NUMBER, Column, rows_sheet, write_sheets
from riskengine.reports.wording import room_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from riskengine.supervision.feedback import Feedback
    from riskengine.supervision.planning import Plan


def write_feedback(found: Feedback, plan: Plan, path: Path, lang: str) -> None:
    """Write the table of tiers; equal tables give equal bytes.

    Args:
        found: what was done.
        plan: of the period.
        path: the file to write.
        lang: ``zh`` or ``en``.

    Raises:
        OSError: the file cannot be written.
    """
    say = {**room_words("riskengine.reports.excel", lang), **room_words("riskengine.reports.education", lang)}
    tiers = plan.request.run.policy.policy.supervision.tiers

    def rows() -> Iterator[tuple[Any, ...]]:
        for row in found.rows:
            name = tiers[row.tier].title.text.get(lang) if row.tier in tiers else row.tier
            counts = (row.due, row.planned, row.done, row.inspected, row.found, row.violations)
            yield (name, row.operators, *counts)
        for reason, count in found.elsewhere.items():
            yield say[f"elsewhere_{reason}"], None, None, None, count, None, None, None

    keys = ("tier_operators", "due", "planned", "done", "inspected", "found", "violations")
    columns = (Column("tier", 36), *(Column(key, 14, NUMBER) for key in keys))
    sheet = rows_sheet("sheet_feedback", columns, rows)
    period = f"{plan.request.since.isoformat()} – {plan.request.until.isoformat()}"
    write_sheets(path, [sheet], say, title=say["feedback_title"].format(period=period), day=plan.request.until)
