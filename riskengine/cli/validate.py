"""``riskengine validate``: every problem of input files, nothing graded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli import completion
from riskengine.cli.main import BAD_INPUT
from riskengine.cli.params import as_of_date, column_mapping, json_option, lang_option, print_json, say_problems
from riskengine.cli.progress import Progress
from riskengine.cli.talk import talk
from riskengine.cli.words import words
from riskengine.facade import Engine
from riskengine.kernel.errors import InputError
from riskengine.policy import DEFAULT_POLICY
from riskengine.records import sources_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.contract.records import SourceRecords
    from riskengine.kernel.problems import Problem


NOTHING_IN_IT, NO_SUCH_HEADING = "RE-106", "RE-111"


@click.command("validate")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--policy",
    default=DEFAULT_POLICY,
    show_default=True,
    shell_complete=completion.policies,
    help="Whose columns and codes apply.",
)
@click.option("--as-of", "as_of", metavar="DATE", help="The day for the checks between files; today if left out.")
@click.option("--map", "mapping", multiple=True, metavar="COLUMN=HEADING", help="A column's heading in your files.")
@lang_option
@json_option
def command(
    files: tuple[Path, ...], policy: str, as_of: str | None, mapping: tuple[str, ...], lang: str, *, as_json: bool
) -> None:
    """List every problem of FILEs: operators, violations, inspections; the headings of each tell which it is.

    Together with a file of operators the others are checked against it (unknown operators, areas).
    """
    engine = Engine.load(Path(policy) if "/" in policy else policy)
    with Progress(lang) as progress:
        progress.step("check")
        sources, problems = _check(engine, files, as_of, column_mapping(mapping))
    talk().rows.update({source.label: source.rows_in for source in sources})
    problems += [problem for source in sources for problem in source.problems]
    accounts = [_account(source) for source in sources]
    if as_json:
        print_json({"files": accounts, "problems": [problem.to_dict(lang) for problem in problems]})
    else:
        for entry in accounts:
            click.echo(words(lang)["account"].format(**entry))
        say_problems(_told(problems), lang, most=len(problems), always=True)
    if any(problem.is_error for problem in problems):
        click.get_current_context().exit(BAD_INPUT)


def _told(problems: Sequence[Problem]) -> Sequence[Problem]:
    """All problems; with ``--quiet`` those that stand in the way."""
    return [problem for problem in problems if problem.is_error or not talk().quiet]


def _check(
    engine: Engine, files: tuple[Path, ...], as_of: str | None, mapping: dict[str, str]
) -> tuple[list[SourceRecords], list[Problem]]:
    """Each file alone; then, where operators are among them, one of each kind together."""
    sources: list[SourceRecords] = []
    fatal: list[Problem] = []
    parts = [(file, kind) for file in files for kind in _kinds(file)]
    read = [_alone(engine, *part, mapping) for part in parts]
    absent = [{problem.column for problem in problems if problem.code == NO_SUCH_HEADING} for _, problems in read]
    nowhere = set.intersection(*absent) if absent else set()
    for at, (part, elsewhere) in enumerate(zip(parts, absent, strict=True)):
        if elsewhere - nowhere:  # mapped for another file: this one is read without
            rest = {column: heading for column, heading in mapping.items() if column not in elsewhere - nowhere}
            read[at] = _alone(engine, *part, rest)
    for (_, kind), (source, problems) in zip(parts, read, strict=True):
        sources += [source] if source is not None else []
        # A form need not have every sheet filled in.
        fatal += [problem for problem in problems if kind is None or problem.code != NOTHING_IN_IT]
    by_kind = {source.name: part[0] for source, part in zip(sources, parts, strict=False)}
    if not fatal and len(sources) == len(parts) and "operators" in by_kind and len(by_kind) == len(parts) > 1:
        given: dict[str, Any] = {"violations": [], "inspections": None, **by_kind}
        sources = list(engine.read(**given, as_of=as_of_date(as_of), mapping=mapping).sources)
        sources = [source for source in sources if source.name in by_kind]
    return sources, fatal


def _alone(
    engine: Engine, file: Path, kind: str | None, mapping: dict[str, str]
) -> tuple[SourceRecords | None, Sequence[Problem]]:
    """A file as its own source; None with the problems where it cannot be read at all."""
    try:
        return engine.validate(file, kind, mapping=mapping), ()
    except InputError as error:
        return None, error.problems


def _kinds(file: Path) -> tuple[str | None, ...]:
    """The sources of a file: those of its sheets in a filled-in form, else the one that its headings tell."""
    kinds = sources_in(file) if file.suffix.lower() == ".xlsx" else ()
    return kinds if len(kinds) > 1 else (None,)


def _account(source: SourceRecords) -> dict[str, Any]:
    return {
        "file": source.label,
        "source": source.name,
        "rows": source.rows_in,
        "valid": len(source.records),
        "left_out": len(source.left_out),
    }
