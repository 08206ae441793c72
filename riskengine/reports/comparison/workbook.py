"""The comparison as a workbook: figures, matrix, rules, causes, and every operator that moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.reports.comparison.report import cause_counts
from riskengine.reports.excel import NUMBER, SCORE, Column, rows_sheet, write_sheets
from riskengine.reports.wording import room_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from riskengine.reports.comparison.report import ComparisonReport
    from riskengine.reports.excel import Sheet


def write_workbook(report: ComparisonReport, path: Path) -> None:
    """Write it; equal comparisons give equal bytes.

    Raises:
        OSError: the file cannot be written.
    """
    compared = report.comparison
    say = {**room_words("riskengine.reports.excel", report.lang), **report.telling.say}
    states = {f"state_{at}": report.telling.state(state) for at, state in enumerate(compared.states)}
    sheets = (_figures(report), _matrix(report), _causes(report), _rules(report), _movers(report))
    write_sheets(path, sheets, say | states, title=say["comparison"], day=compared.new.as_of)


def _figures(report: ComparisonReport) -> Sheet:
    compared, telling = report.comparison, report.telling
    say = telling.say

    def rows() -> Iterator[tuple[Any, ...]]:
        old, new = compared.old, compared.new
        yield say["policy"], report.title, report.title
        yield say["run_id"], old.run_id, new.run_id
        yield say["as_of"], old.as_of.isoformat(), new.as_of.isoformat()
        yield say["operators"], str(old.operators), str(new.operators)
        yield say["diff_version"], old.policy_version, new.policy_version
        yield say["content_hash"], report.old.manifest["content_hash"], report.new.manifest["content_hash"]
        for kind, count in compared.kinds.items():
            yield say[f"diff_{kind}"], None, str(count)
        yield say["diff_rescored"], None, str(compared.rescored)
        for line in (*telling.differences(compared), *report.decided_lines):
            yield say["diff_differs"], None, line

    columns = (Column("item", 30), Column("old_state", 44, wrap=True), Column("new_state", 60, wrap=True))
    return rows_sheet("sheet_comparison", columns, rows)


def _matrix(report: ComparisonReport) -> Sheet:
    compared, telling = report.comparison, report.telling

    def rows() -> Iterator[tuple[Any, ...]]:
        for state, row in zip(compared.states, compared.matrix, strict=True):
            yield telling.state(state), *row, sum(row)

    counted = [Column(f"state_{at}", 10, NUMBER) for at, _ in enumerate(compared.states)]
    return rows_sheet("sheet_matrix", (Column("old_state", 16), *counted, Column("diff_sum", 10, NUMBER)), rows)


def _causes(report: ComparisonReport) -> Sheet:
    say = report.telling.say

    def rows() -> Iterator[tuple[Any, ...]]:
        for cause, told, possible in cause_counts(list(report.movers())):
            yield say[f"diff_by_{cause}"], told, possible

    columns = (Column("cause", 36), Column("proven", 12, NUMBER), Column("not_ruled_out", 14, NUMBER))
    return rows_sheet("sheet_causes", columns, rows)


def _rules(report: ComparisonReport) -> Sheet:
    def rows() -> Iterator[tuple[Any, ...]]:
        for rule in report.comparison.rules:
            yield rule.rule, rule.title.get(report.lang), rule.old, rule.new, rule.fires, rule.ceased

    counted = [Column(f"diff_{key}", 12, NUMBER) for key in ("before", "now", "newly", "no_longer")]
    return rows_sheet("sheet_rules", (Column("rule", 30), Column("rule_title", 44, wrap=True), *counted), rows)


def _movers(report: ComparisonReport) -> Sheet:
    telling = report.telling

    def rows() -> Iterator[tuple[Any, ...]]:
        for mover in report.movers():
            yield (
                mover.operator_id,
                mover.name,
                telling.say[f"diff_{mover.kind}"],
                telling.state(mover.old),
                telling.state(mover.new),
                mover.old_score,
                mover.new_score,
                telling.why_in_lines(mover) or None,
            )

    columns = (
        Column("operator_id", 22),
        Column("name", 34, wrap=True),
        Column("kind", 16),
        Column("old_state", 12),
        Column("new_state", 12),
        Column("old_score", 12, SCORE),
        Column("new_score", 12, SCORE),
        Column("why", 90, wrap=True),
    )
    return rows_sheet("sheet_movers", columns, rows)
