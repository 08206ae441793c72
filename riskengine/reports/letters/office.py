"""Documents as PDF by LibreOffice, where it is there: one process for as many documents as there are."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

ENV_OFFICE = "RISKENGINE_OFFICE"
"""A program that is LibreOffice, where it has no usual name."""

_NAMES = ("soffice", "libreoffice")
_PATIENCE = 120  # seconds for the start and for each lot
LOT = 20
"""So many documents are handed over at once."""


def office() -> str | None:
    """LibreOffice: ``RISKENGINE_OFFICE``, else one of its usual names; None where there is none."""
    named = os.environ.get(ENV_OFFICE)
    if named is not None:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, _NAMES)), None)


def require_office() -> str:
    """LibreOffice.

    Raises:
        UsageError: it is not there (RE-934).
    """
    found = office()
    if found is None:
        raise UsageError([Problem("RE-934", found="soffice", params=(("reason", "it is not installed"),))])
    return found


def to_pdf(program: str, documents: Sequence[Path]) -> list[Path]:
    """Write a PDF beside each document; all lie in one folder.

    Args:
        program: LibreOffice.
        documents: at most :data:`LOT` of them.

    Raises:
        UsageError: it wrote none (RE-934).
    """
    made = [document.with_suffix(".pdf") for document in documents]
    for path in made:
        path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="office-") as profile:
        # A profile of its own: another LibreOffice that is open would take the work, and not do it.
        command = [program, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", "pdf", "--outdir", str(documents[0].parent), *map(str, documents)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE * 2)  # noqa: S603
            reason = (done.stderr.strip() or done.stdout.strip()).splitlines()
        except (OSError, subprocess.TimeoutExpired) as error:
            reason = [str(error)]
    if not all(path.is_file() for path in made):
        said = (("reason", reason[-1] if reason else "it wrote no file"),)
        raise UsageError([Problem("RE-934", found=program, params=said)])
    return made
