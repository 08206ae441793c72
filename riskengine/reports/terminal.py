"""The summary for the terminal: distribution, worst operators, what was left out."""

from __future__ import annotations

from functools import partial
from heapq import nsmallest
from typing import TYPE_CHECKING

from riskengine.kernel.decimals import plain
from riskengine.kernel.errors import InternalError
from riskengine.kernel.formats import number
from riskengine.reports.figures import context_of, figures_of, worst_first
from riskengine.reports.listing import Listing
from riskengine.reports.privacy import Privacy
from riskengine.reports.wording import wording
from riskengine.results import explain, view_of
from riskengine.runs import scan_where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Group

    from riskengine.reports.figures import Figures
    from riskengine.results import Context, Explanation
    from riskengine.runs import Run

WORST = 10
_BAR_WIDTH = 24
_STYLES = ("blue", "cyan", "bright_cyan", "yellow", "dark_orange", "red")


def terminal_summary(run: Run, lang: str, *, show_personal: bool = False) -> Group:
    """A run in a few lines, for a rich console.

    How many ended where, the grades with bars, and the worst ten below the best grade, each with its first reason.
    Everything is said in words and letters too, so that it reads the same without colour.

    Args:
        run: the run.
        lang: ``zh`` or ``en``.
        show_personal: as for the page.
    """
    from rich.console import Group
    from rich.text import Text as RichText

    say, context = wording(lang), context_of(run)
    figures = figures_of(run, context)
    head = RichText(f"{context.policy.title.text.get(lang)} · {say['as_of']} {run.as_of.isoformat()}", style="bold")
    parts = (f"{say[key]} {getattr(figures, key)}" for key in ("graded", "not_evaluable", "not_current", "left_out"))
    counts = RichText(f"{say['operators_total']} {figures.operators}{say['colon']}{say['separator'].join(parts)}")
    lines = [head, counts]
    if figures.rows_left_out:
        lines.append(
            RichText(
                "! " + say["left_out_notice"].format(rows=figures.rows_left_out, operators=figures.operators_touched),
                style="yellow",
            )
        )
    if figures.operators_with_unknown:
        lines.append(RichText("? " + say["unknown_notice"].format(operators=figures.operators_with_unknown)))
    worst = _worst(run, context, lang, figures, Privacy(show_personal))
    return Group(*lines, RichText(), _distribution(figures, lang), RichText(), worst)


def _distribution(figures: Figures, lang: str) -> Listing:
    from rich.text import Text as RichText

    say = wording(lang)
    most = max((grade.count for grade in figures.grades), default=0)
    rows = []
    for grade in figures.grades:
        style = _STYLES[grade.band] if grade.band is not None else "white"
        bar = RichText("━" * _bar_length(grade.count, most), style=style)
        title = grade.title.get(lang) if grade.title else say["none"]
        rows.append((RichText(grade.grade, style="bold"), title, number(grade.count), bar))
    headings = (say["grade"], say["meaning"], say["operators"], "")
    return Listing(headings, rows, title=say["distribution"], right=frozenset({2}))


def _bar_length(count: int, most: int) -> int:
    """How long a bar is; what is there at all has one."""
    return -(-count * _BAR_WIDTH // most) if most else 0


def _grades_of_worst(figures: Figures, ranking: Sequence[str]) -> list[str]:
    """The grades below the best among which the worst operators are, the worst first."""
    counts = {grade.grade: grade.count for grade in figures.grades}
    chosen: list[str] = []
    for grade in reversed(ranking[1:]):
        if sum(counts[each] for each in chosen) < WORST:
            chosen.append(grade)
    return chosen


def _worst(run: Run, context: Context, lang: str, figures: Figures, privacy: Privacy) -> Listing:
    from rich.text import Text as RichText

    say, ranking = wording(lang), context.plan.grades
    columns = ("grade", "operator_id", "score", "status")
    below = (
        {**dict(zip(columns, values, strict=True)), "quarantined_count": 0}
        for values in scan_where(run, "grades", columns, _grades_of_worst(figures, ranking))
    )
    worst = nsmallest(WORST, below, key=partial(worst_first, plan=context.plan))
    rows = []
    for row in worst:
        view = view_of(run, row["operator_id"])
        if view is None:
            raise InternalError(message=f"{row['operator_id']} is in grades and cannot be found there")
        explanation = explain(view, context)
        mark = f" (! {say['quarantined_count']} {explanation.quarantined})" if explanation.quarantined else ""
        name = privacy.name(explanation.operator_id, explanation.name) + mark
        score = plain(explanation.score) if explanation.score is not None else ""
        rows.append((RichText(str(explanation.grade), style="bold"), score, name, _first_reason(explanation, lang)))
    headings = [say[key] for key in ("grade", "score", "name", "first_reason")]
    return Listing(headings, rows, title=say["worst"], right=frozenset({1}), head=2)


def _first_reason(explanation: Explanation, lang: str) -> str:
    """The ceiling that decided, else the rule with the most points."""
    say = wording(lang)
    if not explanation.fired:
        return say["none"]
    rule = min(explanation.fired, key=lambda rule: (not rule.decisive, -abs(rule.points)))
    about = f" · {rule.risk_point} {rule.risk_point_title.get(lang)}" if rule.risk_point_title else ""
    effect = f"{say['at_most']} {rule.at_most}" if rule.decisive else plain(rule.points)
    return f"{rule.title.get(lang)}{about} ({effect})"
