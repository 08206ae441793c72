"""``riskengine notice``: what an operator is told about its grade, for one, for a list, or for all."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli.params import json_option, lang_option, personal_option, print_json
from riskengine.cli.progress import Progress
from riskengine.contract.sources import OPERATORS
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.records import id_of
from riskengine.reports.notice import FORMATS, Mailing, Sender, forms_of, write_notices
from riskengine.reports.privacy import Privacy
from riskengine.runs import is_rule_file, near_operators, open_run, require_unaltered, scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.runs import Run

_HEADINGS = {OPERATORS.columns[0].name, *OPERATORS.columns[0].headings}


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
    chosen = None if everybody else _ids(opened, operators or _listed(file))
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


def _listed(file: Path | None) -> tuple[str, ...]:
    """The ids in a list; a heading is passed over.

    Raises:
        UsageError: it cannot be read, or names nobody (RE-810).
    """
    path = file or Path()
    try:
        rows = csv.reader(path.read_text("utf-8-sig").splitlines())
        cells = [row[0].strip() for row in rows if row and row[0].strip()]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError([Problem("RE-810", found=str(path), params=(("reason", reason),))]) from None
    ids = [cell for at, cell in enumerate(cells) if at or cell not in _HEADINGS]
    if not ids:
        raise UsageError([Problem("RE-810", found=str(path), params=(("reason", "it is empty"),))])
    return tuple(ids)


def _ids(run: Run, asked: Sequence[str]) -> list[str]:
    """The operators that were asked for, each once, in their order.

    Raises:
        UsageError: some are not in the run (RE-603), all named.
    """
    written = {text: found if isinstance(found := id_of(text), str) else text for text in asked}
    wanted = {*written, *written.values()}
    known = {row[0] for row in scan(run, "grades", ("operator_id",), wanted)}
    missing = [text for text in written if text not in known and written[text] not in known]
    if missing:
        raise UsageError(
            [
                Problem("RE-603", source=run.run_id, found=text, near=near_operators(run, written[text], text))
                for text in missing
            ]
        )
    return list(dict.fromkeys(text if text in known else written[text] for text in asked))
