"""``riskengine supervise review list|show|trail``: how proceedings stand, and the audit trail of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from riskengine.catalog import load_shipped
from riskengine.cli.ledger_opened import db_option, opened
from riskengine.cli.params import console, json_option, lang_option, print_json
from riskengine.cli.supervise_days import day_of
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.wording import words_in
from riskengine.supervision.review.articles import grounds_text
from riskengine.supervision.review.discipline import disciplines
from riskengine.supervision.review.procedure import procedure
from riskengine.supervision.review.proceeding import SINCE, UNTIL
from riskengine.supervision.review.reviewing import Filed, proceeding_of, proceedings
from riskengine.supervision.review.telling import FILE, ROOM, filed_plain, owed, possible, served_late, shown_cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

_HEADINGS = ("number", "kind", "operator", "state", "last_day")
_TRAIL = ("change", "recorded_at", "day", "action", "by", "said")


@click.command("list")
@click.option("--operator", metavar="ID", help="Only those about this operator.")
@db_option
@lang_option
@json_option
def list_command(operator: str | None, url: str, lang: str, *, as_json: bool) -> None:
    """List the proceedings, in the order of their numbers."""
    with opened(url) as ledger:
        found = proceedings(ledger, operator)
    if as_json:
        print_json([filed_plain(filed) for filed in found])
        return
    say = words_in(ROOM, lang, FILE)
    if not found:
        click.echo(say["no_proceedings"])
        return
    from riskengine.reports import Listing

    rows = [
        (
            filed.proceeding.id,
            filed.proceeding.kind_of.title.get(lang),
            mask_personal(filed.proceeding.operator_id),
            procedure().state_title(filed.proceeding.kind_of, filed.proceeding.state).get(lang),
            filed.proceeding.last.on.isoformat(),
        )
        for filed in found
    ]
    console().print(Listing([say[key] for key in _HEADINGS], rows))


@click.command("show")
@click.argument("proceeding")
@click.option("--as-of", "as_of", metavar="DATE", help="The day on which it is asked what is owed; today if left out.")
@db_option
@lang_option
@json_option
def show_command(proceeding: str, as_of: str | None, url: str, lang: str, *, as_json: bool) -> None:
    """Show how PROCEEDING stands: its state, what the operator is owed, what may follow."""
    day = day_of(as_of, lang, "--as-of")
    with opened(url) as ledger:
        filed = proceeding_of(ledger, proceeding)
    if as_json:
        waiting = [problem.to_dict(lang) for problem in owed(filed.proceeding, day)]
        print_json({**filed_plain(filed), "as_of": day.isoformat(), "owed": waiting})
        return
    for line in _lines(filed, day, lang):
        click.echo(line)


def _lines(filed: Filed, day: date, lang: str) -> Iterator[str]:
    say, held = words_in(ROOM, lang, FILE), filed.proceeding
    name = shown_cells(held, held.proposal.cells).get("name", "")
    operator, kind = mask_personal(held.operator_id), held.kind_of.title.get(lang)
    yield say["review_head"].format(number=held.id, kind=kind, operator=operator, name=name).rstrip()
    yield say["review_state"].format(state=procedure().state_title(held.kind_of, held.state).get(lang))
    term = held.kind_of.notice
    if held.until is not None and term is not None:
        yield say["review_term"].format(term=procedure().terms[term].title.get(lang), until=held.until.isoformat())
    for problem in owed(held, day):
        yield say["review_owed"].format(what=problem.message(lang))
    if held.since is not None:
        until = say["review_until"].format(until=held.lasts_until.isoformat()) if held.lasts_until else ""
        yield say["review_since"].format(since=held.since.isoformat()) + until
    due = served_late(held)
    if due is not None:
        yield say["review_late"].format(until=due.isoformat())
    steps = [procedure().actions[name].title.get(lang) for name in possible(held)]
    if steps:
        yield say["review_next"].format(steps=say["list_mark_here"].join(steps))


@click.command("trail")
@click.argument("proceeding")
@db_option
@lang_option
@json_option
def trail_command(proceeding: str, url: str, lang: str, *, as_json: bool) -> None:
    """Print the audit trail of PROCEEDING: every step, who took it, on which day, recorded when and as which change."""
    with opened(url) as ledger:
        filed = proceeding_of(ledger, proceeding)
    if as_json:
        print_json(filed_plain(filed)["steps"])
        return
    from riskengine.reports import Listing

    say, rows = words_in(ROOM, lang, FILE), []
    for each in filed.recorded:
        cells = shown_cells(filed.proceeding, each.said.cells)
        action = procedure().actions[each.said.action].title.get(lang)
        parts = (str(each.change), each.recorded_at[:19], each.said.done_on.isoformat(), action)
        rows.append((*parts, mask_personal(each.said.who), said_in_words(cells, lang)))
    console().print(Listing([say[key] for key in _TRAIL], rows, lines=True))


def said_in_words(cells: Mapping[str, str], lang: str) -> str:
    """What a step says: fields with their names, articles, ways of service and discipline in words."""
    say, told = words_in(ROOM, lang, FILE), []
    laws, rules = load_shipped().laws, procedure()
    for name, text in cells.items():
        words = text
        if name == "grounds":
            words = say["list_mark_here"].join(grounds_text(text, laws, lang)) or text
        elif name == "service" and text in rules.services:
            words = rules.services[text].get(lang)
        elif name == "discipline":
            names = [each.strip() for each in text.split(";") if each.strip()]
            words = say["list_mark_here"].join(disciplines()[each].title.get(lang) for each in names)
        label = {SINCE: say["served_since"], UNTIL: say["term_until"]}.get(name)
        label = label or (rules.fields[name].get(lang) if name in rules.fields else name)
        told.append(say["cell"].format(field=label, text=words))
    return say["clause_mark"].join(told)
