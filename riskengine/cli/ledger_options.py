"""What the commands of the ledger share: files of registers, who records, when; and how its cells are shown."""

from __future__ import annotations

import getpass
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import is_personal, mask_name, mask_personal, mask_whole
from riskengine.kernel.problems import Problem
from riskengine.ledger import Entry, is_pseudonym

if TYPE_CHECKING:
    from collections.abc import Callable


def register_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--vehicles``, ``--drivers``, ``--ties``: files of the registers."""
    helps = {
        "vehicles": "A register of vehicles: plate, its colour, kind.",
        "drivers": "A register of drivers: number of the certificate, name.",
        "ties": "Who owned which vehicle and employed which driver, from when to when.",
    }
    for name, words in reversed(helps.items()):
        kind = click.Path(path_type=Path)
        function = click.option(f"--{name}", name, multiple=True, type=kind, metavar="FILE", help=words)(function)
    return function


def entry_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Who records something and when."""
    options = (
        click.option("--by", "who", metavar="NAME", help="Who records it; the account of the command if left out."),
        click.option("--recorded-at", metavar="TIME", help="When it is recorded, with its zone; now if left out."),
    )
    for option in options:
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


def shown(column: str, value: object, of: str, name: str | None = None) -> str | None:
    """A cell as it may be printed: what is personal is masked.

    Args:
        column: its column.
        value: its value; None is none.
        of: the id of its record; where that is a natural person's, the name is masked as well.
        name: the record's name, which may stand in other cells too; where it is not known, a natural person's other
            columns are masked as a whole.
    """
    if value is None:
        return None
    text, natural = str(value), is_personal(of)
    if is_pseudonym(text):
        return text
    if column == "others":
        cells = json.loads(text)
        if natural and name is None:
            masked = {mask_personal(each): mask_whole(str(cell)) for each, cell in cells.items()}
        else:
            masked = {mask_personal(each): _masked(str(cell), natural, name) for each, cell in cells.items()}
        return json.dumps(masked, ensure_ascii=False)
    if column == "name" and natural:
        return mask_name(text)
    return mask_whole(text) if column in {"driver", "driver_key"} else _masked(text, natural, name)


def _masked(text: str, natural: bool, name: str | None) -> str:
    if natural and name and len(name) > 1 and not is_pseudonym(name):
        text = text.replace(name, mask_name(name))
    return mask_personal(text)
