"""``riskengine supervise cases sample``: the files of a half-year to be reviewed, drawn so that all can verify it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from riskengine.cli.main import DONE, FOUND
from riskengine.cli.params import as_of_date, json_option, lang_option, leveled, print_json
from riskengine.cli.talk import talk
from riskengine.kernel.formats import number
from riskengine.supervision.cases.checklist import read_checklist
from riskengine.supervision.cases.sample_run import run_sample, verify_sample
from riskengine.supervision.cases.sampling import SampleRequest, commit_sample, half_of, open_sample
from riskengine.supervision.cases.telling import wording
from riskengine.supervision.draw import parse_numbers

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group("sample")
def sample_command() -> None:
    """Draw the files of a half-year to be reviewed, by unit, so that anyone can verify it (RFC 3797)."""


@sample_command.command("commit")
@click.argument("record", type=_FOLDER)
@click.option("--half", required=True, metavar="YYYY-N", help="The half-year in which cases were decided: 2022-1.")
@click.option("--share", default="10%", show_default=True, metavar="SHARE", help="Of each unit's files, rounded up.")
@click.option(
    "--at-least", type=click.IntRange(0, 1000), default=2, show_default=True, metavar="N", help="Files of each unit."
)
@click.option(
    "--seed-sources", "seeds", type=_FILE, required=True, metavar="FILE", help="YAML: which numbers, known when."
)
@click.option("--checklist", type=_FILE, metavar="FILE", help="YAML: the checklist; the shipped one if left out.")
@click.option("--on", "day", metavar="DATE", help="The day of the commitment; today if left out.")
@click.option("--out", "folder", type=_FOLDER, required=True, metavar="DIR", help="A new folder for the sample.")
@lang_option
@json_option
def commit_command(record: Path, folder: Path, lang: str, *, as_json: bool, **options: Any) -> None:
    """Commit to the list of RECORD's files that were decided in a half-year, and to the sources of the numbers.

    The share and the least number are local policy: no law sets them.
    """
    request = SampleRequest(
        record=record,
        checklist=read_checklist(options["checklist"]),
        half=half_of(options["half"]),
        share=options["share"].strip(),
        at_least=options["at_least"],
        seeds=options["seeds"],
        day=as_of_date(options["day"], "--on"),
    )
    made = commit_sample(request, folder)
    if as_json:
        print_json({"folder": str(folder), "sha256": made.sha256, **made.content})
        return
    say, content = wording(lang), made.content
    figures = {"listed": number(content["cases"]["listed"]), "to_draw": number(content["to_draw"])}
    talk().note(say["sample_committed"].format(folder=folder, half=content["half"], **figures))
    for unit in made.units:
        counts = {"files": number(unit.files), "drawn": number(unit.drawn)}
        talk().note(say["sample_unit"].format(unit=unit.unit, **counts))
    first = min(source.known_on for source in made.sources)
    talk().note(say["sample_publish"].format(day=first.isoformat()))
    click.echo(made.sha256)


@sample_command.command("run")
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.option(
    "--numbers", multiple=True, required=True, metavar="NAME=1,2,3", help="The numbers of a source; once for each."
)
@click.option("--on", "day", metavar="DATE", help="The day of the draw; today if left out.")
@lang_option
@json_option
def run_command(folder: Path, numbers: tuple[str, ...], day: str | None, lang: str, *, as_json: bool) -> None:
    """Draw by the numbers that have become known, once, and write the result into DIR."""
    commitment = open_sample(folder)
    drawn = run_sample(commitment, parse_numbers(numbers, commitment.sources), as_of_date(day, "--on"))
    if as_json:
        print_json({"folder": str(folder), "drawn": [{"order": each.order, **each.listed._asdict()} for each in drawn]})
        return
    for each in drawn:
        click.echo(f"{each.listed.case_id}  {each.listed.unit}")
    talk().note(wording(lang)["sample_drawn"].format(drawn=number(len(drawn)), folder=folder))


@sample_command.command("verify")
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.option("--commitment", "expected", metavar="SHA256", help="The hash that was published before the draw.")
@lang_option
@json_option
def verify_command(folder: Path, expected: str | None, lang: str, *, as_json: bool) -> int:
    """Compute the sample of DIR again; exit with 1, and say what, where anything is not as it should be."""
    found = verify_sample(folder, expected)
    if as_json:
        counts = {"is_drawn": found.is_drawn, "listed": found.listed, "drawn": found.drawn}
        problems = [problem.to_dict(lang) for problem in found.problems]
        print_json({"commitment_sha256": found.commitment_sha256, **counts, "problems": problems})
    else:
        for problem in found.problems:
            click.echo(leveled(problem, lang))
        if not found.problems:
            figures = {"listed": number(found.listed), "drawn": number(found.drawn)}
            key = "sample_verified" if found.is_drawn else "sample_not_drawn"
            click.echo(wording(lang)[key].format(sha256=found.commitment_sha256, **figures))
    return FOUND if found.problems else DONE
