"""``riskengine ledger object``, ``answer``, ``objections``: an operator objects to its grade, and is answered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli.ledger_opened import db_option, opened
from riskengine.cli.ledger_options import entry_of, entry_options
from riskengine.cli.main import DONE, FOUND
from riskengine.cli.params import as_of_date, json_option, lang_option, print_json
from riskengine.facade.objecting import grade_of, term_of
from riskengine.kernel.masking import mask_personal
from riskengine.ledger import OUTCOMES, Answer, Filing, answer_objection, file_objection, objections, wording
from riskengine.runs import open_run, require_unaltered

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from riskengine.ledger import Change, Objection

_RUN = "The run whose grade it is about: its folder"


def _document_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The day and the document of what is recorded, and why."""
    options = (
        click.option("--why", required=True, metavar="TEXT", help="The grounds."),
        click.option("--document-on", required=True, metavar="DATE", help="The date of that document."),
        click.option("--document", required=True, metavar="NUMBER", help="The number of the document."),
        click.option("--on", "day", required=True, metavar="DATE", help="The day on which it was filed or answered."),
    )
    for option in options:
        function = option(function)
    return function


@click.command("object")
@click.argument("operator_id")
@click.option("--run", "folder", type=click.Path(path_type=Path), required=True, help=f"{_RUN}.")
@click.option(
    "--calendar",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The announced holidays, as supervise review takes them; without them Monday to Friday are worked.",
)
@_document_options
@db_option
@entry_options
@lang_option
@json_option
def object_command(operator_id: str, folder: Path, url: str, lang: str, *, as_json: bool, **options: Any) -> None:
    """Record that OPERATOR_ID objects to its grade in a run, which was graded from this ledger.

    The day by which it is to be answered follows from the run's policy, or from the term that the program knows.
    """
    day, run = as_of_date(options["day"]), open_run(folder)
    require_unaltered(run)
    entry = entry_of(options["who"], options["why"], options["recorded_at"], options["document"])
    term, answer_by = term_of(run, day, options["calendar"])
    filing = Filing(day, options["document"], as_of_date(options["document_on"]), options["why"], term, answer_by)
    with opened(url) as ledger:
        about = grade_of(ledger, run, operator_id)
        change = file_objection(ledger, about, filing, entry)
    said = {"run_id": run.run_id, "grade": about.grade, "answer_by": _iso(answer_by)}
    if as_json:
        print_json({**_recorded(change), **said})
        return
    say = wording(lang)
    if change is None:
        click.echo(say["objection_known"])
        return
    until = say["objection_until"].format(day=answer_by) if answer_by else say["objection_no_term"]
    grade = about.grade or say["objection_no_grade"]
    names = {"operator": mask_personal(about.operator_id), "run": run.run_id, "grade": grade}
    click.echo(say["objection_filed"].format(**names, until=until, number=change.number))


@click.command("answer")
@click.argument("operator_id")
@click.argument("outcome", type=click.Choice(OUTCOMES))
@click.option("--run", required=True, metavar="RUN", help=f"{_RUN}, its id or its hash.")
@click.option("--change", "changes", type=int, multiple=True, help="If upheld: a change that corrects the record.")
@click.option("--new-run", type=click.Path(path_type=Path), help="If upheld: the run in which it was graded again.")
@_document_options
@db_option
@entry_options
@lang_option
@json_option
def answer_command(
    operator_id: str,
    outcome: str,
    run: str,
    changes: tuple[int, ...],
    new_run: Path | None,
    url: str,
    lang: str,
    *,
    as_json: bool,
    **options: Any,
) -> None:
    """Record what became of OPERATOR_ID's objection to its grade in a run.

    Another person than who recorded the objection answers it. One that is upheld names what changed: --change, or
    --new-run, or both.
    """
    entry = entry_of(options["who"], options["why"], options["recorded_at"], options["document"])
    days = as_of_date(options["day"]), as_of_date(options["document_on"])
    with opened(url) as ledger:
        new = None
        if new_run is not None:
            again = open_run(new_run)
            require_unaltered(again)
            new = grade_of(ledger, again, operator_id)
        answer = Answer(outcome, days[0], options["document"], days[1], options["why"], changes, new)
        change = answer_objection(ledger, operator_id, Path(run).name, answer, entry)
    if as_json:
        print_json(_recorded(change))
        return
    say = wording(lang)
    words = {"operator": mask_personal(operator_id), "outcome": say[f"objection_{outcome}"]}
    click.echo(
        say["objection_known"] if change is None else say["objection_answered"].format(**words, number=change.number)
    )


@click.command("objections")
@click.option("--as-of", metavar="DATE", help="The day on which everything is seen; today if left out.")
@click.option("--all", "everything", is_flag=True, help="Those that were answered, too.")
@click.option("--fail", is_flag=True, help="Exit code 1 when the term of an open one has run out.")
@db_option
@lang_option
@json_option
def objections_command(as_of: str | None, url: str, lang: str, *, everything: bool, fail: bool, as_json: bool) -> None:
    """List the objections to grades that are not answered, with the days by which they must be: the late ones first."""
    day = as_of_date(as_of)
    with opened(url) as ledger:
        found = [each for each in objections(ledger) if each.filed_on <= day and (everything or each.is_open(day))]
    found.sort(key=lambda each: (not each.is_open(day), each.answer_by is None, each.answer_by, each.filed_on))
    late = sum(each.is_late(day) for each in found)
    if as_json:
        print_json({"as_of": day.isoformat(), "late": late, "objections": [_plain(each, day) for each in found]})
    else:
        say = wording(lang)
        for each in found:
            click.echo(_line(each, day, lang))
        is_open = sum(each.is_open(day) for each in found)
        click.echo(say["objection_sum"].format(day=day, open=is_open, late=late) if found else say["objection_none"])
    click.get_current_context().exit(FOUND if fail and late else DONE)


def _recorded(change: Change | None) -> dict[str, Any]:
    return {"change": change.number if change else None, "sha256": change.sha256 if change else None}


def _plain(each: Objection, day: date) -> dict[str, Any]:
    """An objection, JSON-ready; what is personal is masked."""
    cells: dict[str, Any] = {name: getattr(each, name) for name in each.__slots__}
    texts = ("operator_id", "document", "grounds", "answer_document", "reasons")
    masked = {name: mask_personal(cells[name]) if cells[name] else cells[name] for name in texts}
    days = {name: _iso(cells[name]) for name in cells if name.endswith("_on") or name in {"as_of", "answer_by"}}
    return {**cells, **masked, **days, "open": each.is_open(day), "late": each.is_late(day)}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _line(each: Objection, day: date, lang: str) -> str:
    say = wording(lang)
    if each.is_late(day):
        state = say["objection_late"].format(day=each.answer_by)
    elif each.is_open(day):
        state = say["objection_open"].format(day=each.answer_by) if each.answer_by else say["objection_no_term"]
    else:
        outcome = say[f"objection_{each.outcome}"]
        state = say["objection_done"].format(day=each.answered_on, outcome=outcome, document=each.answer_document)
    grade = each.grade or say["objection_no_grade"]
    told = {"operator": mask_personal(each.operator_id), "run": each.run_id, "grade": grade, "filed": each.filed_on}
    return say["objection_line"].format(**told, document=mask_personal(each.document), state=state)
