"""Expressions, names, windows, limits and bases of a policy in words of one language."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from riskengine.catalog import Citation
from riskengine.contract.sources import SOURCES
from riskengine.kernel.decimals import plain
from riskengine.kernel.wording import words_in
from riskengine.policy.expression import COMPARISONS, Expression, Literal, Name, Operation
from riskengine.reports.policy.blocks import clean, name
from riskengine.results import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from decimal import Decimal

    from riskengine.kernel.languages import Text
    from riskengine.policy.sections import Based, Bilingual
    from riskengine.results import Context

_RANK = {"case": 0, "or": 1, "and": 2, "not": 3, "+": 5, "-": 5, "*": 6, "/": 6, "neg": 7}
_COMPARED, _WHOLE = 4, 9
_SIGNS = {"=": "=", "<>": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "+": "+", "-": "−", "*": "×", "/": "÷"}


class Speech:
    """Says the parts of one policy in one language."""

    def __init__(self, context: Context, lang: str) -> None:
        self._context = context
        self.lang = lang
        self.say: Mapping[str, str] = {**words(lang), **_own_words(lang)}

    def text(self, pair: Bilingual | Text | None) -> str:
        """A text of the policy; empty where there is none."""
        if pair is None:
            return ""
        return clean(pair.zh if self.lang == "zh" else pair.en)

    def title(self, called: str) -> str:
        """What a name is called: its title in the policy, else the heading of the column, else the name."""
        said = self.text(self._context.name_title(called))
        if said != called:
            return said
        linked = self._context.policy.columns.of_inspection.get(called)
        if linked is not None and linked != called:
            return self.say["of_its_inspection"].format(column=self.title(linked))
        if called in self.say:
            return self.say[called]
        column = _columns().get(called)
        if column is None:
            return called
        return column if self.lang == "zh" else called.replace("_", " ")

    def places(self, places: int) -> str:
        """To how many digits something is rounded."""
        return self.say[{0: "rounded_whole", 1: "rounded_one"}.get(places, "rounded")].format(n=places)

    def window(self, text: str | None) -> str:
        """A window, as ``the last 12 months``."""
        if text is None:
            return self.say["whole_history"]
        if text == "calendar_year":
            return self.say["calendar_year"]
        number, unit = re.split(r"\s+", text.strip())
        form = self.say[f"last_{unit.rstrip('s')}{'' if int(number) == 1 else 's'}"]
        return form.format(n=number)

    def length(self, text: str) -> str:
        """A window as a length of time, wherever it lies."""
        if text == "calendar_year":
            return self.say["year"]
        number, unit = text.split()
        return self.say[f"length_{unit.rstrip('s')}s"].format(n=number)

    def number(self, value: Decimal | int | str | None, unit: str | None = None) -> str:
        """A number with its unit, where it has one."""
        if value is None:
            return ""
        said = clean(value) if isinstance(value, str) else plain(value)
        return f"{said} {self.unit(unit)}" if unit else said

    def unit(self, unit: str | None) -> str:
        """A unit; as it is written where there is no word for it."""
        return "" if unit is None else self.say.get(f"unit_{unit}", clean(unit))

    def join(self, parts: Iterable[str]) -> str:
        """Parts one after another, those that are empty left out."""
        return self.say["semicolon"].join(part for part in parts if part)

    def listed(self, parts: Iterable[str]) -> str:
        """Parts as a list within a sentence."""
        return self.say["comma"].join(part for part in parts if part)

    def basis(self, based: Based) -> str:
        """What something rests on: the citation, the kind of basis, the source."""
        cited = ""
        if based.law == "from_catalog":
            cited = self.say["from_catalog"]
        elif based.law is not None and based.article is not None:
            cited = self.citation(based)
        kind = self.say[based.basis] if based.basis else ""
        return self.join((cited, kind, clean(based.source or "")))

    def citation(self, based: Based) -> str:
        """Law, article, paragraph and item."""
        given = {"law": based.law, "version": None, "article": based.article, "sureness": "text"}
        place = {"paragraph": based.paragraph, "item": based.item, "role": None}
        citation = Citation.model_validate({**given, **place})
        return clean(citation.label(self._context.catalog.laws, self.lang))

    def expression(self, tree: Expression) -> str:
        """An expression in words, with the titles of its names."""
        return self._said(tree)[0]

    def _said(self, tree: Expression, within: int = 0) -> tuple[str, int]:
        """The words of a tree, in brackets where it binds less than what stands around it; and how much it binds."""
        if isinstance(tree, Literal):
            return self._value(tree.value), _WHOLE
        if isinstance(tree, Name):
            return self._named(tree.name), _WHOLE
        rank = _RANK.get(tree.op, _COMPARED if tree.op in {*COMPARISONS, "in", "is_null"} else _WHOLE)
        said = self._operation(tree, rank)
        return (self.say["brackets"].format(inner=said) if rank < within else said), rank

    def _named(self, called: str) -> str:
        """A name as it stands in a sentence: set apart, a parameter with its value."""
        said = name(self.title(called))
        parameter = self._context.policy.parameters.get(called)
        if parameter is None or parameter.value is None:
            return said
        return said + self.say["value_of"].format(inner=self.number(parameter.value, parameter.unit))

    def _operation(self, tree: Operation, rank: int) -> str:
        op, operands = tree.op, tree.operands
        if op == "case":
            return self._case(operands)
        if op in {"least", "greatest", "coalesce"}:
            return self.say[op].format(list=self.listed(self._said(each)[0] for each in operands))
        if op == "not" and isinstance(operands[0], Operation) and operands[0].op == "is_null":
            return self.say["is_known"].format(what=self._said(operands[0].operands[0], _COMPARED + 1)[0])
        if op == "is_null":
            return self.say["is_unknown"].format(what=self._said(operands[0], _COMPARED + 1)[0])
        if op == "not":
            return self.say["not"].format(what=self._said(operands[0], rank)[0])
        if op == "neg":
            return f"−{self._said(operands[0], rank)[0]}"
        if op == "in":
            return self._in(operands)
        if op in {"and", "or"}:
            return self.say[op].join(self._said(each, rank)[0] for each in operands)
        return self._two_sided(op, operands, rank)

    def _two_sided(self, op: str, operands: tuple[Expression, ...], rank: int) -> str:
        """A comparison or computation; the right side of a difference or quotient needs its brackets."""
        left, right = operands
        first = self._member(left, right) or self._said(left, rank)[0]
        tight = rank + 1 if op in {"-", "/"} or op in COMPARISONS else rank
        second = self._member(right, left) or self._said(right, tight)[0]
        return f"{first} {_SIGNS[op]} {second}"

    def _in(self, operands: tuple[Expression, ...]) -> str:
        value, *members = operands
        if len(members) == 1 and isinstance(members[0], Name):
            word = self._member(value, members[0]) or self._said(value)[0]
            return self.say["in_list"].format(what=word, list=self._said(members[0])[0])
        said = [self._member(each, value) or self._said(each)[0] for each in members]
        return self.say["in"].format(what=self._said(value)[0], list=self.listed(said))

    def _case(self, operands: tuple[Expression, ...]) -> str:
        parts = [
            self.say["if"].format(condition=self._said(condition)[0], value=self._said(value)[0])
            for condition, value in zip(operands[:-1:2], operands[1:-1:2], strict=True)
        ]
        return self.say["semicolon"].join((*parts, self.say["else"].format(value=self._said(operands[-1])[0])))

    def _member(self, value: Expression, of: Expression) -> str | None:
        """A text that a column with words of its own may hold, as readers call it."""
        if isinstance(value, Literal) and isinstance(value.value, str) and isinstance(of, Name):
            said = self.word(of.name, value.value)
            return said if said != value.value else None
        return None

    def word(self, column: str, value: str) -> str:
        """A value of a column, as readers call it: ``serious`` of ``severity``, say."""
        if self.lang == "en":
            return self.say.get(value, value) if column == "level" else value
        return _word_headings().get((column, value)) or (self.say.get(value, value) if column == "level" else value)

    def _value(self, value: int | Decimal | str | date | bool | None) -> str:
        if value is None:
            return self.say["unknown_value"]
        if isinstance(value, bool):
            return self.say["yes" if value else "no"]
        if isinstance(value, str):
            return f"“{clean(value)}”"
        return plain(value) if not hasattr(value, "isoformat") else value.isoformat()


def _own_words(lang: str) -> Mapping[str, str]:
    return words_in("riskengine.reports.policy", lang)


@lru_cache(maxsize=1)
def _columns() -> Mapping[str, str]:
    """Column → its Chinese heading."""
    return {column.name: column.headings[0] for source in SOURCES.values() for column in source.columns}


@lru_cache(maxsize=1)
def _word_headings() -> Mapping[tuple[str, str], str]:
    """Column and stored value → the first Chinese word that is accepted for it."""
    found: dict[tuple[str, str], str] = {}
    for source in SOURCES.values():
        for column in source.columns:
            for accepted, stored in column.words:
                if accepted != stored:
                    found.setdefault((column.name, stored), accepted)
    return found
