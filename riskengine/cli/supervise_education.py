"""``riskengine supervise education``: a year's activities for the risk points that fired, and what was held."""

from __future__ import annotations

from pathlib import Path

import click

from riskengine.cli import completion
from riskengine.cli.params import json_option, lang_option, print_json
from riskengine.kernel.errors import UsageError
from riskengine.kernel.formats import number
from riskengine.kernel.problems import Problem
from riskengine.reports.education import write_education
from riskengine.runs import is_rule_file, open_run, require_unaltered
from riskengine.supervision.education import education_plan, held_of, read_education_rules
from riskengine.supervision.words import wording

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("education")
@click.argument("run", type=click.Path(path_type=Path), shell_complete=completion.runs)
@click.option("--year", type=click.IntRange(1950, 9999), metavar="YEAR", help="The year after RUN's day if left out.")
@click.option("--done", type=_FILE, metavar="FILE", help="A table of what was held: activity, held_on, attended.")
@click.option("--rules", type=_FILE, metavar="FILE", help="YAML: channels and months; the shipped ones if left out.")
@click.option(
    "--out",
    type=_FILE,
    default=Path("education.xlsx"),
    show_default=True,
    metavar="FILE",
    help="The workbook to write.",
)
@lang_option
@json_option
def command(
    run: Path, year: int | None, done: Path | None, rules: Path | None, out: Path, lang: str, *, as_json: bool
) -> None:
    """Plan a year's education (普法) from what fired in RUN: by channel, audience and risk point.

    With --done it shows what was held of it, and how many came.
    """
    opened = open_run(run)
    require_unaltered(opened, only=is_rule_file)
    plan = education_plan(opened, read_education_rules(rules), year or opened.as_of.year + 1)
    held = [] if done is None else held_of(done, plan)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_education(plan, opened.catalog, held, out, lang)
    except OSError as error:
        reason = (("reason", error.strerror or str(error)),)
        raise UsageError([Problem("RE-609", found=str(out), params=reason)]) from None
    if as_json:
        rows = [{**each._asdict(), "held_on": each.held_on.isoformat()} for each in held]
        print_json({**plan.to_dict(), "held": rows, "written": str(out)})
        return
    say = wording(lang)
    points = {each.risk_point for each in plan.activities}
    figures = {"activities": number(len(plan.activities)), "points": number(len(points))}
    click.echo(say["education_planned"].format(year=plan.year, **figures))
    if plan.without:
        click.echo(say["education_without"].format(count=number(len(plan.without))))
    if done is not None:
        happened = {each.activity for each in held}
        came = sum(each.attended for each in held)
        click.echo(say["education_held"].format(held=number(len(happened)), times=number(len(held)), came=number(came)))
    click.echo(out)
