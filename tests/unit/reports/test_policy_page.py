"""A policy as a page: it says everything, in words that mean what the expressions mean, and shows texts as they are."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from markdown_it import MarkdownIt

from riskengine.policy import shipped_policies
from riskengine.policy.parser import parse_expression
from riskengine.reports.policy import (
    Entry,
    Heading,
    Paragraph,
    Table,
    blocks_dict,
    html_page,
    markdown_page,
    policy_blocks,
)
from riskengine.reports.policy.blocks import code, name, spans
from riskengine.reports.policy.speech import Speech
from riskengine.results import Context
from riskengine.trials import Subject


def context_of(policy):
    subject = Subject.load(policy)
    return Context(subject.plan, subject.file.policy, subject.catalog, date(2022, 12, 31)), subject.checked


@pytest.fixture(scope="module")
def default():
    return context_of("xuchang-transport")


def said(default, text, lang="en"):
    words = Speech(default[0], lang).expression(parse_expression(text))
    return "".join(part for _, part in spans(words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a > 1 and (b < 2 or c = 3)", "a > 1 and (b < 2 or c = 3)"),
        ("(a > 1 and b < 2) or c = 3", "a > 1 and b < 2 or c = 3"),
        ("a - (b - c)", "a − (b − c)"),
        ("a - b - c", "a − b − c"),
        ("a * (b + c) / d", "a × (b + c) ÷ d"),
        ("a / (b * c)", "a ÷ (b × c)"),
        ("not (a = 1 or b = 2)", "not (a = 1 or b = 2)"),
        ("a is null and b is not null", "a is missing and b is known"),
        ("a in (1, 2)", "a is one of 1, 2"),
        ("a between 1 and 2", "a ≥ 1 and a ≤ 2"),
        ("coalesce(a, 0) > least(b, c)", "the first known of a, 0 > the least of b, c"),
        ("a > 1 and case when b > 1 then true else false end", "a > 1 and (if b > 1, then true; otherwise false)"),
        (
            "x > overload_share_limit * fleet_size",
            "x > Limit of the share of a firm's vehicles (0.1) × licensed vehicles",
        ),
    ],
)
def test_an_expression_is_said_with_the_brackets_that_it_needs(default, text, words):
    assert said(default, text) == words


def test_texts_of_a_column_are_said_in_chinese(default):
    assert (
        said(default, "severity = 'major' or level in ('red', 'blue')", "zh")
        == "情节 = 特别严重 或 风险等级 为 红、蓝 之一"
    )


@pytest.mark.parametrize("policy", shipped_policies())
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_says_every_name_of_the_policy(policy, lang):
    context, checked = context_of(policy)
    page = markdown_page(policy_blocks(context, checked, lang))
    sections = checked.policy
    for names in (
        sections.facts,
        sections.parameters,
        sections.profile,
        sections.weights,
        sections.tallies,
        sections.columns.violations,
        sections.columns.inspections,
    ):
        assert all(f"`{each}`" in page for each in names)
    assert all(f"`{rule.rule}`" in page for rule in sections.rules)
    for rule in sections.rules:
        assert (rule.title.zh if lang == "zh" else rule.title.en) in page.replace("\\", "")
    assert not re.search(r"\{\w*\}|None|[\x00-\x08]", page)


HOSTILE = "<script>alert(1)</script> | *b* `c` [x](javascript:1)"


def test_what_a_text_holds_is_shown_and_never_obeyed():
    blocks = [
        Heading(1, HOSTILE),
        Paragraph(HOSTILE),
        Entry(HOSTILE + code(HOSTILE), ((HOSTILE, HOSTILE), ("", name(HOSTILE)))),
        Table((HOSTILE,), ((HOSTILE,), (code("a | b"),))),
    ]
    page = html_page(blocks, "en")
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 9
    assert "<code>a | b</code>" in page
    shown = MarkdownIt("commonmark").enable("table").render(markdown_page(blocks))
    assert not re.search(r"<(script|a|strong>b)", shown)
    plain = html.unescape(re.sub(r"</?(h1|p|strong|ul|li|em|code|table|thead|tbody|tr|th|td)>", "", shown))
    assert plain.count(HOSTILE) == 9
    assert "<td><code>a | b</code></td>" in shown


def test_the_html_page_fetches_nothing(default):
    page = html_page(policy_blocks(*default, "zh"), "zh")
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=|url\(|@import", page)
    assert 'lang="zh-CN"' in page


def test_the_page_as_data_has_a_schema(default):
    answer = blocks_dict("xuchang-transport", "2022.1", "en", policy_blocks(*default, "en"))
    assert answer["schema"] == "riskengine.policy-page/1"
    assert {block["kind"] for block in answer["blocks"]} == {"heading", "paragraph", "entry", "table"}


CLAUSES = """
policy: every-word
version: "1"
title: {zh: 例, en: Example}
summary: {zh: 例, en: Example}
effective: {since: 2020-01-01, until: 2030-12-31}
profile:
  kind: {type: text, words: [a, b]}
  size_in_tonnes: {type: decimal, places: 1, min: 0, unit: tonnes}
