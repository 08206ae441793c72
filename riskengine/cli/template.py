"""``riskengine template``: an Excel form to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from riskengine.catalog import load_shipped
from riskengine.cli.params import lang_option
from riskengine.contract.registers import REGISTERS
from riskengine.contract.sources import SOURCES
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.records import write_template


@click.command("template")
@click.argument("sources", nargs=-1, type=click.Choice((*SOURCES, *REGISTERS)), metavar="[SOURCE]…")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("template.xlsx"),
    show_default=True,
    metavar="FILE",
    help="The file to write.",
)
@lang_option
@click.option("--force", is_flag=True, help="Write over an existing file.")
def command(sources: tuple[str, ...], out: Path, lang: str, *, force: bool) -> None:  # noqa: ARG001 - of messages
    """Write an Excel form with Chinese headings, drop-downs and an example row.

    A SOURCE is operators, violations or inspections (all three if none is named); or a register that a ledger takes:
    vehicles, drivers, ties.
    """
    if out.exists() and not force:
        raise UsageError([Problem("RE-609", found=str(out), params=(("reason", "it exists; --force writes over it"),))])
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_template(out, sources or tuple(SOURCES), _codes())
    except OSError as error:
        raise UsageError([Problem("RE-609", found=str(out), params=(("reason", str(error)),))]) from None
    click.echo(out)


def _codes() -> list[tuple[str, str]]:
    """The areas and risk points of the catalogue with their Chinese titles."""
    catalog = load_shipped()
    return [(item.code, item.title.zh) for part in (catalog.areas, catalog.risk_points) for item in part.values()]
