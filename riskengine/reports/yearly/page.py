"""The report of a year as one HTML page: it fetches nothing, runs no script, and prints on A4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.reports.html.environment import templates_beside
from riskengine.reports.yearly.rows import spans_text, told_rows

if TYPE_CHECKING:
    from riskengine.reports.yearly.telling import Number, Telling, ToldFigure

MOST = 300
"""Spans of rows that the page lists of a file for one number; ``rows.csv`` has them all."""


def page(telling: Telling, body: str) -> str:
    """The page as text.

    Args:
        telling: the year in one language.
        body: whose report it is; empty where that is not said.
    """
    sections = telling.sections()

    def rows(number: Number) -> list[str]:
        return told_rows(number.rows, telling.say, MOST)

    def parts(each: ToldFigure) -> list[tuple[str, Number]]:
        return telling.parts_of(each)

    return (
        templates_beside("riskengine.reports.yearly")
        .get_template("year.html.j2")
        .render(
            say=telling.say,
            lang=telling.lang,
            telling=telling,
            year=telling.year,
            body=body,
            sections=sections,
            headlines=[each for section in sections for each in section.figures if each.figure.spec.headline],
            rows=rows,
            parts=parts,
            not_counted=[
                (file, why, spans_text((ref.row for ref in refs), telling.say, MOST))
                for file, why, refs in telling.not_counted()
            ],
        )
    )
