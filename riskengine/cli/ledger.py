"""``riskengine ledger``: make a ledger, import into it, see how it stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli.ledger_affected import affected_command
from riskengine.cli.ledger_amend import amend_command
from riskengine.cli.ledger_clear import clear_command, staged_line
from riskengine.cli.ledger_counts import counts_command
from riskengine.cli.ledger_held import overlap_cells, overlap_line
from riskengine.cli.ledger_limits import limits_command
from riskengine.cli.ledger_objections import answer_command, object_command, objections_command
from riskengine.cli.ledger_opened import db_option, key_given, opened
from riskengine.cli.ledger_options import entry_of, entry_options, register_options, shown
from riskengine.cli.ledger_prune import prune_command, rekey_command
from riskengine.cli.ledger_questions import attribute_command, questions_command
from riskengine.cli.ledger_repair import repair_command
from riskengine.cli.ledger_show import show_command
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
from riskengine.contract.registers import REGISTERS
from riskengine.facade import Engine
from riskengine.facade.keeping import keep
from riskengine.kernel.errors import InputError, UsageError
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem, in_order
from riskengine.ledger import import_sources, init_ledger, overview, verify_ledger, wording
from riskengine.policy import DEFAULT_POLICY
from riskengine.records import sources_in, write_mend

if TYPE_CHECKING:
    from riskengine.ledger import Correction, Imported
    from riskengine.records import Kept

_SHOWN_CORRECTIONS = 20


@click.group("ledger")
def command() -> None:
    """The stored record of violations: every version of it, who recorded it, when and why."""


command.add_command(affected_command)
command.add_command(amend_command)
command.add_command(clear_command)
command.add_command(attribute_command)
command.add_command(counts_command)
command.add_command(limits_command)
command.add_command(prune_command)
command.add_command(object_command)
command.add_command(answer_command)
command.add_command(objections_command)
command.add_command(questions_command)
command.add_command(repair_command)
command.add_command(rekey_command)
command.add_command(show_command)


@command.command("init")
@db_option
@lang_option
@json_option
def init(url: str, lang: str, *, as_json: bool) -> None:
    """Make a ledger, or bring the tables of an older one up to date."""
    ledger, made = init_ledger(url, key_given())
    ledger.close()
    if as_json:
        print_json({"ledger": ledger.name, "made": made, "key": str(ledger.key) if ledger.key else None})
        return
    click.echo(wording(lang)["made" if made else "up_to_date"].format(ledger=ledger.name))
    if made:
        click.echo(wording(lang)["key_made"].format(key=ledger.key))


@command.command("import")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]…")
@register_options
@db_option
@click.option("--policy", default=DEFAULT_POLICY, show_default=True, help="Whose columns and codes apply.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="COLUMN=HEADING",
    help="A column's heading in your files; of a register with its name before it, as ties.since=HEADING.",
)
@click.option(
    "--valid-from",
    metavar="DATE",
    help="The first day on which operators, vehicles and drivers are as the files say; all days if left out.",
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
    """Import FILEs of operators, violations and inspections, and registers: all of them or none.

    What the ledger knows already makes no version; what differs is a correction, and is printed. The headings of a
    file tell which source it is. Of a violation that names no operator, ties tell who answers for it.
    """
    engine = Engine.load(Path(options["policy"]) if "/" in options["policy"] else options["policy"])
    day = as_of_date(options["valid_from"]) if options["valid_from"] else None
    entry = entry_of(options["who"], options["why"], options["recorded_at"])
    given = [(file, kind) for file in files for kind in _kinds(file)]
    given += [(file, name) for name in REGISTERS for file in options[name]]
    if not given:
        raise UsageError([Problem("RE-875")])
    mapping = column_mapping(options["mapping"])
    kept = [keep(engine, file, kind, mapping=_mapping_of(mapping, kind)) for file, kind in given]
    problems = in_order(problem for source in kept for problem in source.account.problems)
    left_out = sum(source.account.left_out_count for source in kept)
    limit = options["max_quarantine"]
    if limit is not None and left_out > limit:
        over = Problem("RE-605", found=str(left_out), params=(("limit", str(limit)),))
        raise InputError([over, *(problem for problem in problems if problem.is_error)])
    with opened(url) as ledger:
        done = import_sources(ledger, kept, entry, valid_from=day)
    _mend(kept, options["mend"], lang)
    say_problems((problem for problem in problems if problem.is_error), lang)
    if as_json:
        print_json(_plain(done))
    else:
        _print_import(done)


def _mapping_of(mapping: dict[str, str], kind: str | None) -> dict[str, str]:
    """The headings that are meant for a source: of a register those with its name before the column."""
    registers = {name: f"{name}." for name in REGISTERS}
    if kind in registers:
        prefix = registers[kind]
        return {column.removeprefix(prefix): text for column, text in mapping.items() if column.startswith(prefix)}
    return {column: text for column, text in mapping.items() if not column.startswith(tuple(registers.values()))}


def _kinds(file: Path) -> tuple[str | None, ...]:
    """The sources of a file: those of its sheets in a filled-in form, else the one that its headings tell."""
    kinds = sources_in(file) if file.suffix.lower() == ".xlsx" else ()
    return kinds if len(kinds) > 1 else (None,)


def _mend(kept: list[Kept], folder: Path, lang: str) -> None:
    """Write the rows left out, a file for each source; of a source's files the last one with any."""
    accounts = {source.account.name: source.account for source in kept if source.account.left_out_count}
    if not accounts:
        return
    write_mend(list(accounts.values()), folder, lang)
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
                "columns": {
                    name: [shown(name, value, each.record_id) for value in pair] for name, pair in each.columns.items()
                },
            }
            for each in done.corrections
        ],
        "overlaps": [overlap_cells(each) for each in done.overlaps],
    }


