"""Headings bound to the columns of a table."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from riskengine.exchange.tables import NUMBER
from riskengine.exchange.wording import heading, keys_of_headings, shown_headings
from riskengine.kernel.languages import LANGUAGES
from riskengine.kernel.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from riskengine.exchange.gather import Place
    from riskengine.exchange.tables import Column
    from riskengine.kernel.problems import Problem


def bound(
    name: str,
    columns: Sequence[Column],
    headings: Sequence[Any],
    place: Callable[[int], Place],
    problems: list[Problem],
) -> dict[str, int]:
    """The position of each column by its key; a heading may be Chinese, English or the key itself.

    Args:
        name: the table.
        columns: of the table.
        headings: as they were read; what is empty is passed over.
        place: of a heading.
        problems: added to: headings that are not known (RE-394) or stand twice (RE-405), columns that are missing.
    """
    known = keys_of_headings(name, tuple(column.key for column in columns))
    made, found = shown_headings(), {}
    for at, text in enumerate(headings):
        plain = _plain(text)
        if not plain or plain in made:
            continue
        key = known.get(plain)
        if key is None:
            near = nearest(str(text), [heading(name, column.key, lang) for column in columns for lang in LANGUAGES])
            problems.append(place(at).problem("RE-394", text, near))
        elif key in found:
            problems.append(place(at).problem("RE-405", text))
        else:
            found[key] = at
    for column in columns:
        if column.key not in found and column.key != NUMBER:
            words = {f"heading_{lang}": heading(name, column.key, lang) for lang in LANGUAGES}
            problems.append(place(0).problem("RE-395", column.key, **words))
    return found


def made_columns(headings: Sequence[Any]) -> dict[str, int]:
    """The positions of the columns that are made from others, by their key."""
    made = shown_headings()
    return {made[plain]: at for at, text in enumerate(headings) if (plain := _plain(text)) in made}


def _plain(text: Any) -> str:
    return "" if text is None else unicodedata.normalize("NFKC", " ".join(str(text).split())).casefold()
