"""``riskengine ledger``: make a ledger, import into it, see how it stands."""

from __future__ import annotations

import getpass
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli.main import FOUND
from riskengine.cli.params import (
    as_of_date,
    column_mapping,
    current_lang,
    json_option,
    lang_option,
    print_json,
    say_problems,
)
from riskengine.facade import Engine
from riskengine.facade.keeping import keep
from riskengine.kernel.errors import InputError, UsageError
from riskengine.kernel.masking import is_personal, mask_name, mask_personal, mask_whole
from riskengine.kernel.problems import Problem, in_order
from riskengine.ledger import Entry, import_sources, init_ledger, open_ledger, overview, verify_ledger, wording
from riskengine.records import sources_in, write_mend

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from riskengine.contract.records import SourceRecords
    from riskengine.ledger import Correction, Imported
    from riskengine.records import Kept

_SHOWN_CORRECTIONS = 20


@dataclass(frozen=True, slots=True)
class _Accounts:
    """What ``contract.records.RecordsAccount`` asks of sources that were read one by one."""

    sources: Sequence[SourceRecords]

    def problems(self) -> list[Problem]:
        """Every problem of every source."""
        return [problem for source in self.sources for problem in source.problems]


@click.group("ledger")
def command() -> None:
    """The stored record of violations: every version of it, who recorded it, when and why."""


def db_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--db URL``."""
    return click.option(
        "--db",
        "url",
        default="ledger.db",
        envvar="RISKENGINE_DB",
        show_default=True,
        metavar="URL",
        help="A SQLite file, or postgresql://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE.",
    )(function)


def entry_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Who records something and when."""
    for option in (
        click.option(
            "--by", "who", metavar="NAME", help="Who records it; the account that runs the command if left out."
        ),
        click.option("--recorded-at", metavar="TIME", help="When it is recorded, with its zone; now if left out."),
    ):
        function = option(function)
    return function


def entry_of(who: str | None, why: str, recorded_at: str | None, document: str | None = None) -> Entry:
    """Who, why and when; the command line alone reads the clock and asks for the account.

    Raises:
        UsageError: the time is none, or has no zone (RE-856).
    """
    try:
        moment = datetime.now(UTC) if recorded_at is None else datetime.fromisoformat(recorded_at)
    except ValueError:
        raise UsageError([Problem("RE-856", column="--recorded-at", found=recorded_at)]) from None
    return Entry(moment, who or getpass.getuser(), why, document)


@command.command("init")
@db_option
@lang_option
@json_option
def init(url: str, lang: str, *, as_json: bool) -> None:
    """Make a ledger, or bring the tables of an older one up to date."""
    ledger, made = init_ledger(url)
    ledger.close()
    if as_json:
        print_json({"ledger": ledger.name, "made": made})
    else:
        click.echo(wording(lang)["made" if made else "up_to_date"].format(ledger=ledger.name))


@command.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@db_option
@click.option("--policy", default="xuchang-transport", show_default=True, help="Whose columns and codes apply.")
@click.option("--map", "mapping", multiple=True, metavar="COLUMN=HEADING", help="A column's heading in your files.")
@click.option(
    "--valid-from",
    metavar="DATE",
    help="The first day on which the operators are as the file says; all days if left out.",
)
@click.option("--why", default="import", show_default=True, help="Why it is recorded.")
@entry_options
@click.option(
    "--max-quarantine", type=click.IntRange(min=0), metavar="N", help="Import nothing when more rows are left out."
)
@click.option(
    "--mend",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("mend"),
    show_default=True,
    help="Where the rows left out are written, to be mended and imported.",
)
@lang_option
@json_option
def import_files(files: tuple[Path, ...], url: str, lang: str, *, as_json: bool, **options: Any) -> None:
    """Import FILEs of operators, violations and inspections: all of them or none.

    What the ledger knows already makes no version; what differs is a correction, and is printed. The headings of a
    file tell which source it is.
    """
    engine = Engine.load(Path(options["policy"]) if "/" in options["policy"] else options["policy"])
    day = as_of_date(options["valid_from"]) if options["valid_from"] else None
    entry = entry_of(options["who"], options["why"], options["recorded_at"])
    mapping = column_mapping(options["mapping"])
    kept = [keep(engine, file, kind, mapping=mapping) for file in files for kind in _kinds(file)]
    problems = in_order(problem for source in kept for problem in source.account.problems)
    left_out = sum(source.account.left_out_count for source in kept)
    limit = options["max_quarantine"]
    if limit is not None and left_out > limit:
        over = Problem("RE-605", found=str(left_out), params=(("limit", str(limit)),))
        raise InputError([over, *(problem for problem in problems if problem.is_error)])
    ledger = open_ledger(url)
    try:
        done = import_sources(ledger, kept, entry, valid_from=day)
    finally:
        ledger.close()
    _mend(kept, options["mend"], lang)
    say_problems((problem for problem in problems if problem.is_error), lang)
    if as_json:
        print_json(_plain(done))
    else:
        _print_import(done)


