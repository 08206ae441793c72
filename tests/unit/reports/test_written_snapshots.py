"""The words of notices, the leader's page and the workbook's first sheets, kept in both languages.

``RISKENGINE_RENEW=1`` writes them anew; look at the difference before it is committed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from riskengine.reports import write_xlsx
from riskengine.reports.figures import context_of
from riskengine.reports.leader import write_leader_page
from riskengine.reports.notice import Sender, notice_of, notice_page
from riskengine.reports.privacy import Privacy
from riskengine.results import view_of

KEPT = Path(__file__).parent / "snapshots"
LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])
HASH = re.compile(r"\b[0-9a-f]{64}\b")


def words_of(page):
    """What a reader sees of a page, a line for each element; hashes are as they may be."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    lines = (line.strip() for line in re.sub(r"<[^>]+>", "\n", body).splitlines())
    return "\n".join(HASH.sub("HASH", line) for line in lines if line) + "\n"


def compare(name, lang, text):
    path = KEPT / f"{name}.{lang}.txt"
    if os.environ.get("RISKENGINE_RENEW") == "1":
        path.write_text(text, "utf-8", newline="\n")
    assert text == path.read_text("utf-8")


@LANGUAGES
@pytest.mark.parametrize("operator_id", ["OP-BAD", "OP-UNKNOWN"])
def test_a_notice(run, lang, operator_id):
    view, context = view_of(run, operator_id), context_of(run)
    said = notice_of(view, run, context, lang, privacy=Privacy(show_personal=False), sender=Sender())
    compare(f"notice-{operator_id.lower()}", lang, words_of(notice_page(said)))


@LANGUAGES
def test_the_leaders_page(run, lang, tmp_path):
    write_leader_page(run, tmp_path / "page.html", lang)
    compare("leader", lang, words_of((tmp_path / "page.html").read_text("utf-8")))


@LANGUAGES
def test_the_summary_and_the_list_of_the_workbook(run, lang, tmp_path):
    from openpyxl import load_workbook

    write_xlsx(run, tmp_path / "report.xlsx", lang)
    workbook = load_workbook(tmp_path / "report.xlsx")
    lines = []
    for sheet in workbook.worksheets[:2]:
        lines.append(f"# {sheet.title}")
        lines += [" | ".join("" if cell is None else str(cell) for cell in row) for row in sheet.values]
    lines += [" | ".join(str(cell.value) for cell in sheet[1]) for sheet in workbook.worksheets[2:]]
    compare("workbook", lang, "\n".join(lines) + "\n")
