"""The notice as a page of HTML that prints on A4."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from riskengine.reports.html.environment import templates_beside
from riskengine.reports.wording import room_words

if TYPE_CHECKING:
    from jinja2 import Environment

    from riskengine.reports.notice.parts import Notice


def notice_page(notice: Notice) -> str:
    """A notice as one self-contained HTML file."""
    say = room_words("riskengine.reports.notice", notice.lang)
    return _templates().get_template("notice.html.j2").render(notice=notice, say=say)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    """The room's templates, which ask of a block what it holds."""
    made = templates_beside("riskengine.reports.notice")
    made.tests["grid"] = lambda block: hasattr(block, "rows")
    made.tests["items"] = lambda block: hasattr(block, "texts")
    return made
