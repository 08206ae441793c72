"""``riskengine brief``: the five things that matter in a run, on one page."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from riskengine.cli.params import json_option, lang_option, personal_option, print_json
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
    from riskengine.reports.printing import write_page

    opened = open_run(run)
    require_unaltered(opened, only=is_rule_file)
    write_page(out, partial(write_leader_page, opened, lang=lang, show_personal=show_personal))
    if as_json:
        told = [asdict(finding) for finding in leader_findings(opened, lang, show_personal=show_personal)]
        print_json({"run_id": opened.run_id, "findings": told, "written": str(out)})
    else:
        click.echo(out)
