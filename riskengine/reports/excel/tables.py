"""The sheets of a run's tables: for each its columns, and its rows in portions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED, NOT_EVALUABLE
from riskengine.reports.contested import UNDER_OBJECTION
from riskengine.reports.excel.columns import (
    ACTIONS,
    EVIDENCE,
    LEFT_OUT,
    LIST,
    MEASURES,
    MISSING,
    OBJECTION,
    SIGNALS,
)
from riskengine.reports.excel.sheet import Column, Portion, Sheet
from riskengine.reports.excel.walking import LIST_COLUMNS, Names, Places, evidence_places
from riskengine.reports.excel.wordings import Wordings
from riskengine.results import objection_text
from riskengine.runs import portions, scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from riskengine.reports.contested import Objections
    from riskengine.reports.privacy import Privacy
    from riskengine.results import Context
    from riskengine.runs import Run


class TableSheets:
    """The sheets of the tables of a run in one language.

    Args:
        run: the run.
        context: its setting.
        say: the words of the language.
        lang: ``zh`` or ``en``.
        privacy: what may be shown of a person.
        contested: the grades under objection.
    """

    def __init__(
        self,
        run: Run,
        context: Context,
        say: Mapping[str, str],
        lang: str,
        *,
        privacy: Privacy,
        contested: Objections,
    ) -> None:
        self._run, self._say, self._privacy, self._lang = run, say, privacy, lang
        self._contested = contested
        hidden = contested.held if contested.stopped else {}
        self._word = Wordings(context, say, lang)
        self._ranking = {grade: at for at, grade in enumerate(context.plan.grades)}
        self._places = Places(run, context.plan, hidden)
        self._counties = self._places.beside(run, "register", "county")

    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets in the order of the workbook."""
        return (
            Sheet("sheet_list", tuple(self._list_columns()), self._list),
            Sheet("sheet_signals", SIGNALS, self._signals),
            Sheet("sheet_evidence", EVIDENCE, self._evidence),
            Sheet("sheet_actions", ACTIONS, self._actions),
            Sheet("sheet_measures", MEASURES, self._measures),
            Sheet("sheet_not_evaluable", MISSING, self._not_evaluable),
            Sheet("sheet_left_out", LEFT_OUT, self._left_out),
        )

    def _list_columns(self) -> Iterator[Column]:
        """Those of the list; without a previous run, or counties, the columns for them are not shown."""
        empty = set() if any(self._counties) else {"county"}
        if not self._places.compared:
            empty |= {"previous_grade", "move"}
        for column in LIST:
            yield replace(column, hidden=column.heading in empty)
        if self._contested.held:
            yield OBJECTION

    def _list(self) -> Iterator[Portion]:
        word, say, places = self._word, self._say, self._places
        tiers, counties = places.beside(self._run, "actions", "tier"), self._counties
        for at, values in places.list_rows():
            of = dict(zip(LIST_COLUMNS, values, strict=True))
            ids, names = of["operator_id"], of["name"]
            yield Portion(
                (
                    [self._privacy.text(one) for one in ids],
                    [self._privacy.name(*both) for both in zip(ids, names, strict=True)],
                    [counties[place] for place in at],
                    of["grade"],
                    of["score"],
                    [say[status] for status in self._statuses(ids, of["status"])],
                    of["previous_grade"],
                    [self._move(*both) for both in zip(of["previous_grade"], of["grade"], strict=True)],
                    [word.ceiling(rule) for rule in of["ceiling_rule"]],
                    [say[level] if level else None for level in of["risk_level"]],
                    [places.fired[place] for place in at],
                    of["unknown_count"],
                    of["quarantined_count"],
                    [word.tier(self._shown(one, tiers[place])) for one, place in zip(ids, at, strict=True)],
                    [word.titles(missing) for missing in of["missing"]],
                    *([[self._objection(one) for one in ids]] if self._contested.held else []),
                ),
                {10: [None if places.signals[place] < 0 else places.signals[place] for place in at]},
            )

    def _statuses(self, ids: Sequence[str], statuses: Sequence[str]) -> Iterator[str]:
        for operator_id, status in zip(ids, statuses, strict=True):
            yield UNDER_OBJECTION if self._contested.hides(operator_id) else status

    def _shown(self, operator_id: str, value: Any) -> Any:
        """What follows from a grade; None where the grade is not shown."""
        return None if self._contested.hides(operator_id) else value

    def _objection(self, operator_id: str) -> str | None:
        held = self._contested.held.get(operator_id)
        with_grade = not self._contested.hides(operator_id)
        return None if held is None else objection_text(held, self._lang, with_grade=with_grade)

    def _move(self, before: str | None, now: str | None) -> str | None:
        """Where the grade went, between grades of the ranking."""
        if before not in self._ranking or now not in self._ranking:
            return None
        turned = self._ranking[before] - self._ranking[now]
        return self._say["move_up" if turned > 0 else "move_down" if turned else "move_same"]

    def _signals(self) -> Iterator[Portion]:
        word, say, who = self._word, self._say, Names(self._run, self._privacy)
        columns = ("operator_id", "rule", "risk_point", "status", "count", "points", "law", "article", "missing")
        evidence = _Ahead(evidence_places(self._run))
        before = -1
        for columns_read in portions(self._run, "signals", columns):
            ids, rules, codes, statuses, counts, points, laws, articles, missing = columns_read
            shown, names, places = who.look(ids)
            first = [place != last for last, place in zip([before, *places], places, strict=False)]
            before = places[-1]
            yield Portion(
                (
                    shown,
                    names,
                    [word.rule(rule) for rule in rules],
                    codes,
                    [word.risk_point(code) for code in codes],
                    [say["signal_fired" if status == FIRED else "signal_unknown"] for status in statuses],
                    counts,
                    [self._shown(*one) for one in zip(ids, points, strict=True)],
                    [word.rule_basis(*one) for one in zip(rules, laws, articles, codes, strict=True)],
                    [word.titles(lacking) for lacking in missing],
                    rules,
                ),
                {
                    0: [self._places.listed[place] if new else None for new, place in zip(first, places, strict=True)],
                    6: [evidence.take(key) for key in zip(ids, rules, codes, strict=True)],
                },
            )

    def _evidence(self) -> Iterator[Portion]:
        word, who, days = self._word, Names(self._run, self._privacy), _Days(self._run)
        columns = ("operator_id", "rule", "risk_point", "source", "record_id")
        for ids, rules, points, sources, records in portions(self._run, "evidence", columns):
            shown, names, _ = who.look(ids)
            dated = [days.of(*one) for one in zip(ids, sources, records, strict=True)]
            yield Portion(
                (
                    shown,
                    names,
                    [word.rule(rule) for rule in rules],
                    points,
                    [word.risk_point(code) for code in points],
                    [word.source(source) for source in sources],
                    [self._privacy.text(record) for record in records],
                    [days[0] for days in dated],
                    [days[1] for days in dated],
                )
            )

    def _actions(self) -> Iterator[Portion]:
        word, who = self._word, Names(self._run, self._privacy)
        columns = ("operator_id", "action", "tier", "reason", "law", "article")
        for columns_read in portions(self._run, "actions", columns):
            # What is advised follows from the grade: it is not shown where that is not.
            rows = [row for row in zip(*columns_read, strict=True) if not self._contested.hides(row[0])]
            if not rows:
                continue
            ids, actions, tiers, reasons, laws, articles = zip(*rows, strict=True)
            shown, names, _ = who.look(ids)
            yield Portion(
                (
                    shown,
                    names,
                    [word.action(action) for action in actions],
                    [word.tier(tier) for tier in tiers],
                    [word.reason(reason) for reason in reasons],
                    [word.action_basis(*one) for one in zip(actions, laws, articles, strict=True)],
                )
            )

    def _measures(self) -> Iterator[Portion]:
        word, who = self._word, Names(self._run, self._privacy)
        for ids, points, measures in portions(self._run, "measures", ("operator_id", "risk_point", "measure")):
            shown, names, _ = who.look(ids)
            titles, texts = [word.risk_point(code) for code in points], [word.measure(code) for code in measures]
            yield Portion((shown, names, points, titles, measures, texts))

    def _not_evaluable(self) -> Iterator[Portion]:
        word, privacy = self._word, self._privacy
        columns = ("operator_id", "name", "status", "missing")
        for rows in portions(self._run, "grades", columns):
            found = [row for row in zip(*rows, strict=True) if row[2] == NOT_EVALUABLE]
            if found:
                yield Portion(
                    (
                        [privacy.text(row[0]) for row in found],
                        [privacy.name(row[0], row[1]) for row in found],
                        [word.titles(row[3]) for row in found],
                    )
                )

    def _left_out(self) -> Iterator[Portion]:
        word, say, mask = self._word, self._say, self._privacy.text
        columns = ("source", "row", "column", "code", "level", "message", "raw")
        for sources, rows, names, codes, levels, messages, raws in portions(self._run, "quarantine", columns):
            yield Portion(
                (
                    [word.source(source) for source in sources],
                    rows,
                    names,
                    codes,
                    [say[level] for level in levels],
                    [mask(message) for message in messages],
                    [mask(raw) if raw else None for raw in raws],
                )
            )