def _print_import(done: Imported) -> None:
    say = wording(current_lang())
    for source in done.sources:
        values = {name: getattr(source, name) for name in source.__slots__}
        click.echo(say["imported_file"].format(**{**values, "source": say[source.source]}))
        for name in ("mended", "orphans", "unnamed"):
            if values[name]:
                click.echo(say[name].format(**values))
    for each in done.corrections[:_SHOWN_CORRECTIONS]:
        click.echo(say["correction"].format(record=mask_personal(each.record_id), columns=_columns(each)))
    if len(done.corrections) > _SHOWN_CORRECTIONS:
        click.echo(say["more"].format(count=len(done.corrections) - _SHOWN_CORRECTIONS))
    for overlap in done.overlaps[:_SHOWN_CORRECTIONS]:
        click.echo(overlap_line(overlap, current_lang()))
    if len(done.overlaps) > _SHOWN_CORRECTIONS:
        click.echo(say["more_overlaps"].format(count=len(done.overlaps) - _SHOWN_CORRECTIONS))
    click.echo(say["nothing_new"] if done.change is None else say["recorded"].format(number=done.change.number))


def _columns(each: Correction) -> str:
    say = wording(current_lang())
    return "; ".join(
        say["column_change"].format(
            column=name,
            old=shown(name, old, each.record_id) or say["empty"],
            new=shown(name, new, each.record_id) or say["empty"],
        )
        for name, (old, new) in each.columns.items()
    )


@command.command("status")
@db_option
@lang_option
@json_option
def status(url: str, lang: str, *, as_json: bool) -> None:
    """How the ledger stands: what it holds, its last change, the head of its chain."""
    with opened(url) as ledger:
        held = overview(ledger)
    if as_json:
        print_json(held)
        return
    say, change = wording(lang), held["change"]
    click.echo(say["status_ledger"].format(ledger=held["ledger"]))
    click.echo(say["status_change"].format(**change) if change else say["status_none"])
    for name, entry in held["records"].items():
        if entry["versions"]:
            click.echo(say["status_count"].format(what=say[name], **entry))
    for entry in held["staged"]:
        click.echo(staged_line(entry, lang))
    if change:
        click.echo(say["status_chain"].format(sha256=change["sha256"]))


@command.command("verify")
@db_option
@lang_option
@json_option
def verify(url: str, lang: str, *, as_json: bool) -> None:
    """Check that nothing in the ledger was altered by hand: the chain of changes, and every version's content."""
    with opened(url) as ledger:
        problems, held = verify_ledger(ledger), overview(ledger)
    if as_json:
        print_json({"ledger": ledger.name, "problems": [problem.to_dict(lang) for problem in problems]})
    elif not problems:
        change = held["change"] or {"number": 0, "sha256": "-"}
        click.echo(wording(lang)["verified"].format(count=change["number"], sha256=change["sha256"]))
    say_problems(problems, lang)
    if problems:
        click.get_current_context().exit(FOUND)
