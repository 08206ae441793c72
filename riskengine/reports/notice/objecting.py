"""How to object: to whom, within what time, by which law; what a bureau must settle is left as a line to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.catalog import Citation
from riskengine.contract.tables import NOT_CURRENT
from riskengine.kernel.wording import catalogue
from riskengine.reports.notice.parts import Items, Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.reports.notice.content import Sender
    from riskengine.reports.notice.telling import Telling

_ROOM, _FILE = "riskengine.reports.notice", "remedies.yaml"


def objecting(tell: Telling, sender: Sender) -> Iterator[Paragraph | Items]:
    """Who takes an objection, what it should say, and what can be done against a penalty itself."""
    say = tell.say
    if tell.explanation.status == NOT_CURRENT:
        return
    yield Paragraph(
        say["object_to"].format(
            body=sender.body or say["blank_body"],
            contact=sender.contact or say["blank_contact"],
            term=sender.term or say["blank_term"],
        )
    )
    yield Paragraph(say["object_with"])
    told = [
        say[f"remedy_{name}"].format(basis=basis)
        for name in ("credit_record", "reconsideration", "litigation")
        if (basis := remedy(name, tell))
    ]
    if told:
        yield Items(tuple(told))
    if not all((sender.body, sender.contact, sender.term)):
        yield Paragraph(say["blank_note"])


def remedy(name: str, tell: Telling) -> str | None:
    """The article that a remedy rests on, in the version in force on the as-of date.

    None where it does not apply to the policy, or no version known to the law register was in force: see
    ``remedies.yaml``.
    """
    entry: Mapping[str, Any] = catalogue(_ROOM, _FILE)[name]
    if entry["applies"] == "catalogue" and not tell.context.policy.catalog:
        return None
    if entry["applies"] == "cited" and entry["law"] not in _cited(tell):
        return None
    laws = tell.context.catalog.laws
    version = laws.in_force(entry["law"], tell.context.as_of) if entry["law"] in laws else None
    place = entry["versions"].get(version.version) if version is not None else None
    if place is None:
        return None
    citation = Citation.model_validate({"law": entry["law"], "sureness": "text", **place})
    return citation.label(laws, tell.lang)


def _cited(tell: Telling) -> set[str]:
    """The laws that the policy itself rests on."""
    policy = tell.context.policy
    based = (*policy.rules, *policy.parameters.values(), *policy.supervision.tiers.values())
    return {part.law for part in based if part.law}
