"""How far long work has come: loops tell it, a door listens; where nobody does, telling costs nothing.

What is told is for people who wait. Nothing that is computed reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Item = TypeVar("Item")
Listener = Callable[[str, int, int | None], None]
"""Told of a unit (``rows``, ``operators``, ``steps``, ``tests``), how many are done, and of how many or None."""

_EVERY = 50
_listener: ContextVar[Listener | None] = ContextVar("progress", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Hand what is told within to ``listener``."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(unit: str, done: int, total: int | None = None) -> None:
    """Say how far the work has come."""
    listener = _listener.get()
    if listener is not None:
        listener(unit, done, total)


def track(items: Iterable[Item], unit: str, total: int | None = None, every: int = _EVERY) -> Iterable[Item]:
    """The items, telling now and then how many were taken.

    Args:
        items: what is worked through.
        unit: what they are.
        total: how many there are, where that is known.
        every: after how many it is told.

    >>> heard = []
    >>> with listening(lambda *told: heard.append(told)):
    ...     for _ in track("abc", "rows", 3, every=2):
    ...         pass
    >>> heard
    [('rows', 0, 3), ('rows', 2, 3), ('rows', 3, 3)]
    """
    return items if _listener.get() is None else _tracked(items, unit, total, every)


def _tracked(items: Iterable[Item], unit: str, total: int | None, every: int) -> Iterator[Item]:
    done = 0
    tell(unit, 0, total)
    for done, item in enumerate(items, 1):
        yield item
        if done % every == 0:
            tell(unit, done, total)
    if done % every:
        tell(unit, done, total)
