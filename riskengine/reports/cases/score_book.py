"""The scores of case files as a workbook: by unit and half-year, every file, items, the agreement of reviewers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import round_half_up
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.wording import listed
from riskengine.reports.excel import NUMBER, SCORE, WORD, Column, rows_sheet, write_sheets
from riskengine.reports.wording import room_words
from riskengine.supervision.cases.checking import shown_names
from riskengine.supervision.cases.score_forms import KAPPA_PLACES, POINT_PLACES
from riskengine.supervision.cases.scoring import DISPUTED
from riskengine.supervision.cases.telling import wording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal
    from fractions import Fraction
    from pathlib import Path

    from riskengine.reports.excel import Sheet
    from riskengine.supervision.cases.scoring import Scores

_DAY = date(2000, 1, 1)  # stands for the time of writing: scores are of no day


def write_scores(scores: Scores, path: Path, lang: str, *, show_personal: bool) -> None:
    """Write the scores; equal scores give equal bytes.

    Args:
        scores: what was scored.
        path: the file to write.
        lang: ``zh`` or ``en``.
        show_personal: whether reviewers' names stand in full.

    Raises:
        OSError: the file cannot be written.
    """
    classes = {each.name: each.title.get(lang) for each in scores.rubric.classes}
    classes[DISPUTED] = wording(lang)["verdict_disputed"]
    room = room_words("riskengine.reports.cases", lang)
    say = {
        **room_words("riskengine.reports.excel", lang),
        **room,
        **{f"class_{name}": classes[name] for name in classes},
    }
    sheets = [
        _units(scores, list(classes), lang),
        _files(scores, classes, lang, show_personal=show_personal),
        _items(scores, lang, say["is_veto"]),
        _agreement(scores, lang, show_personal=show_personal),
    ]
    write_sheets(path, sheets, say, title=say["scores_title"], day=_DAY)


def _rounded(value: Fraction | None, places: int = POINT_PLACES) -> Decimal | None:
    return None if value is None else round_half_up(value, places)


def _units(scores: Scores, classes: list[str], lang: str) -> Sheet:
    none = wording(lang)["score_no_half"]

    def rows() -> Iterator[tuple[Any, ...]]:
        for each in scores.units:
            counts = [each.verdicts.get(name, 0) for name in classes]
            yield (mask_personal(each.unit), each.half or none, each.files, each.counted, _rounded(each.mean), *counts)

    columns = (
        Column("unit", 30),
        Column("half", 10, WORD),
        Column("case_files", 10, NUMBER),
        Column("counted", 8, NUMBER),
        Column("mean", 10, SCORE),
        *(Column(f"class_{name}", 12, NUMBER) for name in classes),
    )
    return rows_sheet("sheet_scores", columns, rows)


def _files(scores: Scores, classes: dict[str, str], lang: str, *, show_personal: bool) -> Sheet:
    say, items = wording(lang), {each.item: each.title.get(lang) for each in scores.rubric.items}

    def rows() -> Iterator[tuple[Any, ...]]:
        for each in scores.files:
            names = shown_names([sheet.name for sheet in each.sheets], show_personal=show_personal)
            sheets = [
                cell for pair in zip(names, (_rounded(s.total) for s in each.sheets), strict=True) for cell in pair
            ]
            verdict = say[f"score_{each.state}"] if each.verdict is None else classes[each.verdict]
            vetoes = listed([items[name] for name in each.vetoes], lang) or None
            shown = (*sheets, None, None)[:4]
            yield (mask_personal(each.case_id), each.unit, each.half, *shown, _rounded(each.mean), verdict, vetoes)

    columns = (
        Column("case_id", 26),
        Column("unit", 20, WORD),
        Column("half", 9, WORD),
        Column("first_reviewer", 14, WORD),
        Column("first_total", 9, SCORE),
        Column("second_reviewer", 14, WORD),
        Column("second_total", 9, SCORE),
        Column("mean", 9, SCORE),
        Column("verdict", 22, WORD, wrap=True),
        Column("vetoes", 26, WORD, wrap=True),
    )
    return rows_sheet("sheet_files", columns, rows)


def _items(scores: Scores, lang: str, yes: str) -> Sheet:
    def rows() -> Iterator[tuple[Any, ...]]:
        for each in scores.rubric.items:
            yield each.title.get(lang), each.points, yes if each.veto else None, _rounded(scores.item_means[each.item])

    columns = (
        Column("scored_item", 30),
        Column("points", 8, NUMBER),
        Column("veto", 8, WORD),
        Column("mean", 10, SCORE),
    )
    return rows_sheet("sheet_items", columns, rows)


def _agreement(scores: Scores, lang: str, *, show_personal: bool) -> Sheet:
    say, items = wording(lang), {each.item: each.title.get(lang) for each in scores.rubric.items}

    def rows() -> Iterator[tuple[Any, ...]]:
        for pair in scores.agreements:
            who = listed(shown_names(pair.reviewers, show_personal=show_personal), lang)
            for title, held in (
                (say["agreement_classes"], pair.classes),
                *((items[n], a) for n, a in pair.items.items()),
            ):
                kappas = (_rounded(held.kappa, KAPPA_PLACES), _rounded(held.weighted, KAPPA_PLACES))
                undefined = say["kappa_undefined"] if held.kappa is None else None
                yield (who, title, held.files, held.same, *kappas, undefined)

    columns = (
        Column("reviewers", 24, WORD),
        Column("scored_item", 26, WORD),
        Column("case_files", 9, NUMBER),
        Column("same", 8, NUMBER),
        Column("kappa", 10, SCORE),
        Column("weighted", 12, SCORE),
        Column("note", 30, WORD, wrap=True),
    )
    return rows_sheet("sheet_agreement", columns, rows)