parameters:
  step:
    basis: local_policy
    values: [{since: 2022-01-01, value: 5}, {since: 2024-01-01, value: 6}]
columns:
  violations: {defect: {type: text, title: {zh: 缺陷, en: Defect}}}
  inspections: {stopped: {type: integer, min: 1, max: 9}}
  of_inspection: {stopped_there: stopped}
weights:
  fine_points:
    by: penalty
    brackets: [{below: 10, value: 1}, {at_least: 10, below: 20, value: 2}, {at_least: 20, value: 3}]
    missing: 0
    basis: unverified
facts:
  worst:
    {max: fine_points, within: 3 years, by: decided_on, per: vehicle, then: sum, group_cap: 5, missing: ignore,
     empty: 1}
  defects: {count: violations, where: stopped_there > 1, per: inspection_id, then: sum, once: defect, missing: ignore}
  many: {count: violations, within: calendar_year, per: driver, then: count, having: group > 2, missing: 0}
  kinds: {count_distinct: vehicle, missing: ignore}
  bad: {share: result = 'x', of: inspections, places: 4, missing: ignore, empty: 0}
  newest: {latest: inspections}
  clean: {days_since: violations, empty: 9999}
  place_among: {rank: worst, among: county, where: many > 0, best: lowest}
  compared: {peers: worst}
  shown: {percentile: worst, best: highest, places: 1}
  class:
    table: [{when: many > 3, value: "'poor'"}, {when: many > 1, value: "'fair'"}]
    hit: first
tallies:
  marks: {title: {zh: 记分, en: Marks}, floor: 0, ceiling: 12, basis: local_policy}
signals:
  - rule: one
    title: {zh: 一, en: One}
    when: many > step and class = 'poor'
    add: many
    cap: 3
    to: marks
    if_unknown: skip
    basis: local_policy
grades:
  score: {from: 0}
  basis: local_policy
  table: [{grade: A, when: marks < 3}, {grade: B}]
"""


@pytest.mark.parametrize(
    "words",
    [
        "from 2020-01-01 to 2030-12-31",
        "compares operators",
        "a, b",
        "number with 1 places; tonnes",
        "0 or more",
        "from 2022-01-01: 5; from 2024-01-01: 6",
        "below 10",
        "from 10 to below 20",
        "greatest over the violations of: *fine\\_points*",
        "within the last 3 years",
        "dated by decided on",
        "counted for each vehicle apart, then added",
        "at most 5 from a group",
        "1 where there are no records",
        "within the calendar year of the as-of date",
        "of groups for which *the group's value* > 2",
        "records that lack it count as 0",
        "Further columns of the violations",
        "| stopped | `stopped` | whole number | 1 to 9 |",
        "| `stopped_there` | stopped |",
        "records of a group that agree in Defect count once",
        "share of the inspections for which",
        "day of the newest of the inspections",
        "days from the newest of the violations",
        "place among its peers by worst (the lowest first)",
        "compared with those that share: county",
        "number of peers compared by worst",
        "how many of a hundred peers are better by worst (the highest first)",
        "the first row that holds",
        "adds: *many*; rounded to 2 places; at most 3; to Marks",
        "graded; the rule is shown as unknown",
    ],
)
def test_every_clause_of_the_language_has_its_words(tmp_path_factory, words):
    folder = tmp_path_factory.mktemp("words")
    (folder / "policy.yaml").write_text(CLAUSES, "utf-8")
    assert words in markdown_page(policy_blocks(*context_of(folder), "en"))
