"""Notices as files: a page, a PDF or a document for each operator, and an index of them."""

from __future__ import annotations

import csv
import re
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import is_personal
from riskengine.kernel.problems import Problem
from riskengine.kernel.progress import track
from riskengine.records import guard
from riskengine.reports.figures import context_of
from riskengine.reports.notice.content import Notice, Sender, notice_of
from riskengine.reports.notice.document import write_docx
from riskengine.reports.notice.page import notice_page
from riskengine.reports.printing import Printer, browser
from riskengine.results import views_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.reports.privacy import Privacy
    from riskengine.results import OperatorView
    from riskengine.runs import Run

FORMATS = ("html", "pdf", "docx")
_UNSAFE = re.compile(r"[^0-9A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class Mailing:
    """How notices are written.

    Attributes:
        forms: of ``html``, ``pdf`` and ``docx``, as :func:`forms_of` gives them.
        lang: ``zh`` or ``en``.
        privacy: what may be shown of a person.
        sender: who sends them, and how one may object.
    """

    forms: tuple[str, ...]
    lang: str
    privacy: Privacy
    sender: Sender


def forms_of(asked: Sequence[str]) -> tuple[str, ...]:
    """What is written, HTML first: what was asked for, else HTML and a form for paper.

    Raises:
        UsageError: what one of them needs is not there (RE-812).
    """
    has = {"html": True, "pdf": browser() is not None, "docx": find_spec("docx") is not None}
    if not asked:
        return ("html", *(["pdf"] if has["pdf"] else ["docx"] if has["docx"] else []))
    needs = {"pdf": "Chromium", "docx": "python-docx"}
    lacking = [Problem("RE-812", found=form, params=(("needed", needs[form]),)) for form in asked if not has[form]]
    if lacking:
        raise UsageError(lacking)
    return tuple(form for form in FORMATS if form in asked)


def write_notices(run: Run, chosen: list[str] | None, folder: Path, mailing: Mailing) -> list[dict[str, Any]]:
    """Write the notices of some operators, or of all, and ``index.csv`` beside them.

    Args:
        run: the run.
        chosen: the operators, which are in the run; None is all of them.
        folder: where to; made where it is missing.
        mailing: how.

    Returns:
        of each notice ``operator_id``, ``name``, ``grade`` and ``files``.

    Raises:
        UsageError: the folder cannot be written to (RE-609), or the browser does not print (RE-811).
    """
    context = context_of(run)
    total = len(chosen) if chosen is not None else run.manifest["tables"]["grades"]["rows"]
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            printer = stack.enter_context(Printer(browser() or "")) if "pdf" in mailing.forms else None
            for number, view in enumerate(track(views_of(run, chosen), "operators", total, every=1), 1):
                notice = notice_of(view, run, context, mailing.lang, privacy=mailing.privacy, sender=mailing.sender)
                files = _put(notice, folder / _name(number, view), mailing.forms, printer, run)
                written.append(_entry(notice, files))
        _write_index(folder / "index.csv", written)
    except OSError as error:
        reason = (("reason", error.strerror or str(error)),)
        raise UsageError([Problem("RE-609", found=str(error.filename or folder), params=reason)]) from None
    return written


def _name(number: int, view: OperatorView) -> str:
    """A file's name: its place in the list, and the id unless that is personal."""
    operator_id = view.grade["operator_id"]
    shown = "person" if is_personal(operator_id) else _UNSAFE.sub("_", operator_id)[:60]
    return f"{number:05d}_{shown}"


def _put(notice: Notice, stem: Path, forms: tuple[str, ...], printer: Printer | None, run: Run) -> list[Path]:
    """One notice in each form; a PDF is printed from the page."""
    page = stem.with_name(f"{stem.name}.html")
    files = []
    if "html" in forms or printer is not None:
        page.write_text(notice_page(notice), "utf-8", newline="\n")
    if printer is not None:
        files.append(stem.with_name(f"{stem.name}.pdf"))
        printer.print(page, files[-1])
    if "html" in forms:
        files.insert(0, page)
    else:
        page.unlink(missing_ok=True)
    if "docx" in forms:
        files.append(stem.with_name(f"{stem.name}.docx"))
        write_docx(notice, files[-1], run.as_of)
    return files


def _entry(notice: Notice, files: list[Path]) -> dict[str, Any]:
    return {
        "operator_id": notice.operator_id,
        "name": notice.name,
        "grade": notice.grade,
        "files": [str(file) for file in files],
    }


def _write_index(path: Path, written: list[dict[str, Any]]) -> None:
    """Which notice is whose; no cell begins like a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(["operator_id", "name", "grade", "files"])
        for entry in written:
            names = " ".join(Path(name).name for name in entry["files"])
            cells = (entry["operator_id"], entry["name"], entry["grade"], names)
            writer.writerow([guard(cell or "") for cell in cells])
