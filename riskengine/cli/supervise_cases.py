"""``riskengine supervise cases``: case files against their checklist, a sample of them, their scores."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.catalog import load_shipped
from riskengine.cli.main import DONE, FOUND
from riskengine.cli.params import as_of_date, json_option, lang_option, personal_option, print_json
from riskengine.cli.supervise_cases_sample import sample_command
from riskengine.cli.supervise_cases_score import score_command
from riskengine.cli.talk import talk
from riskengine.cli.workbook_out import workbook_option, write_workbook
from riskengine.kernel.formats import number
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.wording import listed
from riskengine.reports.cases import write_checked
from riskengine.supervision.cases.checking import check_cases
from riskengine.supervision.cases.checklist import read_checklist
from riskengine.supervision.cases.judging import DEFECTS, NOT_TOLD, STATES, UNJUDGED
from riskengine.supervision.cases.sources import ORDINARY, SUMMARY
from riskengine.supervision.cases.telling import Telling, wording
from riskengine.supervision.review.working_days import read_calendar, shipped_calendar

if TYPE_CHECKING:
    from datetime import date

    from riskengine.supervision.cases.checking import Checked
    from riskengine.supervision.cases.judging import Judged

_FILE = click.Path(path_type=Path, dir_okay=False)
PROCEDURES = (ORDINARY, SUMMARY)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group("cases")
def command() -> None:
    """Case files (案卷评查): what is missing, late, out of order; a verifiable sample; scores and agreement."""


for part in (sample_command, score_command):
    command.add_command(part)


@command.command("check")
@click.argument("record", type=_FOLDER)
@click.option("--as-of", "day", metavar="DATE", help="The day on which it is seen; today if left out.")
@click.option("--checklist", type=_FILE, metavar="FILE", help="YAML: the checklist; the shipped one if left out.")
@click.option("--calendar", type=_FILE, metavar="FILE", help="YAML: holidays and workdays; the shipped ones else.")
@workbook_option
@click.option("--ahead", is_flag=True, help="Print what is still to be done, too.")
@personal_option
@lang_option
@json_option
def check_command(record: Path, day: str | None, lang: str, *, as_json: bool, **options: Any) -> int:
    """Hold every case of RECORD against the checklist; exit with 1 where anything is found.

    RECORD is a folder with the tables `cases` and `case_steps`, and `violations` for the decisions.
    """
    checklist, as_of = read_checklist(options["checklist"]), as_of_date(day)
    calendar = shipped_calendar() if options["calendar"] is None else read_calendar(options["calendar"])
    checked = check_cases(record, checklist, calendar, as_of)
    laws, shown = load_shipped().laws, options["show_personal"]
    write_workbook(options["out"], lambda out: write_checked(checked, laws, out, lang, show_personal=shown))
    if as_json:
        print_json(checked.to_dict(laws, show_personal=shown))
    else:
        _print(checked, as_of, lang, ahead=options["ahead"], show_personal=shown)
    return FOUND if checked.has_defects else DONE


@command.command("checklist")
@click.option("--checklist", type=_FILE, metavar="FILE", help="YAML: the checklist; the shipped one if left out.")
@lang_option
@json_option
def checklist_command(checklist: Path | None, lang: str, *, as_json: bool) -> None:
    """Print the checklist: what each procedure asks for, with the article; the words of steps and circumstances."""
    held = read_checklist(checklist)
    if as_json:
        print_json(held.model_dump(mode="json", by_alias=True, exclude_defaults=True))
        return
    say, tell = wording(lang), Telling(held, load_shipped().laws, held.since, lang)
    click.echo(say["checklist_title"].format(title=held.title.get(lang), day=held.since.isoformat()))
    for procedure in PROCEDURES:
        click.echo(say[procedure])
        for each in held.requirements:
            if procedure in each.procedure:
                click.echo(f"  {tell.requirement(each)}")
    for title, entries in (("words_of_steps", held.steps), ("words_of_circumstances", held.circumstances)):
        click.echo(say[title])
        for name, entry in entries.items():
            click.echo(f"  {name}: {listed([entry.title.zh, entry.title.en, *entry.words], lang)}")


def _print(checked: Checked, as_of: date, lang: str, *, ahead: bool, show_personal: bool) -> None:
    say, tell = wording(lang), Telling(checked.checklist, load_shipped().laws, as_of, lang)
    not_told = 0
    for each in checked.cases:
        not_told += sum(found.kind in NOT_TOLD for found in each.findings)
        _print_case(each, tell, ahead=ahead, show_personal=show_personal)
    states = [
        say["sum_of"].format(state=say[f"state_{state}"], count=number(checked.states[state]))
        for state in STATES
        if checked.states[state]
    ]
    figures = {"cases": number(len(checked.cases)), "states": listed(states, lang)}
    click.echo(say["sums"].format(day=as_of.isoformat(), **figures))
    for unit in checked.units:
        counts = {"cases": number(unit.cases), "defects": number(unit.states[DEFECTS])}
        click.echo(say["unit_line"].format(unit=mask_personal(unit.unit), **counts))
    if not_told:
        click.echo(say["unjudged_count"].format(count=number(not_told)))
    if checked.later_steps:
        talk().note(say["later_steps"].format(count=number(checked.later_steps)))


def _print_case(each: Judged, tell: Telling, *, ahead: bool, show_personal: bool) -> None:
    """A case with what was found; what cannot be judged is told where nothing else is wrong."""
    told = [found for found in each.findings if each.state == UNJUDGED or found.kind not in NOT_TOLD]
    to_do = each.ahead if ahead else ()
    if not told and not to_do:
        return
    click.echo(tell.case(each))
    for found in told:
        click.echo(f"  {tell.finding(found, show_personal=show_personal)}")
    for deadline in to_do:
        click.echo(f"  {tell.deadline(deadline)}")
