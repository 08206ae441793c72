"""Pages as PDF by a browser that is there: Chromium, Chrome or Edge, one process for as many pages as there are.

The browser is spoken to through two pipes (``--remote-debugging-pipe``), so that nothing listens on a port, and it can
reach no network.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

ENV_BROWSER = "RISKENGINE_BROWSER"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_OPTIONS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
# The browser reads from descriptor 3 and writes to 4, whatever the numbers of our ends are.
_WIRE = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
os.dup2(ends[0], 3)
os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
_LOADED = "Page.loadEventFired"
_PATIENCE = 120  # seconds for one answer


def browser() -> str | None:
    """The browser that prints: ``RISKENGINE_BROWSER``, else one of the usual names; None where there is none."""
    named = os.environ.get(ENV_BROWSER)
    if named is not None:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, _NAMES)), None)


def write_page(out: Path, write: Callable[[Path], object]) -> None:
    """Write a page, or print it where the file is to be a PDF; the folder is made where it is not there.

    Args:
        out: the file: ``.pdf``, or a page.
        write: writes the page as HTML into a file.

    Raises:
        UsageError: it cannot be written (RE-609), or there is no browser that prints (RE-812), or it fails (RE-811).
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.suffix.lower() != ".pdf":
            write(out)
            return
        program = browser()
        if program is None:
            raise UsageError([Problem("RE-812", found="pdf", params=(("needed", "Chromium"),))])
        with tempfile.TemporaryDirectory() as folder, Printer(program) as printer:
            page = Path(folder) / "page.html"
            write(page)
            printer.print(page, out)
    except OSError as error:
        reason = (("reason", error.strerror or str(error)),)
        raise UsageError([Problem("RE-609", found=str(out), params=reason)]) from None


class Printer:
    """A browser that prints pages; to be used in a ``with`` statement.

    Args:
        program: the browser, from :func:`browser`.

    Raises:
        UsageError: the browser does not start or does not answer (RE-811).
    """

    def __init__(self, program: str) -> None:
        self._program = program
        self._profile = tempfile.TemporaryDirectory(prefix="riskengine-browser-", ignore_cleanup_errors=True)
        self._process: subprocess.Popen[bytes] | None = None
        self._read = self._write = -1
        self._number, self._held = 0, b""
        self._session, self._loaded = "", False

    def __enter__(self) -> Self:
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        command = [self._program, *_OPTIONS, *root, f"--user-data-dir={self._profile.name}", "about:blank"]
        wired = [sys.executable, "-c", _WIRE, str(to_browser), str(from_browser), *command]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the user's own browser, with fixed options
                wired,
                pass_fds=(to_browser, from_browser),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise self._failed(error.strerror or str(error)) from None
        finally:
            os.close(to_browser)
            os.close(from_browser)
        try:
            target = self._ask("Target.createTarget", url="about:blank")["targetId"]
            self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            self._ask("Page.enable")
        except UsageError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for end in (self._write, self._read):
            os.close(end)
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._profile.cleanup()

    def print(self, page: Path, pdf: Path) -> None:
        """Print an HTML file; paper and margins are those of its style.

        Raises:
            UsageError: the browser fails (RE-811).
            OSError: the PDF cannot be written.
        """
        self._loaded = False
        self._ask("Page.navigate", url=page.resolve().as_uri())
        while not self._loaded:
            self._loaded = self._next().get("method") == _LOADED
        answer = self._ask("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        pdf.write_bytes(base64.b64decode(answer["data"]))

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        try:
            os.write(self._write, json.dumps(message).encode() + b"\0")
        except OSError as error:
            raise self._failed(error.strerror or str(error)) from None
        while True:
            answer = self._next()
            if answer.get("id") != self._number:
                self._loaded |= answer.get("method") == _LOADED
                continue
            if "error" in answer:
                raise self._failed(str(answer["error"].get("message", answer["error"])))
            result: dict[str, Any] = answer["result"]
            return result

    def _next(self) -> dict[str, Any]:
        """The next message of the browser."""
        while b"\0" not in self._held:
            if not select.select([self._read], [], [], _PATIENCE)[0]:
                raise self._failed(f"no answer within {_PATIENCE} s")
            part = os.read(self._read, 1 << 20)
            if not part:
                raise self._failed("it ended")
            self._held += part
        message, _, self._held = self._held.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def _failed(self, reason: str) -> UsageError:
        return UsageError([Problem("RE-811", found=self._program, params=(("reason", reason),))])
