"""Each citation read "in the text" leads to an article, paragraph and item of it, where the texts are at hand."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from riskengine.catalog import load_shipped
from riskengine.catalog.numerals import chinese_numeral

if TYPE_CHECKING:
    from collections.abc import Iterator

LAWS = Path(__file__).parents[3] / ".." / "shared" / "laws"
CATALOG = load_shipped()
ARTICLE = re.compile(r"第([零一二三四五六七八九十百千]+)条[\s　]*")
ITEM = re.compile(r"[（(][一二三四五六七八九十]+[）)]")
HEADING = re.compile(r"#|第[零一二三四五六七八九十百]+[章节编]")

pytestmark = pytest.mark.skipif(not LAWS.is_dir(), reason="the law texts are not beside this checkout")


@lru_cache
def articles(file: str) -> dict[str, list[int]]:
    """Article, in Chinese, → number of items of each paragraph."""
    found: dict[str, list[int]] = {}
    current: list[int] = []
    for line in (LAWS / file).read_text("utf-8").splitlines():
        start = ARTICLE.match(line)
        if start:
            current = found.setdefault(start[1], [])
            current.append(0)
        elif HEADING.match(line):
            current = []
        elif ITEM.match(line) and current:
            current[-1] += 1
        elif line.strip():
            current.append(0)
    return found


@lru_cache
def files_of_versions() -> dict[tuple[str, str], str]:
    """Title and version → file."""
    with (LAWS / "index.csv").open(encoding="utf-8") as file:
        return {(row["title"], row["version_date"]): row["file"] for row in csv.DictReader(file)}


def citations(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "law" in value:
            yield value
        for item in value.values():
            yield from citations(item)
    elif isinstance(value, list):
        for item in value:
            yield from citations(item)


def test_every_citation_read_in_the_text_is_there() -> None:
    checked = 0
    for citation in citations(CATALOG.to_dict()):
        if citation["sureness"] != "text":
            continue
        file = files_of_versions()[CATALOG.laws.title(citation["law"]).zh, citation["version"]]
        paragraphs = articles(file)[chinese_numeral(int(citation["article"]))]
        assert citation.get("paragraph", 1) <= len(paragraphs), citation
        assert citation.get("item", 0) <= paragraphs[citation.get("paragraph", 1) - 1], citation
        checked += 1
    assert checked > 1500
