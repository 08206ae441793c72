"""``riskengine supervise review``: proceedings about operators' rights, step by step, each by its person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli.ledger_opened import db_option, opened
from riskengine.cli.ledger_options import entry_of, entry_options
from riskengine.cli.params import current_lang, json_option, lang_option, print_json
from riskengine.cli.supervise_days import day_of, on_option
from riskengine.cli.supervise_review_show import list_command, show_command, trail_command
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.wording import words_in
from riskengine.supervision.lists.recommended import proposal_of
from riskengine.supervision.review.procedure import NOTICE, PROPOSE, procedure
from riskengine.supervision.review.proceeding import Step
from riskengine.supervision.review.reviewing import Filed, proceeding_of, propose, take
from riskengine.supervision.review.telling import FILE, ROOM, fields_of, filed_plain, notice_cells
from riskengine.supervision.review.working_days import Calendar, read_calendar

if TYPE_CHECKING:
    from collections.abc import Callable

    from riskengine.supervision.review.procedure import Action

_HELP = {
    "facts": "The facts that it rests on.",
    "grounds": "The articles, LAW:ARTICLE[:PARAGRAPH[:ITEM]], with ; between them.",
    "rights": "What the operator is told about its rights.",
    "document": "The document: its number.",
    "service": f"How it was served: {', '.join(procedure().services)}.",
    "text": "What was said: the statement, the answer, the opinion, the reason.",
    "hearing_on": "The day of the hearing.",
    "place": "Where it is held.",
    "president": "Who presides; not the person who proposed.",
    "correct_by": "The day by which it must be put right.",
    "discipline": "What follows for who is listed, by name, with ; between them.",
}


@click.group("review")
def command() -> None:
    """Proceedings about operators' rights: proposed, heard, checked in law and decided by three different persons."""


for part in (list_command, show_command, trail_command):
    command.add_command(part)

_calendar = click.option(
    "--calendar",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The announced holidays; without them terms in working days are taken longer, never shorter.",
)


@command.command("propose")
@click.argument("kind", type=click.Choice(list(procedure().kinds)), metavar="KIND")
@click.argument("operator_id")
@click.option("--from", "run", type=click.Path(path_type=Path), metavar="RUN", help="The run that recommends it.")
@click.option("--facts", metavar="TEXT", help=_HELP["facts"])
@click.option("--grounds", metavar="TEXT", help=_HELP["grounds"])
@click.option("--discipline", metavar="NAMES", help=_HELP["discipline"])
@click.option("--name", metavar="TEXT", help="What the operator is called.")
@on_option
@_calendar
@db_option
@entry_options
@lang_option
@json_option
def propose_command(
    kind: str, operator_id: str, run: Path | None, url: str, lang: str, *, as_json: bool, **options: Any
) -> None:
    """Begin a proceeding of KIND about an operator; with --from, on what that run recommends."""
    day = day_of(options["on"], lang)
    cells = proposal_of(run, kind, operator_id, lang) if run is not None else {}
    cells |= {name: options[name] for name in ("facts", "grounds", "discipline", "name") if options[name]}
    entry = entry_of(options["who"], procedure().actions[PROPOSE].title.get(lang), options["recorded_at"])
    with opened(url) as ledger:
        step = Step(PROPOSE, entry.who, day, cells)
        filed = propose(ledger, kind, operator_id, step, entry, calendar=_read(options["calendar"]))
    _said(filed, lang, as_json=as_json)


def _read(file: Path | None) -> Calendar:
    return Calendar() if file is None else read_calendar(file)


def _said(filed: Filed, lang: str, *, as_json: bool) -> None:
    if as_json:
        print_json(filed_plain(filed))
        return
    say, last = words_in(ROOM, lang, FILE), filed.recorded[-1]
    click.echo(
        say["step_done"].format(
            number=filed.proceeding.id,
            action=procedure().actions[last.said.action].title.get(lang),
            day=last.said.done_on.isoformat(),
            who=mask_personal(last.said.who),
            state=procedure().state_title(filed.proceeding.kind_of, filed.proceeding.state).get(lang),
            change=last.change,
        )
    )


def _step_command(action: Action) -> click.Command:
    """The command that records a step of a kind: its fields are its options."""

    def run(proceeding: str, url: str, lang: str, *, as_json: bool, **options: Any) -> None:
        day = day_of(options["on"], lang)
        entry = entry_of(options["who"], action.title.get(lang), options["recorded_at"])
        given = {name: options[name] for name in fields_of(action.name) if options[name]}
        with opened(url) as ledger:
            told = notice_cells(proceeding_of(ledger, proceeding).proceeding, lang) if action.name == NOTICE else {}
            step = Step(action.name, entry.who, day, {**told, **given})
            filed = take(ledger, proceeding, step, entry, calendar=_read(options["calendar"]))
        _said(filed, current_lang(), as_json=as_json)

    run.__doc__ = f"Record a step of PROCEEDING: {action.title.en}."
    made: Callable[..., Any] = json_option(lang_option(entry_options(db_option(_calendar(on_option(run))))))
    for name in reversed(fields_of(action.name)):
        made = click.option(f"--{name.replace('_', '-')}", name, metavar="TEXT", help=_HELP[name])(made)
    return click.command(action.name.replace("_", "-"))(click.argument("proceeding")(made))


for held in procedure().actions.values():
    if held.name != PROPOSE and not held.only:  # what one kind alone has is done by commands of its own
        command.add_command(_step_command(held))
