"""``--out FILE``: a workbook that a command writes beside what it prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli.talk import talk
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable


def workbook_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--out FILE``."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="A workbook (.xlsx) to write as well.",
    )(function)


def write_workbook(out: Path | None, write: Callable[[Path], None]) -> None:
    """Write a workbook where one is asked for, and say where it is; its folder is made where it is not there.

    Raises:
        UsageError: it cannot be written (RE-609).
    """
    if out is None:
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write(out)
    except OSError as error:
        reason = (("reason", error.strerror or str(error)),)
        raise UsageError([Problem("RE-609", found=str(out), params=reason)]) from None
    talk().note(str(out))
