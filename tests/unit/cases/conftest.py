"""The shipped checklist, and record folders written from a few lines."""

from __future__ import annotations

from functools import partial

import pytest

from riskengine.supervision.cases.checklist import read_checklist

CASES = "案卷号,处罚决定书文号,承办机构,程序,调查人员,承办人,审核人,当事人类别,案件情形"
VIOLATIONS = "案号,主体代码,风险点编号,违法日期,决定日期,罚款金额,处罚种类"


@pytest.fixture(scope="session")
def checklist():
    return read_checklist(None)


@pytest.fixture
def folder(tmp_path):
    """Writes a record folder: lines of cases, of steps, of violations (None: no such file)."""

    def write(cases, steps, violations=None):
        (tmp_path / "cases.csv").write_text("\n".join([CASES, *cases, ""]), "utf-8")
        (tmp_path / "case_steps.csv").write_text("\n".join(["案卷号,环节,日期,经办人,文书", *steps, ""]), "utf-8")
        if violations is not None:
            (tmp_path / "violations.csv").write_text("\n".join([VIOLATIONS, *violations, ""]), "utf-8")
        return tmp_path

    return write


@pytest.fixture
def call(cli):
    """Call the command: exit code, stdout, stderr."""
    return partial(cli, "supervise")
