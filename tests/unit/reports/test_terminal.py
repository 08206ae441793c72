from __future__ import annotations

import re
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from riskengine.reports import terminal_summary
from riskengine.reports.wording import wording


def printed(run, lang, width=100, **options):
    file = StringIO()
    Console(file=file, width=width, **options).print(terminal_summary(run, lang))
    return file.getvalue()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_counts_grades_and_what_has_none(run, lang):
    text = printed(run, lang)
    words = {"zh": "无法评级 1、不在册 1、未采用 1", "en": "Not evaluable 1, Not current 1, Left out 1"}
    assert words[lang] in text
    say, grades = wording(lang), [row["grade"] for row in run.rows("grades")]
    distribution = text[text.index(say["distribution"]) : text.index(say["worst"])].splitlines()[2:]
    lines = {line.split(" ")[0]: line for line in distribution if line.strip()}
    assert set(lines) == {"AA", "A", "B", "C", "D", "new"}
    assert all(f" {grades.count(grade)} " in line for grade, line in lines.items())


def test_the_worst_come_first_with_the_reason(run):
    text = printed(run, "zh", width=160)
    table = text[text.index("等级最低的主体") :].splitlines()
    assert "示例二号货运有限公司" in table[2]
    assert "违法超限车辆超过货运车辆总数百分之三十" in table[2]


def test_persons_are_masked(run):
    text = printed(run, "zh", width=200)
    assert "某小样" not in text
    assert "11010519491231002X" not in text


def test_no_line_is_wider_than_the_terminal(run):
    for width in (60, 80, 120):
        assert max(cell_len(line) for line in printed(run, "zh", width=width).splitlines()) <= width


def test_without_colour_there_is_no_escape(run, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[\d;]*(3\d|9\d)", printed(run, "en", force_terminal=True))
    assert "\x1b" not in printed(run, "en", force_terminal=False)


def test_markup_in_a_name_is_shown_as_text(run):
    assert "<script>alert(1)</script>" in printed(run, "en", width=200)
