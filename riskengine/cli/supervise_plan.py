"""``riskengine supervise plan``: what each operator is due, and what the inspectors of a period can cover."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli import completion
from riskengine.cli.params import as_of_date, json_option, lang_option, personal_option, print_json
from riskengine.kernel.errors import UsageError
from riskengine.kernel.formats import number
from riskengine.kernel.problems import Problem
from riskengine.kernel.windows import add_months
from riskengine.reports.plan import write_plan
from riskengine.runs import is_rule_file, open_run, require_unaltered
from riskengine.supervision.planning import Plan, PlanRequest, make_plan
from riskengine.supervision.planning.rules import CHANNELS
from riskengine.supervision.words import wording

if TYPE_CHECKING:
    from collections.abc import Callable

_FILE = click.Path(path_type=Path, dir_okay=False)


def plan_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What a plan is made of, for every command that makes one."""
    options = [
        click.argument("run", type=click.Path(path_type=Path), shell_complete=completion.runs),
        click.option("--as-of", "day", metavar="DATE", help="The day of the plan; that of RUN if left out."),
        click.option(
            "--from", "since", metavar="DATE", help="The first day of the period; else the day after the plan's."
        ),
        click.option("--until", metavar="DATE", help="Its last day; three months after the plan's day if left out."),
        click.option(
            "--inspectors", type=_FILE, metavar="FILE", help="A table: certificate, county, valid_until, days."
        ),
        click.option("--conflicts", type=_FILE, metavar="FILE", help="A table: certificate, operator_id not to meet."),
        click.option(
            "--draw",
            type=click.Path(path_type=Path, file_okay=False),
            metavar="DIR",
            help="A draw that was carried out: its visits are in the plan, with the inspectors drawn.",
        ),
        click.option("--rules", type=_FILE, metavar="FILE", help="YAML: what each tier is due; else the policy's own."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def request_of(run: Path, *, day: str | None, since: str | None, until: str | None, **files: Any) -> PlanRequest:
    """What is asked for by :func:`plan_options`."""
    opened = open_run(run)
    require_unaltered(opened, only=is_rule_file)
    begins = opened.as_of if day is None else as_of_date(day, "--as-of")
    return PlanRequest(
        run=opened,
        day=begins,
        since=begins + timedelta(days=1) if since is None else as_of_date(since, "--from"),
        until=add_months(begins, 3) if until is None else as_of_date(until, "--until"),
        **files,
    )


@click.command("plan")
@plan_options
@click.option(
    "--out", type=_FILE, default=Path("plan.xlsx"), show_default=True, metavar="FILE", help="The workbook to write."
)
@lang_option
@personal_option
@json_option
def command(run: Path, out: Path, lang: str, *, show_personal: bool, as_json: bool, **options: Any) -> None:
    """Plan what RUN recommends: channel, focus, visits, deadline and basis of each operator.

    With inspectors it fills the period: the highest risk first, fair across counties, one visit for all points of an
    operator; and says what cannot be covered, and why.
    """
    plan = make_plan(request_of(run, **options))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_plan(plan, out, lang, show_personal=show_personal)
    except OSError as error:
        reason = (("reason", error.strerror or str(error)),)
        raise UsageError([Problem("RE-609", found=str(out), params=reason)]) from None
    if as_json:
        print_json({**plan.to_dict(show_personal=show_personal), "written": str(out)})
        return
    for line in _summary(plan, lang):
        click.echo(line)
    click.echo(out)


def _summary(plan: Plan, lang: str) -> list[str]:
    say, counts = wording(lang), plan.channels
    planned, left_out = number(len(plan.planned.rows)), number(len(plan.planned.left_out))
    lines = [say["plan_operators"].format(planned=planned, left_out=left_out)]
    lines += [
        say["plan_channel"].format(channel=say[f"plan_{channel}"], count=number(counts[channel]))
        for channel in reversed(CHANNELS)
        if channel in counts
    ]
    if plan.schedule is None:
        return [*lines, say["plan_due"].format(due=number(plan.due))]
    covered = number(len(plan.schedule.visits))
    lines.append(say["plan_covered"].format(due=number(plan.due), covered=covered))
    lines += [
        say["plan_reason"].format(reason=say[f"plan_{reason}"], count=number(count))
        for reason, count in sorted(plan.reasons.items())
    ]
    return lines
