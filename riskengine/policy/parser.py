"""From the text of an expression to a tree: sqlglot parses, a whitelist decides.

Tokens are checked before the parser sees them (length, number, depth, kinds), so that no statement, comment, cast,
subquery, lambda or quoted name reaches it. A name stays a name whatever SQL means by it (``load``, ``show``, ``desc``):
all but the words of this language are handed over as names in quotation marks. What the parser gives back is
translated class by class; a class that is not listed here is refused.
"""

from __future__ import annotations

import itertools
import re
from datetime import date
from decimal import Decimal
from typing import Any

from riskengine.policy.expression import Expression, Literal, Name, Operation

MAX_LENGTH = 2_000
MAX_TOKENS = 400
MAX_DEPTH = 30

_MARK = "~"
"""Stands before each name that is handed to the parser, so that none can be a word of SQL."""

FUNCTIONS = ("least", "greatest", "coalesce")

_NUMBER = re.compile(r"[0-9]{1,30}(\.[0-9]{1,12})?\Z")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
WORDS = frozenset(
    ["and", "or", "not", "in", "is", "null", "between", "case", "when", "then", "else", "end", "true", "false", "date"]
)
"""Words of the language, which nothing can be named."""

_SYMBOLS = frozenset(["(", ")", ",", "+", "-", "*", "/", "=", "<>", "!=", "<", "<=", ">", ">="])

_ENDING = frozenset([")", "true", "false", "null", "end"])
_BEGINNING = frozenset(["(", "true", "false", "null", "case", "date"])
_FULL_WIDTH = frozenset("＞＜＝（）＋－＊／，≥≤≠×÷‘’“”")
_SLIPS = {
    "==": "two equals signs (write =)",
    "%": "a percent sign (write 0.10 for 10 %)",
    "&": "a sign for and (write and)",
    "&&": "a sign for and (write and)",
    "|": "a sign for or (write or)",
    "||": "a sign for or (write or)",
}
"""Signs that people write for want of knowing better, with what to write instead."""

_REASONS = {
    "Invalid expression / Unexpected token": "something in it is too much, a comma within a number perhaps",
    "Expecting )": "a closing bracket is missing",
    "Expected END after CASE": "a case has no end, or no when",
}
"""What the parser says, in words that help."""


class ExpressionError(ValueError):
    """An expression that is not of the language: a code, what was found, and further values of the message."""

    def __init__(self, code: str, found: str = "", **params: str) -> None:
        self.code, self.found, self.params = code, found, params
        super().__init__(f"{code} {found}")


def parse_expression(text: str) -> Expression:
    """Parse one expression.

    Raises:
        ExpressionError: it is not of the language (RE-511 to RE-515).

    >>> parse_expression("fleet_size > 10 and county is not null").op
    'and'
    """
    import sqlglot
    from sqlglot.errors import SqlglotError

    if not text.strip():
        raise ExpressionError("RE-511", text, reason="it is empty")
    if len(text) > MAX_LENGTH:
        raise ExpressionError("RE-512", f"{len(text)} characters", limit=f"{MAX_LENGTH} characters")
    try:
        bracket, *tokens = sqlglot.tokenize(
            f"({text}"
        )  # at the beginning the tokenizer takes some names for statements
        _check_tokens([*([bracket] if bracket.comments else []), *tokens])
        _check_neighbours(tokens, text)
        trees = sqlglot.Parser().parse_into(sqlglot.exp.Condition, _named(tokens), text)
        if len(trees) != 1 or trees[0] is None:
            raise ExpressionError("RE-511", text, reason="it is not one expression")
        return _translate(trees[0])
    except SqlglotError as error:
        raise ExpressionError("RE-511", text, reason=_reason(error)) from None
    except RecursionError:
        raise ExpressionError("RE-512", "deep nesting", limit=f"{MAX_DEPTH} levels") from None


