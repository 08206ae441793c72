"""``riskengine grade``: a batch run into a new run folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from riskengine.cli.grading import grade_into
from riskengine.cli.params import console, grading_options, json_option, lang_option, memory_option, print_json
from riskengine.cli.progress import Progress
from riskengine.cli.talk import talk
from riskengine.cli.watching import watched, watching_options
from riskengine.engines.registry import ENGINES


@click.command("grade")
@grading_options
@click.option(
    "--out",
    "runs",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="RUNS",
    help="The folder of runs; a new run folder appears in it.",
)
@click.option(
    "--engine", type=click.Choice(ENGINES), help="Who computes; by default duckdb, or reference where that is missing."
)
@memory_option
@click.option("--master", metavar="URL", help="For spark: spark://HOST:PORT, local[2], …; by default all cores here.")
@click.option(
    "--work",
    metavar="FOLDER",
    help="For spark: a folder that this machine and all workers see (a path, hdfs://…); needed for a cluster.",
)
@click.option(
    "--previous",
    metavar="RUN|none",
    help="The run whose grades stand beside the new ones; by default the newest earlier one of the same policy.",
)
@click.option(
    "--only-affected",
    is_flag=True,
    help="With --ledger and --previous RUN: grade again only those of whom something was recorded since RUN, a run of "
    "the same day and policy; the others are taken from it. Equal to grading all.",
)
@click.option("--keep-inputs", is_flag=True, help="Keep copies of the record files in the run folder.")
@watching_options
@lang_option
@json_option
def command(runs: Path, *, as_json: bool, log_file: Path | None, metrics: Path | None, **options: Any) -> None:
    """Grade OPERATORS into a new run folder and print its path last."""
    with watched("grade", log_file, metrics) as watch, Progress(options["lang"]) as progress:
        run = watch.run = grade_into(runs, options, progress)
    if as_json:
        print_json(dict(run.manifest))
        return
    if not talk().quiet:
        from riskengine.reports import terminal_summary

        console().print(terminal_summary(run, options["lang"]))
    click.echo(run.folder)
