"""What the workbook's sheets hold: for each sheet its columns and its rows, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED, NOT_EVALUABLE
from riskengine.kernel.decimals import plain
from riskengine.reports.figures import figures_of, worst_first
from riskengine.results import basis_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from riskengine.kernel.languages import Text
    from riskengine.reports.privacy import Privacy
    from riskengine.results import Context
    from riskengine.runs import Run

TEXT, NUMBER, SCORE, GRADE = "text", "number", "score", "grade"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: the key of its heading, its width in characters, and its kind of cell."""

    heading: str
    width: int
    kind: str = TEXT


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: the key of its name, its columns, and its rows (None is an empty cell), made when they are asked for."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[tuple[Any, ...]]]


_OPERATOR = (Column("operator_id", 22), Column("name", 34))
_RISK_POINT = (Column("risk_point", 12), Column("risk_point_title", 34))
_PAIR = (Column("item", 34), Column("value", 22, NUMBER), Column("message", 70))


class SheetRows:
    """The rows of every sheet of a run in one language.

    Args:
        run: the run.
        context: its setting.
        say: the words of the language.
        lang: ``zh`` or ``en``.
        privacy: what may be shown of a person.
    """

    def __init__(self, run: Run, context: Context, say: Mapping[str, str], lang: str, privacy: Privacy) -> None:
        self._run, self._context, self._say, self._lang, self._privacy = run, context, say, lang, privacy
        self._grades = run.rows("grades")
        self._names = {row["operator_id"]: privacy.name(row["operator_id"], row["name"]) for row in self._grades}

    def sheets(self) -> tuple[Sheet, ...]:
        """Every sheet, in the order of the workbook."""
        return (
            Sheet("sheet_summary", _PAIR, self._summary),
            Sheet(
                "sheet_list",
                (
                    *_OPERATOR,
                    Column("status", 12),
                    Column("grade", 10, GRADE),
                    Column("score", 12, SCORE),
                    Column("ceiling", 44),
                    Column("risk_level", 10),
                    Column("unknown_count", 12, NUMBER),
                    Column("quarantined_count", 14, NUMBER),
                    Column("tier", 14),
                    Column("previous_grade", 12, GRADE),
                    Column("missing", 40),
                ),
                self._list,
            ),
            Sheet(
                "sheet_signals",
                (
                    *_OPERATOR,
                    Column("rule", 32),
                    Column("rule_title", 40),
                    *_RISK_POINT,
                    Column("status", 12),
                    Column("count", 10, NUMBER),
                    Column("points", 12, SCORE),
                    Column("law", 48),
                    Column("missing", 30),
                ),
                self._signals,
            ),
            Sheet(
                "sheet_evidence",
                (
                    *_OPERATOR,
                    Column("rule_title", 40),
                    Column("risk_point", 12),
                    Column("source", 14),
                    Column("record_id", 34),
                ),
                self._evidence,
            ),
            Sheet(
                "sheet_actions",
                (*_OPERATOR, Column("action", 44), Column("tier", 14), Column("reason", 44), Column("law", 48)),
                self._actions,
            ),
            Sheet(
                "sheet_measures",
                (*_OPERATOR, *_RISK_POINT, Column("measure", 14), Column("measure_text", 80)),
                self._measures,
            ),
            Sheet("sheet_not_evaluable", (*_OPERATOR, Column("missing", 70)), self._not_evaluable),
            Sheet(
                "sheet_left_out",
                (
                    Column("source", 14),
                    Column("row", 8, NUMBER),
                    Column("column", 18),
                    Column("code", 12),
                    Column("problem_level", 8),
                    Column("message", 70),
                    Column("raw", 80),
                ),
                self._left_out,
            ),
            Sheet("sheet_method", _PAIR, self._method),
        )

    def _who(self, row: Mapping[str, Any]) -> tuple[str, str]:
        operator_id = row["operator_id"]
        return self._privacy.text(operator_id), self._names[operator_id]

    def _in(self, text: Text | None) -> str | None:
        return text.get(self._lang) if text is not None else None

    def _titles(self, names: Iterable[str]) -> str | None:
        return self._say["separator"].join(self._context.missing_title(name).get(self._lang) for name in names) or None

    def _rule(self, rule: str | None) -> str | None:
        return self._in(self._context.rules[rule].title.text) if rule else None

    def _tier(self, tier: str | None) -> str | None:
        found = self._context.policy.supervision.tiers.get(tier or "")
        return self._in(found.title.text) if found else None

    def _summary(self) -> Iterator[tuple[Any, ...]]:
        say, figures = self._say, figures_of(self._run, self._context)
        yield say["as_of"], None, self._run.as_of.isoformat()
        yield say["policy"], None, self._in(self._context.policy.title.text)
        yield say["operators_total"], figures.operators, say["sum_note"]
        for key in ("graded", "not_evaluable", "not_current", "left_out"):
            yield say[key], getattr(figures, key), say[f"{key}_note"]
        for grade in figures.grades:
            yield f"{say['grade']} {grade.grade}", grade.count, self._in(grade.title)
        for point in figures.risk_points:
            level = say[point.level] if point.level else say["none"]
            yield f"{say['risk_point']} {point.code}", point.operators, f"{self._in(point.title) or ''} ({level})"
        for problem in figures.problems:
            yield f"{say[problem.level]} {problem.code}", problem.count, self._privacy.text(problem.example)
        yield None, None, say["lead"]
        yield None, None, say["personal_note" if self._privacy.show_personal else "masked_note"]

    def _list(self) -> Iterator[tuple[Any, ...]]:
        tiers = {row["operator_id"]: row["tier"] for row in self._run.rows("actions") if row["tier"]}
        for row in sorted(self._grades, key=lambda row: worst_first(row, self._context.plan)):
            yield (
                *self._who(row),
                self._say[row["status"]],
                row["grade"],
                row["score"],
                self._ceiling(row["ceiling_rule"]),
                self._say[row["risk_level"]] if row["risk_level"] else None,
                row["unknown_count"],
                row["quarantined_count"],
                self._tier(tiers.get(row["operator_id"])),
                row["previous_grade"],
                self._titles(row["missing"]),
            )

    def _ceiling(self, rule: str | None) -> str | None:
        return f"{self._context.steps[rule].grade}{self._say['colon']}{self._rule(rule)}" if rule else None

    def _signals(self) -> Iterator[tuple[Any, ...]]:
        context = self._context
        for row in self._run.rows("signals"):
            law = context.law_label(row["rule"], row["law"], row["article"], row["risk_point"])
            fired = row["status"] == FIRED
            yield (
                *self._who(row),
                row["rule"],
                self._rule(row["rule"]),
                row["risk_point"],
                self._in(context.risk_point_title(row["risk_point"])),
                self._say["signal_fired" if fired else "signal_unknown"],
                row["count"],
                row["points"],
                basis_text(law, context.rules[row["rule"]].basis, self._lang),
                self._titles(row["missing"]),
            )

    def _evidence(self) -> Iterator[tuple[Any, ...]]:
        for row in self._run.rows("evidence"):
            yield (
                *self._who(row),
                self._rule(row["rule"]),
                row["risk_point"],
                self._source(row["source"]),
                self._privacy.text(row["record_id"]),
            )

    def _source(self, name: str) -> str:
        return self._say.get(f"{name}_source", name)

    def _actions(self) -> Iterator[tuple[Any, ...]]:
        context = self._context
        for row in self._run.rows("actions"):
            action = context.policy.supervision.actions[row["action"]]
            kind, _, cause = row["reason"].partition(":")
            reasons = {"grade": f"{self._say['grade']} {cause}", "rule": self._rule(cause if kind == "rule" else None)}
            law = context.action_law(row["action"], row["law"], row["article"])
            yield (
                *self._who(row),
                self._in(action.title.text),
                self._tier(row["tier"]),
                reasons.get(kind, self._say[NOT_EVALUABLE]),
                basis_text(law, action.basis, self._lang),
            )

    def _measures(self) -> Iterator[tuple[Any, ...]]:
        for row in self._run.rows("measures"):
            yield (
                *self._who(row),
                row["risk_point"],
                self._in(self._context.risk_point_title(row["risk_point"])),
                row["measure"],
                self._in(self._context.catalog.measures[row["measure"]].text),
            )

    def _not_evaluable(self) -> Iterator[tuple[Any, ...]]:
        for row in self._grades:
            if row["status"] == NOT_EVALUABLE:
                yield (*self._who(row), self._titles(row["missing"]))

    def _left_out(self) -> Iterator[tuple[Any, ...]]:
        mask = self._privacy.text
        for row in self._run.rows("quarantine"):
            yield (
                self._source(row["source"]),
                row["row"],
                row["column"],
                row["code"],
                self._say[row["level"]],
                mask(row["message"]),
                mask(row["raw"]) if row["raw"] else None,
            )

    def _method(self) -> Iterator[tuple[Any, ...]]:
        say, manifest = self._say, self._run.manifest
        policy, catalog = manifest["policy"], manifest["catalog"]
        yield say["policy"], None, f"{self._in(self._context.policy.title.text)} ({policy['id']} {policy['version']})"
        yield say["summary_text"], None, self._in(self._context.policy.summary.text)
        yield say["policy_hash"], None, policy["sha256"]
        yield say["catalog"], None, f"{catalog['id']} {catalog['version']}" if catalog else say["no_catalog"]
        if catalog:
            yield say["catalog_hash"], None, catalog["sha256"]
        yield say["as_of"], None, manifest["as_of"]
        yield say["start"], None, plain(self._context.plan.start)
        yield say["run_id"], None, manifest["run_id"]
        yield say["content_hash"], None, manifest["content_hash"]
        for name, entry in manifest["sources"].items():
            yield from self._account(self._source(name), entry)

    def _account(self, source: str, entry: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """Where every row of a source ended; the numbers under the first add up to it."""
        say = self._say
        yield f"{source} · {say['rows_in']}", entry["rows"], self._privacy.text(entry["file"])
        if entry["sha256"]:
            yield f"{source} · {say['source_hash']}", None, entry["sha256"]
        for key in ("graded", "not_evaluable", "not_current", "used"):
            if key in entry:
                yield f"{source} · {say[key]}", entry[key], None
        for key in ("unused", "left_out"):
            for reason, count in entry.get(key, {}).items():
                yield f"{source} · {say[key]}", count, say.get(reason, reason)
