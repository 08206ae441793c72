"""The comparison as one HTML page in the looks of the report: it fetches nothing, runs no script, and prints on A4."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from riskengine.kernel.formats import long_date
from riskengine.reports.comparison.report import GROUPS, cause_counts
from riskengine.reports.comparison.telling import unmoved_in
from riskengine.reports.figures import band_of
from riskengine.reports.html.environment import templates_beside

if TYPE_CHECKING:
    from riskengine.reports.comparison.report import ComparisonReport
    from riskengine.results import Mover

MOST = 1_000
"""Movers of one kind that the page lists; the workbook has them all."""


def page(report: ComparisonReport) -> str:
    """The page as text."""
    compared, telling = report.comparison, report.telling
    groups: dict[str, list[Mover]] = defaultdict(list)
    movers = list(report.movers())
    for mover in movers:
        if len(groups[mover.kind]) < MOST:
            groups[mover.kind].append(mover)
    ranking = report.new.plan.grades
    return (
        templates_beside("riskengine.reports.comparison")
        .get_template("comparison.html.j2")
        .render(
            say=telling.say,
            lang=report.lang,
            telling=telling,
            title=report.title,
            compared=compared,
            days=[long_date(side.as_of, report.lang) for side in (compared.old, compared.new)],
            hashes=[run.manifest["content_hash"] for run in (report.old, report.new)],
            differences=telling.differences(compared),
            decided=report.decided_lines,
            unmoved=unmoved_in(compared),
            causes=cause_counts(movers),
            movers=len(movers),
            columns=[sum(column) for column in zip(*compared.matrix, strict=True)],
            groups=[(kind, GROUPS[kind], groups[kind]) for kind in GROUPS],
            ranked=len({*ranking} & {state.grade for state in compared.states}),
            bands={state.grade: band_of(ranking, state.grade) for state in compared.states if state.grade},
        )
    )
