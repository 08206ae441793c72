"""The sheets of a plan. Texts are texts: no cell is ever a formula, whatever a name begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.kernel.formats import number
from riskengine.reports.excel import GRADE, NUMBER, WORD, Column, rows_sheet, write_sheets
from riskengine.reports.excel.sheet import DATE, FLAG
from riskengine.reports.wording import room_words
from riskengine.supervision.planning import checklist
from riskengine.supervision.planning.plan import Shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from riskengine.kernel.languages import Text
    from riskengine.reports.excel import Sheet
    from riskengine.supervision.planning import Plan, PlanRow


def write_plan(plan: Plan, path: Path, lang: str, *, show_personal: bool = False) -> None:
    """Write a plan as a workbook; equal plans give equal bytes.

    Args:
        plan: the plan.
        path: the file to write.
        lang: ``zh`` or ``en``.
        show_personal: whether natural persons and certificates are shown unmasked.

    Raises:
        OSError: the file cannot be written.
        RunError: a table of the run cannot be read.
    """
    say = {**room_words("riskengine.reports.excel", lang), **room_words("riskengine.reports.plan", lang)}
    sheets = _Sheets(plan, say, lang, Shown(show_personal))
    title = say["plan_title"].format(run=plan.request.run.run_id)
    write_sheets(path, sheets.all(), say, title=title, day=plan.request.day)


class _Sheets:
    """The sheets of one plan in one language."""

    def __init__(self, plan: Plan, say: Mapping[str, str], lang: str, shown: Shown) -> None:
        self._plan, self._say, self._lang, self._shown = plan, say, lang, shown
        self._policy, self._catalog = plan.request.run.policy.policy, plan.request.run.catalog
        self._rows = {row.operator_id: row for row in plan.planned.rows}

    def all(self) -> list[Sheet]:
        """All sheets in their order; those of visits only where inspectors were given."""
        visits = [self._visits(), self._not_covered()] if self._plan.schedule is not None else []
        return [self._operators(), *visits, self._counties(), self._checklist(), self._left_out(), self._about()]

    def _in(self, text: Text | None) -> str | None:
        return None if text is None else text.get(self._lang)

    def _who(self, operator: str) -> tuple[str, str]:
        row = self._rows[operator]
        return self._shown.id(operator), self._shown.name(operator, row.name)

    def _county(self, county: str) -> str:
        return county or self._say["county_unknown"]

    def _point(self, code: str) -> str:
        point = self._catalog.risk_points.get(code)
        return f"{code} {point.title.get(self._lang)}" if point else code

    def _basis(self, row: PlanRow) -> str:
        parts = [article.get(self._lang) for article in row.basis]
        return "\n".join([*parts, *([self._say["local_policy"]] if row.is_local else [])])

    def _operators(self) -> Sheet:
        say = self._say

        def rows() -> Iterator[tuple[Any, ...]]:
            for at, row in enumerate(self._plan.planned.rows, 1):
                tier = self._policy.supervision.tiers[row.tier]
                yield (
                    at,
                    *self._who(row.operator_id),
                    self._county(row.county),
                    row.grade or say["not_evaluable"],
                    tier.title.text.get(self._lang),
                    say[f"channel_{row.channel}"],
                    row.deadline,
                    row.visits_a_year,
                    row.due,
                    say["drawn_yes"] if row.is_drawn else None,
                    tier.sampling,
                    "\n".join(map(self._point, row.focus)) or None,
                    self._basis(row),
                    row.left_out,
                )

        columns = (
            Column("order", 6, NUMBER),
            Column("operator_id", 21),
            Column("name", 24, wrap=True),
            Column("county", 9, WORD),
            Column("grade", 8, GRADE),
            Column("tier", 11, wrap=True),
            Column("channel", 10, wrap=True),
            Column("deadline", 12, DATE),
            Column("visits_a_year", 8, NUMBER),
            Column("due", 8, NUMBER),
            Column("is_drawn", 6, WORD),
            Column("sampling", 8, WORD),
            Column("focus", 36, wrap=True),
            Column("basis", 32, wrap=True),
            Column("left_out", 9, FLAG),
        )
        return rows_sheet("sheet_plan", columns, rows)

    def _visits(self) -> Sheet:
        plan = self._plan

        def rows() -> Iterator[tuple[Any, ...]]:
            for at, visit in enumerate(plan.schedule.visits if plan.schedule else (), 1):
                row = self._rows[visit.operator_id]
                officers = [self._officer(each) for each in visit.officers]
                yield (
                    at,
                    *self._who(visit.operator_id),
                    self._county(row.county),
                    visit.turn,
                    "\n".join(officers),
                    "\n".join(map(self._point, row.focus)) or None,
                    None,
                    None,
                )

        columns = (
            Column("order", 7, NUMBER),
            Column("operator_id", 22),
            Column("name", 30, wrap=True),
            Column("county", 10, WORD),
            Column("turn", 8, NUMBER),
            Column("inspectors", 30, wrap=True),
            Column("focus", 44, wrap=True),
            Column("done_on", 14),
            Column("found", 24),
        )
        return rows_sheet("sheet_visits", columns, rows)

    def _officer(self, certificate: str) -> str:
        row = self._plan.officers[certificate]
        shown = self._shown.certificate(certificate)
        return self._say["officer"].format(name=row["name"] or self._say["no_name"], certificate=shown)

    def _not_covered(self) -> Sheet:
        plan = self._plan

        def rows() -> Iterator[tuple[Any, ...]]:
            for each in plan.schedule.uncovered if plan.schedule else ():
                row = self._rows[each.operator_id]
                reason = self._say[f"reason_{each.reason}"]
                yield *self._who(each.operator_id), self._county(row.county), row.grade, each.turn, reason

        columns = (
            Column("operator_id", 22),
            Column("name", 30, wrap=True),
            Column("county", 10, WORD),
            Column("grade", 10, GRADE),
            Column("turn", 8, NUMBER),
            Column("reason", 60, wrap=True),
        )
        return rows_sheet("sheet_not_covered", columns, rows)

    def _counties(self) -> Sheet:
        def rows() -> Iterator[tuple[Any, ...]]:
            for row in self._plan.counties:
                name = row.county or self._say["county_all"]
                yield name, row.operators, row.due, row.covered, row.due - row.covered, row.days, row.left

        counted = [Column(key, 14, NUMBER) for key in ("county_operators", "due", "covered")]
        more = [Column("uncovered", 14, FLAG), Column("days", 16, NUMBER), Column("days_left", 14, NUMBER)]
        return rows_sheet("sheet_counties", (Column("county", 24), *counted, *more), rows)

    def _checklist(self) -> Sheet:
        run = self._plan.request.run
        wanted = [row.operator_id for row in self._plan.planned.rows if row.channel != "none"]

        def rows() -> Iterator[tuple[Any, ...]]:
            for operator, point, code in checklist(run, wanted):
                measure = self._catalog.measures[code]
                texts = (measure.text, measure.who, measure.when)
                yield *self._who(operator), self._point(point), code, *(self._in(text) for text in texts), None

        columns = (
            Column("operator_id", 22),
            Column("name", 26, wrap=True),
            Column("risk_point", 30, wrap=True),
            Column("measure_code", 12),
            Column("measure", 60, wrap=True),
            Column("who", 18, wrap=True),
            Column("when", 18, wrap=True),
            Column("checked", 12),
        )
        return rows_sheet("sheet_checklist", columns, rows)

    def _left_out(self) -> Sheet:
        def rows() -> Iterator[tuple[Any, ...]]:
            for operator, name, reason in self._plan.planned.left_out:
                yield self._shown.id(operator), self._shown.name(operator, name), self._say[f"left_{reason}"]

        columns = (Column("operator_id", 22), Column("name", 30, wrap=True), Column("reason", 50, wrap=True))
        return rows_sheet("sheet_left_out_of_plan", columns, rows)

    def _about(self) -> Sheet:
        plan, say = self._plan, self._say
        request, rules = plan.request, plan.rules
        laws = self._catalog.laws

        def rows() -> Iterator[tuple[Any, ...]]:
            yield say["about_decides"], say["about_decides_text"]
            yield say["run_id"], request.run.run_id
            yield say["content_hash"], request.run.manifest["content_hash"]
            yield say["about_day"], request.day.isoformat()
            yield say["about_period"], f"{request.since.isoformat()} – {request.until.isoformat()}"
            yield say["about_rules"], rules.title.get(self._lang)
            yield (
                say["about_sum"],
                say["about_sum_text"].format(
                    planned=number(len(plan.planned.rows)), left_out=number(len(plan.planned.left_out))
                ),
            )
            yield say["about_due"], say["about_due_text"]
            yield say["about_order"], say["about_order_text"].format(tiers=say["arrow"].join(self._tiers()))
            yield say["about_fill"], say["about_fill_text"].format(officers=rules.officers, days=rules.visit_days)
            for key, ground in (("about_officers", rules.officers_basis), ("about_joint", rules.joint_basis)):
                label = ground.label_on(laws, request.day)
                yield say[key], label.get(self._lang) if label else say["not_in_force"]
            yield say["about_expired"], number(len(plan.expired))

        return rows_sheet("sheet_about_plan", (Column("item", 24, wrap=True), Column("content", 110, wrap=True)), rows)

    def _tiers(self) -> list[str]:
        tiers = self._policy.supervision.tiers
        return [tiers[name].title.text.get(self._lang) if name in tiers else name for name in self._plan.rules.tiers]
