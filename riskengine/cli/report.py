"""``riskengine report``: the main job, from a list of operators to a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from riskengine.cli.grading import grade_into
from riskengine.cli.params import (
    console,
    grading_options,
    json_option,
    lang_option,
    memory_option,
    personal_option,
    print_json,
)
from riskengine.cli.progress import Progress
from riskengine.cli.talk import talk


@click.command("report")
@grading_options
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out"),
    show_default=True,
    metavar="DIR",
    help="Where report.html and report.xlsx are written, and runs/ with the run folder.",
)
@memory_option
@lang_option
@personal_option
@json_option
def command(folder: Path, *, as_json: bool, show_personal: bool, **options: Any) -> None:
    """Grade OPERATORS and write report.html, report.xlsx and a run folder into DIR."""
    from riskengine.reports import terminal_summary, write_html, write_xlsx

    lang = options["lang"]
    with Progress(lang) as progress:
        run = grade_into(folder / "runs", options, progress)
        progress.step("report")
        write_html(run, folder / "report.html", lang, show_personal=show_personal)
        progress.step("workbook")
        write_xlsx(run, folder / "report.xlsx", lang, show_personal=show_personal)
    if as_json:
        print_json(dict(run.manifest))
        return
    if not talk().quiet:
        console().print(terminal_summary(run, lang, show_personal=show_personal))
    for path in (folder / "report.html", folder / "report.xlsx", run.folder):
        click.echo(path)
