"""``riskengine policy show``: by name and by path, in both languages, in each form."""

from __future__ import annotations

import json

import pytest


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "许昌市交通运输经营主体信用分级"), ("en", "Credit grading of transport")]
)
def test_a_shipped_policy_is_shown_in_each_form(cli, lang, words):
    markdown = cli("policy", "show", "xuchang-transport", "--lang", lang)
    assert (markdown.code, markdown.out.startswith(f"# {words}")) == (0, True)
    page = cli("policy", "show", "xuchang-transport", "--lang", lang, "--format", "html").out
    assert page.startswith("<!DOCTYPE html>")
    assert words in page
    answer = json.loads(cli("policy", "show", "xuchang-transport", "--lang", lang, "--json").out)
    assert (answer["policy"], answer["lang"]) == ("xuchang-transport", lang)
    assert answer["blocks"][0]["text"].startswith(words)


def test_a_policy_that_does_not_hold_together_is_no_page_but_its_problems(cli, tmp_path):
    (tmp_path / "policy.yaml").write_text("policy: x\n", "utf-8")
    done = cli("policy", "show", tmp_path, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert "RE-503" in done.err
    assert "Did you mean: uk-fhrs?" in cli("policy", "show", "uk-fhr", "--lang", "en").err
