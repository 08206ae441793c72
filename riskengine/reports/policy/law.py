"""What a policy rests on: the laws that it cites, and how many of its numbers are law, local, published, unverified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.reports.policy.blocks import Block, Heading, Paragraph, Table, clean, code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.policy import Policy
    from riskengine.policy.sections import Based
    from riskengine.reports.policy.speech import Speech


def based_sections(policy: Policy) -> Iterator[tuple[str, Based]]:
    """Everything that rests on something, by the path by which the file names it."""
    for section in ("parameters", "weights", "tallies"):
        for name, each in getattr(policy, section).items():
            yield f"{section}.{name}", each
    yield "grades", policy.grades
    for rule in policy.rules:
        yield rule.rule, rule
    for name, tier in policy.supervision.tiers.items():
        yield f"tiers.{name}", tier
    for name, action in policy.supervision.actions.items():
        yield f"actions.{name}", action
    if policy.objection is not None:
        yield "objection", policy.objection


def law_blocks(policy: Policy, speech: Speech) -> Iterator[Block]:
    """The articles cited, each with what cites it."""
    cited: dict[str, list[str]] = {}
    for name, based in based_sections(policy):
        if based.law is not None and based.law != "from_catalog" and based.article is not None:
            cited.setdefault(speech.citation(based), []).append(name)
    if cited:
        say = speech.say
        yield Heading(2, say["law_page"])
        rows = [(label, " ".join(code(name) for name in names)) for label, names in sorted(cited.items())]
        yield Table((say["articles"], say["cited_by"]), tuple(rows))


def sureness_blocks(policy: Policy, speech: Speech) -> Iterator[Block]:
    """How many things rest on what, and which; a source is named once."""
    say = speech.say
    kinds: dict[str, list[str]] = {}
    for name, based in based_sections(policy):
        kinds.setdefault(based.basis or "cites_law", []).append(name)
    yield Heading(2, say["sureness"])
    yield Paragraph(say["sureness_lead"])
    order = ("cites_law", "published", "local_policy", "unverified")
    rows = [
        (say[kind], str(len(kinds[kind])), " ".join(code(name) for name in kinds[kind]))
        for kind in order
        if kind in kinds
    ]
    yield Table((say["basis_label"], say["count_label"], say["which"]), tuple(rows))
    sources = dict.fromkeys(clean(based.source) for _, based in based_sections(policy) if based.source)
    if sources:
        yield Paragraph(say["sources"] + say["colon"] + speech.join(sources))
