"""The parts of a condition: which outcomes each can have, and which ones some values bring about.

An ordered comparison can come out below, equal or above; every other test true or false; a ``case`` can take each of
its branches. The two functions walk an expression alike, one over what is possible, one as the engine evaluates it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.plan import evaluate
from riskengine.policy.expression import Expression, Name, Operation
from riskengine.policy.typecheck import expression_text
from riskengine.trials.coverage.ranges import Range, range_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

ORDERED = ("<", "<=", ">", ">=")
_TESTS = ("=", "<>", "in", "is_null")
BELOW, EQUAL, ABOVE, TRUE, FALSE, TAKEN = "below", "equal", "above", "true", "false", "taken"


def outcomes(
    tree: Expression, ranges: Mapping[str, Range], booleans: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """Kind, text and state of everything that can come out in an expression, as far as the ranges of its names say.

    Args:
        tree: the expression.
        ranges: name → between which numbers it lies.
        booleans: the names that are conditions by themselves.
    """
    if isinstance(tree, Name) and tree.name in booleans:
        yield from (("conditions", tree.name, state) for state in (TRUE, FALSE))
    if not isinstance(tree, Operation):
        return
    if tree.op in ORDERED:
        left, right = (range_of(operand, ranges) for operand in tree.operands)
        possible = {BELOW: left.can_be_below(right), EQUAL: left.can_equal(right), ABOVE: right.can_be_below(left)}
        yield from (("thresholds", expression_text(tree), state) for state, can in possible.items() if can)
    elif tree.op in _TESTS:
        yield from (("conditions", expression_text(tree), state) for state in _truths(tree, ranges))
    elif tree.op == "case":
        yield from (("branches", text, TAKEN) for text in _branches(tree))
    for operand in tree.operands:
        yield from outcomes(operand, ranges, booleans if tree.op not in _TESTS else ())


def _truths(tree: Operation, ranges: Mapping[str, Range]) -> Iterator[str]:
    """Whether a test can be true and false: an equality of numbers may be settled by their ranges."""
    states = [TRUE, FALSE]
    if tree.op in {"=", "<>"}:
        left, right = (range_of(operand, ranges) for operand in tree.operands)
        if not left.can_equal(right):
            states.remove(TRUE if tree.op == "=" else FALSE)
        elif left.low is not None and left.low == left.high == right.low == right.high:
            states.remove(FALSE if tree.op == "=" else TRUE)
    yield from states


def _branches(case: Operation) -> list[str]:
    """The branches of a case, the last of which is its ``else``."""
    conditions = [expression_text(condition) for condition in case.operands[:-1:2]]
    return [f"case when {text}" for text in conditions] + [f"else of case when {conditions[0]}"]


def came_out(tree: Expression, names: Mapping[str, Any], booleans: Collection[str]) -> Iterator[tuple[str, str]]:
    """Text and state of what comes out when an expression is evaluated, branches that are not taken left alone.

    Args:
        tree: the expression.
        names: the value of each name; None is unknown.
        booleans: the names that are conditions by themselves.
    """
    if isinstance(tree, Name) and tree.name in booleans and names[tree.name] is not None:
        yield tree.name, TRUE if names[tree.name] else FALSE
    if not isinstance(tree, Operation):
        return
    if tree.op in ORDERED:
        left, right = (evaluate(operand, names) for operand in tree.operands)
        if left is not None and right is not None:
            yield expression_text(tree), EQUAL if left == right else BELOW if left < right else ABOVE
    elif tree.op in _TESTS:
        value = evaluate(tree, names)
        if value is not None:
            yield expression_text(tree), TRUE if value else FALSE
    if tree.op == "case":
        yield from _case_came_out(tree, names, booleans)
        return
    for operand in tree.operands:
        yield from came_out(operand, names, booleans if tree.op not in _TESTS else ())
        if tree.op == "coalesce" and evaluate(operand, names) is not None:
            return


def _case_came_out(case: Operation, names: Mapping[str, Any], booleans: Collection[str]) -> Iterator[tuple[str, str]]:
    texts = _branches(case)
    pairs = zip(case.operands[:-1:2], case.operands[1:-1:2], strict=True)
    for text, (condition, value) in zip(texts, pairs, strict=False):
        yield from came_out(condition, names, booleans)
        holds = evaluate(condition, names)
        if holds is None:
            return
        if holds:
            yield text, TAKEN
            yield from came_out(value, names, booleans)
            return
    yield texts[-1], TAKEN
    yield from came_out(case.operands[-1], names, booleans)