def _reason(error: Exception) -> str:
    """What the parser says, without its own objects and without the place in a text of one line."""
    words = str(error.__cause__ or error).split("\n", maxsplit=1)[0].split(". Line ", maxsplit=1)[0]
    if words.startswith("Missing '"):
        return "a text is not closed (a quotation mark within it is written twice)"
    if "<class" in words:
        named = any(f".{function.capitalize()}'" in words for function in FUNCTIONS)
        return "a function lacks its arguments" if named else "a value is missing beside a sign"
    return _REASONS.get(words, "it is not finished, or something in it is too much" if "<Token" in words else words)


def _named(tokens: list[Any]) -> list[Any]:
    """The tokens with every name marked as one, also where SQL reserves it; functions and words stay what they are."""
    from sqlglot.tokenizer_core import TokenType

    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        called = following is not None and following.text == "("
        if _is_named(token) and not called:
            token.token_type, token.text = TokenType.IDENTIFIER, _MARK + token.text
    return tokens


def _is_named(token: Any) -> bool:
    """Whether it is a name, written out as it is: not a text, nor what stands within n'…' or x'…'."""
    written = token.end - token.start + 1 == len(token.text)
    return written and _NAME.match(token.text) is not None and token.text not in WORDS


def _check_tokens(tokens: list[Any]) -> None:
    if len(tokens) > MAX_TOKENS:
        raise ExpressionError("RE-512", f"{len(tokens)} words and signs", limit=f"{MAX_TOKENS} words and signs")
    depth = 0
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        kind, text = token.token_type.name, token.text
        if token.comments:
            raise ExpressionError("RE-513", token.comments[0], what="a comment")
        if kind == "STRING":
            continue
        word = text.lower()
        if kind == "NUMBER":
            if not _NUMBER.match(text):
                raise ExpressionError("RE-513", text, what="this way of writing a number")
        elif word in WORDS or text in _SYMBOLS:
            depth += {"(": 1, "case": 1, ")": -1, "end": -1}.get(word, 0)
        elif kind == "IDENTIFIER" or not _NAME.match(text):
            raise ExpressionError("RE-513", text, what=_slip(text, kind))
        elif following is not None and following.text == "(" and text not in FUNCTIONS:
            raise ExpressionError("RE-513", text, what="this function")
        if depth > MAX_DEPTH:
            raise ExpressionError("RE-512", f"{depth} levels", limit=f"{MAX_DEPTH} levels")


def _check_neighbours(tokens: list[Any], text: str) -> None:
    """No two values stand side by side; if one is a word of SQL (``like``, ``select``), that is what is wrong."""
    for token, following in itertools.pairwise(tokens):
        ends = token.text.lower() in _ENDING or _is_value(token)
        begins = following.text.lower() in _BEGINNING or _is_value(following)
        if ends and begins and not (token.text in FUNCTIONS and following.text == "("):
            for word in (following, token):
                if word.token_type.name not in {"VAR", "STRING", "NUMBER"} and _is_named(word):
                    raise ExpressionError("RE-513", word.text.upper(), what="this word of SQL")
            raise ExpressionError("RE-511", text, reason=f"nothing stands between {token.text} and {following.text}")


def _is_value(token: Any) -> bool:
    """Whether it is a name, a number or a text."""
    return token.token_type.name in {"STRING", "NUMBER"} or _is_named(token)


def _slip(text: str, kind: str) -> str:
    """What a sign or name that is not of the language is, with what to write instead where that is plain."""
    if kind == "IDENTIFIER":
        return "a name in double quotation marks (a text stands in single ones)"
    if _FULL_WIDTH.intersection(text):
        return "a sign in full width (write it in half width)"
    return _SLIPS.get(text, "this sign or name")


_BINARY = {
    "And": "and",
    "Or": "or",
    "EQ": "=",
    "NEQ": "<>",
    "LT": "<",
    "LTE": "<=",
    "GT": ">",
    "GTE": ">=",
    "Add": "+",
    "Sub": "-",
    "Mul": "*",
    "Div": "/",
}


def _translate(tree: Any) -> Expression:
    kind = type(tree).__name__
    if kind in _BINARY:
        return _joined(_BINARY[kind], _translate(tree.this), _translate(tree.expression))
    handler = _HANDLERS.get(kind)
    if handler is None:
        raise ExpressionError("RE-513", _text(tree), what="this construct")
    return handler(tree)  # type: ignore[no-any-return]


