"""The day of what is done: an option, and today where it is left out; this is where the clock is read."""

from __future__ import annotations

import contextlib
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli.talk import talk
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.kernel.wording import words_in
from riskengine.supervision.review.telling import FILE, ROOM
from riskengine.supervision.review.working_days import BEIJING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date


def on_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--on DATE``."""
    return click.option("--on", metavar="DATE", help="The day on which it happened; today if left out.")(function)


def day_of(text: str | None, lang: str, option: str = "--on") -> date:
    """The day of an option; today, in Beijing time, where none is given (said on stderr).

    Raises:
        UsageError: it is no date (RE-601).
    """
    if text is None:
        today = datetime.now(BEIJING).date()
        talk().note(words_in(ROOM, lang, FILE)["on_today"].format(day=today.isoformat()))
        return today
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(text).date()
    raise UsageError([Problem("RE-601", found=text, column=option)])
