"""The comparison as Markdown: to be sent in a message, or kept beside the runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from riskengine.kernel.formats import number
from riskengine.reports.comparison.report import GROUPS, cause_counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from riskengine.reports.comparison.report import ComparisonReport

MOST = 200
"""Movers of one kind that are listed; the workbook has them all."""
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")


def document(report: ComparisonReport) -> str:
    """The comparison as the text of a Markdown file."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: ComparisonReport) -> Iterator[str]:
    compared, telling = report.comparison, report.telling
    say = telling.say
    yield f"# {_escaped(say['comparison'])}"
    yield ""
    yield _escaped(report.title)
    yield ""
    sides = (compared.old, compared.new)
    heads = ["", say["run_id"], say["as_of"], say["operators"]]
    named = (say["before_run"], say["now_run"])
    rows = [
        (name, side.run_id, side.as_of.isoformat(), number(side.operators))
        for name, side in zip(named, sides, strict=True)
    ]
    yield from _table(heads, rows)
    yield _escaped(telling.counts(compared))
    yield ""
    yield f"## {_escaped(say['what_differs'])}"
    yield ""
    yield from (f"- {_escaped(line)}" for line in telling.differences(compared) or [say["diff_same"]])
    yield from (f"- {_escaped(line)}" for line in report.decided_lines)
    yield ""
    yield f"## {_escaped(say['diff_matrix'])}"
    yield ""
    states = [telling.state(state) for state in compared.states]
    matrix = [
        (state, *(number(count) if count else "" for count in row), number(sum(row)))
        for state, row in zip(states, compared.matrix, strict=True)
    ]
    yield from _table(["", *states, say["diff_sum"]], matrix)
    movers = list(report.movers())
    causes = [(say[f"diff_by_{cause}"], number(told), number(rest)) for cause, told, rest in cause_counts(movers)]
    if causes:
        yield f"## {_escaped(say['by_cause'])}"
        yield ""
        yield from _table([say["cause"], say["proven"], say["not_ruled_out"]], causes)
    yield f"## {_escaped(say['diff_rules'])}"
    yield ""
    rules = [
        (rule.title.get(report.lang), *map(number, (rule.old, rule.new, rule.fires, rule.ceased)))
        for rule in compared.rules
    ]
    yield from _table([say[f"diff_{key}"] for key in ("rule", "before", "now", "newly", "no_longer")], rules)
    for kind, title in GROUPS.items():
        held = [mover for mover in movers if mover.kind == kind]
        if not held:
            continue
        yield f"## {_escaped(say[title])} ({number(len(held))})"
        yield ""
        lines = [
            (
                mover.name if mover.name == mover.operator_id else f"{mover.name} {mover.operator_id}",
                telling.move(mover),
                telling.scores(mover),
                telling.why_in_lines(mover),
            )
            for mover in held[:MOST]
        ]
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
