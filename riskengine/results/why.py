"""Why a condition does not hold: the comparisons that failed, with their values, as sentences in both languages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import plain
from riskengine.kernel.languages import Text
from riskengine.plan import evaluate
from riskengine.policy.expression import COMPARISONS, Expression, Literal, Name, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Title = Callable[[str], Text]

_ZH_SIGNS = {"=": "＝", "<>": "≠", "<": "＜", "<=": "≤", ">": "＞", ">=": "≥"}
_EN_SIGNS = {"=": "=", "<>": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


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
    if isinstance(part, Operation) and part.op in COMPARISONS:
        left, right = (_side(operand, names, title) for operand in part.operands)
        return Text(
            f"{left.zh}{_ZH_SIGNS[part.op]}{right.zh}不成立", f"{left.en} {_EN_SIGNS[part.op]} {right.en} does not hold"
        )
    if isinstance(part, Literal):
        return Text("按政策写定不成立", "the policy says that it never holds")
    whole = _side(part, names, title)
    return Text(f"“{whole.zh}”不成立", f"“{whole.en}” does not hold")


def _side(part: Expression, names: Mapping[str, Any], title: Title) -> Text:
    if isinstance(part, Literal):
        return value_text(part.value)
    if isinstance(part, Name):
        called, value = title(part.name), value_text(names.get(part.name))
        return Text(f"{called.zh}（{value.zh}）", f"{called.en} ({value.en})")
    sides = [_side(operand, names, title) for operand in part.operands]
    sign = {"*": "×", "/": "÷", "+": "+", "-": "−"}.get(part.op)
    if sign is not None:
        return Text(f" {sign} ".join(side.zh for side in sides), f" {sign} ".join(side.en for side in sides))
    if part.op in COMPARISONS:
        return Text(
            f"{sides[0].zh}{_ZH_SIGNS[part.op]}{sides[1].zh}", f"{sides[0].en} {_EN_SIGNS[part.op]} {sides[1].en}"
        )
    if part.op == "is_null":
        return Text(f"{sides[0].zh}缺失", f"{sides[0].en} is missing")
    if part.op == "not":
        return Text(f"并非（{sides[0].zh}）", f"not ({sides[0].en})")
    if part.op == "in":
        return Text(
            f"{sides[0].zh}属于（{'、'.join(side.zh for side in sides[1:])}）",
            f"{sides[0].en} in ({', '.join(side.en for side in sides[1:])})",
        )
    zh_names = {"least": "取小", "greatest": "取大", "coalesce": "取首个已知", "neg": "负", "and": "且", "or": "或"}
    return Text(
        f"{zh_names.get(part.op, part.op)}（{'，'.join(side.zh for side in sides)}）",
        f"{part.op}({', '.join(side.en for side in sides)})",
    )


def value_text(value: Any) -> Text:
    """A value as people read it; unknown where it is None."""
    if value is None:
        return Text("未知", "unknown")
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, str):
        return Text(f"“{value}”", f"“{value}”")
    if isinstance(value, date):
        return Text(value.isoformat(), value.isoformat())
    if isinstance(value, list | tuple):
        return Text("、".join(map(str, value)), ", ".join(map(str, value)))
    return Text(plain(value), plain(value))
