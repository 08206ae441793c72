"""Why a condition does not hold: the comparisons that failed, with their values, as sentences in both languages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import plain
from riskengine.kernel.languages import Text
from riskengine.kernel.wording import joined, noted
from riskengine.plan import evaluate
from riskengine.policy.expression import COMPARISONS, Expression, Literal, Name, Operation
from riskengine.results.words import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Title = Callable[[str], Text]

_COMPARED = {
    "=": "op_equal",
    "<>": "op_unequal",
    "<": "op_less",
    "<=": "op_at_most",
    ">": "op_more",
    ">=": "op_at_least",
}
_CALLED = frozenset({"least", "greatest", "coalesce", "neg", "and", "or"})


def why_not(condition: Expression, names: Mapping[str, Any], title: Title) -> list[Text]:
    """The parts of a false condition that make it false, each as a sentence with its values, each once.

    Args:
        condition: an expression that is false under ``names``.
        names: the value of each name; None is unknown.
        title: what a name is called.
    """
    sentences = [_sentence(part, names, title) for part in _failing(condition, names)]
    return list(dict.fromkeys(sentences))


def _failing(condition: Expression, names: Mapping[str, Any]) -> Iterator[Expression]:
    """The smallest parts that decide that ``condition`` is not true."""
    if isinstance(condition, Operation) and condition.op in {"and", "or"}:
        values = [evaluate(part, names) for part in condition.operands]
        decisive = False if False in values else None
        for part, value in zip(condition.operands, values, strict=True):
            if value is decisive or (condition.op == "or" and value is not True):
                yield from _failing(part, names)
    elif isinstance(condition, Operation) and condition.op == "case":
        yield from _failing_case(condition, names)
    else:
        yield condition


def _failing_case(case: Operation, names: Mapping[str, Any]) -> Iterator[Expression]:
    """The tests that failed and what fails in the branch taken; where that says false, that its test holds."""
    operands = case.operands
    for test, value in zip(operands[:-1:2], operands[1:-1:2], strict=True):
        if evaluate(test, names) is True:
            yield from [Operation("not", (test,))] if isinstance(value, Literal) else _failing(value, names)
            return
        yield from _failing(test, names)
    if not isinstance(operands[-1], Literal):
        yield from _failing(operands[-1], names)


def _sentence(part: Expression, names: Mapping[str, Any], title: Title) -> Text:
    if isinstance(part, Literal):
        return told("why_never")
    whole = _side(part, names, title)
    compared = isinstance(part, Operation) and part.op in COMPARISONS
    return told("why_fails" if compared else "why_whole_fails", what=whole)


def _side(part: Expression, names: Mapping[str, Any], title: Title) -> Text:
    if isinstance(part, Literal):
        return value_text(part.value)
    if isinstance(part, Name):
        return noted(title(part.name), value_text(names.get(part.name)))
    sides = [_side(operand, names, title) for operand in part.operands]
    sign = {"*": "×", "/": "÷", "+": "+", "-": "−"}.get(part.op)
    if sign is not None:
        return Text(f" {sign} ".join(side.zh for side in sides), f" {sign} ".join(side.en for side in sides))
    if part.op in COMPARISONS:
        return told(_COMPARED[part.op], left=sides[0], right=sides[1])
    if part.op in {"is_null", "not"}:
        return told(f"op_{part.op}", what=sides[0])
    if part.op == "in":
        return told("op_in", what=sides[0], list=joined(sides[1:], "list"))
    if part.op in _CALLED:
        return told(f"op_{part.op}", list=joined(sides, "comma"))
    return told("op_call", name=part.op, list=joined(sides, "comma"))


def value_text(value: Any) -> Text:
    """A value as people read it; unknown where it is None."""
    if value is None:
        return told("unknown_value")
    if isinstance(value, bool):
        return told("yes" if value else "no")
    if isinstance(value, str):
        return Text(f"“{value}”", f"“{value}”")
    if isinstance(value, date):
        return Text(value.isoformat(), value.isoformat())
    if isinstance(value, list | tuple):
        return joined((Text(str(item), str(item)) for item in value), "list")
    return Text(plain(value), plain(value))
