"""Work that is begun in a thread of its own, while something else is done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

_T = TypeVar("_T")


def begin(work: Callable[..., _T], *given: Any) -> Future[_T]:
    """Begin ``work(*given)``; the thread ends with it."""
    beside = ThreadPoolExecutor(1)
    future = beside.submit(work, *given)
    beside.shutdown(wait=False)
    return future
