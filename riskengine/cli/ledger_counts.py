"""``riskengine ledger counts``: which vehicles, drivers and firms reached a statutory count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from riskengine.catalog import load_shipped
from riskengine.cli.grading_sources import known_at_option
from riskengine.cli.ledger_opened import db_option, opened
from riskengine.cli.params import as_of_date, json_option, lang_option, print_json
from riskengine.kernel.masking import mask_personal
from riskengine.ledger import counts_on, reached, wording

if TYPE_CHECKING:
    from riskengine.ledger import Reached


@click.command("counts")
@click.option("--as-of", "as_of", metavar="DATE", help="The day on which the year ends; today if left out.")
@click.option("--known-at", metavar="TIME|NUMBER", help="Only what was recorded by then.")
@db_option
@lang_option
@json_option
def counts_command(as_of: str | None, known_at: str | None, url: str, lang: str, *, as_json: bool) -> None:
    """List who reached a count of overload violations in a year that an article speaks of, and the records behind it.

    Where the records do not tell whether it is reached, that is said. What follows is for the competent body to decide.
    """
    day = as_of_date(as_of)
    with opened(url) as ledger:
        found = reached(ledger, as_of=day, known=known_at_option(known_at))
    counts = counts_on(day)
    rows = [_plain(each, counts[each.count], lang) for each in found]
    if as_json:
        print_json(rows)
        return
    say = wording(lang)
    for row in rows:
        key = "count_of_fleet" if row["fleet"] else "count_line"
        state = (
            say["count_reached"] if row["why"] is None else say[f"unknown_{row['why']}"].format(untold=row["untold"])
        )
        click.echo(say[key].format(**{**row, "state": state}))
        laws = "; ".join(_law(law, lang) for law in row["laws"])
        click.echo(say["count_laws"].format(laws=laws, follows=row["follows"]))
        click.echo(say["count_records"].format(records=", ".join(row["violations"])))
    if not rows:
        click.echo(say["count_none"])


def _plain(each: Reached, count: dict[str, Any], lang: str) -> dict[str, Any]:
    return {
        "count": each.count,
        "title": count["title"][lang],
        "of": each.of,
        "id": mask_personal(each.id),
        "state": each.state,
        "why": each.why,
        "number": each.number,
        "untold": each.untold,
        "fleet": each.fleet,
        "laws": [{name: law[name] for name in ("law", "article", "paragraph")} for law in count["laws"]],
        "follows": count["follows"][lang],
        "violations": [mask_personal(record) for record in each.violations],
    }


def _law(law: dict[str, Any], lang: str) -> str:
    title = load_shipped().laws.title(str(law["law"])).get(lang)
    return wording(lang)["paragraph"].format(law=title, article=law["article"], paragraph=law["paragraph"])
