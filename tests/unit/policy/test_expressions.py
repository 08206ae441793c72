"""What the language can say, and that it can say nothing else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.kernel.phrases import chinese
from riskengine.plan import evaluate
from riskengine.policy.expression import COMPARISONS, Literal, Name, Operation, names_in, to_plain
from riskengine.policy.parser import MAX_LENGTH, WORDS, ExpressionError, parse_expression
from riskengine.policy.typecheck import expression_text


def refusal(text):
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    return caught.value.code


@pytest.mark.parametrize(
    "text",
    [
        # several statements, comments, quoted and qualified names
        "a; drop table t",
        "a;",
        "a -- comment",
        "a /* comment */",
        '"a"',
        "`a`",
        "[a]",
        "t.a",
        "a.b.c",
        "@a",
        ":a",
        "$1",
        "?",
        "a#b",
        "*",
        # numbers in other clothes
        "0x10",
        "1e3",
        "1_000",
        "1.",
        ".5",
        "1" * 31,
        "0.0000000000001",
        "1.5.2",
        "'nan'::float",
        # casts, functions, subqueries, windows, lambdas
        "a::int",
        "cast(a as int)",
        "cast('2022-01-31' as date)",
        "date('2022-01-31')",
        "nvl(a, b)",
        "ifnull(a, b)",
        "Least(a, b)",
        "a between asymmetric 1 and 2",
        "try_cast(a as int)",
        "read_csv('x')",
        "sum(a)",
        "count(*)",
        "now()",
        "abs(a)",
        "a(b)",
        "(select 1)",
        "a in (select 1)",
        "exists (select 1)",
        "a = any(b)",
        "a in unnest(b)",
        "sum(a) over ()",
        "x -> x + 1",
        "x => 1",
        "lambda x: x",
        "least(x -> x)",
        "coalesce((select 1), 2)",
        "struct(a)",
        "{'a': 1}",
        "array[1]",
        "[1, 2]",
        "a[1]",
        "(a, b)",
        # operators of SQL that are not of the language
        "a || b",
        "a % b",
        "a ^ b",
        "a & b",
        "a | b",
        "~a",
        "a << 1",
        "a like 'x'",
        "a ilike 'x'",
        "a ~ 'x'",
        "a similar to 'x'",
        "a == b",
        "a is true",
        "a is not false",
        "a is distinct from b",
        "a <=> b",
        "a between symmetric 1 and 2",
        "a between b 1 and 2",
        "a between (1) (2)",
        "a between 1 date '2022-01-31'",
        "not",
        "a b",
        "a as b",
        "if(a, b, c)",
        "case a when 1 then 2 end",
        "case end",
        "interval '1 day'",
        "date 'yesterday'",
        "date '2022-02-30'",
        "date a",
        "timestamp '2022-01-01'",
        "time '10:00'",
        "a collate b",
        "a at time zone 'x'",
        "extract(year from a)",
        "a.*",
        "distinct a",
        "select a",
        "drop table t",
        "a union b",
        # texts and names that could break out
        "'a",
        "'a' 'b'",
        "a''",
        "A",
        "Name",
        "名称",
        "a\\b",
        "a\x00b",
        "e'\\x41'",
        "x'41'",
        "b'1'",
        "$$a$$",
        "'a' || 'b'",
        "n'a'",
        "x'ab'",
        "a > n'b'",
        "a\u200bb",
        # nothing
        "",
        "   ",
        "()",
        ",",
        "least()",
        "a,",
        "a in ()",
    ],
)
def test_what_is_not_of_the_language_is_refused_and_never_raises_anything_else(text):
    assert refusal(text) in {"RE-511", "RE-512", "RE-513", "RE-514"}


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3000 + "a" + ")" * 3000,
        "(" * 40 + "a" + ")" * 40,
        "not " * 350 + "a",
        "a + " * 250 + "a",
        "x" * (MAX_LENGTH + 1),
        "case when a then " * 40 + "1" + " end" * 40,
        "a and " * 300 + "a",
    ],
)
def test_what_is_too_long_or_too_deep_is_refused(text):
    assert refusal(text) == "RE-512"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("0.10", Decimal("0.10")),
        ("-3", -3),
        ("'豫K'", "豫K"),
        ("'it''s'", "it's"),
        ("true", True),
        ("null", None),
        ("date '2024-02-29'", date(2024, 2, 29)),
        ("'; drop table t; --'", "; drop table t; --"),
        ("'/* x */'", "/* x */"),
        ("''", ""),
    ],
)
def test_a_literal_is_its_value_whatever_stands_in_a_text(text, value):
    found = parse_expression(text)
    assert found == Literal(value)
    assert type(found.value) is type(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a and b and c", ["and", {"name": "a"}, {"name": "b"}, {"name": "c"}]),
        ("a or b and c", ["or", {"name": "a"}, ["and", {"name": "b"}, {"name": "c"}]]),
        ("a + b * c", ["+", {"name": "a"}, ["*", {"name": "b"}, {"name": "c"}]]),
        ("a - b - c", ["-", ["-", {"name": "a"}, {"name": "b"}], {"name": "c"}]),
        ("a != 1", ["<>", {"name": "a"}, {"integer": "1"}]),
        ("not a = b", ["not", ["=", {"name": "a"}, {"name": "b"}]]),
        (
            "a between 1 and 2",
            ["and", [">=", {"name": "a"}, {"integer": "1"}], ["<=", {"name": "a"}, {"integer": "2"}]],
        ),
        ("a not in (1, 2)", ["not", ["in", {"name": "a"}, {"integer": "1"}, {"integer": "2"}]]),
        ("'fine' in kinds", ["in", {"text": "fine"}, {"name": "kinds"}]),
        ("a is not null", ["not", ["is_null", {"name": "a"}]]),
        ("CASE WHEN a THEN 0.50 END", ["case", {"name": "a"}, {"decimal": "0.50"}, {"null": None}]),
        ("least(a, 20)", ["least", {"name": "a"}, {"integer": "20"}]),
    ],
)
def test_what_is_of_the_language_becomes_a_plain_tree(text, expected):
    assert to_plain(parse_expression(text)) == expected


def test_names_are_listed_in_order_of_writing():
    assert list(names_in(parse_expression("b > 1 and least(a, b) in (c)"))) == ["b", "a", "b", "c"]


NUMBERS = st.sampled_from([Name("a"), Name("b"), Literal(1), Literal(-2), Literal(Decimal("0.50")), Literal(None)])
CONDITIONS = st.sampled_from([Name("p"), Name("q"), Literal(value=True), Literal(None)])


@st.composite
def trees(draw, *, condition, depth=3):
    """A tree that types: a condition, or a number."""

    def inner(*, of_condition):
        return draw(trees(condition=of_condition, depth=depth - 1))

    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(CONDITIONS if condition else NUMBERS)
    if not condition:
        op = draw(st.sampled_from(["+", "-", "*", "/", "neg", "least", "greatest", "coalesce", "case"]))
        if op == "case":
            return Operation(op, (inner(of_condition=True), inner(of_condition=False), inner(of_condition=False)))
        if op == "neg":
            operand = inner(of_condition=False)
            signed = isinstance(operand, Literal) and operand.value is not None
            return operand if signed else Operation(op, (operand,))
        return Operation(op, (inner(of_condition=False), inner(of_condition=False)))
    op = draw(st.sampled_from(["and", "or", "not", "is_null", "in", "case", *COMPARISONS]))
    of_condition = op in {"and", "or", "not", "case"} or (op in {"is_null", "in", "=", "<>"} and draw(st.booleans()))
    operands = tuple(
        inner(of_condition=of_condition) for _ in range({"not": 1, "is_null": 1, "in": 3, "case": 3}.get(op, 2))
    )
    if op in {"and", "or"} and isinstance(operands[0], Operation) and operands[0].op == op:
        operands = (*operands[0].operands, operands[1])
    return Operation(op, operands)


VALUES = [
    {"a": a, "b": b, "p": p, "q": q}
    for a, b in [(None, 2), (3, 0), (2, None)]
    for p, q in [(True, None), (False, True), (None, False)]
]


@given(trees(condition=True) | trees(condition=False))
def test_an_expression_that_is_written_out_means_what_it_meant(tree):
    again = parse_expression(expression_text(tree))
    assert [evaluate(again, values) for values in VALUES] == [evaluate(tree, values) for values in VALUES]


@given(st.text(st.sampled_from("ab1.'\"()+-*/<>=,; \n[]{}:|@#$%&\\豫"), max_size=25))
def test_no_text_raises_anything_but_an_expression_error(text):
    try:
        tree = parse_expression(text)
    except ExpressionError:
        return
    assert to_plain(parse_expression(expression_text(tree)))


def words_of_sql():
    """Every word that the SQL parser knows, as far as something in a policy can be named so."""
    from sqlglot.parser import Parser
    from sqlglot.tokens import Tokenizer, TokenType

    known = {
        *Tokenizer.KEYWORDS,
        *Parser.FUNCTIONS,
        *Parser.NO_PAREN_FUNCTION_PARSERS,
        *(kind.name for kind in TokenType),
    }
    words = {word.lower() for word in known if word.isidentifier() and word.isascii()}
    return sorted({*words, "symmetric", "asymmetric", "nulls", "ignore", "over"} - WORDS)


@pytest.mark.parametrize(
    "pattern",
    [
        "?",
        "? > 3",
        "3 < ? and not ?",
        "least(?, -? * (? + 1))",
        "case when ? then ? else ? end",
        "a between ? and ?",
        "? in (?, 'x') or 'x' in ?",
        "? is not null and ? not in (?)",
    ],
)
def test_a_word_that_sql_reserves_is_a_name_like_any_other(pattern, capsys, caplog):
    assert {"load", "show", "set", "call", "desc", "kill", "merge", "select", "current_date"} <= {*words_of_sql()}
    plain = repr(to_plain(parse_expression(pattern.replace("?", "zz"))))
    for word in words_of_sql():
        assert repr(to_plain(parse_expression(pattern.replace("?", word)))) == plain.replace("'zz'", f"'{word}'")
    assert not caplog.records
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("load >", "a value is missing"),
        ("load > > 3", "load >> 3"),
        ("a b", "between a and b"),
        ("a like 'x'", "LIKE"),
        ("select a", "SELECT"),
        ("load is true", "load IS TRUE"),
        ("(load > 3", "bracket"),
        ("load = 'x", "not closed"),
        ("case end", "no when"),
        ("least()", "lacks its arguments"),
    ],
)
def test_what_is_wrong_is_told_without_the_parsers_own_words(text, told, caplog):
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    said = f"{caught.value.found} {caught.value.params}"
    assert told in said
    assert not any(inner in said for inner in ("Token", "class", "Line", '"'))
    assert all(chinese(param) != param for param in caught.value.params.values())
    assert not caplog.records
