"""The scores of case files as JSON-ready values, rounded once; reviewers masked unless they are to be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import round_half_up
from riskengine.kernel.masking import mask_personal
from riskengine.supervision.cases.checking import shown_names

if TYPE_CHECKING:
    from fractions import Fraction

    from riskengine.supervision.cases.agreement import Agreement
    from riskengine.supervision.cases.scoring import PairAgreement, Scored, Scores

POINT_PLACES, KAPPA_PLACES = 2, 4


def points(value: Fraction | None) -> str | None:
    """Points, rounded half up to two places."""
    return None if value is None else str(round_half_up(value, POINT_PLACES))


def kappa_text(value: Fraction | None) -> str | None:
    """Kappa, rounded half up to four places; None where it is not defined."""
    return None if value is None else str(round_half_up(value, KAPPA_PLACES))


def scores_dict(scores: Scores, *, show_personal: bool = False) -> dict[str, Any]:
    """All results: by unit and half-year, by item, the agreement of reviewers, every file."""
    return {
        "rubric": scores.rubric.rubric,
        "basis": scores.rubric.basis,
        "note": scores.rubric.note.to_dict(),
        "most": scores.rubric.most,
        "files": len(scores.files),
        "states": scores.states,
        "units": [
            {
                "unit": each.unit,
                "half": each.half,
                "files": each.files,
                "counted": each.counted,
                "mean": points(each.mean),
                "verdicts": each.verdicts,
            }
            for each in scores.units
        ],
        "items": {name: points(mean) for name, mean in scores.item_means.items()},
        "agreement": [_pair(each, show_personal=show_personal) for each in scores.agreements],
        "cases": [_case(each, show_personal=show_personal) for each in scores.files],
    }


def _pair(each: PairAgreement, *, show_personal: bool) -> dict[str, Any]:
    return {
        "reviewers": list(shown_names(each.reviewers, show_personal=show_personal)),
        "classes": _agreement(each.classes),
        "items": {name: _agreement(held) for name, held in each.items.items()},
    }


def _agreement(held: Agreement) -> dict[str, Any]:
    return {
        "files": held.files,
        "same": held.same,
        "kappa": kappa_text(held.kappa),
        "weighted": kappa_text(held.weighted),
    }


def _case(each: Scored, *, show_personal: bool) -> dict[str, Any]:
    names = shown_names([sheet.name for sheet in each.sheets], show_personal=show_personal)
    return {
        "case_id": mask_personal(each.case_id),
        "unit": each.unit,
        "half": each.half,
        "state": each.state,
        "reviewers": [
            {"reviewer": name, "total": points(sheet.total)} for name, sheet in zip(names, each.sheets, strict=True)
        ],
        "mean": points(each.mean),
        "verdict": each.verdict,
        "vetoes": list(each.vetoes),
    }
