"""What the commands of publication take alike: the record's folder, the bureau's settings, the days worked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.supervision.review.working_days import Calendar, read_calendar, shipped_calendar

if TYPE_CHECKING:
    from collections.abc import Callable

_FILE = click.Path(path_type=Path, dir_okay=False)


def record_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``RECORD``, ``--settings FILE``, ``--calendar FILE``."""
    options = (
        click.argument("record", type=click.Path(path_type=Path)),
        click.option(
            "--settings", type=_FILE, metavar="FILE", help="The bureau's settings; RECORD/publication.yaml if left out."
        ),
        click.option("--calendar", type=_FILE, metavar="FILE", help="The announced holidays; 2019 to 2026 are known."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def calendar_of(file: Path | None) -> Calendar:
    """The days worked, of a bureau's file or as they are shipped.

    Raises:
        UsageError: the file is no calendar (RE-935).
    """
    return shipped_calendar() if file is None else read_calendar(file)