def _kinds(file: Path) -> tuple[str | None, ...]:
    """The sources of a file: those of its sheets in a filled-in form, else the one that its headings tell."""
    kinds = sources_in(file) if file.suffix.lower() == ".xlsx" else ()
    return kinds if len(kinds) > 1 else (None,)


def _mend(kept: list[Kept], folder: Path, lang: str) -> None:
    """Write the rows left out, a file for each source; of a source's files the last one with any."""
    accounts = {source.account.name: source.account for source in kept if source.account.left_out_count}
    if not accounts:
        return
    write_mend(_Accounts(tuple(accounts.values())), folder, lang)
    click.echo(wording(lang)["mend"].format(folder=folder), err=True)


def _plain(done: Imported) -> dict[str, Any]:
    return {
        "change": done.change.number if done.change else None,
        "sha256": done.change.sha256 if done.change else None,
        "files": [{name: getattr(source, name) for name in source.__slots__} for source in done.sources],
        "corrections": [
            {
                "source": each.source,
                "record_id": mask_personal(each.record_id),
                "columns": {name: [_shown(name, value, each) for value in pair] for name, pair in each.columns.items()},
            }
            for each in done.corrections
        ],
    }


def _print_import(done: Imported) -> None:
    say = wording(current_lang())
    for source in done.sources:
        values = {name: getattr(source, name) for name in source.__slots__}
        click.echo(say["imported_file"].format(**{**values, "source": say[source.source]}))
        for name in ("mended", "orphans"):
            if values[name]:
                click.echo(say[name].format(**values))
    for each in done.corrections[:_SHOWN_CORRECTIONS]:
        click.echo(say["correction"].format(record=mask_personal(each.record_id), columns=_columns(each)))
    if len(done.corrections) > _SHOWN_CORRECTIONS:
        click.echo(say["more"].format(count=len(done.corrections) - _SHOWN_CORRECTIONS))
    click.echo(say["nothing_new"] if done.change is None else say["recorded"].format(number=done.change.number))


def _columns(each: Correction) -> str:
    say = wording(current_lang())
    return "; ".join(
        say["column_change"].format(
            column=name, old=_shown(name, old, each) or say["empty"], new=_shown(name, new, each) or say["empty"]
        )
        for name, (old, new) in each.columns.items()
    )


def _shown(column: str, value: str | None, of: Correction) -> str | None:
    """A value as it may be printed: what is personal is masked."""
    if value is None:
        return None
    if column == "others":
        held = {name: mask_personal(str(cell)) for name, cell in json.loads(value).items()}
        return json.dumps(held, ensure_ascii=False)
    if column == "name" and is_personal(of.record_id):
        return mask_name(value)
    return mask_whole(value) if column == "driver" else mask_personal(value)


@command.command("status")
@db_option
@lang_option
@json_option
def status(url: str, lang: str, *, as_json: bool) -> None:
    """How the ledger stands: what it holds, its last change, the head of its chain."""
    ledger = open_ledger(url)
    try:
        held = overview(ledger)
    finally:
        ledger.close()
    if as_json:
        print_json(held)
        return
    say, change = wording(lang), held["change"]
    click.echo(say["status_ledger"].format(ledger=held["ledger"]))
    click.echo(say["status_change"].format(**change) if change else say["status_none"])
    for name, entry in held["records"].items():
        if entry["versions"]:
            click.echo(say["status_count"].format(what=say[name], **entry))
    if change:
        click.echo(say["status_chain"].format(sha256=change["sha256"]))


@command.command("verify")
@db_option
@lang_option
@json_option
def verify(url: str, lang: str, *, as_json: bool) -> None:
    """Check that nothing in the ledger was altered by hand: the chain of changes, and every version's content."""
    ledger = open_ledger(url)
    try:
        problems, held = verify_ledger(ledger), overview(ledger)
    finally:
        ledger.close()
    if as_json:
        print_json({"ledger": ledger.name, "problems": [problem.to_dict(lang) for problem in problems]})
    elif not problems:
        change = held["change"] or {"number": 0, "sha256": "-"}
        click.echo(wording(lang)["verified"].format(count=change["number"], sha256=change["sha256"]))
    say_problems(problems, lang)
    if problems:
        click.get_current_context().exit(FOUND)
