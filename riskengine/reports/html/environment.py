"""The templates of the page, and what they can do with a value."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from riskengine.kernel.decimals import plain, round_half_up
from riskengine.kernel.formats import font_stack, number

if TYPE_CHECKING:
    from jinja2 import Environment


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Templates in which every value is escaped, and a name that is not there is an error."""
    return _environment("riskengine.reports.html")


@lru_cache(maxsize=8)
def templates_beside(room: str) -> Environment:
    """The templates of another room, which may include those of this one: so that pages look alike.

    Args:
        room: the package with a folder ``templates``.
    """
    return _environment(room, "riskengine.reports.html")


def _environment(*rooms: str) -> Environment:
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=ChoiceLoader([PackageLoader(room) for room in rooms]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["share"] = share
    made.filters["number"] = number
    made.filters["plain"] = plain
    made.globals["font_stack"] = font_stack
    return made


def share(count: int, total: int, places: int = 1) -> str:
    """``count`` of ``total`` in percent, rounded half-up; 0 of 0 is 0.

    >>> share(1, 3), share(0, 0)
    ('33.3', '0')
    """
    if not total:
        return "0"
    return f"{round_half_up(Fraction(100 * count, total), places):f}"
