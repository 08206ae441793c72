"""The articles that a proposal or a notice rests on, as ``LAW:ARTICLE[:PARAGRAPH[:ITEM]]`` with ``;`` between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from riskengine.catalog import Citation
from riskengine.kernel.problems import Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from riskengine.catalog import LawRegister
    from riskengine.supervision.review.proceeding import Step

_GROUND = re.compile(r"([a-z][a-z0-9_]*):([1-9][0-9]*(?:-[1-9][0-9]*)?)(?::([1-9][0-9]?))?(?::([1-9][0-9]?))?")


def citations(grounds: str) -> list[Citation]:
    """The articles of a text of grounds; what is none is passed over."""
    found = []
    for part in _parts(grounds):
        match = _GROUND.fullmatch(part)
        if match is not None:
            law, article, paragraph, item = match.groups()
            place = {"law": law, "article": article, "sureness": "text"}
            numbers = {name: int(text) for name, text in (("paragraph", paragraph), ("item", item)) if text}
            found.append(Citation.model_validate({**place, **numbers}))
    return found


def ground_of(law: str, article: str, paragraph: int | None = None, item: int | None = None) -> str:
    """An article as grounds are written.

    >>> ground_of("henan_social_credit_regulation", "33", 1, 1)
    'henan_social_credit_regulation:33:1:1'
    """
    places = [str(number) for number in (paragraph, item) if number is not None]
    if item is not None and paragraph is None:
        places = ["1", str(item)]
    return ":".join((law, article, *places))


def grounds_text(grounds: str, laws: LawRegister, lang: str) -> list[str]:
    """The articles as people write them."""
    return [citation.label(laws, lang) for citation in citations(grounds)]


def ground_problems(step: Step, laws: LawRegister) -> Iterator[Problem]:
    """What is wrong with the grounds of a step: none, no article, an unknown law, or one not in force on the day."""
    for part in _parts(step.cells.get("grounds", "")):
        match = _GROUND.fullmatch(part)
        if match is None:
            yield Problem("RE-930", column="grounds", found=part, params=(("reason", "it is no article"),))
        elif match[1] not in laws:
            near = nearest(match[1], laws.laws)
            yield Problem("RE-930", column="grounds", found=part, near=near, params=(("reason", "the law is unknown"),))
        else:
            yield from _in_force(part, match, step.on, laws)


def _in_force(part: str, match: re.Match[str], day: date, laws: LawRegister) -> Iterator[Problem]:
    version = laws.in_force(match[1], day)
    if version is None:
        yield Problem("RE-930", column="grounds", found=part, params=(("reason", "no version was in force"),))
    elif version.articles is not None and int(match[2].partition("-")[0]) > version.articles:
        yield Problem("RE-930", column="grounds", found=part, params=(("reason", "the law has no such article"),))


def _parts(grounds: str) -> list[str]:
    return [part.strip() for part in grounds.split(";") if part.strip()]
