"""``riskengine supervise letters``: letters in official form, for one, for a list, or for all to whom one is due."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli.choosing import listed_operators, operators_in
from riskengine.cli.ledger_opened import db_option, opened
from riskengine.cli.params import json_option, lang_option, personal_option, print_json
from riskengine.cli.progress import Progress
from riskengine.cli.supervise_days import day_of
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.reports.letters import Dispatch, Issuer, letter_kinds, orders_on, write_letters
from riskengine.reports.letters.office import require_office
from riskengine.reports.notice import forms_of
from riskengine.reports.privacy import Privacy
from riskengine.runs import open_run, require_unaltered

if TYPE_CHECKING:
    from datetime import date

    from riskengine.reports.letters import LetterKind, Order

_ALWAYS = ("body", "contact", "term", "number")


@click.command("letters")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--kind", required=True, type=click.Choice(list(letter_kinds())), help="Which letter.")
@click.option("--operator", "operators", multiple=True, metavar="ID", help="To this operator; may be repeated.")
@click.option("--list", "file", type=click.Path(path_type=Path), metavar="FILE", help="To those of a file of ids.")
@click.option("--all", "everybody", is_flag=True, help="To all for whom the policy recommends it, or who were ordered.")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("letters"),
    show_default=True,
    metavar="DIR",
    help="Where the letters and their index.csv are written.",
)
@click.option("--pdf", "as_pdf", is_flag=True, help="PDFs too, by LibreOffice.")
@click.option("--body", default="", metavar="TEXT", help="The authority that issues it.")
@click.option("--contact", default="", metavar="TEXT", help="Where objections go: address, telephone.")
@click.option("--term", default="", metavar="TEXT", help="Within what time one may object, in words.")
@click.option("--number", default="", metavar="TEXT", help="The letter's number; {n} in it counts several.")
@click.option("--on", metavar="DATE", help="The date of the letter; today if left out.")
@click.option("--meeting-at", "meeting_at", default="", metavar="TEXT", help="When a talk takes place.")
@click.option("--place", default="", metavar="TEXT", help="Where a talk takes place.")
@db_option
@personal_option
@lang_option
@json_option
def command(
    run: Path,
    kind: str,
    operators: tuple[str, ...],
    file: Path | None,
    folder: Path,
    *,
    everybody: bool,
    as_pdf: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Write letters of a KIND to operators of RUN: what was found, the law in force, measures, consequences, objection.

    An order to rectify is written only upon a proceeding that was decided (supervise review) in the ledger of
    --db. Nothing is left blank: what the bureau must settle has to be given.
    """
    if sum((bool(operators), everybody, file is not None)) != 1:
        raise click.UsageError("give --operator ID, or --list FILE, or --all")
    graded, held = open_run(run), letter_kinds()[kind]
    require_unaltered(graded)
    forms_of(("docx",))
    chosen = None if everybody else operators_in(graded, operators or listed_operators(file))
    issuer = _issuer(held, options, several=everybody or len(chosen or ()) > 1)
    dispatch = Dispatch(
        held,
        issuer,
        options["lang"],
        Privacy(options["show_personal"]),
        _orders(held, options["url"], issuer.day),
        require_office() if as_pdf else None,
    )
    with Progress(options["lang"]) as progress:
        progress.step("letters")
        written = write_letters(graded, chosen, folder, dispatch)
    if as_json:
        print_json({"run_id": graded.run_id, "kind": kind, "letters": written})
    else:
        for entry in written:
            click.echo("\n".join(entry["files"]))


def _issuer(kind: LetterKind, options: dict[str, Any], *, several: bool) -> Issuer:
    """Who issues the letters.

    Raises:
        UsageError: something that must be settled is not given (RE-937), all of it named.
    """
    needed = (*_ALWAYS, *kind.needs)
    problems = [
        Problem("RE-937", found=f"--{name.replace('_', '-')}", params=(("reason", "it is empty and must be settled"),))
        for name in needed
        if not options[name].strip()
    ]
    if several and options["number"].strip() and "{n}" not in options["number"]:
        reason = (("reason", "several letters need {n} in their number"),)
        problems.append(Problem("RE-937", found="--number", params=reason))
    if problems:
        raise UsageError(problems)
    given = {name: options[name].strip() for name in (*_ALWAYS, "meeting_at", "place")}
    return Issuer(**given, day=day_of(options["on"], options["lang"]))


def _orders(kind: LetterKind, url: str, day: date) -> dict[str, Order]:
    """The decisions that a kind needs; none where it needs none."""
    if kind.decided is None:
        return {}
    from riskengine.supervision.review.reviewing import proceedings

    with opened(url) as ledger:
        return orders_on((filed.proceeding for filed in proceedings(ledger)), kind.decided, day)
