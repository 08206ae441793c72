"""The leader's page as HTML that prints on one A4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.kernel.formats import long_date
from riskengine.reports.figures import context_of, figures_of
from riskengine.reports.html.environment import templates_beside
from riskengine.reports.leader.choosing import findings
from riskengine.reports.leader.standing import Standing
from riskengine.reports.privacy import Privacy

if TYPE_CHECKING:
    from pathlib import Path

    from riskengine.reports.leader.choosing import Finding
    from riskengine.runs import Run


def leader_findings(run: Run, lang: str, *, show_personal: bool = False) -> tuple[Finding, ...]:
    """What the page tells, as :func:`write_leader_page` does.

    Raises:
        RunError: a table of the run is missing or cannot be read (RE-610).
    """
    return findings(Standing(run, context_of(run), lang, Privacy(show_personal)))


def write_leader_page(run: Run, path: Path, lang: str, *, show_personal: bool = False) -> None:
    """Write the five things that matter in a run as one self-contained HTML file. Equal runs give equal files.

    Args:
        run: the run; the one that it was compared with is read from the folder beside it, where it is there.
        path: the file to write.
        lang: ``zh`` or ``en``.
        show_personal: whether natural persons' ids and names are shown unmasked.

    Raises:
        OSError: the file cannot be written.
        RunError: a table of the run is missing or cannot be read (RE-610).
    """
    context = context_of(run)
    standing = Standing(run, context, lang, Privacy(show_personal))
    page = (
        templates_beside("riskengine.reports.leader")
        .get_template("leader.html.j2")
        .render(
            say=standing.say,
            lang=lang,
            run=run,
            day=long_date(run.as_of, lang),
            policy=context.policy.title.text.get(lang),
            previous=standing.previous,
            figures=figures_of(run, context),
            findings=findings(standing),
        )
    )
    path.write_text(page, "utf-8", newline="\n")
