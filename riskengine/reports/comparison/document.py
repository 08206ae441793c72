"""The comparison as Markdown: to be sent in a message, or kept beside the runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from riskengine.kernel.formats import number
from riskengine.reports.comparison.report import GROUPS, cause_counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from riskengine.reports.comparison.report import ComparisonReport
    from riskengine.results import Mover

MOST = 200
"""Movers of one kind that are listed; the workbook has them all."""
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")


def document(report: ComparisonReport) -> str:
    """The comparison as the text of a Markdown file."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: ComparisonReport) -> Iterator[str]:
    movers = list(report.movers())
    yield from _head(report)
    yield from _matrix(report)
    yield from _causes(report, movers)
    yield from _rules(report)
    for kind, title in GROUPS.items():
        yield from _group(report, title, [mover for mover in movers if mover.kind == kind])


def _title(text: str) -> Iterator[str]:
    yield f"## {_escaped(text)}"
    yield ""


def _head(report: ComparisonReport) -> Iterator[str]:
    """The two runs, and what differs between what went into them."""
    compared, telling = report.comparison, report.telling
    say = telling.say
    yield f"# {_escaped(say['comparison'])}"
    yield ""
    yield _escaped(report.title)
    yield ""
    named = zip((say["before_run"], say["now_run"]), (compared.old, compared.new), strict=True)
    rows = [(name, side.run_id, side.as_of.isoformat(), number(side.operators)) for name, side in named]
    yield from _table(["", say["run_id"], say["as_of"], say["operators"]], rows)
    yield _escaped(telling.counts(compared))
    yield ""
    yield from _title(say["what_differs"])
    yield from (f"- {_escaped(line)}" for line in telling.differences(compared) or [say["diff_same"]])
    yield from (f"- {_escaped(line)}" for line in report.decided_lines)
    yield ""


def _matrix(report: ComparisonReport) -> Iterator[str]:
    compared, telling = report.comparison, report.telling
    states = [telling.state(state) for state in compared.states]
    matrix = [
        (state, *(number(count) if count else "" for count in row), number(sum(row)))
        for state, row in zip(states, compared.matrix, strict=True)
    ]
    yield from _title(telling.say["diff_matrix"])
    yield from _table(["", *states, telling.say["diff_sum"]], matrix)


def _causes(report: ComparisonReport, movers: Sequence[Mover]) -> Iterator[str]:
    say = report.telling.say
    causes = [(say[f"diff_by_{cause}"], number(told), number(rest)) for cause, told, rest in cause_counts(movers)]
    if causes:
        yield from _title(say["by_cause"])
        yield from _table([say["cause"], say["proven"], say["not_ruled_out"]], causes)


def _rules(report: ComparisonReport) -> Iterator[str]:
    say = report.telling.say
    rules = [
        (rule.title.get(report.lang), *map(number, (rule.old, rule.new, rule.fires, rule.ceased)))
        for rule in report.comparison.rules
    ]
    yield from _title(say["diff_rules"])
    yield from _table([say[f"diff_{key}"] for key in ("rule", "before", "now", "newly", "no_longer")], rules)


def _group(report: ComparisonReport, title: str, held: Sequence[Mover]) -> Iterator[str]:
    """Those who moved in one way, as many as are shown."""
    if not held:
        return
    telling = report.telling
    say = telling.say
    lines = [
        (
            mover.name if mover.name == mover.operator_id else f"{mover.name} {mover.operator_id}",
            telling.move(mover),
            telling.scores(mover),
            telling.why_in_lines(mover),
        )
        for mover in held[:MOST]
    ]
    yield f"## {_escaped(say[title])} ({number(len(held))})"
    yield ""
    yield from _table([say["operator"], say["move"], say["score"], say["why"]], lines)
    if len(held) > MOST:
        yield _escaped(say["shown_of"].format(shown=number(MOST), all=number(len(held))))
        yield ""


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _row(headings)
    yield "| " + " | ".join("---" for _ in headings) + " |"
    yield from map(_row, rows)
    yield ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_escaped(cell).replace("\n", "<br>") for cell in cells) + " |"


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)
