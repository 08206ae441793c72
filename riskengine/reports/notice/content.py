"""What a notice says of an operator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.contract.tables import GRADED, NOT_CURRENT
from riskengine.kernel.decimals import plain
from riskengine.kernel.formats import long_date
from riskengine.reports.figures import band_of
from riskengine.reports.notice.improving import improving
from riskengine.reports.notice.objecting import objecting
from riskengine.reports.notice.parts import Notice, Section
from riskengine.reports.notice.reasons import lacking, reasons
from riskengine.reports.notice.telling import Telling
from riskengine.results import explain, objection_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.reports.privacy import Privacy
    from riskengine.results import Context, OperatorView
    from riskengine.runs import Run

__all__ = ["Notice", "Sender", "notice_of"]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends the notice; what is empty is left as a line to fill in.

    Attributes:
        body: the authority.
        contact: where objections go: address, telephone.
        term: within what time, in words.
    """

    body: str = ""
    contact: str = ""
    term: str = ""


def notice_of(view: OperatorView, run: Run, context: Context, lang: str, *, privacy: Privacy, sender: Sender) -> Notice:
    """What the notice to an operator says.

    Args:
        view: the rows about the operator.
        run: the run.
        context: its setting.
        lang: ``zh`` or ``en``.
        privacy: what may be shown of a person.
        sender: who sends it.
    """
    tell = Telling(view, explain(view, context), context, lang, privacy)
    say, row = tell.say, view.grade
    parts = {
        "why": tuple(reasons(tell)),
        "lacking": tuple(lacking(tell)),
        "improve": tuple(improving(tell)),
        "object": tuple(objecting(tell, sender)),
    }
    held = [(say[key], blocks) for key, blocks in parts.items() if blocks]
    sections = tuple(
        Section(say["numbered"].format(number=number, title=title), blocks)
        for number, (title, blocks) in zip(say["numerals"], held, strict=False)
    )
    manifest = run.manifest
    return Notice(
        lang=lang,
        title=say["notice"],
        sender=sender.body or say["blank_body"],
        name=privacy.name(row["operator_id"], row["name"]),
        operator_id=privacy.text(row["operator_id"]),
        grade=row["grade"] or say["none"],
        band=band_of(context.plan.grades, row["grade"]),
        verdict=tuple(_verdict(tell)),
        facts=(
            (say["as_of"], long_date(run.as_of, lang)),
            (say["policy"], f"{tell.text(context.policy.title.text)} {manifest['policy']['version']}"),
            (say["number"], run.run_id),
        ),
        decides=say["decides"],
        sections=sections,
        foot=(
            (say["run_hash"], manifest["sha256"]),
            (say["content_hash"], manifest["content_hash"]),
            (say["policy_hash"], manifest["policy"]["sha256"]),
        ),
    )


def _verdict(tell: Telling) -> Iterator[str]:
    """The result in words: grade with its title and score, the one before, the tier and what it means."""
    say, row, context = tell.say, tell.view.grade, tell.context
    if row["status"] == NOT_CURRENT:
        yield say["verdict_not_current"]
        return
    if tell.view.objection is not None:
        yield say["verdict_objection"].format(told=objection_text(tell.view.objection, tell.lang))
    if tell.explanation.display_stopped:
        yield say["verdict_stopped"]
    if row["status"] != GRADED:
        yield say["verdict_not_evaluable"]
    else:
        title = context.grade_title(row["grade"])
        yield say["verdict_grade"].format(grade=row["grade"], title=tell.text(title) if title else say["none"])
        if row["grade"] in context.plan.grades:
            place = context.plan.grades.index(row["grade"]) + 1
            yield say["verdict_place"].format(
                place=place, all=len(context.plan.grades), grades=say["between"].join(context.plan.grades)
            )
        if row["score"] is not None:
            yield say["verdict_score"].format(score=plain(row["score"]))
    if row["previous_grade"]:
        yield say["verdict_before"].format(grade=row["previous_grade"])
    tier = next((action["tier"] for action in tell.view.actions if action["tier"]), None)
    held = context.policy.supervision.tiers.get(tier or "")
    if held is not None:
        parts = [tell.text(held.title.text)]
        if held.sampling:
            parts.append(say["sampled"].format(share=held.sampling))
        if held.visits:
            parts.append(tell.text(held.visits.text))
        yield say["verdict_tier"].format(tier=say["clause"].join(parts))
