"""Why the grade: what each rule deducted, on which records, by which law; and what could not be told."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from riskengine.contract.tables import GRADED, NOT_CURRENT
from riskengine.kernel.decimals import plain
from riskengine.reports.notice.parts import Cell, Grid, Items, Paragraph
from riskengine.results import basis_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.reports.notice.telling import Telling
    from riskengine.results import FiredRule

_MOST_RULES, _MOST_RECORDS, _MOST_UNKNOWN = 9, 3, 5


def reasons(tell: Telling) -> Iterator[Paragraph | Grid]:
    """How the grade came about: the ceiling that decided, and a table from the start to the score."""
    say, explanation = tell.say, tell.explanation
    if explanation.status == NOT_CURRENT:
        return
    if not explanation.fired:
        yield Paragraph(say["no_rule_fired"])
        return
    for rule in explanation.fired:
        if rule.decisive:
            yield Paragraph(say["ceiling_decided"].format(rule=tell.text(rule.title), grade=rule.at_most), strong=True)
    fired = sorted(explanation.fired, key=lambda rule: (not rule.decisive, rule.at_most is None, -abs(rule.points)))
    scored = explanation.score is not None
    rows = [(Cell(say["start"]), Cell(explanation.start), Cell(""))] if scored else []
    rows += [_row(rule, tell) for rule in fired[:_MOST_RULES]]
    rest = fired[_MOST_RULES:]
    if rest:
        points = sum((rule.points for rule in rest), start=Decimal(0))
        rows.append((Cell(say["more_rules"].format(count=len(rest))), Cell(_signed(points)), Cell(say["more_where"])))
    if scored:
        rows.append((Cell(say["sum"]), Cell(plain(explanation.score or 0)), Cell(say["sum_note"])))
    yield Grid((say["reason"], say["points"], say["records_and_basis"]), tuple(rows), (34, 12, 54), summed=scored)


def _row(rule: FiredRule, tell: Telling) -> tuple[Cell, Cell, Cell]:
    say = tell.say
    below = []
    if rule.risk_point_title is not None:
        below.append(f"{rule.risk_point} {tell.text(rule.risk_point_title)}")
    elif rule.risk_point is not None:
        below.append(rule.risk_point)
    if rule.at_most is not None:
        below.append(say["ceiling_at_most"].format(grade=rule.at_most))
    records = [tell.record(item.record_id) for item in rule.evidence]
    shown = tell.listed(records, _MOST_RECORDS, "more_records")
    basis = basis_text(rule.law, rule.basis, tell.lang)
    return (
        Cell(tell.text(rule.title), tuple(below)),
        Cell(_signed(rule.points) if rule.points else say["no_points"]),
        Cell(say["list_mark"].join(shown) or say["none"], (say["basis_is"].format(basis=basis),)),
    )


def _signed(points: Decimal) -> str:
    return f"{'+' if points > 0 else ''}{plain(points)}"


def lacking(tell: Telling) -> Iterator[Paragraph | Items]:
    """What is unknown, what was left out, and what it means for the grade."""
    say, explanation = tell.say, tell.explanation
    if explanation.status == NOT_CURRENT:
        return
    if explanation.status != GRADED:
        names = say["list_mark"].join(tell.text(text) for text in explanation.missing)
        yield Paragraph(say["lacking_stops"].format(names=names or say["none"]), strong=True)
    unknown = [
        say["unknown_rule"].format(
            rule=tell.text(rule.title) + (f" ({rule.risk_point})" if rule.risk_point else ""),
            missing=say["list_mark"].join(tell.text(text) for text in rule.missing) or say["none"],
        )
        for rule in explanation.unknown
    ]
    if unknown:
        yield Paragraph(say["lacking_rules"])
        yield Items(tuple(tell.listed(unknown, _MOST_UNKNOWN, "more_items")))
    if explanation.quarantined:
        yield Paragraph(say["lacking_left_out"].format(count=explanation.quarantined), strong=True)
