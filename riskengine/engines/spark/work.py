"""The working folder of a grading: what the starting machine and the workers hand each other, gone when it is closed.

A path of this machine (or of a file system that all of them mount) is used as it is. Anything else, ``hdfs://…`` or
``s3a://…``, is reached through Spark's own file systems, by way of a folder of this machine.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem

_PARTS = "part-*.parquet"


def is_far(place: str) -> bool:
    """Whether a place is reached through Spark's file systems alone."""
    return "://" in place and not place.startswith("file:")


class Work:
    """A new folder in ``place``.

    Args:
        session: of Spark.
        place: a path, or the URI of a folder of any of Spark's file systems; None: where temporary files go.

    Raises:
        UsageError: it cannot be written to (RE-645).
    """

    def __init__(self, session: Any, place: str | None) -> None:
        self._context = session.sparkContext
        far = place is not None and is_far(place)
        within = None if place is None or far else Path(place.removeprefix("file:")).absolute()
        try:
            if within is not None:
                within.mkdir(parents=True, exist_ok=True)
            self.local = Path(tempfile.mkdtemp(prefix="riskengine-", dir=within))
        except OSError as error:
            raise UsageError([Problem("RE-645", params=(("reason", f"{place}: {error.strerror}"),))]) from None
        if within is not None:
            self.local.chmod(0o777)  # workers often run as another user
        self._uri = f"{str(place).rstrip('/')}/{self.local.name}" if far else None
        self._maker = os.getpid()

    def path(self, name: str) -> str:
        """Where Spark reads and writes a table."""
        return f"{self._uri}/{name}" if self._uri else f"file://{self.local / name}"

    def hand_over(self, name: str) -> None:
        """Bring the file ``name`` of the local folder to where the workers read it."""
        if self._uri:
            system, path = self._hadoop(self.path(name))
            system.copyFromLocalFile(self._jvm_path(f"file://{self.local / name}"), path)

    def fetch(self, name: str) -> list[Path]:
        """The files of a table that Spark has written, in their order, on this machine."""
        folder = self.local / name
        if self._uri:
            system, path = self._hadoop(self.path(name))
            system.copyToLocalFile(path, self._jvm_path(f"file://{folder}"))
        return sorted(folder.glob(_PARTS))

    def remove(self) -> None:
        """Remove the folder, here and where the workers read."""
        if os.getpid() != self._maker:
            return
        shutil.rmtree(self.local, ignore_errors=True)
        if self._uri:
            from py4j.protocol import Py4JError

            # Where Spark is gone there is nobody left who could remove it.
            with contextlib.suppress(Py4JError, ConnectionError):
                system, path = self._hadoop(self._uri)
                system.delete(path, True)  # noqa: FBT003 - Java has no names

    def _hadoop(self, uri: str) -> tuple[Any, Any]:
        path = self._jvm_path(uri)
        return path.getFileSystem(self._context._jsc.hadoopConfiguration()), path

    def _jvm_path(self, uri: str) -> Any:
        return self._context._jvm.org.apache.hadoop.fs.Path(uri)
