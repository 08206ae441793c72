"""``riskengine ledger amend``: what was decided about a recorded penalty."""

from __future__ import annotations

from typing import Any

import click

from riskengine.cli.ledger_opened import db_option, opened
from riskengine.cli.ledger_options import entry_of, entry_options
from riskengine.cli.params import as_of_date, json_option, lang_option, print_json
from riskengine.kernel.masking import mask_personal
from riskengine.ledger import Decision, amend, kinds, wording

_KINDS = "\n".join(f"  {kind.name:18} {kind.zh} {kind.en}" for kind in kinds().values())


@click.command("amend", epilog=f"\b\nKinds:\n{_KINDS}")
@click.argument("violation_id")
@click.argument("kind", type=click.Choice(list(kinds())), metavar="KIND")
@click.option("--on", "effective_on", required=True, metavar="DATE", help="The day from which on it holds.")
@click.option("--document", metavar="NUMBER", help="The number of the document that it rests on.")
@click.option("--document-on", metavar="DATE", help="The date of that document.")
@click.option("--body", metavar="NAME", help="Who decided: the body or the court.")
@click.option("--note", metavar="TEXT", help="Further words.")
@click.option("--why", required=True, metavar="TEXT", help="Why it is recorded.")
@click.option("--take-back", is_flag=True, help="Take back such a decision, recorded in error.")
@db_option
@entry_options
@lang_option
@json_option
def amend_command(
    violation_id: str, kind: str, url: str, lang: str, *, take_back: bool, as_json: bool, **options: Any
) -> None:
    """Record what was decided about VIOLATION_ID: an objection, a stay, a revocation, a repair.

    From the day of effect on, gradings see its new status; runs that were made before replay as they were.
    """
    decision = Decision(
        violation_id,
        kind,
        as_of_date(options["effective_on"]),
        options["document"],
        as_of_date(options["document_on"]) if options["document_on"] else None,
        options["body"],
        options["note"],
    )
    entry = entry_of(options["who"], options["why"], options["recorded_at"], options["document"])
    with opened(url) as ledger:
        change = amend(ledger, decision, entry, take_back=take_back)
    if as_json:
        print_json({"change": change.number if change else None, "sha256": change.sha256 if change else None})
        return
    say = wording(lang)
    if change is None:
        click.echo(say["decision_known"])
        return
    words = {"violation": mask_personal(violation_id), "kind": kinds()[kind].title(lang), "number": change.number}
    click.echo(say["taken_back" if take_back else "decided"].format(**words, day=options["effective_on"]))
