from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from riskengine.kernel.yaml_document import MAX_BYTES, MAX_DEPTH, parse_yaml, path_text


def codes(text):
    content = text if isinstance(text, bytes) else text.encode()
    return [(problem.code, problem.line) for problem in parse_yaml(content, "x.yaml").problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("NO", "NO"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("0.10", Decimal("0.10")),
        ("1e3", "1e3"),
        ("0x10", "0x10"),
        ("010", "010"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        (".5", ".5"),
        ("-7", -7),
        ("2022-01-31", date(2022, 1, 31)),
        ("2022-02-30", "2022-02-30"),
        ("2022-1-1", "2022-1-1"),
        ("'1'", "1"),
        ('"true"', "true"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1" * 41, "1" * 41),
        ("2022-01-31 10:00:00", "2022-01-31 10:00:00"),
    ],
)
def test_a_scalar_is_what_it_looks_like_to_somebody_who_does_not_know_yaml(text, value):
    found = parse_yaml(f"key: {text}\n".encode(), "x").data["key"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", [("RE-302", 3)]),
        ("a:\n  b: 1\n  b: 2\n  b: 3\n", [("RE-302", 3), ("RE-302", 4)]),
        ("a: &x [1]\nb: *x\n", [("RE-303", 1)]),
        ("a: !!binary aGk=\n", [("RE-305", 1)]),
        ("a: 1\nb: !python/object:os.system x\n", [("RE-305", 2)]),
        ("a: 1\nb:\n\tc: 2\n", [("RE-301", 3)]),
        ("a: 1\nb: \x00\n", [("RE-301", 2)]),
        (b"a: 1\nb: \xff\n", [("RE-301", 2)]),
        ("a: 1\n---\nb: 2\n", [("RE-301", 2)]),
        ("? [a, b]\n: 1\n", [("RE-306", 1)]),
        ("", [("RE-301", None)]),
        ("# only a comment\n", [("RE-301", None)]),
        ("a: [1, 2\n", [("RE-301", 2)]),
    ],
)
def test_each_trap_is_refused_at_its_line(text, expected):
    assert codes(text) == expected


def test_a_key_that_is_twice_says_where_it_was_first():
    problem = parse_yaml(b"a: 1\nb: 2\na: 3\n", "x.yaml").problems[0]
    assert problem.text() == "x.yaml, line 3, character 1, a: RE-302 " + problem.message()
    assert "line 1" in problem.message()


def test_the_alias_bomb_is_refused_before_it_goes_off():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [*{last}, *{last}]\n" for last, name in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    assert {code for code, _ in codes(bomb)} == {"RE-303"}


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "- " * 100_000, "a: {" * 30_000, "[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2)]
)
def test_deep_nesting_is_a_problem_and_no_crash(text):
    assert codes(text)[0][0] in {"RE-301", "RE-304"}


def test_a_file_that_is_too_large_is_not_read():
    assert codes(b"#" * (MAX_BYTES + 1)) == [("RE-301", None)]


def test_a_byte_order_mark_is_no_part_of_the_first_key():
    assert parse_yaml("\ufeffa: 1\n".encode(), "x").data == {"a": 1}


def test_every_key_and_item_has_its_place():
    document = parse_yaml(b"a:\n  - b: 1\n    c: 2\n  - d\n", "x")
    assert [document.line(path) for path in [("a",), ("a", 0, "c"), ("a", 1), ("a", 0, "gone"), ("gone",)]] == [
        1,
        3,
        4,
        2,
        1,
    ]
    assert path_text(("a", 0, "c")) == "a[0].c"


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.dates()
    | st.text(st.characters(codec="utf-8", exclude_categories=["C"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1, max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=5), PLAIN, min_size=1, max_size=4))
def test_plain_data_that_is_written_is_read_back(data):
    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, _):
            return True

    document = parse_yaml(yaml.dump(data, Dumper=Dumper, allow_unicode=True).encode(), "x")
    assert (document.data, document.problems) == (data, [])


@given(st.binary(max_size=60) | st.text("ab:-[]{}&*!|>'\"\n \t#%@?", max_size=40).map(str.encode))
def test_no_bytes_raise(content):
    document = parse_yaml(content, "x")
    assert document.problems or document.data is None or document.places


@pytest.mark.parametrize(
    "text", ["a: {zh: x, en: Large, and deep}\n", "a: {zh: x, en: Large,\n  and deep }\n", "a: {and deep, zh: x}\n"]
)
def test_a_text_that_a_comma_has_ended_is_said_where_it_goes_on(text):
    [problem] = parse_yaml(text.encode(), "x.yaml").problems
    assert (problem.code, problem.found, problem.column) == ("RE-307", "and deep", "a")
    before = text[: text.index("and deep")]
    assert (problem.line, problem.character) == (before.count("\n") + 1, len(before) - before.rfind("\n"))


@pytest.mark.parametrize(
    "text",
    [
        "a: {zh: x, en: }\n",
        "a: {zh: x, en: , b: 1}\n",
        "a: {zh: }\n",
        'a: {"zh": x, "en" : "y, z"}\n',
        "a: {b: {c: 1}}\n",
    ],
)
def test_a_key_with_nothing_after_its_colon_is_none(text):
    assert parse_yaml(text.encode(), "x.yaml").problems == []
