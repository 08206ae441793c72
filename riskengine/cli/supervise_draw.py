"""``riskengine supervise draw``: the commitment before, the draw after, and whether it was as it should be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from riskengine.cli import completion
from riskengine.cli.main import DONE, FOUND
from riskengine.cli.params import as_of_date, json_option, lang_option, leveled, print_json
from riskengine.cli.talk import talk
from riskengine.kernel.formats import number
from riskengine.reports.draw import proof_page, proof_pages
from riskengine.reports.printing import write_page
from riskengine.runs import open_run
from riskengine.supervision.draw import (
    CommitRequest,
    commit,
    enter_outcomes,
    open_commitment,
    parse_numbers,
    proof_again,
    run_draw,
    verify_draw,
)
from riskengine.supervision.words import wording

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group("draw")
def command() -> None:
    """Draw whom to inspect, and two inspectors for each, so that anyone can verify it (RFC 3797).

    First `commit`: lists, shares and the sources of the numbers are written and hashed. The hash is published. When the
    numbers are known, `run` draws, and `verify` computes everything again.
    """


@command.command("commit")
@click.argument("run", type=click.Path(path_type=Path), shell_complete=completion.runs)
@click.option(
    "--shares", type=_FILE, required=True, metavar="FILE", help="YAML: the share of each grade, the rounding."
)
@click.option(
    "--inspectors", type=_FILE, required=True, metavar="FILE", help="A table: certificate, county, valid_until."
)
@click.option(
    "--seed-sources",
    "seeds",
    type=_FILE,
    required=True,
    metavar="FILE",
    help="YAML: which numbers, from where, known when.",
)
@click.option(
    "--conflicts", type=_FILE, metavar="FILE", help="A table: certificate and operator_id that must not meet."
)
@click.option("--previous", type=_FOLDER, metavar="DIR", help="The draw before: its pairs do not meet again.")
@click.option("--from", "since", required=True, metavar="DATE", help="The first day of the inspections.")
@click.option("--until", required=True, metavar="DATE", help="Their last day; certificates must be valid on it.")
@click.option("--on", "day", metavar="DATE", help="The day of the commitment; today if left out.")
@click.option("--out", "folder", type=_FOLDER, required=True, metavar="DIR", help="A new folder for the draw.")
@lang_option
@json_option
def commit_command(run: Path, folder: Path, lang: str, *, as_json: bool, **options: Any) -> None:
    """Commit to the lists of RUN, the shares and the sources of the numbers, before these are known."""
    request = CommitRequest(
        run=open_run(run),
        shares=options["shares"],
        inspectors=options["inspectors"],
        seeds=options["seeds"],
        conflicts=options["conflicts"],
        previous=options["previous"],
        since=as_of_date(options["since"], "--from"),
        until=as_of_date(options["until"], "--until"),
        day=as_of_date(options["day"], "--on"),
    )
    made = commit(request, folder)
    content, say = made.content, wording(lang)
    if as_json:
        print_json({"folder": str(folder), "sha256": made.sha256, **content})
        return
    figures = {name: number(content[name]["listed"]) for name in ("operators", "inspectors")}
    talk().note(say["committed"].format(folder=folder, to_draw=number(content["to_draw"]), **figures))
    left_out = sum(content["operators"]["left_out"].values())
    if left_out:
        talk().note(say["not_listed"].format(count=number(left_out)))
    if content["inspectors"]["expired"]:
        talk().note(say["inspectors_expired"].format(count=number(content["inspectors"]["expired"])))
    first = min(source.known_on for source in made.sources)
    talk().note(say["publish_before"].format(day=first.isoformat()))
    click.echo(made.sha256)


@command.command("run")
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.option(
    "--numbers", multiple=True, required=True, metavar="NAME=1,2,3", help="The numbers of a source; once for each."
)
@click.option("--on", "day", metavar="DATE", help="The day of the draw; today if left out.")
@lang_option
@json_option
def run_command(folder: Path, numbers: tuple[str, ...], day: str | None, lang: str, *, as_json: bool) -> None:
    """Draw by the numbers that have become known, once, and write the result and its proof into DIR."""
    commitment = open_commitment(folder)
    done = run_draw(commitment, parse_numbers(numbers, commitment.sources), as_of_date(day, "--on"), proof_pages)
    if as_json:
        drawn = [{**each._asdict(), "inspectors": list(each.inspectors)} for each in done.drawn]
        print_json({"folder": str(folder), "key": done.key, "without_pair": done.without_pair, "drawn": drawn})
        return
    say = wording(lang)
    click.echo(say["drawn"].format(drawn=number(len(done.drawn)), folder=folder))
    if done.without_pair:
        click.echo(say["no_pair"].format(count=number(done.without_pair)))


@command.command("verify")
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.option("--commitment", "expected", metavar="SHA256", help="The hash that was published before the draw.")
@lang_option
@json_option
def verify_command(folder: Path, expected: str | None, lang: str, *, as_json: bool) -> int:
    """Compute the draw of DIR again; exit with 1, and say what, where anything is not as it should be."""
    found = verify_draw(folder, expected)
    say = wording(lang)
    if as_json:
        print_json(
            {
                "commitment_sha256": found.commitment_sha256,
                "is_drawn": found.is_drawn,
                "is_public_alone": found.is_public_alone,
                "operators": found.operators,
                "drawn": found.drawn,
                "problems": [problem.to_dict(lang) for problem in found.problems],
            }
        )
        return FOUND if found.problems else DONE
    for problem in found.problems:
        click.echo(leveled(problem, lang))
    if found.is_public_alone:
        talk().note(say["public_alone"])
    if not found.problems:
        figures = {"operators": number(found.operators), "sha256": found.commitment_sha256}
        key = "draw_verified" if found.is_drawn else "commitment_verified"
        click.echo(say[key].format(drawn=number(found.drawn), **figures))
    return FOUND if found.problems else DONE


@command.command("proof")
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.option(
    "--out", type=_FILE, required=True, metavar="FILE", help="The file: .html, or .pdf where a browser is found."
)
@lang_option
@json_option
def proof_command(folder: Path, out: Path, lang: str, *, as_json: bool) -> None:
    """Write the proof of the draw of DIR on one page, to be printed and posted."""
    page = proof_page(proof_again(open_commitment(folder)), lang)
    write_page(out, lambda file: file.write_text(page, "utf-8", newline="\n"))
    if as_json:
        print_json({"folder": str(folder), "written": str(out)})
    else:
        click.echo(out)


@command.command("results")
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.argument("file", type=_FILE)
@lang_option
@json_option
def results_command(folder: Path, file: Path, lang: str, *, as_json: bool) -> None:
    """Enter what the inspections of DIR found: all of FILE so far becomes inspections.csv, for `grade` and the ledger.

    FILE is a table with operator_id, inspected_on, result, and place and vehicle where there are any.
    """
    say = wording(lang)
    entered = enter_outcomes(folder, file, say["kind_of_inspection"])
    if as_json:
        print_json({"file": str(entered.file), "entered": entered.entered, "open": len(entered.open)})
        return
    talk().note(say["outcomes_entered"].format(entered=number(entered.entered), file=entered.file))
    if entered.open:
        talk().note(say["outcomes_open"].format(count=number(len(entered.open))))
    click.echo(entered.file)
