"""``riskengine notice``: what an operator is told about its grade, for one, for a list, or for all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from riskengine.cli.choosing import listed_operators, operators_in
from riskengine.cli.params import json_option, lang_option, personal_option, print_json
from riskengine.cli.progress import Progress
from riskengine.reports.notice import FORMATS, Mailing, Sender, forms_of, write_notices
from riskengine.reports.privacy import Privacy
from riskengine.runs import is_rule_file, open_run, require_unaltered


@click.command("notice")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("operators", nargs=-1, metavar="[OPERATOR_ID]...")
@click.option("--all", "everybody", is_flag=True, help="A notice to every operator of the run.")
@click.option(
    "--list",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A file with one operator id a line, or a CSV whose first column is the id.",
)
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("notices"),
    show_default=True,
    metavar="DIR",
    help="Where the notices and their index.csv are written.",
)
@click.option(
    "--format",
    "forms",
    type=click.Choice(FORMATS),
    multiple=True,
    help="What to write; may be repeated. HTML, and PDF where a browser is found, else docx, if left out.",
)
@click.option("--body", default="", metavar="TEXT", help="The authority that sends the notice.")
@click.option("--contact", default="", metavar="TEXT", help="Where objections go: address, telephone.")
@click.option("--term", default="", metavar="TEXT", help="Within what time one may object, in words.")
@lang_option
@personal_option
@json_option
def command(
    run: Path,
    operators: tuple[str, ...],
    file: Path | None,
    folder: Path,
    forms: tuple[str, ...],
    *,
    everybody: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Write the notice of its grade to each OPERATOR_ID of RUN: why, what is unknown, how to improve, how to object.

    One or two pages of A4 in plain words. What a bureau must settle (who takes objections, within what time) is left
    as a line to fill in unless --body, --contact and --term give it.
    """
    opened = open_run(run)
    require_unaltered(opened, only=is_rule_file)
    if sum((bool(operators), everybody, file is not None)) != 1:
        raise click.UsageError("give OPERATOR_IDs, or --list FILE, or --all")
    chosen = None if everybody else operators_in(opened, operators or listed_operators(file))
    privacy, sender = Privacy(options["show_personal"]), Sender(options["body"], options["contact"], options["term"])
    mailing = Mailing(forms_of(forms), options["lang"], privacy, sender)
    with Progress(options["lang"]) as progress:
        progress.step("notices")
        written = write_notices(opened, chosen, folder, mailing)
    if as_json:
        print_json({"run_id": opened.run_id, "notices": written})
    else:
        for entry in written:
            click.echo("\n".join(entry["files"]))
