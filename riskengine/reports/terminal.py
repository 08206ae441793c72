"""The summary for the terminal: distribution, worst operators, what was left out."""

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED
from riskengine.kernel.decimals import plain
from riskengine.kernel.formats import number
from riskengine.reports.figures import context_of, figures_of, worst_first
from riskengine.reports.listing import Listing
from riskengine.reports.privacy import Privacy
from riskengine.reports.wording import wording
from riskengine.runs import scan, scan_where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Group

    from riskengine.reports.figures import Figures
    from riskengine.results import Context
    from riskengine.runs import Run

Row = dict[str, Any]

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
    columns = ("grade", "operator_id", "name", "score", "status", "ceiling_rule", "quarantined_count")
    below = (
        dict(zip(columns, values, strict=True))
        for values in scan_where(run, "grades", columns, _grades_of_worst(figures, ranking))
    )
    worst = nsmallest(WORST, below, key=lambda row: worst_first({**row, "quarantined_count": 0}, context.plan))
    fired = _fired(run, [row["operator_id"] for row in worst])
    rows = []
    for row in worst:
        left_out = row["quarantined_count"]
        mark = f" (! {say['quarantined_count']} {left_out})" if left_out else ""
        if row["operator_id"] in run.objections:
            mark += say["in_brackets"].format(note=say["under_objection"])
        name = privacy.name(row["operator_id"], row["name"]) + mark
        score = plain(row["score"]) if row["score"] is not None else ""
        reason = _first_reason(row, fired[row["operator_id"]], context, lang)
        rows.append((RichText(row["grade"], style="bold"), score, name, reason))
    headings = [say[key] for key in ("grade", "score", "name", "first_reason")]
    return Listing(headings, rows, title=say["worst"], right=frozenset({1}), head=2)


def _fired(run: Run, operators: Sequence[str]) -> Mapping[str, list[Row]]:
    """Operator → its rules that fired; of the signals of a million operators only a few parts are read."""
    columns = ("operator_id", "status", "rule", "risk_point", "points")
    fired: dict[str, list[Row]] = {operator: [] for operator in operators}
    for values in scan(run, "signals", columns, operators):
        row = dict(zip(columns, values, strict=True))
        if row["status"] == FIRED:
            fired[row["operator_id"]].append(row)
    return fired


def _first_reason(grade: Row, fired: Sequence[Row], context: Context, lang: str) -> str:
    """The ceiling that decided, else the rule with the most points."""
    say, ceiling = wording(lang), grade["ceiling_rule"]
    if not fired:
        return say["none"]
    row = min(fired, key=lambda row: (row["rule"] != ceiling, -abs(row["points"])))
    title, point = context.rules[row["rule"]].title.text.get(lang), context.risk_point_title(row["risk_point"])
    about = f" · {row['risk_point']} {point.get(lang)}" if point else ""
    effect = f"{say['at_most']} {context.steps[ceiling].grade}" if row["rule"] == ceiling else plain(row["points"])
    return f"{title}{about} ({effect})"
