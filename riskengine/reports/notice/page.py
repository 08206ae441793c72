"""The notice as a page of HTML that prints on A4."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from riskengine.reports.wording import room_words

if TYPE_CHECKING:
    from jinja2 import Environment

    from riskengine.reports.notice.parts import Notice


def notice_page(notice: Notice) -> str:
    """A notice as one self-contained HTML file."""
    say = room_words("riskengine.reports.notice", notice.lang)
    return _environment().get_template("notice.html.j2").render(notice=notice, say=say)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Templates in which every value is escaped, and a name that is not there is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("riskengine.reports.notice"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.tests["grid"] = lambda block: hasattr(block, "rows")
    made.tests["items"] = lambda block: hasattr(block, "texts")
    return made
