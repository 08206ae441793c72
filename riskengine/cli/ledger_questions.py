"""``riskengine ledger questions`` and ``attribute``: who answers for a violation, asked and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from riskengine.cli.grading_sources import known_at_option
from riskengine.cli.ledger_held import candidates_text
from riskengine.cli.ledger_opened import db_option, opened
from riskengine.cli.ledger_options import entry_of, entry_options
from riskengine.cli.params import as_of_date, console, json_option, lang_option, print_json
from riskengine.kernel.masking import mask_personal
from riskengine.ledger import attribute, open_questions, tie_cells, wording

if TYPE_CHECKING:
    from riskengine.ledger import OpenQuestion


@click.command("questions")
@click.option("--as-of", "as_of", metavar="DATE", help="The day on which it is asked; today if left out.")
@click.option("--known-at", metavar="TIME|NUMBER", help="Only what was recorded by then.")
@db_option
@lang_option
@json_option
def questions_command(as_of: str | None, known_at: str | None, url: str, lang: str, *, as_json: bool) -> None:
    """List the violations of which a person must say who answers for them.

    Nobody was tied to their vehicle or driver on that day, or several were, or the record names somebody else. They are
    left out of gradings (RE-876) until the ties are mended or `ledger attribute` answers.
    """
    day = as_of_date(as_of)
    with opened(url) as ledger:
        found = open_questions(ledger, as_of=day, known=known_at_option(known_at))
    rows = [_plain(each) for each in found]
    if as_json:
        print_json(rows)
        return
    say = wording(lang)
    if not rows:
        click.echo(say["question_none"])
        return
    _print(rows, lang)
    click.echo(say["question_count"].format(count=len(rows)))


def _plain(each: OpenQuestion) -> dict[str, Any]:
    return {
        "violation_id": mask_personal(each.violation_id),
        "occurred_on": each.occurred_on.isoformat(),
        "risk_point": each.risk_point,
        "vehicle": each.vehicle,
        "plate_colour": each.plate_colour,
        "driver": each.driver,
        "operator_id": None if each.said is None else mask_personal(each.said),
        "why": each.why,
        "candidates": [
            {**cells, "operator_id": mask_personal(cells["operator_id"])} for cells in map(tie_cells, each.candidates)
        ],
    }


def _print(rows: list[dict[str, Any]], lang: str) -> None:
    from rich.table import Table

    say, table = wording(lang), Table()
    for heading in ("violation", "day", "of_whom", "named", "why", "candidates"):
        table.add_column(say[f"column_{heading}"], overflow="fold")
    for row in rows:
        vehicle = "|".join(part for part in (row["vehicle"], row["plate_colour"]) if part)
        table.add_row(
            row["violation_id"],
            row["occurred_on"],
            "\n".join(part for part in (vehicle, row["driver"]) if part),
            row["operator_id"] or "",
            say[f"why_{row['why']}"],
            "\n".join(candidates_text(row["candidates"], lang)),
        )
    console().print(table)


@click.command("attribute")
@click.argument("violation_id", metavar="VIOLATION")
@click.argument("operator_id", metavar="[OPERATOR]", required=False)
@click.option("--document", metavar="NUMBER", help="The number of the document that the answer rests on.")
@click.option("--why", required=True, metavar="TEXT", help="Why it is so.")
@click.option("--take-back", is_flag=True, help="Take back an answer; OPERATOR is then left out.")
@db_option
@entry_options
@lang_option
@json_option
def attribute_command(
    violation_id: str,
    operator_id: str | None,
    url: str,
    lang: str,
    *,
    take_back: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Record that OPERATOR answers for VIOLATION, as a person found.

    It holds before what the record and the ties say. Runs that were made before replay as they were.
    """
    if (operator_id is None) is not take_back:
        raise click.MissingParameter(param_hint="OPERATOR", param_type="argument")
    entry = entry_of(options["who"], options["why"], options["recorded_at"], options["document"])
    with opened(url) as ledger:
        change = attribute(ledger, violation_id, operator_id, entry, take_back=take_back)
    if as_json:
        print_json({"change": change.number if change else None, "sha256": change.sha256 if change else None})
        return
    say = wording(lang)
    if change is None:
        click.echo(say["answer_known"])
        return
    words = {"violation": mask_personal(violation_id), "operator": mask_personal(operator_id or "")}
    key = "answer_taken_back" if take_back else "answered"
    click.echo(say[key].format(**words, number=change.number))
