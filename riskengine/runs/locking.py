"""One writer at a time in a folder of runs: the counter, the chain and the choice of an earlier run rest on it."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import IO

LOCK = ".lock"
_PAUSE = 0.05
_PATIENCE = 1.0


@dataclass(frozen=True, slots=True)
class Holder:
    """Who writes into a folder of runs: the process, its host, and since when (seconds since 1970, the file's time)."""

    pid: int | None
    host: str | None
    since: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """What to do while another process writes into the folder.

    Attributes:
        seconds: how long to wait at most; 0 not at all, None as long as it takes.
        tell: told once who holds the folder, when the wait has lasted a moment.
    """

    seconds: float | None = None
    tell: Callable[[Holder], None] | None = None


@contextlib.contextmanager
def sole_writer(runs: Path, waiting: Waiting | None = None) -> Iterator[None]:
    """Hold the folder of runs: no other process or thread holds it meanwhile. It is free again when the holder dies.

    Raises:
        UsageError: another process held it for longer than one would wait (RE-624).
    """
    import fcntl

    with (runs / LOCK).open("a+", encoding="utf-8") as lock:
        _take(lock, runs, waiting or Waiting())
        lock.truncate(0)
        lock.write(json.dumps({"pid": os.getpid(), "host": os.uname().nodename}))
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)
            fcntl.flock(lock, fcntl.LOCK_UN)


def _take(lock: IO[str], runs: Path, waiting: Waiting) -> None:
    """Take the lock, or wait for it in small steps, which leaves room to say so and to be interrupted."""
    import fcntl

    waited, told, pause = 0.0, False, threading.Event()
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            return
        if waiting.seconds is not None and waited >= waiting.seconds:
            raise UsageError([_held(runs, holder_of(runs), waiting.seconds)])
        if waited >= _PATIENCE and not told and waiting.tell is not None:
            waiting.tell(holder_of(runs))
            told = True
        pause.wait(_PAUSE)
        waited += _PAUSE


def holder_of(runs: Path) -> Holder:
    """Who holds a folder of runs, as far as its lock file tells; who it was last where nobody does."""
    file = runs / LOCK
    try:
        since = file.stat().st_mtime
        said: Any = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return Holder(None, None, since=0.0)
    if not isinstance(said, dict):
        return Holder(None, None, since)
    pid, host = said.get("pid"), said.get("host")
    return Holder(pid if isinstance(pid, int) else None, host if isinstance(host, str) else None, since)


def _held(runs: Path, holder: Holder, seconds: float) -> Problem:
    return Problem(
        "RE-624",
        found=str(runs),
        params=(("pid", str(holder.pid or "?")), ("host", holder.host or "?"), ("seconds", f"{seconds:g}")),
    )
