"""The facts of a policy in words: what is counted, of which records, and what a missing value does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.policy import fact_source
from riskengine.policy.scope import ROW_DATES
from riskengine.reports.policy.blocks import Block, Entry, Heading, Paragraph, Table, code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.policy import CheckedPolicy
    from riskengine.policy.expression import Expression
    from riskengine.policy.fact import Fact
    from riskengine.reports.policy.speech import Speech


def fact_blocks(checked: CheckedPolicy, speech: Speech) -> Iterator[Block]:
    """Every fact, in file order."""
    if checked.policy.facts:
        yield Heading(2, speech.say["facts"])
        yield Paragraph(speech.say["facts_lead"])
    for name, fact in checked.policy.facts.items():
        yield from _Fact(checked, speech, name, fact).blocks()


class _Fact:
    """One fact in words."""

    def __init__(self, checked: CheckedPolicy, speech: Speech, name: str, fact: Fact) -> None:
        self._checked, self._speech, self._say = checked, speech, speech.say
        self._name, self._fact = name, fact

    def blocks(self) -> Iterator[Block]:
        fact, say = self._fact, self._say
        lines = [(say["what"], self._what())]
        lines += [("", part) for part in self._qualifiers()]
        lines += [(say["unit_label"], self._speech.unit(fact.unit))] if fact.unit else []
        title = self._speech.text(fact.title)
        yield Entry(f"{title} {code(self._name)}".strip(), tuple(line for line in lines if line[1]))
        if fact.table is not None:
            rows = [
                (self._words("table", at, "when"), self._words("table", at, "value")) for at in range(len(fact.table))
            ]
            last = say["unknown_row"] if fact.otherwise is None else self._words("otherwise")
            yield Table((say["condition"], say["value_label"]), (*rows, (say["otherwise_row"], last)))

    def _words(self, *path: str | int) -> str:
        tree: Expression | None = self._checked.expressions.get(("facts", self._name, *path))
        return "" if tree is None else self._speech.expression(tree)

    def _what(self) -> str:
        fact, operation, say = self._fact, self._fact.operation, self._say
        if operation == "value":
            return self._words("value")
        if operation == "table":
            return say[f"hit_{fact.hit}"]
        if operation == "days_since" and fact.days_since not in ROW_DATES:
            return say["fact_days_since_column"].format(column=self._speech.title(str(fact.days_since)))
        best = say[f"best_{fact.best}"] if fact.best else ""
        named = self._speech.title(fact.compared) if fact.is_compared else ""
        return say[f"fact_{operation}"].format(
            source=say[fact_source(fact)],
            column=self._speech.title(str(fact.count_distinct)),
            expr=self._words(operation),
            fact=named,
            best=best,
        )

    def _qualifiers(self) -> Iterator[str]:
        fact, say, speech = self._fact, self._say, self._speech
        if fact.is_compared and fact.among:
            yield say["fact_among"].format(list=speech.listed(speech.title(name) for name in fact.among))
        if fact.where is not None:
            yield say["fact_where"].format(condition=self._words("where"))
        if fact.is_made_of_records and (fact.operation != "days_since" or fact.days_since in ROW_DATES):
            yield say["fact_within"].format(window=speech.window(fact.within))
            if fact.by is not None:
                yield say["fact_by"].format(column=speech.title(fact.by))
        yield from self._groups()
        if fact.missing is not None:
            kind = "ignore" if fact.missing == "ignore" else "number"
            yield say[f"fact_missing_{kind}"].format(n=speech.number(fact.missing))
        if fact.empty is not None:
            yield say["fact_empty"].format(n=speech.number(fact.empty))
        if fact.places is not None:
            yield speech.places(fact.places)

    def _groups(self) -> Iterator[str]:
        fact, say, speech = self._fact, self._say, self._speech
        if fact.each_risk_point:
            yield say["fact_per_risk_point"]
        if fact.then is not None:
            yield say[f"fact_then_{fact.then}"].format(column=speech.title(str(fact.per)))
        if fact.having is not None:
            yield say["fact_having"].format(condition=self._words("having"))
        if fact.in_any is not None:
            yield say["fact_in_any"].format(length=speech.length(fact.in_any))
        if fact.once is not None:
            yield say["fact_once"].format(column=speech.title(fact.once))
        if fact.group_cap is not None:
            yield say["fact_group_cap"].format(n=speech.number(fact.group_cap))
