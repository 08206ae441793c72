"""Which law applies to each violation behind a rule: that of its day, or a later one that is lighter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.catalog import choice_text
from riskengine.catalog.wording import say
from riskengine.results.parts import JudgedRecord, StatedLaw, WhichLaw

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from riskengine.catalog import Choice, Citation, LawChoice
    from riskengine.kernel.languages import Text
    from riskengine.results.context import Context
    from riskengine.results.view import OperatorView, Row

_UNCHANGED = frozenset({"one_version", "same", "unrecorded"})
"""What became of a law that need not be told of one that is not cited itself."""


def which_law(view: OperatorView, context: Context) -> tuple[WhichLaw, ...]:
    """The laws that apply, for violations to which the same apply at once; empty where the policy has no catalogue.

    Args:
        view: the rows about the operator.
        context: the catalogue, and the as-of date, which stands in for a decision that is not recorded.
    """
    if not context.policy.catalog:
        return ()
    together: dict[tuple[str, tuple[StatedLaw, ...]], list[JudgedRecord]] = {}
    behind = {row["violation_id"]: row for row in view.conduct}  # a violation may stand behind several rules
    for row in sorted(behind.values(), key=_order):
        key = (row["risk_point"], row["occurred_on"], row["decided_on"] or context.as_of)
        if key not in context.stated_laws:
            context.stated_laws[key] = _stated_laws(*key, context)
        laws = context.stated_laws[key]
        decided = row["decided_on"].isoformat() if row["decided_on"] else None
        record = JudgedRecord(row["violation_id"], row["occurred_on"].isoformat(), decided)
        together.setdefault((row["risk_point"], laws), []).append(record)
    return tuple(
        WhichLaw(code, context.risk_point_title(code), tuple(records), laws)
        for (code, laws), records in together.items()
    )


def _order(row: Row) -> tuple[str, date, str]:
    return row["risk_point"], row["occurred_on"], row["violation_id"]


def _stated_laws(code: str, occurred_on: date, decided_on: date, context: Context) -> tuple[StatedLaw, ...]:
    choice = context.chooser.choose(code, occurred_on, decided_on)
    cited = context.catalog.liability_on(choice.risk_point, occurred_on)
    versions = tuple((law.law, law.of_the_day, law.at_decision) for law in choice.laws)
    key = (choice.risk_point, versions, (cited.law, cited.version) if cited else None)
    if key not in context.stated_choices:
        context.stated_choices[key] = tuple(_laws(choice, cited, context))
    return context.stated_choices[key]


def _laws(choice: Choice, cited: Citation | None, context: Context) -> Iterator[StatedLaw]:
    if cited is None:
        yield StatedLaw(None, None, None, None, "unrecorded", say("choice", "no_law"))
    for law in choice.laws:
        if cited is not None and law.law == cited.law:
            yield _stated(law, choice_text(law, context.catalog.laws, cited))
        elif law.outcome not in _UNCHANGED:
            yield _stated(law, choice_text(law, context.catalog.laws))


def _stated(law: LawChoice, statement: Text) -> StatedLaw:
    return StatedLaw(law.law, law.of_the_day, law.at_decision, law.version, law.outcome, statement)
