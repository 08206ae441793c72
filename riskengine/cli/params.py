"""Options and helpers that several commands share."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli import completion
from riskengine.cli.main import BAD_INPUT, INTERRUPTED
from riskengine.cli.talk import talk, talk_options
from riskengine.cli.words import words
from riskengine.kernel.errors import RiskEngineError, UsageError
from riskengine.kernel.languages import LANGUAGES
from riskengine.kernel.problems import Problem
from riskengine.policy import DEFAULT_POLICY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.console import Console

ENV_LANG = "RISKENGINE_LANG"


def current_lang() -> str:
    """The language of the command under way: its ``--lang``, else ``RISKENGINE_LANG``, else zh."""
    context = click.get_current_context(silent=True)
    chosen = context.params.get("lang") if context else None
    named = chosen or os.environ.get(ENV_LANG, "zh")
    return named if named in LANGUAGES else "zh"


def lang_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--lang zh|en``; the command's errors are said in it too."""

    @wraps(function)
    def in_its_language(*arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except RiskEngineError as error:
            say_error(error)  # here, for the language is forgotten when the command is left
            sys.exit(BAD_INPUT)
        except KeyboardInterrupt:
            say_interrupted()
            sys.exit(INTERRUPTED)

    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        default="zh",
        envvar=ENV_LANG,
        show_default=True,
        help="Language of what is printed and written.",
    )(talk_options(in_its_language))


def say_interrupted() -> None:
    """That the command was stopped, on a line of its own: the terminal shows ``^C`` before it."""
    click.echo("\n" + words(current_lang())["interrupted"], err=True)


def say_error(error: RiskEngineError) -> None:
    """An error on stderr, in the language of the command under way, personal numbers masked."""
    from riskengine.kernel.masking import mask_personal

    click.echo(mask_personal(error.text(current_lang())), err=True)


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(function)


def personal_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--show-personal``."""
    return click.option(
        "--show-personal", is_flag=True, help="Show personal numbers and names in full instead of masked."
    )(function)


def grading_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What ``grade`` and ``report`` take alike: the sources, the policy, the day, the mapping."""
    options = [
        click.argument("operators", type=click.Path(path_type=Path), required=False),
        click.option("--violations", metavar="FILE|none", help="Violations; 'none' says that there are none."),
        click.option("--inspections", metavar="FILE|none", help="Inspections; 'none' says that there are none."),
        click.option(
            "--ledger",
            metavar="URL",
            help="Grade what this ledger holds instead of files: a SQLite file, or postgresql://….",
        ),
        click.option(
            "--key",
            type=click.Path(path_type=Path, dir_okay=False),
            envvar="RISKENGINE_KEY",
            metavar="FILE",
            help="With --ledger: its key, where it is not beside the SQLite file; also RISKENGINE_KEY.",
        ),
        click.option(
            "--known-at",
            metavar="TIME|NUMBER",
            help="With --ledger: only what was recorded by then, or by the change of that number.",
        ),
        click.option(
            "--policy",
            default=DEFAULT_POLICY,
            shell_complete=completion.policies,
            show_default=True,
            help="A shipped policy's name, or the path of a policy.",
        ),
        click.option(
            "--as-of", "as_of", metavar="DATE", help="The day on which everything is seen; today if left out."
        ),
        click.option(
            "--map",
            "mapping",
            multiple=True,
            metavar="COLUMN=HEADING",
            help="A column's heading in your file; of an id, several with + between them. May be repeated.",
        ),
        click.option(
            "--max-quarantine",
            type=click.IntRange(min=0),
            metavar="N",
            help="Refuse the run when more than N rows are left out.",
        ),
        click.option(
            "--wait",
            type=click.FloatRange(min=0),
            metavar="SECONDS",
            help="How long to wait while another run is written into the folder; as long as it takes if left out.",
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def as_of_date(text: str | None, option: str = "--as-of") -> date:
    """The as-of date; today where none is given (said on stderr): the only place that reads the clock.

    Args:
        text: as it was typed; None where it was not.
        option: by which it was given.

    Raises:
        UsageError: it is not a date (RE-601).
    """
    if text is None:
        today = date.today()  # noqa: DTZ011 - the user's own day is meant
        say = words(current_lang())
        key = "as_of_today" if option == "--as-of" else "day_today"
        talk().note(say[key].format(day=today.isoformat(), option=option))
        return today
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(text)
    raise UsageError([Problem("RE-601", found=text, column=option)])


def column_mapping(pairs: Iterable[str]) -> dict[str, str]:
    """``COLUMN=HEADING`` options as a mapping.

    Raises:
        UsageError: one is not of that form (RE-607).
    """
    mapping, problems = {}, []
    for pair in pairs:
        column, sign, heading = pair.partition("=")
        if not (sign and column.strip() and heading.strip()):
            problems.append(Problem("RE-607", found=pair, column="--map"))
        mapping[column.strip()] = heading.strip()
    if problems:
        raise UsageError(problems)
    return mapping


def source_option(value: str | None) -> Path | list[Any] | None:
    """A source given on the command line: a path, ``none`` for an empty one, None where it is not given."""
    if value is None:
        return None
    return [] if value == "none" else Path(value)


class MemorySize(click.ParamType[int]):
    """An amount of memory: ``4GB``, ``512 MB``; units of 1000, as DuckDB counts."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number of bytes."""
        if isinstance(value, int):
            return value
        match = _SIZE.fullmatch(value.strip().upper())
        if match is None or int(match[1]) * _UNITS[match[2]] < _LEAST_MEMORY:
            self.fail(f"{value!r}: expected a size of at least 200MB, such as 4GB", param, ctx)
        return int(match[1]) * _UNITS[match[2]]


_SIZE = re.compile(r"([0-9]{1,6})\s*([MG])I?B?")
_UNITS = {"M": 10**6, "G": 10**9}
_LEAST_MEMORY = 200 * 10**6

memory_option = click.option(
    "--memory",
    type=MemorySize(),
    metavar="SIZE",
    help="What the engine duckdb (or spark on this machine) may take of memory, such as 4GB; the rest goes to files.",
)


def leveled(problem: Problem, lang: str) -> str:
    """A problem in one line, with its level before it."""
    return words(lang)["leveled"].format(level=words(lang)[problem.level], problem=problem.text(lang))


def say_problems(problems: Iterable[Problem], lang: str, most: int = 20, *, always: bool = False) -> None:
    """Problems on stderr, at most ``most`` of them and the number of the rest.

    With ``--quiet`` they are not said, unless they are the result (``always``).
    """
    if talk().quiet and not always:
        return
    rest = 0
    for at, problem in enumerate(problems):
        if at < most:
            click.echo(leveled(problem, lang), err=True)
        else:
            rest += 1
    if rest:
        click.echo(words(lang)["more_problems"].format(count=rest), err=True)


def print_json(value: Any) -> None:
    """A value as JSON on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def console(*, err: bool = False) -> Console:
    """A rich console that honours ``NO_COLOR``, ``FORCE_COLOR`` and ``TERM=dumb``.

    Where it is no terminal, and ``COLUMNS`` says nothing else, lines are as long as they are: no program that reads
    them has to put them together again.
    """
    from rich.console import Console

    found = Console(stderr=err, highlight=False, soft_wrap=False)
    if found.is_terminal or os.environ.get("COLUMNS"):
        return found
    return Console(stderr=err, highlight=False, soft_wrap=False, width=_UNLIMITED)


_UNLIMITED = 10_000
