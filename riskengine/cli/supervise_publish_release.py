"""``riskengine supervise publish propose|export|log``: lists for review, what is displayed, what was when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli.ledger_opened import db_option, opened
from riskengine.cli.ledger_options import entry_of, entry_options
from riskengine.cli.params import json_option, lang_option, print_json
from riskengine.cli.supervise_days import day_of, on_option
from riskengine.cli.supervise_publish_options import calendar_of, record_options
from riskengine.kernel.errors import UsageError
from riskengine.kernel.formats import number
from riskengine.kernel.problems import Problem
from riskengine.kernel.wording import words_in
from riskengine.supervision.publication import FILE, ROOM
from riskengine.supervision.publication.releasing import export, log_table, propose_list, releases_in
from riskengine.supervision.publication.terms import reason_title
from riskengine.supervision.publication.year import read_year
from riskengine.supervision.review.procedure import PROPOSE, PUBLISH, procedure

if TYPE_CHECKING:
    from riskengine.supervision.publication.releasing import Exported
    from riskengine.supervision.publication.year import Year

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("propose")
@record_options
@click.option("--grounds", metavar="TEXT", help="The articles, LAW:ARTICLE[:PARAGRAPH[:ITEM]]; by class if left out.")
@on_option
@db_option
@entry_options
@lang_option
@json_option
def propose_command(record: Path, url: str, lang: str, *, as_json: bool, **options: Any) -> None:
    """Propose for review what of RECORD is fit to be published and was not reviewed as it stands.

    Another person checks it in law and a third decides: `supervise review check`, `supervise review decide`.
    """
    day = day_of(options["on"], lang)
    year = read_year(record, options["settings"], calendar_of(options["calendar"]))
    entry = entry_of(options["who"], procedure().actions[PROPOSE].title.get(lang), options["recorded_at"])
    with opened(url) as ledger:
        filed, rows = propose_list(ledger, year, day, entry, lang, grounds=options["grounds"])
    if as_json:
        counts = {name: sum(row.kind == name for row in rows) for name in year.columns.classes}
        print_json({"proceeding": filed.proceeding.id, "records": counts, "change": filed.recorded[-1].change})
        return
    say = words_in(ROOM, lang, FILE)
    click.echo(say["proposed"].format(number=filed.proceeding.id, count=number(len(rows))))


@click.command("export")
@record_options
@click.option("--as-of", "as_of", metavar="DATE", help="The day; today if left out.")
@click.option("--out", type=_FOLDER, required=True, metavar="DIR", help="The folder to write; not there yet, or empty.")
@db_option
@entry_options
@lang_option
@json_option
def export_command(record: Path, url: str, out: Path, lang: str, *, as_json: bool, **options: Any) -> None:
    """Write what is displayed as CSV, JSON and XML with their schemas; record what was published and taken down.

    Displayed is what was decided, is as it was reviewed, and has not been revoked, repaired, stayed or run out.
    """
    day = day_of(options["as_of"], lang, "--as-of")
    year = read_year(record, options["settings"], calendar_of(options["calendar"]))
    entry = entry_of(options["who"], procedure().actions[PUBLISH].title.get(lang), options["recorded_at"])
    with opened(url) as ledger:
        done = export(ledger, year, day, entry, out, lang)
    if as_json:
        figures = {"displayed": done.displayed, "published": done.published, "taken_down": done.taken_down}
        print_json({"as_of": day.isoformat(), "written": str(done.folder), **figures})
        return
    _say_export(done, year, lang)


def _say_export(done: Exported, year: Year, lang: str) -> None:
    say = words_in(ROOM, lang, FILE)
    for name, count in done.displayed.items():
        title = year.columns.class_of(name).title.get(lang)
        click.echo(say["exported_class"].format(title=title, count=number(count)))
    down = sum(done.taken_down.values())
    click.echo(say["exported"].format(published=number(done.published), taken_down=number(down)))
    for reason, count in done.taken_down.items():
        click.echo(say["exported_down"].format(reason=reason_title(reason).get(lang), count=number(count)))
    click.echo(done.folder)


@click.command("log")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("publications.csv"),
    show_default=True,
    metavar="FILE",
    help="The table to write: the `publications` of a record.",
)
@click.option("--record", type=click.Path(path_type=Path), metavar="RECORD", help="The record, for whom each is about.")
@db_option
@lang_option
@json_option
def log_command(out: Path, record: Path | None, url: str, lang: str, *, as_json: bool) -> None:
    """Write the log of the ledger: what was published when, taken down when, and why."""
    with opened(url) as ledger:
        releases = releases_in(ledger)
    content = log_table(releases, None if record is None else read_year(record))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(content)
    except OSError as error:
        reason = (("reason", error.strerror or str(error)),)
        raise UsageError([Problem("RE-609", found=str(out), params=reason)]) from None
    if as_json:
        print_json({"written": str(out), "publications": len(releases.log)})
        return
    say = words_in(ROOM, lang, FILE)
    click.echo(say["logged"].format(file=out, count=number(len(releases.log))))
