"""``riskengine assess``: a filter of JSON lines, one operator in, one grade out, as they come."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from riskengine.cli import completion
from riskengine.cli.params import as_of_date, lang_option
from riskengine.engines.registry import IN_PROCESS
from riskengine.facade import Engine
from riskengine.kernel.errors import InputError, RiskEngineError, UsageError
from riskengine.kernel.problems import Problem, nearest
from riskengine.policy import DEFAULT_POLICY

if TYPE_CHECKING:
    from datetime import date

SCHEMA = "riskengine.assess_error/1"
KEYS = ("operator", "violations", "inspections", "as_of")
_MOST_DIGITS = 40


@click.command("assess")
@click.argument("source", type=click.File("r", encoding="utf-8-sig", errors="surrogateescape"), default="-")
@click.option(
    "--policy",
    default=DEFAULT_POLICY,
    show_default=True,
    shell_complete=completion.policies,
    help="A shipped policy's name, or the path of a policy.",
)
@click.option("--as-of", "as_of", metavar="DATE", help="The day for lines without 'as_of'; today if left out.")
@click.option(
    "--engine", type=click.Choice(IN_PROCESS), help="Who computes; left out, 'live' where it is installed. Same grades."
)
@click.option("--explain", "explains", is_flag=True, help="Add 'explanation', the text of why, in the language given.")
@lang_option
def command(source: TextIO, policy: str, as_of: str | None, engine: str | None, lang: str, *, explains: bool) -> None:
    """Grade the operators of SOURCE (standard input if left out), one JSON object a line, as they come.

    A line in: {"operator": {…}, "violations": [{…}], "inspections": [{…}], "as_of": "2022-12-31"}. A line out: the
    assessment; or, with "status": "refused" and every problem, why there is none. Lines in = lines out, in order; blank
    ones are passed over. Exit code 2 where a line was refused.
    """
    grader = Engine.load(Path(policy) if "/" in policy or policy.endswith((".yaml", ".yml")) else policy)
    day = _Day(as_of)
    label = _label(source)
    refused = False
    notices: set[str] = set()
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            case = _case(line, number, label)
            assessment = grader.assess(
                case["operator"],
                case.get("violations"),
                case.get("inspections"),
                as_of=day.of(case.get("as_of")),
                engine=engine,
            )
        except RiskEngineError as error:
            if not isinstance(error, InputError | UsageError):
                raise
            refused = True
            answer = _refusal(number, line, error, lang)
        else:
            answer = assessment.to_dict() | ({"explanation": assessment.explain(lang)} if explains else {})
            for notice in assessment.notices:
                if notice.code not in notices:
                    notices.add(notice.code)
                    click.echo(notice.text(lang), err=True)
        # Flushed line by line: whoever reads at the other end waits for this one.
        click.echo(json.dumps(answer, ensure_ascii=False))
    if refused:
        sys.exit(2)


def _label(source: TextIO) -> str:
    """How problems name the input: the file, or standard input."""
    name = getattr(source, "name", None)
    return Path(name).name if isinstance(name, str) and name not in {"-", "<stdin>"} else "stdin"


class _Day:
    """The as-of date of lines: their own, or the command's; the clock is read only where neither says it."""

    def __init__(self, text: str | None) -> None:
        self._text = text
        self._default = None if text is None else as_of_date(text)

    def of(self, given: object) -> date:
        if given is None:
            if self._default is None:
                self._default = as_of_date(None)
            return self._default
        try:
            return as_of_date(str(given))
        except UsageError:
            raise UsageError([Problem("RE-601", column="as_of", found=str(given))]) from None


def _case(line: str, number: int, label: str) -> dict[str, Any]:
    """The object of a line.

    Raises:
        InputError: it is no such object (RE-618), or has a key that means nothing (RE-619).
    """
    try:
        case = json.loads(line, parse_float=Decimal, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", None) or "it is nested too deeply"
        raise InputError([_unreadable(label, number, reason)]) from None
    if not isinstance(case, dict) or not isinstance(case.get("operator"), Mapping):
        raise InputError([_unreadable(label, number, "no object with an object 'operator'")])
    problems = [
        Problem("RE-619", source=label, row=number, found=key, near=nearest(key, KEYS))
        for key in case
        if key not in KEYS
    ]
    listed = [name for name in ("violations", "inspections") if case.get(name) is not None]
    problems += [
        _unreadable(label, number, f"'{name}' is no list") for name in listed if not isinstance(case[name], list)
    ]
    if problems:
        raise InputError(problems)
    return case


def _whole(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _MOST_DIGITS else Decimal(digits)


def _unreadable(label: str, number: int, reason: str) -> Problem:
    return Problem("RE-618", source=label, row=number, params=(("reason", reason),))


def _refusal(number: int, line: str, error: RiskEngineError, lang: str) -> dict[str, Any]:
    """What stands in the place of an assessment: the line's number, its operator where it can be told, the problems."""
    return {
        "schema": SCHEMA,
        "line": number,
        "operator_id": _operator_of(line),
        "status": "refused",
        "problems": [problem.to_dict() for problem in error.problems],
        "message": error.text(lang),
    }


def _operator_of(line: str) -> str | None:
    try:
        found = json.loads(line)["operator"]["operator_id"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return None
    return found if isinstance(found, str) else None
