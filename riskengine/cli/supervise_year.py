"""``riskengine supervise year``: the figures of a bureau's year from its record, each linked to its rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from riskengine.catalog import load_shipped
from riskengine.cli.params import json_option, lang_option, print_json, say_problems
from riskengine.kernel.formats import number
from riskengine.reports.notice import forms_of
from riskengine.reports.wording import room_words
from riskengine.reports.yearly import figures_json, write_year
from riskengine.runs import run_folders, runs_in
from riskengine.supervision.review.working_days import read_calendar, shipped_calendar
from riskengine.supervision.yearly import YearContext, year_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.catalog import Catalog
    from riskengine.runs import Run
    from riskengine.supervision.review.working_days import Calendar
    from riskengine.supervision.yearly import Year

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("year")
@click.argument("year", type=click.IntRange(1950, 9998), metavar="YEAR")
@click.option("--record", type=_FOLDER, required=True, metavar="DIR", help="The record folder of the bureau.")
@click.option("--runs", type=_FOLDER, metavar="RUNS", help="Runs of the operators' grades; without, none are told.")
@click.option("--previous", type=_FOLDER, metavar="DIR", help="The record folder of the year before, to compare with.")
@click.option(
    "--holidays",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="YAML: holidays and working weekends by year; else those that are shipped.",
)
@click.option("--body", default="", metavar="TEXT", help="Whose report it is, for its head.")
@click.option("--out", type=_FOLDER, required=True, metavar="DIR", help="Where the report is written.")
@lang_option
@json_option
def command(
    year: int,
    record: Path,
    runs: Path | None,
    previous: Path | None,
    holidays: Path | None,
    body: str,
    out: Path,
    lang: str,
    *,
    as_json: bool,
) -> None:
    """Compute the figures of YEAR from the record folder: report.docx, report.html, figures.json and their rows.

    A figure whose file is not there is said to be missing; a row that counts in no figure is listed with the reason.
    """
    forms_of(("docx",))
    catalog = load_shipped()
    calendar = shipped_calendar() if holidays is None else read_calendar(holidays)
    held = None if runs is None else _runs(runs)
    before = None if previous is None else _year(previous, year - 1, held, catalog, calendar)
    found = year_of(YearContext(record, year, held, catalog, calendar, []), before)
    written = write_year(found, catalog, out, lang, body.strip())
    if as_json:
        print_json({**figures_json(found, catalog), "written": [str(path) for path in written]})
        return
    say_problems(found.problems, lang)
    click.echo(_summary(found, lang))
    for path in written:
        click.echo(path)


def _year(folder: Path, year: int, runs: Sequence[Run] | None, catalog: Catalog, calendar: Calendar) -> Year:
    return year_of(YearContext(folder, year, runs, catalog, calendar, []))


def _runs(folder: Path) -> Sequence[Run]:
    """The runs of a folder: of the one given, or of the ``runs`` in it."""
    inner = folder / "runs"
    return runs_in(inner if not run_folders(folder) and inner.is_dir() else folder)


def _summary(year: Year, lang: str) -> str:
    figures, accounts = list(year.figures), year.accounts
    return room_words("riskengine.reports.yearly", lang)["year_written"].format(
        figures=number(len(figures)),
        missing=number(sum(figure.amount is None for figure in figures)),
        files=number(len(accounts)),
        rows=number(sum(each.rows for each in accounts)),
        counted=number(sum(each.counted for each in accounts)),
        not_counted=number(sum(each.not_counted for each in accounts)),
    )
