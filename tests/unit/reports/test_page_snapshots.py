"""The words of the page in both languages as they stand, so that a change of them is seen.

``RISKENGINE_RENEW=1`` writes them anew; look at the difference before it is committed.
"""

from __future__ import annotations

import os
import re
from html import unescape
from pathlib import Path

import pytest
from reading_page import Page, said

from riskengine.reports import write_html

KEPT = Path(__file__).parent / "snapshots"
LANGUAGES = ("zh", "en")


@pytest.fixture(scope="module")
def written(run, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_html(run, path, "zh")
    return path.read_text("utf-8")


def _edition(text: str, lang: str) -> str:
    """The words of one language, an element a line; hashes left out."""
    body = re.sub(r"<(script|style).*?</\1>", "", text, flags=re.DOTALL)
    parts = re.split(r'<div(?: class="page")? data-in="(zh|en)"[^>]*>', body)
    own = "".join(part for name, part in zip(parts[1::2], parts[2::2], strict=True) if name == lang)
    own = own.split('<div class="page"><section id="list"')[0] + own.partition("</section></div>")[2]
    lines = (re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", line))).strip() for line in own.splitlines())
    return re.sub(r"\b[0-9a-f]{16,64}\b", "…", "\n".join(filter(None, lines))) + "\n"


def _entry(text: str, lang: str) -> str:
    """What an operator's page tells in words."""
    row = next(row for row in Page(text).operators() if row["id"] == "OP-BAD")
    entry, texts = row["entry"], row["texts"]
    lines = [f"{row['name']} {row['score']}"]
    for rule in entry["fired"]:
        lines.append(f"{rule.get('points', '')} {said(texts, rule['title'], lang)}")
        lines += [
            f"  {said(texts, rule[part], lang)}" for part in ("basis", "effect", "values", "note") if part in rule
        ]
    for rule in entry["help"]:
        lines.append(
            f"{said(texts, rule['title'], lang)}: {rule.get('steps')} {rule.get('ends')} {rule.get('repaired')}"
        )
    for title, *reasons in entry["quiet"]:
        lines += [said(texts, title, lang), *(f"  {said(texts, reason, lang)}" for reason in reasons)]
    for title, reason, law in entry["advice"]:
        lines.append(" · ".join(said(texts, place, lang) for place in (title, reason, law) if place is not None))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "words"), [("page", _edition), ("operator", _entry)])
def test_the_words_are_those_that_were_agreed_on(written, name, words, lang):
    kept, now = KEPT / f"{name}.{lang}.txt", words(written, lang)
    if os.environ.get("RISKENGINE_RENEW") == "1":
        KEPT.mkdir(exist_ok=True)
        kept.write_text(now, "utf-8")
    assert now == kept.read_text("utf-8")
