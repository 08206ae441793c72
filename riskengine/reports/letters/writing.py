"""Letters as files: a document for each operator, its PDF where it is wished, and an index of them."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED
from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import is_personal, mask_personal
from riskengine.kernel.problems import Problem
from riskengine.kernel.progress import track
from riskengine.records import guard, id_of
from riskengine.reports.figures import context_of
from riskengine.reports.letters.content import letter_of
from riskengine.reports.letters.document import write_letter
from riskengine.reports.letters.office import LOT, to_pdf
from riskengine.results import views_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from riskengine.reports.letters.content import Issuer
    from riskengine.reports.letters.kinds import LetterKind
    from riskengine.reports.letters.orders import Order
    from riskengine.reports.privacy import Privacy
    from riskengine.results import OperatorView
    from riskengine.runs import Run

_UNSAFE = re.compile(r"[^0-9A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class Dispatch:
    """How letters are written.

    Attributes:
        kind, issuer: of which kind, by whom.
        lang, privacy: the language, and what may be shown of a person.
        orders: operator, as ids are compared → the decision; asked where the kind needs one.
        office: LibreOffice, where PDFs are written too.
    """

    kind: LetterKind
    issuer: Issuer
    lang: str
    privacy: Privacy
    orders: Mapping[str, Order]
    office: str | None = None


def write_letters(run: Run, chosen: Sequence[str] | None, folder: Path, dispatch: Dispatch) -> list[dict[str, Any]]:
    """Write the letters to some operators, or to all for whom one is due, and ``index.csv`` beside them.

    Args:
        run: the run.
        chosen: the operators, which are in the run; None is all for whom the policy recommends it, or who were ordered.
        folder: where to; made where it is missing.
        dispatch: how.

    Returns:
        of each letter ``operator_id``, ``name``, ``number`` and ``files``.

    Raises:
        UsageError: a letter is not due to one of those chosen (RE-932), all named and none written; the folder cannot
            be written to (RE-609), or LibreOffice does not work (RE-934).
    """
    views = list(_views(run, chosen, dispatch))
    refused = [] if chosen is None else [_not_due(view, dispatch) for view in views]
    problems = [problem for problem in refused if problem is not None]
    if problems:
        raise UsageError(problems)
    context, written = context_of(run), []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, view in enumerate(track(views, "operators", len(views), every=1), 1):
            issuer = replace(dispatch.issuer, number=dispatch.issuer.number.replace("{n}", str(number)))
            letter = letter_of(
                dispatch.kind,
                view,
                run,
                context,
                dispatch.lang,
                issuer=issuer,
                privacy=dispatch.privacy,
                order=_order(view, dispatch),
            )
            path = folder / f"{number:05d}_{_shown(view)}_{dispatch.kind.name}.docx"
            write_letter(letter, path, issuer.day)
            entry = {"operator_id": letter.operator_id, "name": letter.name, "number": letter.number, "files": [path]}
            written.append(entry)
        _write_pdfs(written, dispatch.office)
        _write_index(folder / "index.csv", written)
    except OSError as error:
        reason = (("reason", error.strerror or str(error)),)
        raise UsageError([Problem("RE-609", found=str(error.filename or folder), params=reason)]) from None
    return [{**entry, "files": [str(file) for file in entry["files"]]} for entry in written]


def _views(run: Run, chosen: Sequence[str] | None, dispatch: Dispatch) -> Iterator[OperatorView]:
    """The operators chosen; where none are, those for whom it is recommended or who were ordered, and it is due."""
    for view in views_of(run, chosen):
        recommended = {row["action"] for row in view.actions} & set(dispatch.kind.actions)
        if chosen is not None or ((recommended or dispatch.kind.decided) and _not_due(view, dispatch) is None):
            yield view


def _order(view: OperatorView, dispatch: Dispatch) -> Order | None:
    return dispatch.orders.get(str(id_of(view.grade["operator_id"]))) if dispatch.kind.decided else None


def _not_due(view: OperatorView, dispatch: Dispatch) -> Problem | None:
    """Why there is nothing to write to an operator; None where there is."""
    if dispatch.kind.decided:
        reason = "no proceeding has been decided" if _order(view, dispatch) is None else None
    else:
        reason = None if any(row["status"] == FIRED for row in view.signals) else "no rule fired"
    if reason is None:
        return None
    params = (("what", dispatch.kind.title.en), ("reason", reason))
    return Problem("RE-932", found=mask_personal(view.grade["operator_id"]), params=params)


def _shown(view: OperatorView) -> str:
    """The id as a file's name has it, unless it is personal."""
    operator_id = view.grade["operator_id"]
    return "person" if is_personal(operator_id) else _UNSAFE.sub("_", operator_id)[:60]


def _write_pdfs(written: list[dict[str, Any]], program: str | None) -> None:
    if program is None:
        return
    lots = [written[at : at + LOT] for at in range(0, len(written), LOT)]
    for lot in track(lots, "steps", len(lots), every=1):
        for entry, made in zip(lot, to_pdf(program, [entry["files"][0] for entry in lot]), strict=True):
            entry["files"].append(made)


def _write_index(path: Path, written: list[dict[str, Any]]) -> None:
    """Which letter is whose; no cell begins like a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(["operator_id", "name", "number", "files"])
        for entry in written:
            names = " ".join(made.name for made in entry["files"])
            cells = (entry["operator_id"], entry["name"], entry["number"], names)
            writer.writerow([guard(cell or "") for cell in cells])
