"""Objections to grades, between a run and a ledger: which grade is objected to, and what a run is told of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from riskengine.facade.keeping import known_of_run
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.kernel.terms import parse_term
from riskengine.records import id_of
from riskengine.runs import near_operators
from riskengine.supervision.review.working_days import read_calendar

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from riskengine.ledger import GradeOfRun, Ledger
    from riskengine.runs import Run


def grade_of(ledger: Ledger, run: Run, operator_id: str) -> GradeOfRun:
    """The grade of an operator in a run that was graded from a ledger.

    Args:
        ledger: the ledger.
        run: the run.
        operator_id: in any writing that compares equal.

    Raises:
        RunError: the run's records were no ledger's (RE-871), or another's (RE-872).
        UsageError: the operator is not in the run (RE-603).
    """
    from riskengine.ledger import GradeOfRun

    said, key = known_of_run(ledger, run), str(id_of(operator_id))
    row = next(iter(run.rows_of("grades", key)), None)
    if row is None:
        near = near_operators(run, key, operator_id)
        raise UsageError([Problem("RE-603", source=run.run_id, found=operator_id, near=near)])
    return GradeOfRun(
        row["operator_id"],
        run.run_id,
        run.manifest["sha256"],
        run.manifest["policy"]["id"],
        run.as_of,
        said["change"],
        row["grade"],
    )


def term_of(run: Run, filed_on: date, holidays: Path | None = None) -> tuple[str | None, date | None]:
    """The term within which an objection is answered, and its last day: the policy's, else that of ``objection.yaml``.

    Args:
        run: to whose grade it objects; it keeps its policy.
        filed_on: the day on which it is filed.
        holidays: a bureau's file of the announced holidays; without it working days are Monday to Friday.

    Returns:
        None for both where the policy says none and no document was in force on the day.

    Raises:
        UsageError: the file of holidays cannot be read, or says something else (RE-935).
    """
    from riskengine.ledger import objection_terms

    objection = run.policy.policy.objection
    text = objection.answer_within if objection is not None else None
    if text is None:
        past = [term["within"] for term in objection_terms() if term["from"] <= filed_on]
        text = past[-1] if past else None
    term = parse_term(text) if text is not None else None
    if term is None:
        return None, None
    last = term.last_day(filed_on) if holidays is None else term.last_day(filed_on, read_calendar(holidays).is_working)
    return str(term), last


def open_objections(ledger: Ledger, known: int) -> str:
    """The objections that were known at a change and not known to be answered, as the file that a run keeps.

    Returns:
        JSON with ``change`` and ``open``; empty where there are none.
    """
    from riskengine.ledger import objections

    found = [
        {
            "operator_key": str(id_of(each.operator_id)),
            "run_id": each.run_id,
            "run_sha256": each.run_sha256,
            "policy": each.policy,
            "grade": each.grade,
            "filed_on": each.filed_on.isoformat(),
            "answer_by": each.answer_by.isoformat() if each.answer_by else None,
        }
        for each in (objections(ledger, known) if known else ())
        if each.outcome is None
    ]
    return json.dumps({"change": known, "open": found}, ensure_ascii=False, indent=1) + "\n" if found else ""
