"""``riskengine supervise outcomes``: what became of penalties in reconsideration and court, by risk point and unit."""

from __future__ import annotations

from pathlib import Path

import click

from riskengine.catalog import load_shipped
from riskengine.cli.params import as_of_date, json_option, lang_option, print_json
from riskengine.cli.workbook_out import workbook_option, write_workbook
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.reports.cases import write_outcomes
from riskengine.supervision.outcomes.counting import count_outcomes
from riskengine.supervision.outcomes.rules import read_outcome_rules
from riskengine.supervision.outcomes.telling import outcome_lines, outcomes_dict


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
@workbook_option
@lang_option
@json_option
def command(record: Path, rules: Path | None, out: Path | None, lang: str, *, as_json: bool, **days: str) -> None:
    """Count what became of the contested penalties of RECORD: how many do not stand, of which risk points, and why.

    RECORD has the tables `challenges` and `violations`, and `cases` for the units. Pending ones are counted apart.
    """
    first, last = as_of_date(days["since"], "--from"), as_of_date(days["until"], "--until")
    if last < first:
        reason = (("reason", f"the last day of the period is before the first, {first.isoformat()}"),)
        raise UsageError([Problem("RE-961", column="--until", found=last.isoformat(), params=reason)])
    report, catalog = count_outcomes(record, read_outcome_rules(rules), first, last), load_shipped()
    write_workbook(out, lambda path: write_outcomes(report, catalog, path, lang))
    if as_json:
        print_json(outcomes_dict(report, catalog))
        return
    for line in outcome_lines(report, catalog, lang):
        click.echo(line)
