"""A year's education as a workbook: the activities, what was held, the sums by area, and the rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from riskengine.reports.excel import NUMBER, WORD, Column, rows_sheet, write_sheets
from riskengine.reports.excel.sheet import DATE, LEVEL
from riskengine.reports.wording import room_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from riskengine.catalog import Catalog
    from riskengine.reports.excel import Sheet
    from riskengine.supervision.education import EducationPlan, Held


def write_education(plan: EducationPlan, catalog: Catalog, held: Sequence[Held], path: Path, lang: str) -> None:
    """Write a year's education; equal plans give equal bytes.

    Args:
        plan: the activities.
        catalog: of the run, for what risk points, measures and parties are called.
        held: what was held so far; empty at the beginning of the year.
        path: the file to write.
        lang: ``zh`` or ``en``.

    Raises:
        OSError: the file cannot be written.
    """
    say = {**room_words("riskengine.reports.excel", lang), **room_words("riskengine.reports.education", lang)}
    sheets = _Sheets(plan, catalog, held, say, lang)
    title = say["education_title"].format(year=plan.year)
    write_sheets(path, sheets.all(), say, title=title, day=date(plan.year, 1, 1))


class _Sheets:
    """The sheets of one year in one language."""

    def __init__(
        self, plan: EducationPlan, catalog: Catalog, held: Sequence[Held], say: Mapping[str, str], lang: str
    ) -> None:
        self._plan, self._catalog, self._held, self._say, self._lang = plan, catalog, held, say, lang

    def all(self) -> list[Sheet]:
        """All sheets in their order."""
        return [self._activities(), self._done(), self._areas(), self._about()]

    def _point(self, code: str) -> str:
        point = self._catalog.risk_points.get(code)
        return f"{code} {point.title.get(self._lang)}" if point else code

    def _area(self, code: str) -> str:
        return self._catalog.areas[code].title.get(self._lang)

    def _activities(self) -> Sheet:
        say, lang = self._say, self._lang
        times, came = Counter[str](), Counter[str]()
        for each in self._held:
            times[each.activity] += 1
            came[each.activity] += each.attended

        def rows() -> Iterator[tuple[Any, ...]]:
            for each in self._plan.activities:
                parties = self._catalog.edition.parties
                yield (
                    each.activity,
                    each.month,
                    self._area(each.area),
                    self._point(each.risk_point),
                    say[each.level],
                    each.operators,
                    self._plan.rules.channels[each.channel].get(lang),
                    "\n".join(parties[name].get(lang) for name in each.audience),
                    "\n".join(f"{code} {self._catalog.measures[code].text.get(lang)}" for code in each.measures),
                    times[each.activity],
                    came[each.activity],
                )

        columns = (
            Column("activity", 20),
            Column("month_of", 8, NUMBER),
            Column("area", 16, wrap=True),
            Column("risk_point", 30, wrap=True),
            Column("level", 9, LEVEL),
            Column("fired_for", 10, NUMBER),
            Column("channel", 14, WORD),
            Column("audience", 22, wrap=True),
            Column("measure", 64, wrap=True),
            Column("times_held", 9, NUMBER),
            Column("attended", 9, NUMBER),
        )
        return rows_sheet("sheet_education", columns, rows)

    def _done(self) -> Sheet:
        def rows() -> Iterator[tuple[Any, ...]]:
            for each in self._held:
                yield each.activity, each.held_on, each.place or None, each.invited, each.attended

        columns = (
            Column("activity", 20),
            Column("held_on", 12, DATE),
            Column("place", 30, wrap=True),
            Column("invited", 10, NUMBER),
            Column("attended", 10, NUMBER),
        )
        return rows_sheet("sheet_held", columns, rows)

    def _areas(self) -> Sheet:
        area_of = {each.activity: each.area for each in self._plan.activities}
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        done = {each.activity for each in self._held}
        for activity in self._plan.activities:
            counts[activity.area].update(planned=1, held=int(activity.activity in done))
        for each in self._held:
            counts[area_of[each.activity]]["attended"] += each.attended

        def rows() -> Iterator[tuple[Any, ...]]:
            for area, count in counts.items():
                yield self._area(area), count["planned"], count["held"], count["attended"]

        counted = [Column(key, 14, NUMBER) for key in ("activities", "activities_held", "attended")]
        return rows_sheet("sheet_areas", (Column("area", 30), *counted), rows)

    def _about(self) -> Sheet:
        plan, say = self._plan, self._say

        def rows() -> Iterator[tuple[Any, ...]]:
            yield say["about_run"], plan.run_id
            yield say["about_year"], str(plan.year)
            yield say["about_rules"], plan.rules.title.get(self._lang)
            yield say["about_how"], say["about_how_text"]
            yield say["about_months"], say["separator"].join(map(str, plan.rules.months))
            for label in plan.basis:
                yield say["basis"], label.get(self._lang)
            for code in plan.without:
                yield say["about_without"], self._point(code)

        return rows_sheet("sheet_about_education", (Column("item", 26), Column("content", 100, wrap=True)), rows)
