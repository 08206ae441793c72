"""Which ledger a command works on: ``--db`` and ``--key``. A ledger's libraries are loaded when it is opened."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from riskengine.ledger import Ledger

KEY = "riskengine.ledger_key"
"""Where a command keeps the file of ``--key``: beside its parameters, for many of its parts ask for it."""


def _keep_key(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    context.meta[KEY] = value


def key_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--key FILE``, which is no argument of the command: :func:`key_given` tells it."""
    return click.option(
        "--key",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="RISKENGINE_KEY",
        metavar="FILE",
        expose_value=False,
        callback=_keep_key,
        help="The ledger's key, for personal numbers; by default FILE.key beside a SQLite file; also RISKENGINE_KEY.",
    )(function)


def key_given() -> Path | None:
    """The file of ``--key`` of the command under way."""
    given: Path | None = click.get_current_context().meta.get(KEY)
    return given


def db_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--db URL`` and ``--key FILE``."""
    function = key_option(function)
    return click.option(
        "--db",
        "url",
        default="ledger.db",
        envvar="RISKENGINE_DB",
        show_default=True,
        metavar="URL",
        help="A SQLite file, or postgresql://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE; also RISKENGINE_DB.",
    )(function)


@contextlib.contextmanager
def opened(url: str) -> Iterator[Ledger]:
    """The ledger of ``--db``, for as long as the context."""
    from riskengine.ledger import open_ledger

    ledger = open_ledger(url, key_given())
    try:
        yield ledger
    finally:
        ledger.close()
