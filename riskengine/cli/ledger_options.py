"""What the commands of the ledger share: which ledger, who records, when; and how its cells are shown."""

from __future__ import annotations

import contextlib
import getpass
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import is_personal, mask_name, mask_personal, mask_whole
from riskengine.kernel.problems import Problem
from riskengine.ledger import Entry, open_ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from riskengine.ledger import Ledger


def db_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--db URL``."""
    return click.option(
        "--db",
        "url",
        default="ledger.db",
        envvar="RISKENGINE_DB",
        show_default=True,
        metavar="URL",
        help="A SQLite file, or postgresql://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE; also RISKENGINE_DB.",
    )(function)


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


@contextlib.contextmanager
def opened(url: str) -> Iterator[Ledger]:
    """The ledger of ``--db``, for as long as the context."""
    ledger = open_ledger(url)
    try:
        yield ledger
    finally:
        ledger.close()


def shown(column: str, value: object, of: str) -> str | None:
    """A cell as it may be printed: what is personal is masked.

    Args:
        column: its column.
        value: its value; None is none.
        of: the id of its record; where that is a natural person's, the name is masked as well.
    """
    if value is None:
        return None
    text = str(value)
    if column == "others":
        return json.dumps(
            {name: mask_personal(str(cell)) for name, cell in json.loads(text).items()}, ensure_ascii=False
        )
    if column == "name" and is_personal(of):
        return mask_name(text)
    return mask_whole(text) if column in {"driver", "driver_key"} else mask_personal(text)