class _Days:
    """The days of violations, asked in the order of operators: a walk along ``conduct``."""

    def __init__(self, run: Run) -> None:
        self._rows = scan(run, "conduct", ("operator_id", "violation_id", "occurred_on", "decided_on"))
        self._next = next(self._rows, None)
        self._operator, self._known = "", dict[str, tuple[Any, Any]]()

    def of(self, operator_id: str, source: str, record: str) -> tuple[Any, Any]:
        """The day of the conduct and that of the decision; None where they are not known."""
        if operator_id != self._operator:
            self._operator, self._known = operator_id, {}
            while self._next is not None and self._next[0] <= operator_id:
                if self._next[0] == operator_id:
                    self._known[self._next[1]] = self._next[2:]
                self._next = next(self._rows, None)
        return self._known.get(record, (None, None)) if source == "violations" else (None, None)


class _Ahead:
    """Keys with a row each, in the order in which they are asked for among others."""

    def __init__(self, pairs: Iterator[tuple[tuple[Any, ...], int]]) -> None:
        self._pairs = pairs
        self._next = next(pairs, None)

    def take(self, key: tuple[Any, ...]) -> int | None:
        """The row of a key; None where it has none."""
        if self._next is None or self._next[0] != key:
            return None
        row = self._next[1]
        self._next = next(self._pairs, None)
        return row
