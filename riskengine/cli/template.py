"""``riskengine template``: an Excel form to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from riskengine.contract.sources import SOURCES
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.records import write_template


@click.command("template")
@click.argument("sources", nargs=-1, type=click.Choice(tuple(SOURCES)), metavar="[operators|violations|inspections]")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("template.xlsx"),
    show_default=True,
    metavar="FILE",
    help="The file to write.",
)
@click.option("--force", is_flag=True, help="Write over an existing file.")
def command(sources: tuple[str, ...], out: Path, *, force: bool) -> None:
    """Write an Excel form with Chinese headings, drop-downs and an example row; all three sheets if none is named."""
    if out.exists() and not force:
        raise UsageError([Problem("RE-609", found=str(out), params=(("reason", "it exists; --force writes over it"),))])
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_template(out, sources or tuple(SOURCES))
    except OSError as error:
        raise UsageError([Problem("RE-609", found=str(out), params=(("reason", str(error)),))]) from None
    click.echo(out)
