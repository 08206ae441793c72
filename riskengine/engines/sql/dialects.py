"""A step in another database's words: what sqlglot does not settle between DuckDB and Spark, in one place.

Spark's rules, as measured on 4.3 in ANSI mode: a whole number of 128 bits is a ``DECIMAL(38,0)``, whose overflow is an
error; ``div`` of decimals wraps without a word, so a division is of what the remainder leaves, which is exact; a sum of
64 bits would overflow where DuckDB's does not; an array keeps its nulls, and its length has a name of its own; hex
digits become a number by a function, not by a cast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable

DIALECTS = ("duckdb", "spark")


def in_dialect(sql: str, dialect: str, *, pretty: bool = False) -> str:
    """A query of the pipeline as ``dialect`` writes it.

    Args:
        sql: as the steps have it, in DuckDB's words.
        dialect: one of DIALECTS.
        pretty: laid out over lines, to be read.
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    if dialect == "spark":
        # From the leaves up, so that what is written anew is made of what was.
        for node in reversed(list(tree.find_all(*_SPARK))):
            made = _SPARK[type(node)](node)
            tree = made if node is tree else tree
            node.replace(made)
        _unwrap(tree)
    return tree.sql(dialect=dialect, pretty=pretty)


def _unwrap(tree: exp.Expr) -> None:
    """Take away the brackets that part nothing: Spark's parser looks ahead from each to its end, level by level."""
    for node in reversed(list(tree.find_all(exp.Paren))):
        inside, around = node.this, node.parent
        is_whole = isinstance(inside, _WHOLE) and not isinstance(around, exp.Bracket)
        if is_whole or (isinstance(around, _PARTING) and not isinstance(inside, exp.Query)):
            node.replace(inside)


def type_in(kind: str, dialect: str) -> str:
    """A column's type, as the inputs of a pipeline have it, as ``dialect`` names it."""
    made = exp.DataType.build(kind, dialect="duckdb")
    return kind if dialect == "duckdb" else _type(made).sql(dialect=dialect)


def _wide(node: exp.Expression) -> exp.Expression:
    return exp.Cast(this=node, to=exp.DataType.build("DECIMAL(38,0)"))


def _call(name: str, argument: exp.Expression) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=[argument])


def _type(node: exp.Expression) -> exp.Expression:
    return exp.DataType.build("DECIMAL(38,0)") if node.this == exp.DataType.Type.INT128 else node


def _division(node: exp.Expression) -> exp.Expression:
    above, below = node.this, node.expression
    exact = exp.Sub(this=above.copy(), expression=exp.Mod(this=exp.paren(above.copy()), expression=exp.paren(below)))
    return _wide(exp.Div(this=exp.paren(exact), expression=exp.paren(below.copy())))


def _sum(node: exp.Expression) -> exp.Expression:
    return exp.Sum(this=_wide(node.this))


def _length(node: exp.Expression) -> exp.Expression:
    return _call("SIZE", node.this)


def _distinct(node: exp.Expression) -> exp.Expression:
    for found in node.find_all(exp.ArrayAgg):
        # What is distinct afterwards is kept once from the start: an operator may have a million records.
        found.replace(_call("COLLECT_SET", found.this))
    return _call("ARRAY_COMPACT", _call("ARRAY_DISTINCT", node.this))


def _concat(node: exp.Expression) -> exp.Expression:
    """Texts with a mark between each and the next: Spark has a word for that, and would test each text otherwise."""
    texts, marks = node.expressions[::2], node.expressions[1::2]
    if len(marks) == len(texts) - 1 and marks and all(mark == exp.Chr(expressions=[_UNIT]) for mark in marks):
        return exp.Anonymous(this="CONCAT_WS", expressions=[marks[0], *texts])
    return node


def _cast(node: exp.Expression) -> exp.Expression:
    """Hex digits as a number, where they are cast to one."""
    if node.args["to"].this != exp.DataType.Type.UBIGINT or not isinstance(node.this, exp.Concat):
        return node
    digits = node.this.expressions[-1]
    number = exp.Anonymous(this="CONV", expressions=[digits, exp.Literal.number(16), exp.Literal.number(10)])
    return exp.Cast(this=number, to=exp.DataType.build("DECIMAL(28,0)"))


_UNIT = exp.Literal.number(31)
_WHOLE = (exp.Case, exp.Cast, exp.Coalesce, exp.Column, exp.Paren)
"""What is never torn apart by what stands beside it."""
_PARTING = (
    exp.Case,
    exp.If,
    exp.Cast,
    exp.Coalesce,
    exp.Abs,
    exp.Nullif,
    exp.Least,
    exp.Greatest,
    exp.Alias,
    exp.Where,
)
"""What parts each of its arguments from the next by words or commas."""
_SPARK: dict[type[exp.Expression], Callable[[exp.Expression], exp.Expression]] = {
    exp.Cast: _cast,
    exp.Concat: _concat,
    exp.DataType: _type,
    exp.IntDiv: _division,
    exp.Sum: _sum,
    exp.Length: _length,
    exp.ArrayDistinct: _distinct,
}