def _text(tree: Any) -> str:
    """The parser's tree as text, its names without the quotation marks that they were handed over in."""
    return str(tree.sql()).replace(f'"{_MARK}', "").replace('"', "")


def _joined(op: str, left: Expression, right: Expression) -> Expression:
    """``and`` and ``or`` as one flat list, so that "which part failed" reads like the text."""
    if op in {"and", "or"} and isinstance(left, Operation) and left.op == op:
        return Operation(op, (*left.operands, right))
    return Operation(op, (left, right))


def _column(tree: Any) -> Expression:
    if len(tree.parts) != 1 or not str(tree.name).startswith(_MARK):
        raise ExpressionError("RE-513", _text(tree), what="this name")
    return Name(str(tree.name).removeprefix(_MARK))


def _literal(tree: Any) -> Expression:
    text = str(tree.this)
    if tree.is_string:
        return Literal(text)
    return Literal(Decimal(text) if "." in text else int(text))


def _date(tree: Any) -> Expression:
    inner = tree.this
    if type(inner).__name__ != "Literal" or not inner.is_string or str(tree.to) != "DATE":
        raise ExpressionError("RE-513", _text(tree), what="a cast")
    try:
        return Literal(date.fromisoformat(str(inner.this)))
    except ValueError:
        raise ExpressionError("RE-514", str(inner.this)) from None


def _is(tree: Any) -> Expression:
    if type(tree.expression).__name__ != "Null":
        raise ExpressionError("RE-513", _text(tree), what="IS with anything but NULL")
    return Operation("is_null", (_translate(tree.this),))


def _in(tree: Any) -> Expression:
    if tree.args.get("query") or tree.args.get("unnest"):
        raise ExpressionError("RE-513", _text(tree), what="IN with anything but a list")
    field = tree.args.get("field")
    members = [field] if field is not None else tree.expressions
    if not members:
        raise ExpressionError("RE-511", _text(tree), reason="the list after IN is empty")
    return Operation("in", (_translate(tree.this), *(_translate(item) for item in members)))


def _between(tree: Any) -> Expression:
    if tree.args.get("symmetric") is not None:
        raise ExpressionError("RE-513", _text(tree), what="SYMMETRIC or ASYMMETRIC")
    value = _translate(tree.this)
    low, high = _translate(tree.args["low"]), _translate(tree.args["high"])
    return Operation("and", (Operation(">=", (value, low)), Operation("<=", (value, high))))


def _case(tree: Any) -> Expression:
    if tree.this is not None:
        raise ExpressionError("RE-513", _text(tree), what="CASE with a value after it (write CASE WHEN … = …)")
    parts: list[Expression] = []
    for branch in tree.args["ifs"]:
        parts += [_translate(branch.this), _translate(branch.args["true"])]
    default = tree.args.get("default")
    return Operation("case", (*parts, Literal(None) if default is None else _translate(default)))


def _function(tree: Any) -> Expression:
    name = type(tree).__name__.lower()
    arguments = [tree.this, *tree.expressions]
    return Operation(name, tuple(_translate(argument) for argument in arguments))


def _negation(tree: Any) -> Expression:
    inner = _translate(tree.this)
    if isinstance(inner, Literal) and isinstance(inner.value, int | Decimal) and not isinstance(inner.value, bool):
        return Literal(-inner.value)
    return Operation("neg", (inner,))


_HANDLERS: dict[str, Any] = {
    "Paren": lambda tree: _translate(tree.this),
    "Not": lambda tree: Operation("not", (_translate(tree.this),)),
    "Neg": _negation,
    "Column": _column,
    "Literal": _literal,
    "Boolean": lambda tree: Literal(bool(tree.this)),
    "Null": lambda _: Literal(None),
    "Cast": _date,
    "Is": _is,
    "In": _in,
    "Between": _between,
    "Case": _case,
    "Least": _function,
    "Greatest": _function,
    "Coalesce": _function,
}
