"""The handbook: one HTML page that a bureau can publish, and the same as Markdown.

The page holds everything, fetches nothing and runs no script.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from riskengine.catalog.wording import say
from riskengine.exchange.handbook_view import PointView
from riskengine.kernel.formats import font_stack
from riskengine.kernel.wording import words_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

    from riskengine.catalog import Catalog

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])|(?<![^\n])(?=[-+]\s|\d+[.)]\s)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LEVELS = ("red", "orange", "yellow", "blue")


def handbook(catalog: Catalog, verification: Mapping[str, Any], lang: str) -> str:
    """A catalogue as an HTML page. Equal catalogues give equal pages.

    Args:
        catalog: the catalogue.
        verification: the last result of ``catalog verify`` for it; empty where there is none. What was not verified is
            marked where it stands.
        lang: ``zh`` or ``en``.
    """
    return _rendered("handbook.html.j2", catalog, verification, lang)


def markdown(catalog: Catalog, verification: Mapping[str, Any], lang: str) -> str:
    """The same as Markdown, to be read: it is not imported again.

    Args:
        catalog: the catalogue.
        verification: as in :func:`handbook`.
        lang: ``zh`` or ``en``.
    """
    return _rendered("handbook.md.j2", catalog, verification, lang)


def _rendered(template: str, catalog: Catalog, verification: Mapping[str, Any], lang: str) -> str:
    words = _words(lang)
    checks = Checks(verification, words)
    points = [PointView(catalog, point, checks, words, lang) for point in catalog.risk_points.values()]
    in_use = [point for point in points if point.successor is None]
    size = {"areas": len(catalog.areas), "points": len(in_use), "measures": len(catalog.measures)}
    return (
        _environment()
        .get_template(template)
        .render(
            say=words,
            lang=lang,
            catalog=catalog,
            size=words["size"].format(**size),
            areas=[(area, [point for point in points if point.area == area.code]) for area in catalog.areas.values()],
            levels=[
                (level, say("words", level).get(lang), [point for point in in_use if point.level == level])
                for level in _LEVELS
            ],
            checked=checks.summary(catalog),
        )
    )


class Checks:
    """What verification said of each citation and penalty.

    Args:
        verification: the last result; empty where there is none.
        words: of the language.
    """

    def __init__(self, verification: Mapping[str, Any], words: Mapping[str, str]) -> None:
        self._verification, self._words = verification, words
        self._held: dict[tuple[Any, ...], str] = {}
        for entry in verification.get("citations", ()):
            owner, part = entry["at"].split("/")[:2]
            place = (entry.get(name) for name in ("law", "version", "article", "paragraph", "item"))
            key = (owner, part, entry.get("role"), *place)
            if self._held.get(key, "verified") == "verified":  # of several for one place, the worst is shown
                self._held[key] = entry["result"]

    def mark(self, owner: str, part: str, role: str | None, item: Any) -> str | None:
        """What is to be marked beside a citation; None where it is verified, or where nothing was ever checked."""
        if not self._held:
            return None
        place = (item.law, item.version, item.article, item.paragraph, item.item)
        result = self._held.get((owner, part, role, *place), "not_checked")
        return None if result == "verified" else self._words[result]

    def summary(self, catalog: Catalog) -> list[str]:
        """What is said of it all at the top of the page."""
        if not self._held:
            return [self._words["checked_never"]]
        counts = self._verification["counts"]
        rest = sum(number for result, number in counts.items() if result != "verified")
        lines = [self._words["checked"].format(verified=counts["verified"], rest=rest), self._words["all_checked"]]
        if self._verification["catalog"].get("sha256") != catalog.sha256:
            lines.append(self._words["checked_other"])
        return lines


def _words(lang: str) -> Mapping[str, str]:
    return words_in("riskengine.exchange", lang, "handbook.yaml")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Templates of this room; every value is escaped, and a name that is not there is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("riskengine.exchange"),
        autoescape=select_autoescape(("html.j2", "css.j2"), default=False),  # Markdown has its own filter
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["md"] = _plain
    environment.filters["days"] = _unbroken
    environment.globals["font_stack"] = font_stack
    return environment


def _unbroken(text: str) -> str:
    """A text as HTML in which no day is parted at the end of a line."""
    from markupsafe import Markup, escape

    return Markup(_DAY.sub(r'<span class="nb">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped here


def _plain(text: str | None) -> str:
    """A text as it may stand in Markdown, on one line: nothing in it is markup."""
    return _MARKUP.sub(r"\\\1", " ".join((text or "").split()))
