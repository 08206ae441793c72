"""``riskengine supervise tasks``: the bureau's work plan: checked, how it stands on a day, a form to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli.main import BAD_INPUT, DONE, FOUND
from riskengine.cli.params import as_of_date, json_option, lang_option, print_json, say_problems
from riskengine.cli.words import words
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem, nearest
from riskengine.kernel.shipped import shipped_yaml
from riskengine.records import write_form
from riskengine.reports.workplan import lines_of, write_standing
from riskengine.supervision.words import wording
from riskengine.supervision.workplan import (
    WORK_PLAN,
    check_work_plan,
    read_rules,
    read_work_plan,
    standing_of,
)
from riskengine.supervision.workplan.rules import LATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from riskengine.supervision.workplan import WorkPlan

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("tasks")
def command() -> None:
    """The bureau's work plan (tasks and measures), from Excel, CSV or YAML: what is done, due soon, late."""


@command.command("check")
@click.argument("file", type=_FILE)
@lang_option
@json_option
def check_command(file: Path, lang: str, *, as_json: bool) -> int:
    """List every problem of FILE; exit with 2 where there is one that stands in the way."""
    plan, problems = check_work_plan(file)
    if as_json:
        listed = [problem.to_dict(lang) for problem in problems]
        print_json({"file": str(file), "tasks": len(plan.tasks), "measures": len(plan.measures), "problems": listed})
    else:
        counts = {"tasks": len(plan.tasks), "measures": len(plan.measures)}
        click.echo(wording(lang)["tasks_read"].format(file=file.name, **counts))
        say_problems(problems, lang, most=len(problems), always=True)
        if not problems:
            click.echo(words(lang)["no_problems"])
    return BAD_INPUT if any(problem.is_error for problem in problems) else DONE


@command.command("show")
@click.argument("file", type=_FILE)
@click.option("--as-of", "day", metavar="DATE", help="The day on which it is seen; today if left out.")
@click.option("--rules", type=_FILE, metavar="FILE", help="YAML: days of a reminder, words of states; else shipped.")
@click.option("--department", metavar="NAME", help="Only the reminders of this department.")
@click.option("--out", type=_FILE, metavar="FILE", help="A workbook to write as well.")
@click.option("--fail", is_flag=True, help="Exit with 1 where a measure is late.")
@lang_option
@json_option
def show_command(file: Path, lang: str, *, as_json: bool, fail: bool, **options: Any) -> int:
    """Show how FILE stands: each measure's state, who is late and by how many days, reminders by department."""
    plan = read_work_plan(file)
    if options["department"] is not None:
        _require_department(plan, options["department"])
    standing = standing_of(plan, read_rules(options["rules"]), as_of_date(options["day"]))
    out: Path | None = options["out"]
    if out is not None:
        _written(out, lambda: write_standing(standing, out, lang))
    if as_json:
        found = standing.to_dict(lang)
        reminders = [one for one in found["reminders"] if options["department"] in {None, one["department"]}]
        print_json({**found, "reminders": reminders, "written": None if out is None else str(out)})
    else:
        for line in lines_of(standing, lang, options["department"]):
            click.echo(line)
        if out is not None:
            click.echo(out)
    return FOUND if fail and standing.count(standing.measures)[LATE] else DONE


@command.command("form")
@click.option(
    "--out", type=_FILE, default=Path("work_plan.xlsx"), show_default=True, metavar="FILE", help="The file to write."
)
@click.option("--force", is_flag=True, help="Write over an existing file.")
@lang_option
@json_option
def form_command(out: Path, lang: str, *, force: bool, as_json: bool) -> None:  # noqa: ARG001 - of messages
    """Write an Excel form of a work plan with Chinese headings and an example row."""
    if out.exists() and not force:
        raise UsageError([Problem("RE-609", found=str(out), params=(("reason", "it exists; --force writes over it"),))])
    form = shipped_yaml("riskengine.supervision.workplan", "form.yaml")
    _written(out, lambda: write_form(out, WORK_PLAN, form["sheet"], form["columns"], form["help"]))
    if as_json:
        print_json({"written": str(out)})
    else:
        click.echo(out)


def _require_department(plan: WorkPlan, name: str) -> None:
    """Refuse a department that is not in the plan (RE-985)."""
    if name not in plan.departments:
        raise UsageError([Problem("RE-985", source=plan.source, found=name, near=nearest(name, plan.departments))])


def _written(out: Path, write: Callable[[], None]) -> None:
    """Write a file; RE-609 where it cannot be written."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write()
    except OSError as error:
        reason = (("reason", error.strerror or str(error)),)
        raise UsageError([Problem("RE-609", found=str(out), params=reason)]) from None
