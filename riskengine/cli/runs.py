"""``riskengine runs``: list, show, verify and compare run folders."""

from __future__ import annotations

from pathlib import Path

import click

from riskengine.cli.main import DONE, FOUND
from riskengine.cli.params import console, json_option, lang_option, print_json
from riskengine.cli.runs_diff import diff
from riskengine.runs import MANIFEST, open_run, runs_in, verify


@click.group("runs")
def command() -> None:
    """List, show, verify and compare run folders."""


command.add_command(diff)


def _runs_folder(folder: Path) -> Path:
    """The folder of runs: the one given, or the ``runs`` in it (where ``report`` puts them)."""
    return folder / "runs" if not runs_in(folder) and (folder / "runs").is_dir() else folder


@command.command("list")
@click.argument("runs", type=click.Path(path_type=Path, exists=True, file_okay=False))
@lang_option
@json_option
def list_runs(runs: Path, lang: str, *, as_json: bool) -> None:
    """List the finished runs in RUNS, in the order in which they were made."""
    found = runs_in(_runs_folder(runs))
    if as_json:
        print_json([dict(run.manifest) for run in found])
        return
    for run in found:
        operators = run.manifest["sources"]["operators"]
        graded = {"zh": "已评级", "en": "graded"}[lang]
        click.echo(
            f"{run.run_id}  {graded} {operators['graded']}/{operators['rows']}  {run.manifest['content_hash'][:16]}"
        )


@command.command("show")
@click.argument("run", type=click.Path(path_type=Path))
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
@click.argument("path", type=click.Path(path_type=Path))
@lang_option
@json_option
def verify_path(path: Path, lang: str, *, as_json: bool) -> None:
    """Check that a run, or every run of a folder and their chain, is as it was written. Exit code 1 if not."""
    runs, problems = verify(path if (path / MANIFEST).exists() else _runs_folder(path))
    if as_json:
        print_json({"runs": [run.run_id for run in runs], "problems": [problem.to_dict(lang) for problem in problems]})
    else:
        for problem in problems:
            click.echo(problem.text(lang))
        verdict = {"zh": ("未改动", "有改动"), "en": ("unchanged", "altered")}[lang][bool(problems)]
        counted = {"zh": f"{len(runs)} 次运行", "en": f"{len(runs)} runs"}[lang]
        click.echo(f"{counted}: {verdict}")
    click.get_current_context().exit(FOUND if problems else DONE)
