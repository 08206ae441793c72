"""What cells, shares and reasons are called, in one language."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from riskengine.kernel.chances import rounded
from riskengine.kernel.formats import number
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.wording import listed
from riskengine.reports.wording import room_words
from riskengine.supervision.rebound.patrols import EXPLORE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.catalog import Catalog
    from riskengine.kernel.decimals import Number
    from riskengine.supervision.rebound import KindResult, Rebound
    from riskengine.supervision.rebound.patrols import Window

ROOM = "riskengine.reports.rebound"


class Teller:
    """Says what a result is about.

    Args:
        found: the result.
        catalog: for what risk points are called.
        lang: ``zh`` or ``en``.
    """

    def __init__(self, found: Rebound, catalog: Catalog, lang: str) -> None:
        self.found, self.catalog, self.lang = found, catalog, lang
        self.say: Mapping[str, str] = room_words(ROOM, lang)
        self.rules = found.request.rules

    def band(self, begins: int) -> str:
        """A band of the day."""
        return self.say["band_of"].format(begins=begins, ends=begins + self.rules.hours)

    def weekday(self, day: int) -> str:
        """A day of the week, Monday is 1."""
        return self.say[f"weekday_{day}"]

    def where(self, place: str | None, weekday: int | None, band: int | None) -> str:
        """A place, weekday and band of the day, as far as they are named."""
        parts = [self.say["all_places"] if place is None else mask_personal(place)]
        parts += [] if weekday is None else [self.weekday(weekday)]
        parts += [] if band is None else [self.band(band)]
        return self.say["name_mark"].join(parts)

    def percent(self, share: Number, places: int = 1) -> str:
        """A share in percent, without its sign."""
        return f"{rounded(share * 100, places):f}"

    def interval(self, low: Number, high: Number, places: int = 1) -> str:
        """An interval of shares, in percent without its sign."""
        return self.say["interval_of"].format(low=self.percent(low, places), high=self.percent(high, places))

    def point(self, code: str) -> str:
        """A risk point with its title; of all of them together that."""
        point = self.catalog.risk_points.get(code)
        if point is None:
            return self.say["all_points"]
        return f"{code} {point.title.get(self.lang)}"

    def reasons(self, counts: Mapping[str, int]) -> str:
        """Why how many are not used."""
        parts = [
            self.say["unused_reason"].format(reason=self.say[f"why_{why}"], count=number(count))
            for why, count in counts.items()
        ]
        return listed(parts, self.lang)

    def too_little(self, result: KindResult) -> str:
        """How many cells of which level are too little looked at; empty where none is."""
        parts = [
            self.say["too_little_level"].format(level=self.say[f"level_{level}"], count=number(count))
            for level, count in result.standings.too_little.items()
            if count
        ]
        if not parts:
            return ""
        return self.say["too_little_line"].format(least=self.rules.least_inspections, levels=listed(parts, self.lang))

    def account(self, result: KindResult) -> list[str]:
        """What was looked at for a kind of violation, and what could not be used of it."""
        say, counts = self.say, result.counts
        whole = counts.whole
        rate = self.percent(Fraction(whole.found, whole.looked)) if whole.looked else say["none_said"]
        figures = {"inspections": number(whole.looked), "found": number(whole.found), "rate": rate}
        lines = [say["exposure_line"].format(kind=result.kind.title.get(self.lang), **figures)]
        if counts.hour_unknown:
            lines.append(say["hours_unknown_line"].format(count=number(counts.hour_unknown)))
        if counts.unlinked:
            lines.append(say["unlinked_line"].format(count=number(counts.unlinked)))
        if counts.unused:
            lines.append(say["unexposed_line"].format(reasons=self.reasons(counts.unused)))
        return lines

    def why(self, window: Window) -> str:
        """Why a patrol is advised."""
        unseen = window.why == EXPLORE and not window.looked
        return self.say["why_unseen" if unseen else f"why_{window.why}"].format(
            an_hour=f"{rounded(window.an_hour, 2):f}",
            rate=self.percent(window.rate),
            looked=number(window.looked),
            found=number(window.found),
        )
