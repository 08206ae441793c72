"""``riskengine ledger affected``: whose grade in a run would be another by now."""

from __future__ import annotations

from pathlib import Path

import click

from riskengine.cli.ledger_opened import db_option, opened
from riskengine.cli.main import DONE, FOUND
from riskengine.cli.params import json_option, lang_option, print_json
from riskengine.facade.affected import review
from riskengine.kernel.masking import mask_personal
from riskengine.ledger import wording
from riskengine.runs import open_run, require_unaltered


@click.command("affected")
@click.option(
    "--run", "folder", type=click.Path(path_type=Path), required=True, help="A run that was graded from the ledger."
)
@click.option("--fail", is_flag=True, help="Exit code 1 when anybody is affected.")
@db_option
@lang_option
@json_option
def affected_command(folder: Path, url: str, lang: str, *, fail: bool, as_json: bool) -> None:
    """List whose status, grade or score in a run would be another, with what was recorded since.

    As of the run's day, by its policy and catalogue; only those whose records were touched are graded again.
    """
    run = open_run(folder)
    require_unaltered(run)
    with opened(url) as ledger:
        found = review(ledger, run)
    rows = [
        {"operator_id": mask_personal(each.operator_id), "old": each.shown(each.old), "new": each.shown(each.new)}
        for each in found.affected
    ]
    if as_json:
        print_json({"run_id": run.run_id, "since": found.since, "touched": found.touched, "affected": rows})
    else:
        say = wording(lang)
        touched = say["everyone"] if found.touched is None else str(found.touched)
        click.echo(say["affected"].format(run=run.run_id, since=found.since, touched=touched, count=len(rows)))
        for row in rows:
            sides = [_side(row[side], say["absent"]) for side in ("old", "new")]
            click.echo(say["affected_line"].format(operator=row["operator_id"], old=sides[0], new=sides[1]))
    click.get_current_context().exit(FOUND if fail and rows else DONE)


def _side(row: object, absent: str) -> str:
    if not isinstance(row, dict):
        return absent
    return " ".join(str(part) for part in (row["grade"] or row["status"], row["score"]) if part is not None)
