"""An explanation as plain text, for the terminal and for embedding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.contract.tables import NOT_CURRENT
from riskengine.kernel.decimals import plain
from riskengine.kernel.problems import Problem, placed
from riskengine.kernel.wording import listed
from riskengine.plan.steps import CEILING
from riskengine.results.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from riskengine.kernel.languages import Text
    from riskengine.results.explanation import Explanation
    from riskengine.results.objections import OpenObjection
    from riskengine.results.parts import FiredRule, WhichLaw


def status_text(explanation: Explanation, lang: str) -> str:
    """The result in a few words: grade with title and score, or why there is none."""
    say = words(lang)
    if explanation.grade is None:
        return say[explanation.status]
    title = f" {explanation.grade_title.get(lang)}" if explanation.grade_title else ""
    score = f" · {say['score']} {plain(explanation.score)}" if explanation.score is not None else ""
    return f"{explanation.grade}{title}{score}"


def explanation_text(explanation: Explanation, lang: str = "zh") -> str:
    """The whole explanation, one statement a line.

    Args:
        explanation: what to say.
        lang: ``zh`` or ``en``.
    """
    return "\n".join(_lines(explanation, lang))


def _lines(explanation: Explanation, lang: str) -> Iterator[str]:
    say = words(lang)
    yield f"{explanation.name} ({explanation.operator_id})"
    yield f"{status_text(explanation, lang)}"
    yield f"{say['as_of']} {explanation.as_of} · {say['policy']} {explanation.policy} {explanation.policy_version}"
    if explanation.objection is not None:
        yield f"! {objection_text(explanation.objection, lang)}"
    if explanation.display_stopped:
        yield f"! {say['display_stopped']}"
    if explanation.status == NOT_CURRENT:
        yield say["not_current_why"]
    for rule in explanation.fired:
        if rule.decisive:
            yield f"{say['decided_by']}{say['colon']}{rule.title.get(lang)} → {rule.at_most}"
    if explanation.previous_grade:
        yield f"{say['previous']}{say['colon']}{explanation.previous_grade}"
    if explanation.missing:
        yield f"{say['missing']}{say['colon']}{listed((text.get(lang) for text in explanation.missing), lang)}"
    if explanation.quarantined:
        yield f"! {explanation.quarantined} {say['quarantined']}"
    for record in explanation.left_out:
        place = Problem(record.code, source=record.source, row=record.row, column=record.column).place(lang)
        told = placed(place, f"{record.code} {record.message}", lang)
        yield f"  - {told}"
    yield from _fired_lines(explanation, lang)
    yield from _law_lines(explanation, lang)
    yield from _other_lines(explanation, lang)
    yield from _advice_lines(explanation, lang)


def objection_text(objection: OpenObjection, lang: str, *, with_grade: bool = True) -> str:
    """That an objection is open: to which grade (unless it is not shown), since when, by when it is to be answered."""
    say = words(lang)
    told = say["objection_since"].format(day=objection.filed_on)
    if with_grade:
        grade = objection.grade or say["no_grade"]
        told = say["objection_told"].format(run=objection.run_id, grade=grade, day=objection.filed_on)
    until = say["objection_until"].format(day=objection.answer_by) if objection.answer_by else ""
    return f"{say['under_objection']}{say['colon']}{told}{until}"


def _fired_lines(explanation: Explanation, lang: str) -> Iterator[str]:
    say = words(lang)
    if explanation.fired:
        yield ""
        yield f"{say['fired']}{say['heading_colon']}"
    for rule in explanation.fired:
        yield f"  {_points(rule, lang)}  {rule.title.get(lang)}{_about(rule.risk_point, rule.risk_point_title, lang)}"
        yield f"      {say['law']}{say['colon']}{basis_text(rule.law, rule.basis, lang)}"
        if rule.note:
            yield f"      {rule.note.get(lang)}"
        if rule.stage == CEILING:
            effect = say["lowered" if rule.decisive else "not_lowered"]
            yield f"      {say['at_most']} {rule.at_most} ({effect})"
        if rule.values:
            yield "      " + say["clause"].join(
                f"{title.get(lang)} = {value.get(lang)}" for title, value in rule.values
            )
        if rule.evidence:
            records = listed((item.record_id for item in rule.evidence), lang)
            yield f"      {say['evidence']} ({len(rule.evidence)}){say['colon']}{records}"
    yield from _sums(explanation, lang)


def _law_lines(explanation: Explanation, lang: str) -> Iterator[str]:
    """Which law applies to the violations that counted."""
    if explanation.which_law:
        yield ""
        yield words(lang)["which_law"] + words(lang)["heading_colon"]
    for held in explanation.which_law:
        yield f"  {judged_text(held, lang)}"
        for law in held.laws:
            yield f"      {law.statement.get(lang)}"


def judged_text(held: WhichLaw, lang: str) -> str:
    """The risk point, and its violations with their days."""
    say = words(lang)
    records = (
        say["record_days"].format(
            record=record.record_id,
            day=record.occurred_on,
            decided=f"{say['decided']} {record.decided_on}" if record.decided_on else say["undecided"],
        )
        for record in held.records
    )
    about = _about(held.risk_point, held.risk_point_title, lang).removeprefix(" · ")
    return f"{about}{say['colon']}{listed(records, lang)}"


def _sums(explanation: Explanation, lang: str) -> Iterator[str]:
    """How the score, and each tally, came about."""
    say = words(lang)
    if explanation.score is not None:
        parts = _signed(plain(rule.points) for rule in explanation.fired if rule.points)
        made = f"{explanation.start} {parts} → {plain(explanation.score)}"
        yield f"  {say['sum_line']}{say['colon']}{made}".replace("  →", " →")
    for account in explanation.tallies:
        given = [rule.tally_points for rule in explanation.fired if rule.tally == account.title]
        parts = _signed(plain(points) for points in given if points)
        value = say["unknown_value"] if account.value is None else account.value
        yield f"  {account.title.get(lang)}{say['colon']}{account.start} {parts} → {value}".replace("  →", " →")


def _signed(parts: Iterable[str]) -> str:
    return " ".join(f"{'+' if not part.startswith('-') else '-'} {part.lstrip('-')}" for part in parts)


def basis_text(law: Text | None, basis: str | None, lang: str) -> str:
    """What something rests on: the citation, and whether its number is local policy, unverified or published."""
    parts = (law.get(lang) if law else None, words(lang)[basis] if basis else None)
    return " · ".join(part for part in parts if part)


def _points(rule: FiredRule, lang: str) -> str:
    if rule.tally is not None and rule.tally_points is not None:
        return f"{'+' if rule.tally_points > 0 else ''}{plain(rule.tally_points)} {rule.tally.get(lang)}"
    if not rule.points:
        return f"[{words(lang)['no_points']}]"
    return f"{'+' if rule.points > 0 else ''}{plain(rule.points)} {words(lang)['points']}"


def _about(code: str | None, title: object, lang: str) -> str:
    if code is None:
        return ""
    return f" · {code} {title.get(lang)}" if title is not None else f" · {code}"  # type: ignore[attr-defined]


def _other_lines(explanation: Explanation, lang: str) -> Iterator[str]:
    say = words(lang)
    if explanation.unknown:
        yield ""
        yield f"{say['unknown']}{say['heading_colon']}"
    for rule in explanation.unknown:
        stops = say["bracketed"].format(note=say["stops"]) if rule.stops else ""
        missing = listed((text.get(lang) for text in rule.missing), lang)
        yield (
            f"  ? {rule.title.get(lang)}{_about(rule.risk_point, rule.risk_point_title, lang)} · "
            f"{say['missing']}{say['colon']}{missing}{stops}"
        )
    if explanation.quiet:
        yield ""
        yield f"{say['quiet']}{say['heading_colon']}"
    for quiet in explanation.quiet:
        about = f" · {quiet.risk_point}" if quiet.risk_point else ""
        reasons = say["clause"].join(text.get(lang) for text in quiet.reasons)
        yield f"  - {quiet.title.get(lang)}{about}{say['colon']}{reasons}"


def _advice_lines(explanation: Explanation, lang: str) -> Iterator[str]:
    say = words(lang)
    if explanation.advice:
        yield ""
        tier = f" · {say['tier']}{say['colon']}{explanation.tier.get(lang)}" if explanation.tier else ""
        yield f"{say['supervision']}{tier}"
    for advice in explanation.advice:
        law = f" · {advice.law.get(lang)}" if advice.law else ""
        because = say["because_of"].format(reason=advice.reason.get(lang))
        yield f"  * {advice.title.get(lang)}{because}{law}"
    if explanation.measures:
        yield ""
        yield f"{say['measures']}{say['heading_colon']}"
    for code, text in explanation.measures:
        yield f"  {code}  {text.get(lang)}"
