"""A bureau's own checklist or rubric: held together, with every fault at its line; and used as it says."""

from __future__ import annotations

from datetime import date

import pytest

from riskengine.kernel.errors import InputError
from riskengine.supervision.cases.checking import check_cases
from riskengine.supervision.cases.checklist import read_checklist
from riskengine.supervision.cases.rubric import read_rubric
from riskengine.supervision.outcomes.rules import read_outcome_rules
from riskengine.supervision.review.working_days import shipped_calendar

OWN = """\
checklist: own
since: 2021-07-15
title: {zh: 示例清单, en: own checklist}
decides: decision
bases: [{law: administrative_penalty_law, article: 47}]
steps:
  filing: {title: {zh: 立案, en: filing}}
  decision: {title: {zh: 决定, en: decision}, words: [处罚]}
roles:
  investigator: {title: {zh: 调查人员, en: investigator}}
requirements:
  - requirement: filing
    procedure: [ordinary]
    steps: [filing]
    title: {zh: 立案, en: filing}
    basis: local_policy
  - requirement: decision
    procedure: [ordinary]
    steps: [decision]
    after: [filing]
    within: {count: 10, unit: days, from: filing}
    documented: false
    title: {zh: 决定, en: decision}
    basis: local_policy
"""


def _written(path, text):
    file = path / "own.yaml"
    file.write_text(text, "utf-8")
    return file


def test_it_is_used_as_it_says(folder, tmp_path):
    record = folder(["C1,,示例,普通程序,,,,,"], ["C1,立案,2022-03-01,,1", "C1,处罚,2022-03-12,,"])
    checked = check_cases(record, read_checklist(_written(tmp_path, OWN)), shipped_calendar(), date(2022, 12, 31))
    # The tenth day is 11 March, a Friday.
    assert [(one.requirement, one.kind, one.limit) for one in checked.cases[0].findings] == [
        ("decision", "late", date(2022, 3, 11))
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("after: [filing]", "after: [filling]", "not defined: step filling"),
        ("after: [filing]", "after: [decision]", "the order of steps has no beginning: decision"),
        ("from: filing", "from: opening", "not defined: step opening"),
        ("decides: decision", "decides: judgment", "not defined: step judgment"),
        ("requirement: decision", "requirement: filing", "assigned twice: filing"),
        ("    after: [filing]\n", "    when: [weighty]\n", "not defined: condition weighty"),
        ("    after: [filing]\n", "    apart: [{role: judge, step: filing}]\n", "not defined: role judge"),
        ("    after: [filing]\n", "    apart: [{role: investigator}]\n", "either other"),
        ("    basis: local_policy\n", "", "neither an article nor"),
        ("    steps: [filing]\n", "", "it asks for nothing"),
        ("count: 10", "count: -1", "RE-902.*greater than or equal to 0"),
        ("after: [filing]", "afer: [filing]", r"line 20.*RE-900.*Did you mean: after"),
    ],
)
def test_what_does_not_hold_together_is_told(tmp_path, old, new, words):
    assert old in OWN
    with pytest.raises(InputError, match=words):
        read_checklist(_written(tmp_path, OWN.replace(old, new, 1)))


def test_files_that_are_none(tmp_path):
    for read in (read_checklist, read_rubric, read_outcome_rules):
        with pytest.raises(InputError, match="RE-102"):
            read(tmp_path / "none.yaml")
        with pytest.raises(InputError, match="RE-90"):
            read(_written(tmp_path, "a: 1\n"))
