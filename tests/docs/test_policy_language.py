"""Every example of the page of the policy language compiles, and the page leaves out no key and no limit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from riskengine.catalog import load_shipped
from riskengine.kernel import yaml_document
from riskengine.plan import compile_plan
from riskengine.policy import inputs, model, parse_policy, parser, sections

PAGE = (Path(__file__).parents[2] / "docs" / "policy-language.md").read_text("utf-8")
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
        for module in (inputs, model, sections)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, sections.Section)
    ]
    keys = {field.alias or name for kind in kinds for name, field in kind.model_fields.items()}
    assert len(keys) > 60
    assert sorted(key for key in keys if not re.search(rf"[`{{ ]{key}[`:]", PAGE)) == []


def test_every_limit_on_the_page_is_the_one_in_force():
    for number in (
        f"{parser.MAX_LENGTH:,} characters",
        f"{parser.MAX_TOKENS} words",
        f"{parser.MAX_DEPTH} levels",
        f"{yaml_document.MAX_DEPTH} levels",
    ):
        assert number in PAGE
    assert all(f"`{name}`" in PAGE for name in parser.FUNCTIONS)
