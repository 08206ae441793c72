"""``riskengine ledger limits``: recorded penalties that the limits of the law ask about."""

from __future__ import annotations

import click

from riskengine.catalog import load_shipped
from riskengine.cli.ledger_opened import db_option, opened
from riskengine.cli.params import json_option, lang_option, print_json
from riskengine.kernel.masking import mask_personal
from riskengine.ledger import limits, questions, wording


@click.command("limits")
@db_option
@lang_option
@json_option
def limits_command(url: str, lang: str, *, as_json: bool) -> None:
    """List recorded penalties that a person should look at: time limit, one fine for one act, first and minor.

    The ledger does not hold all that the articles ask about: these are questions, not findings.
    """
    with opened(url) as ledger:
        found = questions(ledger)
    laws = load_shipped().laws
    rows = [
        {
            "limit": each.limit,
            "violation_id": mask_personal(each.violation_id),
            "beside": [mask_personal(other) for other in each.beside],
            "law": limits()[each.limit]["law"],
            "article": str(limits()[each.limit]["article"]),
        }
        for each in found
    ]
    if as_json:
        print_json(rows)
        return
    say = wording(lang)
    for row in rows:
        article = say["article"].format(law=laws.title(str(row["law"])).get(lang), article=row["article"])
        records = ", ".join([str(row["violation_id"]), *row["beside"]])
        words = limits()[str(row["limit"])][lang]
        click.echo(say["limit_line"].format(records=records, words=words, article=article))
    if not rows:
        click.echo(say["limit_none"])
