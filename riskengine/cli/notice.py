"""``riskengine notice``: what an operator is told about its grade, for one, for a list, or for all."""

from __future__ import annotations

import csv
import re
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli.params import console, json_option, lang_option, personal_option, print_json
from riskengine.contract.sources import OPERATORS
from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import is_personal
from riskengine.kernel.problems import Problem
from riskengine.records import id_of
from riskengine.results import operator_views, view_of
from riskengine.runs import is_rule_file, near_operators, open_run, require_unaltered, scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from riskengine.reports.notice import Notice
    from riskengine.reports.printing import Printer
    from riskengine.results import OperatorView
    from riskengine.runs import Run

FORMATS = ("html", "pdf", "docx")
_FEW = 50  # so many operators are looked up one by one; for more the run is read through once
_UNSAFE = re.compile(r"[^0-9A-Za-z_-]+")
_HEADINGS = {OPERATORS.columns[0].name, *OPERATORS.columns[0].headings}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@click.command("notice")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("operators", nargs=-1, metavar="[OPERATOR_ID]...")
@click.option("--all", "everybody", is_flag=True, help="A notice to every operator of the run.")
@click.option(
    "--list",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A file with one operator id a line, or a CSV whose first column is the id.",
)
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("notices"),
    show_default=True,
    metavar="DIR",
    help="Where the notices and their index.csv are written.",
)
@click.option(
    "--format",
    "forms",
    type=click.Choice(FORMATS),
    multiple=True,
    help="What to write; may be repeated. HTML, and PDF where a browser is found, else docx, if left out.",
)
@click.option("--body", default="", metavar="TEXT", help="The authority that sends the notice.")
@click.option("--contact", default="", metavar="TEXT", help="Where objections go: address, telephone.")
@click.option("--term", default="", metavar="TEXT", help="Within what time one may object, in words.")
@lang_option
@personal_option
@json_option
def command(
    run: Path,
    operators: tuple[str, ...],
    file: Path | None,
    folder: Path,
    forms: tuple[str, ...],
    *,
    everybody: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Write the notice of its grade to each OPERATOR_ID of RUN: why, what is unknown, how to improve, how to object.

    One or two pages of A4 in plain words. What a bureau must settle (who takes objections, within what time) is left
    as a line to fill in unless --body, --contact and --term give it.
    """
    opened = open_run(run)
    require_unaltered(opened, only=is_rule_file)
    if sum((bool(operators), everybody, file is not None)) != 1:
        raise click.UsageError("give OPERATOR_IDs, or --list FILE, or --all")
    chosen = None if everybody else _ids(opened, operators or _listed(file))
    written = _write(opened, chosen, folder, _forms(forms), options)
    if as_json:
        print_json({"run_id": opened.run_id, "notices": written})
    else:
        for entry in written:
            click.echo("\n".join(entry["files"]))


def _forms(forms: Sequence[str]) -> tuple[str, ...]:
    """What is written, HTML first.

    Raises:
        UsageError: what one of them needs is not there (RE-812).
    """
    from riskengine.reports.printing import browser

    has = {"html": True, "pdf": browser() is not None, "docx": find_spec("docx") is not None}
    if not forms:
        return ("html", *(["pdf"] if has["pdf"] else ["docx"] if has["docx"] else []))
    needs = {"pdf": "Chromium", "docx": "python-docx"}
    lacking = [Problem("RE-812", found=form, params=(("needed", needs[form]),)) for form in forms if not has[form]]
    if lacking:
        raise UsageError(lacking)
    return tuple(form for form in FORMATS if form in forms)


def _listed(file: Path | None) -> tuple[str, ...]:
    """The ids in a list; a heading is passed over.

    Raises:
        UsageError: it cannot be read, or names nobody (RE-810).
    """
    path = file or Path()
    try:
        rows = csv.reader(path.read_text("utf-8-sig").splitlines())
        cells = [row[0].strip() for row in rows if row and row[0].strip()]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError([Problem("RE-810", found=str(path), params=(("reason", reason),))]) from None
    ids = [cell for at, cell in enumerate(cells) if at or cell not in _HEADINGS]
    if not ids:
        raise UsageError([Problem("RE-810", found=str(path), params=(("reason", "it is empty"),))])
    return tuple(ids)


def _ids(run: Run, asked: Sequence[str]) -> list[str]:
    """The operators that were asked for, each once, in their order.

    Raises:
        UsageError: some are not in the run (RE-603), all named.
    """
    written = {text: found if isinstance(found := id_of(text), str) else text for text in asked}
    wanted = {*written, *written.values()}
    known = {row[0] for row in scan(run, "grades", ("operator_id",), wanted)}
    missing = [text for text in written if text not in known and written[text] not in known]
    if missing:
        raise UsageError(
            [
                Problem("RE-603", source=run.run_id, found=text, near=near_operators(run, written[text], text))
                for text in missing
            ]
        )
    return list(dict.fromkeys(text if text in known else written[text] for text in asked))


def _views(run: Run, chosen: list[str] | None) -> Iterator[OperatorView]:
    if chosen is not None and len(chosen) <= _FEW:
        for operator_id in chosen:
            view = view_of(run, operator_id)
            if view is not None:
                yield view
        return
    wanted = None if chosen is None else set(chosen)
    for view in operator_views(run):
        if wanted is None or view.grade["operator_id"] in wanted:
            yield view


def _write(
    run: Run, chosen: list[str] | None, folder: Path, forms: tuple[str, ...], options: dict[str, Any]
) -> list[dict[str, Any]]:
    from riskengine.reports.figures import context_of
    from riskengine.reports.notice import Sender, notice_of
    from riskengine.reports.printing import Printer, browser
    from riskengine.reports.privacy import Privacy

    sender = Sender(options["body"], options["contact"], options["term"])
    privacy, context = Privacy(options["show_personal"]), context_of(run)
    total = len(chosen) if chosen is not None else run.manifest["tables"]["grades"]["rows"]
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            printer = stack.enter_context(Printer(browser() or "")) if "pdf" in forms else None
            advance = stack.enter_context(_Bar(total))
            for number, view in enumerate(_views(run, chosen), 1):
                notice = notice_of(view, run, context, options["lang"], privacy=privacy, sender=sender)
                files = _put(notice, folder / _name(number, view), forms, printer, run)
                written.append(_entry(notice, files))
                advance()
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
    from riskengine.reports.notice import notice_page, write_docx

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
            writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])


class _Bar:
    """How many are done, how fast, and how long it takes yet: on stderr, where that is a terminal."""

    def __init__(self, total: int) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn

        shown = console(err=True)
        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=shown, disable=not shown.is_terminal, transient=True)
        self._task = self._progress.add_task("", total=total)

    def __enter__(self) -> Any:
        self._progress.start()
        return lambda: self._progress.advance(self._task)

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
