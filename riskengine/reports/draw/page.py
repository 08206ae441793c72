"""The proof as HTML that prints on one A4. Equal draws give equal pages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from riskengine.catalog import load_shipped
from riskengine.kernel.formats import long_date
from riskengine.kernel.languages import LANGUAGES
from riskengine.reports.html.environment import templates_beside
from riskengine.reports.wording import room_words
from riskengine.supervision.draw import basis_on

if TYPE_CHECKING:
    from riskengine.supervision.draw import Proof


def proof_pages(proof: Proof) -> dict[str, bytes]:
    """The page in each language: its name in the folder of the draw → what stands in it."""
    return {f"published/proof.{lang}.html": proof_page(proof, lang).encode("utf-8") for lang in LANGUAGES}


def proof_page(proof: Proof, lang: str) -> str:
    """The page in one language.

    Args:
        proof: what it shows.
        lang: ``zh`` or ``en``.
    """
    content, day = proof.commitment.content, date.fromisoformat(proof.drawn_on)
    say = room_words("riskengine.reports.draw", lang)
    return (
        templates_beside("riskengine.reports.draw")
        .get_template("proof.html.j2")
        .render(
            say=say,
            lang=lang,
            proof=proof,
            held=content,
            commitment=proof.commitment,
            shares=content["shares"],
            by=say[f"by_{content['shares']['by']}"],
            rounding=say[f"rounding_{content['shares']['rounding']}"],
            committed_on=_day(content["committed_on"], lang),
            drawn_on=long_date(day, lang),
            period=say["period_of"].format(
                since=_day(content["period"]["from"], lang), until=_day(content["period"]["until"], lang)
            ),
            basis=[(entry.label.get(lang), entry.says.get(lang)) for entry in basis_on(load_shipped().laws, day)],
        )
    )


def _day(text: str, lang: str) -> str:
    return long_date(date.fromisoformat(text), lang)
