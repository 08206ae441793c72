"""The page: one HTML file that holds everything and fetches nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import plain
from riskengine.reports.figures import band_of, context_of, figures_of, worst_first
from riskengine.reports.html.payload import Explainer
from riskengine.reports.privacy import Privacy
from riskengine.reports.wording import wording
from riskengine.results import explain, operator_views

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jinja2 import Environment

    from riskengine.results import Context, Explanation
    from riskengine.runs import Run

LEFT_OUT_ROWS = 200
"""How many left-out rows the page shows; the workbook has them all."""


def write_html(run: Run, path: Path, lang: str, *, show_personal: bool = False) -> None:
    """Write a run as one self-contained HTML file: figures, list of operators with explanations, data quality, method.

    Figures and list can be read without scripts; a small script searches and draws an operator's explanation when it is
    opened. Equal runs give equal files.

    Args:
        run: the run.
        path: the file to write.
        lang: ``zh`` or ``en``.
        show_personal: whether natural persons' ids and names, and numbers that look personal, are shown unmasked.

    Raises:
        OSError: the file cannot be written.
    """
    say, privacy, context = wording(lang), Privacy(show_personal), context_of(run)
    explainer = Explainer(say, lang, privacy)
    entries = []
    for view in operator_views(run):
        explanation = explain(view, context)
        entries.append(
            (
                worst_first(view.grade, context.plan),
                _row(view.grade, explanation, context, lang, privacy),
                explainer.line(explanation),
            )
        )
    entries.sort(key=lambda entry: entry[0])
    left_out = [row for row in run.rows("quarantine") if row["level"] == "error"]
    stream = (
        _environment()
        .get_template("report.html.j2")
        .stream(
            say=say,
            lang=lang,
            run=run,
            manifest=run.manifest,
            policy=run.policy.policy,
            catalog=context.catalog,
            figures=figures_of(run, context),
            rows=[row for _, row, _ in entries],
            lines=[line for _, _, line in entries],
            texts=explainer.texts.all,
            measures=explainer.measures,
            start=plain(context.plan.start),
            left_out=left_out[:LEFT_OUT_ROWS],
            left_out_more=max(0, len(left_out) - LEFT_OUT_ROWS),
            mask=privacy.text,
            show_personal=show_personal,
        )
    )
    stream.enable_buffering(500)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(stream)


def _row(
    grade: Mapping[str, Any], explanation: Explanation, context: Context, lang: str, privacy: Privacy
) -> dict[str, Any]:
    """An operator in the list."""
    ceiling = context.steps[grade["ceiling_rule"]].grade if grade["ceiling_rule"] else None
    return {
        "id": privacy.text(grade["operator_id"]),
        "name": privacy.name(grade["operator_id"], grade["name"]),
        "status": grade["status"],
        "grade": grade["grade"],
        "band": band_of(context.plan.grades, grade["grade"]),
        "score": None if grade["score"] is None else plain(grade["score"]),
        "ceiling": ceiling,
        "level": grade["risk_level"],
        "unknown": grade["unknown_count"],
        "left_out": grade["quarantined_count"],
        "tier": explanation.tier.get(lang) if explanation.tier else None,
    }


def _environment() -> Environment:
    """Templates of this room; every value is escaped, and a name that is not there is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("riskengine.reports.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    environment.filters["json_line"] = _json_line
    environment.filters["share"] = _share
    return environment


def _json_line(line: str) -> str:
    """JSON as it may stand inside a script element, which only a ``<`` can end."""
    from markupsafe import Markup

    return Markup(line.replace("<", "\\u003c"))  # noqa: S704 - escaped here


def _share(count: int, total: int, places: int = 1) -> str:
    """``count`` of ``total`` in percent, rounded half-up; 0 of 0 is 0."""
    if not total:
        return "0"
    from fractions import Fraction

    from riskengine.kernel.decimals import round_half_up

    return f"{round_half_up(Fraction(100 * count, total), places):f}"
