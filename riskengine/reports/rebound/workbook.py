"""Rebound as a workbook: repeats, every place and band of the week, patrols, campaigns, how it was computed."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from riskengine.kernel.chances import rounded
from riskengine.kernel.masking import mask_personal
from riskengine.reports.excel import NUMBER, SCORE, WORD, Column, rows_sheet, write_sheets
from riskengine.reports.excel.sheet import DATE
from riskengine.reports.rebound.telling import ROOM, Teller
from riskengine.reports.wording import room_words
from riskengine.supervision.rebound.campaigns import ELSEWHERE, PERIODS, THERE
from riskengine.supervision.rebound.cells import PLACE
from riskengine.supervision.rebound.patrols import EXPLORE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from riskengine.catalog import Catalog
    from riskengine.kernel.decimals import Number
    from riskengine.reports.excel import Sheet
    from riskengine.supervision.rebound import KindResult, Rebound
    from riskengine.supervision.rebound.cells import Cell
    from riskengine.supervision.rebound.standing import Standing


def write_rebound(found: Rebound, catalog: Catalog, path: Path, lang: str) -> None:
    """Write a result as a workbook; equal results give equal bytes.

    Args:
        found: the result.
        catalog: for what risk points are called.
        path: the file to write.
        lang: ``zh`` or ``en``.

    Raises:
        OSError: the file cannot be written.
    """
    say = {**room_words("riskengine.reports.excel", lang), **room_words(ROOM, lang)}
    sheets = _Sheets(Teller(found, catalog, lang), say)
    title = say["rebound_title"].format(day=found.request.day.isoformat())
    write_sheets(path, sheets.all(), say, title=title, day=found.request.day)


class _Sheets:
    """The sheets of one result in one language."""

    def __init__(self, told: Teller, say: Mapping[str, str]) -> None:
        self._told, self._say, self._found = told, say, told.found

    def all(self) -> list[Sheet]:
        """All sheets in their order."""
        return [self._repeats(), self._cells(), self._patrols(), self._campaigns(), self._about()]

    def _repeats(self) -> Sheet:
        say = self._say

        def rows() -> Iterator[tuple[Any, ...]]:
            for row in self._found.repeats.rows:
                watched = bool(row.watched)
                yield (
                    say[f"after_{row.after}"],
                    say[f"unit_{row.unit}"],
                    self._told.point(row.risk_point),
                    row.days,
                    row.watched,
                    row.repeated,
                    _percent(Fraction(row.repeated, row.watched)) if watched else None,
                    _percent(row.low) if watched else None,
                    _percent(row.high) if watched else None,
                    row.running,
                    row.running_repeated,
                    None if row.estimate is None else _percent(row.estimate),
                )

        columns = (
            Column("after_what", 16, WORD),
            Column("unit_kind", 16, WORD),
            Column("risk_point", 36, WORD),
            *(Column(key, 11, NUMBER) for key in ("span_days", "watched", "repeated")),
            *(Column(key, 11, SCORE) for key in ("share_percent", "low_percent", "high_percent")),
            *(Column(key, 12, NUMBER) for key in ("running", "running_repeated")),
            Column("estimate_percent", 14, SCORE),
        )
        return rows_sheet("sheet_repeats", columns, rows)

    def _cells(self) -> Sheet:
        def rows() -> Iterator[tuple[Any, ...]]:
            for result in self._found.kinds.values():
                rated = {each.cell: each for each in result.standings.rated}
                for cell in result.counts.cells:
                    yield self._cell(result, cell, rated.get(cell))

        columns = (
            Column("kind_of", 14, WORD),
            Column("level_of", 20, WORD),
            Column("place", 30, WORD),
            Column("weekday", 8, WORD),
            Column("band", 12, WORD),
            Column("looked", 10, NUMBER),
            Column("found", 10, NUMBER),
            *(Column(key, 11, SCORE) for key in ("rate_100", "low_percent", "high_percent", "expected_rate")),
            Column("lower_bound", 10, SCORE),
            Column("chance", 11, SCORE),
            Column("false_rate", 11, SCORE),
            Column("judged", 18, WORD),
        )
        return rows_sheet("sheet_cells", columns, rows)

    def _cell(self, result: KindResult, cell: Cell, standing: Standing | None) -> tuple[Any, ...]:
        say, told = self._say, self._told
        named = (
            result.kind.title.get(told.lang),
            say[f"level_{cell.level}"],
            say["all_places"] if cell.place is None else mask_personal(cell.place),
            None if cell.weekday is None else told.weekday(cell.weekday),
            None if cell.band is None else told.band(cell.band),
            cell.looked,
            cell.found,
        )
        if standing is None:
            return (*named, *(None,) * 7, say["judged_little"])
        low, high = standing.interval
        rate, drawn = Fraction(cell.found, cell.looked), standing.estimate
        figures = [_percent(value) for value in (rate, low, high, drawn.rate)]
        bounded = standing.is_more or cell.level == PLACE  # where something is ranked: it takes its time
        least = _percent(drawn.least) if bounded else None
        chances = (rounded(value, 6) for value in (standing.chance, standing.false_rate))
        judged = say["judged_more" if standing.is_more else "judged_not"]
        return (*named, *figures, least, *chances, judged)

    def _patrols(self) -> Sheet:
        say, told = self._say, self._told

        def rows() -> Iterator[tuple[Any, ...]]:
            for result in self._found.kinds.values():
                for one in result.advice.windows:
                    yield (
                        result.kind.title.get(told.lang),
                        mask_personal(one.place),
                        told.weekday(one.weekday),
                        told.band(one.band),
                        say["exploring" if one.why == EXPLORE else "expecting"],
                        rounded(one.an_hour, 2),
                        told.why(one),
                    )

        columns = (
            Column("kind_of", 14, WORD),
            Column("place", 30, WORD),
            Column("weekday", 8, WORD),
            Column("band", 12, WORD),
            Column("purpose", 10, WORD),
            Column("an_hour", 12, SCORE),
            Column("why_here", 70, wrap=True),
        )
        return rows_sheet("sheet_patrols", columns, rows)

    def _campaigns(self) -> Sheet:
        say, told = self._say, self._told

        def rows() -> Iterator[tuple[Any, ...]]:
            for effect in self._found.effects:
                one = effect.campaign
                for where in (THERE, ELSEWHERE):
                    for period in PERIODS:
                        part = effect.parts[where, period]
                        yield (
                            mask_personal(one.name),
                            mask_personal(one.place or one.county or ""),
                            told.point(one.risk_point),
                            one.since,
                            one.until,
                            say[f"where_{where}"],
                            say[f"period_{period}"],
                            part.found,
                            part.looked,
                            *(None if value is None else rounded(value, 4) for value in (effect.ratio,)),
                            *(None if value is None else rounded(value, 4) for value in (effect.low, effect.high)),
                            say[f"said_{effect.said}"],
                            say["regression_short"] if effect.regresses else None,
                        )

        columns = (
            Column("campaign", 24, WORD),
            Column("place", 24, WORD),
            Column("risk_point", 30, WORD),
            Column("from_day", 12, DATE),
            Column("until_day", 12, DATE),
            Column("group_of", 12, WORD),
            Column("campaign_period", 10, WORD),
            Column("found", 9, NUMBER),
            Column("looked", 9, NUMBER),
            *(Column(key, 9, SCORE) for key in ("ratio_of_ratios", "ratio_low", "ratio_high")),
            Column("said_word", 30, WORD),
            Column("regression_head", 24, WORD),
        )
        return rows_sheet("sheet_campaigns", columns, rows)

    def _about(self) -> Sheet:
        say, told = self._say, self._told
        rules = told.rules

        def rows() -> Iterator[tuple[Any, ...]]:
            yield say["as_of"], self._found.request.day.isoformat()
            yield say["rules_of"], rules.title.get(told.lang)
            yield say["how_repeats"], say["repeats_note"]
            for result in self._found.kinds.values():
                tested = f"{len(result.standings.rated)}"
                for line in told.account(result):
                    yield result.kind.title.get(told.lang), line
                yield say["how_more"], say["more_note"].format(tested=tested, share=rules.false_discoveries)
                if little := told.too_little(result):
                    yield say["judged_little"], little
            yield say["how_campaigns"], say["campaigns_note"].format(days=rules.campaign.days)
            yield say["limits"], say["limits_text"]

        return rows_sheet("sheet_about_rebound", (Column("item", 26), Column("content", 110, wrap=True)), rows)


def _percent(share: Number) -> Any:
    return rounded(share * 100, 2)
