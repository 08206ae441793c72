"""``riskengine supervise outcomes``: what became of penalties in reconsideration and court, by risk point and unit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.catalog import load_shipped
from riskengine.cli.ledger_opened import key_option, opened
from riskengine.cli.params import as_of_date, json_option, lang_option, print_json
from riskengine.cli.workbook_out import workbook_option, write_workbook
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.reports.cases import write_outcomes
from riskengine.supervision.outcomes.counting import count_outcomes
from riskengine.supervision.outcomes.ledgers import challenges_of
from riskengine.supervision.outcomes.rules import read_outcome_rules
from riskengine.supervision.outcomes.telling import outcome_lines, outcomes_dict

if TYPE_CHECKING:
    from datetime import date

    from riskengine.supervision.outcomes.contested import Challenge
    from riskengine.supervision.outcomes.rules import OutcomeRules


@click.command("outcomes")
@click.argument("record", type=click.Path(path_type=Path, file_okay=False))
@click.option("--from", "since", required=True, metavar="DATE", help="The first day of the period.")
@click.option("--until", required=True, metavar="DATE", help="Its last day, on which everything is seen.")
@click.option(
    "--rules",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="YAML: results and grounds with their articles; the shipped ones if left out.",
)
@click.option("--ledger", "url", metavar="URL", help="A ledger whose reviews, suits and decisions are counted too.")
@key_option
@workbook_option
@lang_option
@json_option
def command(record: Path, lang: str, *, as_json: bool, **options: Any) -> None:
    """Count what became of the contested penalties of RECORD: how many do not stand, of which risk points, and why.

    RECORD has the tables `challenges` (or there is a ledger) and `violations`, and `cases` for the units. Pending ones
    are counted apart.
    """
    first, last = as_of_date(options["since"], "--from"), as_of_date(options["until"], "--until")
    if last < first:
        reason = (("reason", f"the last day of the period is before the first, {first.isoformat()}"),)
        raise UsageError([Problem("RE-961", column="--until", found=last.isoformat(), params=reason)])
    rules, catalog = read_outcome_rules(options["rules"]), load_shipped()
    more = None if options["url"] is None else _of_ledger(options["url"], rules, last)
    report = count_outcomes(record, rules, first, last, more)
    write_workbook(options["out"], lambda path: write_outcomes(report, catalog, path, lang))
    if as_json:
        print_json(outcomes_dict(report, catalog))
        return
    for line in outcome_lines(report, catalog, lang):
        click.echo(line)


def _of_ledger(url: str, rules: OutcomeRules, until: date) -> list[Challenge]:
    """The challenges that a ledger knows; its libraries are loaded here."""
    from riskengine.ledger import challenge_steps

    with opened(url) as ledger:
        return challenges_of(challenge_steps(ledger, rules.ledger, until), rules)
