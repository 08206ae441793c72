"""The page: one HTML file in both languages that holds everything and fetches nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import LEVELS
from riskengine.kernel.decimals import plain
from riskengine.kernel.languages import LANGUAGES
from riskengine.kernel.progress import track
from riskengine.reports.contested import objections_of
from riskengine.reports.figures import context_of
from riskengine.reports.html.columns import Columns
from riskengine.reports.html.details import Details
from riskengine.reports.html.environment import environment
from riskengine.reports.html.overview import DEGREES, overview_of
from riskengine.reports.html.packing import block
from riskengine.reports.html.words import page_words
from riskengine.reports.privacy import Privacy
from riskengine.results import explain, operator_views, outlook
from riskengine.runs import scan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from riskengine.kernel.languages import Text
    from riskengine.reports.contested import Objections
    from riskengine.reports.html.overview import Overview
    from riskengine.reports.html.packing import Block
    from riskengine.results import Context, Mover
    from riskengine.runs import Run

LEFT_OUT_ROWS = 200
"""How many left-out rows the page shows; the workbook has them all."""
MOVERS = 8
"""How many operators that moved stand in the section on changes; the list has them all."""
AT_ONCE = 4000
"""Operators of a block of explanations."""
PLAIN_UP_TO = 2000
"""With no more operators the data stands in the page as it is; with more it is compressed."""


def write_html(run: Run, path: Path, lang: str, *, show_personal: bool = False) -> None:
    """Write a run as one self-contained HTML file in both languages.

    Figures can be read without scripts; a script searches and sorts the list, draws an operator's explanation when it
    is opened, and changes the language. Equal runs give equal files.

    Args:
        run: the run; runs that it was compared with are read from the folders beside it, where they are there.
        path: the file to write.
        lang: the language that is shown first, ``zh`` or ``en``.
        show_personal: whether natural persons' ids and names, and numbers that look personal, are shown unmasked.

    Raises:
        OSError: the file cannot be written.
        RunError: a table of the run is missing or cannot be read (RE-610).
    """
    privacy, context = Privacy(show_personal), context_of(run)
    overview = overview_of(run, context)
    contested = objections_of(run, context, show_personal=show_personal)
    columns, blocks = _operators(run, context, privacy, overview, contested)
    says = page_words()
    left_out = [row for row in run.rows("quarantine") if row["level"] == "error"]
    compressed = overview.figures.operators > PLAIN_UP_TO
    stream = (
        environment()
        .get_template("report.html.j2")
        .stream(
            says=says,
            first=lang,
            languages=[lang, *(other for other in LANGUAGES if other != lang)],
            run=run,
            manifest=run.manifest,
            policy=run.policy.policy,
            catalog=context.catalog,
            overview=overview,
            figures=overview.figures,
            degrees=DEGREES,
            bands={grade.grade: grade.band for grade in overview.figures.grades},
            movers=_movers(overview, contested),
            left_out=left_out[:LEFT_OUT_ROWS],
            left_out_more=max(0, len(left_out) - LEFT_OUT_ROWS),
            privacy=privacy,
            show_personal=show_personal,
            shared=block(_shared(run, context, columns, overview, says), compressed=False),
            columns=block(columns.content(), compressed=compressed),
            details=blocks,
        )
    )
    stream.enable_buffering(500)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(stream)


def _movers(overview: Overview, contested: Objections) -> list[Mover]:
    """The first that moved; not those whose grade is not shown."""
    if overview.comparison is None:
        return []
    hidden = len(contested.held) if contested.stopped else 0
    first = overview.comparison.movers.first(MOVERS + hidden)
    return [mover for mover in first if not contested.hides(mover.operator_id)][:MOVERS]


def _operators(
    run: Run, context: Context, privacy: Privacy, overview: Overview, contested: Objections
) -> tuple[Columns, list[Block]]:
    """The list, and the explanations in blocks, read operator by operator."""
    says, figures = page_words(), overview.figures
    columns = Columns(context, privacy, [grade.grade for grade in figures.grades])
    strata = {
        operator: {"county": county, "areas": areas}
        for operator, county, areas in scan(run, "register", ("operator_id", "county", "areas"))
    }
    history = _history(overview)
    blocks: list[Block] = []
    details = Details(says, privacy)
    compressed = figures.operators > PLAIN_UP_TO
    for view in track(operator_views(run), "operators", figures.operators):
        operator = view.grade["operator_id"]
        explanation = explain(view, context)
        hidden = contested.hides(operator)
        columns.add(view, explanation, strata.get(operator, {}), hidden=hidden)
        if hidden:
            details.withhold(contested.held[operator])
        else:
            details.add(view, explanation, outlook(view, context), {"history": history.get(operator)})
        if len(details) == AT_ONCE:
            blocks.append(block(details.content(), compressed=compressed))
            details = Details(says, privacy)
    if len(details) or not blocks:
        blocks.append(block(details.content(), compressed=compressed))
    return columns, blocks


def _history(overview: Overview) -> Mapping[str, list[list[Any]]]:
    """Operator → run (by its place among the earlier ones), grade, score and status in each run that had it."""
    found: dict[str, list[list[Any]]] = {}
    for at, run in enumerate(overview.earlier):
        for operator, grade, score, status in scan(run, "grades", ("operator_id", "grade", "score", "status")):
            cells = [at, grade, None if score is None else plain(score), status]
            found.setdefault(operator, []).append(cells)
    return found


def _shared(
    run: Run, context: Context, columns: Columns, overview: Overview, says: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """What the script knows beside the list: wording, and the names of what numbers point to."""
    by_code = {point.code: point for point in overview.points}
    by_grade = {grade.grade: grade for grade in overview.figures.grades}
    lists, areas = columns.lists, context.catalog.areas
    return {
        "first": says["zh"]["html_lang"],
        "say": says,
        "run": run.run_id,
        "asOf": run.as_of.isoformat(),
        "hash": run.manifest["content_hash"],
        "start": plain(context.plan.start),
        "counted": list(context.plan.counted_statuses),
        "highIsBad": context.plan.high_is_bad,
        "atOnce": AT_ONCE,
        "levels": LEVELS,
        "ranking": list(context.plan.grades),
        "grades": [
            [code, *_pair(by_grade[code].title if code in by_grade else None), _band(by_grade, code)]
            for code in lists["grades"]
        ],
        "points": [
            [code, *_pair(by_code[code].title), by_code[code].level] if code in by_code else [code, "", "", None]
            for code in lists["points"]
        ],
        "areas": [[code, *_pair(areas[code].title if code in areas else None)] for code in lists["areas"]],
        "counties": lists["counties"],
        "tiers": [_pair(tier) for tier in columns.tiers.all],
        "earlier": [[earlier.run_id, earlier.as_of.isoformat()] for earlier in overview.earlier],
    }


def _band(grades: Mapping[str, Any], code: str) -> int | None:
    return grades[code].band if code in grades else None


def _pair(text: Text | None) -> list[str]:
    return [text.zh, text.en] if text else ["", ""]
