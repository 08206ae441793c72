"""``riskengine supervise publish``: the four classes of enforcement information, checked, due, reviewed, exported."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.catalog import load_shipped
from riskengine.cli.ledger_opened import key_option, opened
from riskengine.cli.main import DONE, FOUND
from riskengine.cli.params import console, json_option, lang_option, print_json, say_problems
from riskengine.cli.supervise_days import day_of
from riskengine.cli.supervise_publish_options import calendar_of, record_options
from riskengine.kernel.formats import number
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.wording import words_in
from riskengine.supervision.publication import FILE, ROOM
from riskengine.supervision.publication.columns import CLASSES, PENALTY
from riskengine.supervision.publication.due import TAKE_DOWN, WHAT, DueItem, DueList, due_list
from riskengine.supervision.publication.rows import TABLES
from riskengine.supervision.publication.schemas import json_schema, xml_schema
from riskengine.supervision.publication.settings import columns_of, read_settings
from riskengine.supervision.publication.shown import shown_in
from riskengine.supervision.publication.terms import reason_title
from riskengine.supervision.publication.year import Year, read_year

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from riskengine.catalog import LawRegister
    from riskengine.supervision.publication.columns import PublishedColumn, PublishedColumns
    from riskengine.supervision.publication.rows import PublishedRow
    from riskengine.supervision.publication.shown import Shown

_COLUMNS = ("column_name", "column_title", "column_type", "column_length", "column_required", "column_sureness")
_DUE = ("what", "class", "record_id", "operator", "by", "why", "rests_on")
_MOST = 20
_RELEASE = "riskengine.cli.supervise_publish_release"
_OF_THE_LEDGER = {
    "propose": "Propose for review what is fit to be published.",
    "export": "Write what is displayed as CSV, JSON and XML; record what was taken down.",
    "log": "Write the log: what was published when, taken down when, and why.",
}
"""Parts that need the extra ledger → what they do."""


class _Parts(click.Group):
    """A group of which some parts need the ledger's libraries: they are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every part, those of the ledger last."""
        return [*super().list_commands(ctx), *_OF_THE_LEDGER]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A part of this module, or one of the ledger's."""
        if cmd_name not in _OF_THE_LEDGER:
            return super().get_command(ctx, cmd_name)
        found: click.Command = getattr(import_module(_RELEASE), f"{cmd_name}_command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of parts, without importing the ledger's."""
        own = [(name, part.get_short_help_str()) for name, part in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl([*own, *_OF_THE_LEDGER.items()])


@click.group("publish", cls=_Parts)
def command() -> None:
    """What must be public: inspections, permits, penalties and coercive measures of a record's folder."""


@command.command("columns")
@click.option("--settings", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="A bureau's own.")
@lang_option
@json_option
def columns_command(settings: Path | None, lang: str, *, as_json: bool) -> None:
    """List the columns of the four classes: type, length, what requires them, and how surely they are known."""
    columns = columns_of(read_settings(settings), settings.name if settings else "")
    if as_json:
        classes = {name: [_column(each, columns) for each in columns.of(name)] for name in columns.classes}
        print_json({"publication": columns.publication, "classes": classes})
        return
    from riskengine.reports import Listing

    say = words_in(ROOM, lang, FILE)
    for name, kind in columns.classes.items():
        known = columns.sources[kind.source]
        sure = say[f"sure_{known.sureness}"]
        title = say["columns_class"].format(title=kind.title.get(lang), source=known.title.get(lang), sureness=sure)
        rows = [_column_row(each, columns, lang) for each in columns.of(name)]
        console().print(Listing([say[key] for key in _COLUMNS], rows, title=title))


@command.command("schema")
@click.argument("kind", type=click.Choice(CLASSES), metavar="CLASS")
@click.option("--xsd", is_flag=True, help="The schema of XML; else the JSON Schema of JSON and of rows of CSV.")
@click.option("--settings", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="A bureau's own.")
@lang_option
def schema_command(kind: str, settings: Path | None, lang: str, *, xsd: bool) -> None:  # noqa: ARG001 - of messages
    """Print the schema that what is published of CLASS holds to: inspection, permit, penalty or coercion."""
    columns = columns_of(read_settings(settings), settings.name if settings else "")
    click.echo(xml_schema(columns, kind) if xsd else json_schema(columns, kind), nl=False)


def _column(column: PublishedColumn, columns: PublishedColumns) -> dict[str, Any]:
    known = columns.sources[column.source]
    return {
        "name": column.name,
        "title": column.title.to_dict(),
        "type": column.type,
        "length": column.length,
        "required": column.required,
        "required_if": list(column.required_if),
        "hidden": column.hidden,
        "sureness": known.sureness,
        "source": known.title.to_dict(),
    }


def _column_row(column: PublishedColumn, columns: PublishedColumns, lang: str) -> tuple[str, ...]:
    say = words_in(ROOM, lang, FILE)
    required = [say["always"]] if column.required else [say[f"if_{name}"] for name in column.required_if]
    return (
        column.name,
        column.title.get(lang),
        say[f"type_{column.type}"],
        "" if column.length is None else str(column.length),
        ", ".join([say["never_shown"]] if column.hidden else required),
        say[f"sure_{columns.sources[column.source].sureness}"],
    )


@command.command("check")
@record_options
@lang_option
@json_option
def check_command(record: Path, settings: Path | None, calendar: Path | None, lang: str, *, as_json: bool) -> int:
    """Check every cell of the four classes of RECORD; exit with 1 where something is wrong."""
    year = read_year(record, settings, calendar_of(calendar))
    rows = list(year.rows())
    problems = [*year.problems(), *(problem for row in rows for problem in row.problems)]
    accounts = {name: _account(year, name, rows) for name in year.columns.classes}
    if as_json:
        print_json({"classes": accounts, "problems": [problem.to_dict(lang) for problem in problems]})
    else:
        say = words_in(ROOM, lang, FILE)
        for name, account in accounts.items():
            counts = {key: number(count) for key, count in account.items()}
            click.echo(say["check_class"].format(title=year.columns.class_of(name).title.get(lang), **counts))
        click.echo(say["check_found"].format(count=number(len(problems))) if problems else say["check_clean"])
        say_problems(problems, lang, most=len(problems), always=True)
    return FOUND if any(problem.is_error for problem in problems) else DONE


def _account(year: Year, name: str, rows: Sequence[PublishedRow]) -> dict[str, int]:
    """Where the rows of a class end: what was read and what was not add up to the rows of its table."""
    own, table = [row for row in rows if row.kind == name], year.tables[TABLES[name]]
    waiting = sum(row.decided_on is None and name == PENALTY for row in own)
    incomplete = sum(not row.is_complete for row in own)
    left_out = 0 if table is None else len(table.left_out)
    complete = len(own) - waiting - incomplete
    return {
        "rows": 0 if table is None else table.rows_in,
        "complete": complete,
        "incomplete": incomplete,
        "waiting": waiting,
        "left_out": left_out,
    }


@command.command("due")
@record_options
@click.option("--as-of", "as_of", metavar="DATE", help="The day that is asked about; today if left out.")
@click.option("--db", "url", metavar="URL", help="The ledger whose log and decisions count; else RECORD's own.")
@key_option
@lang_option
@json_option
def due_command(record: Path, url: str | None, as_of: str | None, lang: str, *, as_json: bool, **options: Any) -> int:
    """List what of RECORD is late, incomplete or must come down, by when, by which rule; exit with 1 where any is."""
    day = day_of(as_of, lang, "--as-of")
    year = read_year(record, options["settings"], calendar_of(options["calendar"]))
    found = due_list(*_rows_and_log(year, url, day), day, year.calendar)
    problems = year.problems()
    laws = load_shipped().laws
    if as_json:
        print_json(
            {
                "as_of": day.isoformat(),
                "standing": {name: dict(sorted(counts.items())) for name, counts in found.standing.items()},
                "due": [item.to_dict(laws, lang) for item in found.items],
                "problems": [problem.to_dict(lang) for problem in problems],
            }
        )
    else:
        _print_due(found, year, laws, lang)
        say_problems(problems, lang, most=_MOST)
    return FOUND if found.items else DONE


def _rows_and_log(year: Year, url: str | None, day: date) -> tuple[Iterable[PublishedRow], Sequence[Shown]]:
    """The rows and the log: of the record alone, or as the ledger knows them."""
    if url is None:
        return year.rows(), shown_in(year)
    from riskengine.supervision.publication.releasing import releases_in, rows_with_decisions

    with opened(url) as ledger:
        return rows_with_decisions(ledger, year, day), releases_in(ledger).log


def _print_due(found: DueList, year: Year, laws: LawRegister, lang: str) -> None:
    from riskengine.reports import Listing

    say, day = words_in(ROOM, lang, FILE), found.day.isoformat()
    for name, counts in found.standing.items():
        click.echo(
            say["due_class"].format(title=year.columns.class_of(name).title.get(lang), parts=_parts(counts, lang))
        )
    if not found.items:
        click.echo(say["due_none"].format(day=day))
        return
    title = say["due_title"].format(day=day, count=number(len(found.items)))
    rows = [tuple(_cells(item, year, laws, lang)) for item in found.items]
    console().print(Listing([say[key] for key in _DUE], rows, title=title, head=2))


def _parts(counts: Counter[str], lang: str) -> str:
    say = words_in(ROOM, lang, FILE)
    named = {key: say[f"what_{key}" if key in WHAT else f"stands_{key}"] for key in sorted(counts)}
    parts = [say["due_part"].format(what=named[key], count=number(counts[key])) for key in named]
    return words_in("riskengine.kernel", lang)["list"].join(parts)


def _cells(item: DueItem, year: Year, laws: LawRegister, lang: str) -> Iterator[str]:
    say = words_in(ROOM, lang, FILE)
    yield say[f"what_{item.what}"]
    yield year.columns.class_of(item.kind).title.get(lang)
    yield mask_personal(item.record_id)
    yield mask_personal(item.operator_id)
    yield "" if item.by is None else item.by.isoformat()
    yield _why(item, lang)
    basis = "" if item.term is None else item.term.label(laws, lang)
    local = item.term is not None and item.term.citation is not None and item.term.local
    yield say["basis_local"].format(basis=basis) if local else basis


def _why(item: DueItem, lang: str) -> str:
    say = words_in(ROOM, lang, FILE)
    if item.what == TAKE_DOWN and item.reason is not None and item.since is not None:
        return say["ended_for"].format(reason=reason_title(item.reason).get(lang), since=item.since.isoformat())
    parts = [problem.message(lang) for problem in item.problems]
    return words_in("riskengine.kernel", lang)["list"].join(parts) if parts else say["overdue"] if item.overdue else ""
