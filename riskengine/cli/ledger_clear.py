"""``riskengine ledger clear``: what abandoned imports left behind is taken away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli.ledger_opened import db_option, opened
from riskengine.cli.params import json_option, lang_option, print_json
from riskengine.ledger import clear_staged, wording

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.command("clear")
@click.option(
    "--older-than",
    "hours",
    type=click.FloatRange(min=0, max=10**6),
    required=True,
    metavar="HOURS",
    help="Only what imports have staged that began longer ago.",
)
@db_option
@lang_option
@json_option
def clear_command(hours: float, url: str, lang: str, *, as_json: bool) -> None:
    """Take away the rows that killed imports have staged and that nobody imported again; they never counted.

    While an import is under way nothing is cleared.
    """
    with opened(url) as ledger:
        cleared = clear_staged(ledger, datetime.now(UTC) - timedelta(hours=hours))
    if as_json:
        print_json({"ledger": ledger.name, "cleared": cleared})
        return
    for entry in cleared:
        click.echo(staged_line(entry, lang, "cleared"))
    if not cleared:
        click.echo(wording(lang)["cleared_none"])


def staged_line(entry: Mapping[str, Any], lang: str, key: str = "status_staged") -> str:
    """What an import has staged, in words."""
    say = wording(lang)
    named = {**entry, "source": say[entry["source"]] if entry["source"] else None}
    return say[key].format(**{name: say["unknown"] if value is None else value for name, value in named.items()})
