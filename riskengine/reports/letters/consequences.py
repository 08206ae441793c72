"""What follows: the tier of supervision, and what the policy recommends, each with what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.results import basis_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.reports.notice.telling import Telling


def consequences(tell: Telling, say: Mapping[str, str], *, ordered: bool) -> Iterator[tuple[str, str]]:
    """The lines about what follows.

    Args:
        tell: the operator's rows and their explanation.
        say: the words of letters.
        ordered: whether the letter is an order.
    """
    explanation, actions = tell.explanation, tell.context.policy.supervision.actions
    if ordered:
        yield "", say["consequence_order"]
    if explanation.tier is not None:
        yield "", say["consequence_tier"].format(tier=tell.text(explanation.tier))
    if explanation.advice and explanation.fired:
        yield "", say["consequence_lead"]
        for number, advice in enumerate(explanation.advice, 1):
            basis = basis_text(advice.law, actions[advice.action].basis, tell.lang) or say["none"]
            words = say["consequence_action"].format(
                action=tell.text(advice.title), reason=tell.text(advice.reason), basis=basis
            )
            yield "", f"{number}. {words}"
    elif not ordered:
        yield "", say["consequence_none"]
