"""``riskengine supervise feedback``: what came of a plan: for each tier planned, done, found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from riskengine.cli.params import json_option, lang_option, print_json
from riskengine.cli.supervise_plan import plan_options, request_of
from riskengine.cli.talk import talk
from riskengine.kernel.errors import UsageError
from riskengine.kernel.formats import number
from riskengine.kernel.problems import Problem
from riskengine.records import read_source
from riskengine.reports.education import write_feedback
from riskengine.supervision.feedback import feedback
from riskengine.supervision.planning import make_plan
from riskengine.supervision.words import wording

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("feedback")
@plan_options
@click.option("--inspections", type=_FILE, required=True, metavar="FILE", help="What was done.")
@click.option("--violations", type=_FILE, metavar="FILE", help="What was found: violations that name their inspection.")
@click.option(
    "--out", type=_FILE, default=Path("feedback.xlsx"), show_default=True, metavar="FILE", help="The workbook to write."
)
@lang_option
@json_option
def command(
    run: Path, inspections: Path, violations: Path | None, out: Path, lang: str, *, as_json: bool, **options: Any
) -> None:
    """Hold what was done against the plan of RUN: for each tier planned, done, found.

    The plan is made again of the same files and days as `supervise plan` was given.
    """
    plan = make_plan(request_of(run, **options))
    done = read_source(inspections, "inspections")
    noted = None if violations is None else read_source(violations, "violations")
    found = feedback(plan, done.records, noted.records if noted else [])
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_feedback(found, plan, out, lang)
    except OSError as error:
        reason = (("reason", error.strerror or str(error)),)
        raise UsageError([Problem("RE-609", found=str(out), params=reason)]) from None
    if as_json:
        print_json({**found.to_dict(), "left_out": done.left_out_count, "written": str(out)})
        return
    say, tiers = wording(lang), plan.request.run.policy.policy.supervision.tiers
    for row in found.rows:
        name = tiers[row.tier].title.text.get(lang) if row.tier in tiers else row.tier
        counts = {
            key: number(getattr(row, key)) for key in ("operators", "due", "planned", "done", "found", "violations")
        }
        click.echo(say["feedback_line"].format(tier=name, **counts))
    for why, count in found.elsewhere.items():
        click.echo(say[f"year_{why}"].format(count=number(count)))
    if done.left_out_count:
        talk().note(say["year_left_out"].format(count=number(done.left_out_count)))
    click.echo(out)
