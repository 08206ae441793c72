"""Every example of the page of the policy language compiles, and the page leaves out no key and no limit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from make_policy_schema import BEGIN, END, FILE, every_key, page

from riskengine.catalog import load_shipped
from riskengine.kernel import yaml_document
from riskengine.plan import compile_plan
from riskengine.policy import fact, inputs, model, parse_policy, parser, schema_text, scope, sections

PAGE = (Path(__file__).parents[2] / "docs" / "policy-language.md").read_text("utf-8")
WRITTEN = PAGE.split(BEGIN, maxsplit=1)[0]
BLOCKS = re.findall(r"^```yaml *(\w*)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
WHOLE = [text for kind, text in BLOCKS if kind == "policy"]
PARTS = [text for kind, text in BLOCKS if kind == "sections"]


def test_every_example_is_marked_as_a_whole_policy_or_as_sections_of_one():
    assert {kind for kind, _ in BLOCKS} == {"policy", "sections"}
    assert len(BLOCKS) >= 8


@pytest.mark.parametrize("text", WHOLE)
def test_a_whole_policy_compiles(text):
    compile_plan(parse_policy(text.encode(), "docs"), load_shipped())


@pytest.mark.parametrize("text", PARTS, ids=lambda text: text.split(":", maxsplit=1)[0])
def test_sections_compile_as_part_of_the_first_example(text):
    """Each section takes the place of the example's own; facts and signals join those that are there."""
    whole, part = (yaml.load(each, Loader=yaml.BaseLoader) for each in (WHOLE[0], text))  # noqa: S506 - texts only
    for name, section in part.items():
        if name == "facts":
            whole[name] |= section
        elif name == "signals":
            whole[name] += section
        else:
            whole[name] = section
    plain = re.sub(r"'(-?\d+(?:\.\d+)?|\d{4}-\d\d-\d\d|true|false)'", r"\1", yaml.safe_dump(whole, allow_unicode=True))
    compile_plan(parse_policy(plain.encode(), "docs"), load_shipped())


def test_every_key_of_the_language_has_its_place_on_the_page():
    kinds = [
        kind
        for module in (fact, inputs, model, sections)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, sections.Section)
    ]
    keys = {field.alias or name for kind in kinds for name, field in kind.model_fields.items()}
    assert len(keys) > 60
    assert sorted(key for key in keys if not re.search(rf"[`{{ ]{key}[`:]", WRITTEN)) == []


def test_the_tables_of_every_key_are_made_from_the_schema_and_the_shipped_schema_is_the_current_one():
    assert page(PAGE) == PAGE, "run: python tests/docs/make_policy_schema.py"
    assert FILE.read_text("utf-8") == schema_text(), "run: python tests/docs/make_policy_schema.py"
    assert PAGE.endswith(END)


def test_the_tables_hold_every_key_once_for_each_section_that_has_it():
    rows = re.findall(r"^\| `(\w+)` \|", every_key(), re.MULTILINE)
    assert len(rows) > 100
    kinds = [fact.Fact, inputs.ProfileField, model.Score, sections.Bilingual, model.Effective, sections.Based]
    for kind in kinds:
        keys = [field.alias or name for name, field in kind.model_fields.items()]
        assert "\n".join(keys) in "\n".join(rows)


def test_every_link_within_the_page_leads_to_a_heading():
    headings = re.findall(r"^#+ (.*)", PAGE, re.MULTILINE)
    anchors = [re.sub(r"[^a-z0-9_ -]", "", heading.lower()).replace(" ", "-") for heading in headings]
    links = set(re.findall(r"\]\(#([^)]*)\)", PAGE))
    assert len(links) > 20
    assert links <= {*anchors}
    assert all(anchors.count(link) == 1 for link in links)


def test_every_limit_on_the_page_is_the_one_in_force():
    for number in (
        f"{parser.MAX_LENGTH:,} characters",
        f"{parser.MAX_TOKENS} words",
        f"{parser.MAX_DEPTH} levels",
        f"{yaml_document.MAX_DEPTH} levels",
    ):
        assert number in PAGE
    assert all(f"`{name}`" in PAGE for name in parser.FUNCTIONS)


def test_the_columns_that_need_no_declaring_are_listed_with_their_types_and_words():
    """Each column of each source, and nothing else; words in their order, units by name."""
    table = PAGE.split("## Columns of records", maxsplit=1)[1].split("| of | column | is |")[1].split("\n\n")[0]
    listed, source = {"violations": {}, "inspections": {}}, ""
    for row in table.splitlines()[2:]:
        first, names, meaning = (cell.strip() for cell in row.strip("|").split("|"))
        source = first or source
        listed[source] |= dict.fromkeys(re.findall(r"`(\w+)`", names), meaning)
    assert {source: set(columns) for source, columns in listed.items()} == {
        source: set(columns) for source, columns in scope.ROW_COLUMNS.items()
    }
    for source, columns in scope.ROW_COLUMNS.items():
        for name, kind in columns.items():
            meaning = listed[source][name]
            if name in scope.WORDS:
                assert tuple(re.findall(r"`(\w+)`", meaning)) == tuple(scope.WORDS[name])
                assert ("a list of" in meaning) == (kind.kind == "texts")
            else:
                assert kind.kind in meaning
                assert kind.unit is None or f"in {kind.unit}" in meaning
