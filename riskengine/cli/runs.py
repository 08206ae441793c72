"""``riskengine runs``: list, show, verify and compare run folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from riskengine.cli import completion
from riskengine.cli.main import DONE, FOUND
from riskengine.cli.params import console, json_option, lang_option, print_json, say_problems
from riskengine.cli.runs_diff import diff
from riskengine.cli.talk import talk
from riskengine.cli.words import words
from riskengine.kernel.errors import RunError
from riskengine.runs import is_run_folder, no_run, open_run, run_folders, survey, verify

if TYPE_CHECKING:
    from riskengine.runs import Run


@click.group("runs")
def command() -> None:
    """List, show, verify and compare run folders."""


command.add_command(diff)


def _runs_folder(folder: Path) -> Path:
    """The folder of runs: the one given, or the ``runs`` in it (where ``report`` puts them)."""
    return folder / "runs" if not run_folders(folder) and (folder / "runs").is_dir() else folder


_HEADINGS = ("run", "as_of", "graded", "operators", "rows_left_out", "content_hash")
_SHOWN_HASH = 16


@command.command("list")
@click.argument("runs", type=click.Path(path_type=Path))
@lang_option
@json_option
def list_runs(runs: Path, lang: str, *, as_json: bool) -> None:
    """List the finished runs in RUNS, in the order in which they were made. Damaged ones are named on stderr."""
    found, problems = survey(_folder_of_runs(runs))
    if as_json:
        print_json([dict(run.manifest) for run in found])
    elif found:
        from riskengine.reports import Listing

        headings = [words(lang)[key] for key in _HEADINGS]
        console().print(Listing(headings, list(map(_cells, found)), right=frozenset({2, 3, 4})))
    else:
        click.echo(words(lang)["no_runs"].format(folder=runs), err=True)
    say_problems(problems, lang)


def _folder_of_runs(path: Path) -> Path:
    """The folder of runs that a user named.

    Raises:
        RunError: it is no folder, or it is a run itself (RE-602).
    """
    if path.is_dir() and not is_run_folder(path):
        return _runs_folder(path)
    if path.is_dir():
        reason, near = "it is one run, name the folder that holds it", [str(path.parent)]
    else:
        reason, near = "it is a file" if path.exists() else "there is no such folder", []
    raise RunError([no_run(path, reason, near)])


def _cells(run: Run) -> tuple[str, ...]:
    sources = run.manifest["sources"]
    operators = sources["operators"]
    left_out = sum(sum(entry["left_out"].values()) for entry in sources.values())
    shown = run.manifest["content_hash"][:_SHOWN_HASH]
    return run.run_id, run.as_of.isoformat(), str(operators["graded"]), str(operators["rows"]), str(left_out), shown


@command.command("show")
@click.argument("run", type=click.Path(path_type=Path), shell_complete=completion.runs)
@lang_option
@json_option
def show(run: Path, lang: str, *, as_json: bool) -> None:
    """Show RUN: where every row ended, and the distribution of grades."""
    opened = open_run(run)
    if as_json:
        print_json(dict(opened.manifest))
        return
    from riskengine.reports import terminal_summary

    console().print(terminal_summary(opened, lang))


@command.command("verify")
@click.argument("path", type=click.Path(path_type=Path), shell_complete=completion.runs)
@lang_option
@json_option
def verify_path(path: Path, lang: str, *, as_json: bool) -> None:
    """Check that a run, or every run of a folder and their chain, is as it was written. Exit code 1 if not."""
    runs, problems = verify(path if is_run_folder(path) else _runs_folder(path))
    if as_json:
        print_json({"runs": runs, "problems": [problem.to_dict(lang) for problem in problems]})
    else:
        for problem in problems:
            click.echo(problem.text(lang))
        if problems or not talk().quiet:
            click.echo(words(lang)["runs_altered" if problems else "runs_unchanged"].format(count=len(runs)))
    click.get_current_context().exit(FOUND if problems else DONE)
