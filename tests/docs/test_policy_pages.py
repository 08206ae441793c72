"""docs/policies holds what ``policy show`` prints of each shipped policy, and nothing else."""

from __future__ import annotations

import re

from make_policy_pages import FOLDER, pages

from riskengine.policy import shipped_policies

AGAIN = "run: python tests/docs/make_policy_pages.py"


def test_the_pages_are_those_of_the_shipped_policies():
    made = pages()
    assert {file.name for file in FOLDER.iterdir()} == set(made), AGAIN
    for name, text in made.items():
        assert (FOLDER / name).read_text("utf-8") == text, f"{name}: {AGAIN}"


def test_the_index_says_of_every_policy_what_it_makes_of_the_records_or_why_it_cannot():
    index = (FOLDER / "README.md").read_text("utf-8")
    compared = index.split("## The same records")[1]
    for name in shipped_policies():
        assert re.search(rf"`{name}`( \||  *needs)", compared), name


def test_no_page_says_a_thing_in_the_other_language():
    for name in shipped_policies():
        english = (FOLDER / f"{name}.md").read_text("utf-8")
        labels = re.findall(r"^- ([^:：\n]+)[:：]", english, re.MULTILINE)
        assert labels
        assert not [label for label in labels if re.search(r"[一-鿿]", label)]
