"""``riskengine brief``: the five things that matter in a run, on one page."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path

import click

from riskengine.cli.params import json_option, lang_option, personal_option, print_json
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.runs import is_rule_file, open_run, require_unaltered


@click.command("brief")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("brief.html"),
    show_default=True,
    metavar="FILE",
    help="The file to write: .html, or .pdf where a browser is found.",
)
@lang_option
@personal_option
@json_option
def command(run: Path, out: Path, lang: str, *, show_personal: bool, as_json: bool) -> None:
    """Write the leader's page of RUN: at most five things that matter, each with its evidence, on one A4.

    They are chosen by rules that the page states. What changed is told against the run that RUN was compared with, if
    its folder is beside it.
    """
    from riskengine.reports.leader import leader_findings, write_leader_page

    opened = open_run(run)
    require_unaltered(opened, only=is_rule_file)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.suffix.lower() != ".pdf":
            write_leader_page(opened, out, lang, show_personal=show_personal)
        else:
            with tempfile.TemporaryDirectory() as folder:
                page = Path(folder) / "brief.html"
                write_leader_page(opened, page, lang, show_personal=show_personal)
                _print(page, out)
    except OSError as error:
        reason = (("reason", error.strerror or str(error)),)
        raise UsageError([Problem("RE-609", found=str(out), params=reason)]) from None
    if as_json:
        told = [asdict(finding) for finding in leader_findings(opened, lang, show_personal=show_personal)]
        print_json({"run_id": opened.run_id, "findings": told, "written": str(out)})
    else:
        click.echo(out)


def _print(page: Path, out: Path) -> None:
    """Print the page.

    Raises:
        UsageError: there is no browser (RE-812), or it fails (RE-811).
    """
    from riskengine.reports.printing import Printer, browser

    program = browser()
    if program is None:
        raise UsageError([Problem("RE-812", found="pdf", params=(("needed", "Chromium"),))])
    with Printer(program) as printer:
        printer.print(page, out)
