"""``riskengine ledger prune`` and ``rekey``: what is sealed of a person is deleted, and the key exchanged."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli.ledger_opened import db_option, opened
from riskengine.cli.ledger_options import entry_of, entry_options
from riskengine.cli.params import as_of_date, json_option, lang_option, print_json, say_problems
from riskengine.kernel.masking import is_personal, mask_personal, mask_whole
from riskengine.kernel.problems import Problem
from riskengine.ledger import asked, due, erase, is_pseudonym, prune, rekey, rules, shown_persons, wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.ledger import Due, Ledger


@click.command("prune")
@click.option(
    "--person",
    "persons",
    multiple=True,
    metavar="NUMBER",
    help="Delete this person: a number or a pseudonym; '-' reads them from stdin, one a line. Else the rules say who.",
)
@click.option("--as-of", metavar="DATE", help="The day of the rules of retention; today if left out.")
@click.option("--document", metavar="NUMBER", help="The number of the document that it rests on.")
@click.option("--why", required=True, metavar="TEXT", help="Why it is deleted.")
@click.option("--dry-run", is_flag=True, help="List who would be deleted; do nothing.")
@db_option
@entry_options
@lang_option
@json_option
def prune_command(
    persons: tuple[str, ...], url: str, lang: str, *, dry_run: bool, as_json: bool, **options: Any
) -> None:
    """Delete the numbers and names of persons: those who are due by the rules of retention, or those named.

    Their records stay, under pseudonyms; the chain of changes verifies as before. It cannot be undone.
    """
    entry = entry_of(options["who"], options["why"], options["recorded_at"], options["document"])
    with opened(url) as ledger:
        found = asked(ledger, _given(persons)) if persons else due(ledger, as_of_date(options["as_of"]))
        rows = _rows(ledger, found)
        change = None if dry_run or not found else prune(ledger, found, entry)
        done = dry_run or erase(ledger)
    if not done:
        say_problems([Problem("RE-888", source=ledger.name)], lang)
    number = change.number if change else None
    if as_json:
        print_json({"change": number, "erased": bool(done and not dry_run), "persons": rows})
        return
    say = wording(lang)
    if not rows or (change is None and not dry_run):
        click.echo(say["due_none"])
        return
    click.echo(say["would_prune" if dry_run else "pruned"].format(count=len(rows), number=number))
    for row in rows:
        rule = rules().get(row["rule"])
        click.echo(say["due_line"].format(**{**row, "rule": rule[lang] if rule else say["due_asked"]}))


def _given(persons: Sequence[str]) -> list[str]:
    """The persons named, of whom those on stdin are in no history of a shell."""
    found: list[str] = []
    for each in persons:
        lines = sys.stdin.read().splitlines() if each == "-" else [each]
        found += [line.strip() for line in lines if line.strip()]
    return found


def _rows(ledger: Ledger, found: Sequence[Due]) -> list[dict[str, Any]]:
    numbers = shown_persons(ledger, [each.person for each in found])
    return [
        {
            "person": each.person,
            "number": _masked(numbers[each.person]),
            "rule": each.rule,
            "last": each.last.isoformat() if each.last else "-",
            "texts": each.texts,
        }
        for each in found
    ]


def _masked(number: str) -> str:
    if is_pseudonym(number):
        return number
    return mask_personal(number) if is_personal(number) else mask_whole(number)


@click.command("rekey")
@click.argument("new", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--why", required=True, metavar="TEXT", help="Why the key is exchanged.")
@db_option
@entry_options
@lang_option
@json_option
def rekey_command(new: Path, url: str, lang: str, *, as_json: bool, **options: Any) -> None:
    """Exchange the ledger's key for that of FILE, which is made where it is not there.

    Pseudonyms stay what they are. Backups of before still open with the old key: keep it for as long as them.
    """
    entry = entry_of(options["who"], options["why"], options["recorded_at"])
    with opened(url) as ledger:
        change = rekey(ledger, new, entry)
        done = erase(ledger)
    if not done:
        say_problems([Problem("RE-888", source=ledger.name)], lang)
    if as_json:
        print_json({"change": change.number, "key": str(new), "fingerprint": change.detail["fingerprint"]})
    else:
        click.echo(wording(lang)["rekeyed"].format(key=new, number=change.number))
