"""One operator's standing on a day: its records that count and its facts; records may come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.engines.live.arithmetic import scaled
from riskengine.engines.live.facts import Aggregate, Computed
from riskengine.engines.live.peers import Compared
from riskengine.engines.live.selections import Members, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.contract.records import Record
    from riskengine.engines.live.day import Day
    from riskengine.engines.live.program import Program


class Standing:
    """An operator with the records that count for it on a day.

    What facts are made of keeps their values until a record comes or goes; so a new record costs what it touches.
    """

    def __init__(self, program: Program, day: Day, operator: Record) -> None:
        self.program, self.day, self.operator = program, day, operator
        self._names: dict[str, Any] = {name: operator.get(name) for name in program.start_names}
        for name, places in program.column_places:
            self._names[name] = scaled(self._names[name], places)
        self._names.update(day.parameters)
        self._selected = {at: Members() for at in range(len(program.selections))}
        self._selected_by_point: dict[str, dict[int, Members]] = {}
        self._codes: dict[str, int] = {}
        self._inspections: dict[str, Record] = {}

    def add(self, source: str, record: Record) -> Record:
        """Take in a record that counts; the row that stands for it, for :meth:`drop`.

        Where violations read of the inspection that they name, it must be there before them.
        """
        day = self.day
        links = self.program.plan.links
        if links and source == "inspections":
            self._inspections[record["inspection_id"]] = record
        elif links:
            named = self._inspections.get(record["inspection_id"])
            record = {**record, **{name: None if named is None else named[column] for name, column in links}}
        row, as_of = day.row(source, record), day.as_of
        lists = [self._selected]
        if source == "violations":
            lists.append(self._of_point(row["risk_point"]))
        for name, after, chosen in day.windows.get(source, ()):
            held = row[name]
            if held is not None and after is not None and not after < held <= as_of:
                continue
            for at, where in chosen:
                sure: bool | None = held is not None
                if where is not None:
                    wanted: bool | None = where(row)
                    if wanted is False:
                        continue
                    sure = sure and wanted
                for selected in lists:
                    if at in selected:
                        selected[at].add(row, sure=bool(sure))
        return row

    def drop(self, source: str, row: Record) -> None:
        """Take out a record that :meth:`add` took in."""
        lists = [self._selected]
        if source == "inspections":
            self._inspections.pop(row["inspection_id"], None)
        if source == "violations":
            code = row["risk_point"]
            lists.append(self._selected_by_point[code])
            self._codes[code] -= 1
            if not self._codes[code]:
                del self._codes[code]
        for selected in lists:
            for members in selected.values():
                members.drop(row)

    def _of_point(self, code: str) -> dict[int, Members]:
        """The selections of a risk point that a record is added to."""
        self._codes[code] = self._codes.get(code, 0) + 1
        members = self._selected_by_point.get(code)
        if members is None:
            members = self._selected_by_point[code] = {at: Members() for at in self.program.point_selections}
        return members

    def facts(self, told: Mapping[str, Value] | None = None) -> tuple[dict[str, Any], dict[str, Value]]:
        """The values of all names at the operator, and its facts.

        Args:
            told: what the operator is told of its peers; None where that is still to be found out.
        """
        names = dict(self._names)
        facts: dict[str, Value] = {}
        missing: dict[str, frozenset[str]] = {}
        for fact in self.program.facts:
            name = fact.step.name
            if isinstance(fact, Aggregate):
                value = fact.over(self._selected[fact.selection], self.day)
            elif isinstance(fact, Compared):
                value = fact.unknown if told is None else told[name]
            else:
                value = fact.of(names, missing, self.day.as_of)
            facts[name], names[name], missing[name] = value, value.value, value.missing
        return names, facts

    def points(
        self, names: Mapping[str, Any], facts: Mapping[str, Value]
    ) -> Iterator[tuple[str, tuple[dict[str, Any], dict[str, Value]]]]:
        """Each risk point that has a record: its names and its facts."""
        by_code = self.program.plan.risk_point_by_code
        for code in sorted(self._codes):
            point = by_code.get(code)
            level, area = (point.level, point.area) if point else (None, None)
            own_names = {**names, "risk_point": code, "level": level, "area": area}
            own: dict[str, Value] = {}
            members = self._selected_by_point[code]
            missing: dict[str, frozenset[str]] | None = None
            for fact in self.program.point_facts:
                name = fact.step.name
                if isinstance(fact, Aggregate):
                    value = fact.over(members[fact.selection], self.day)
                elif isinstance(fact, Computed):
                    if missing is None:
                        missing = {key: item.missing for key, item in facts.items()}
                    value = fact.of(own_names, missing | {k: item.missing for k, item in own.items()}, self.day.as_of)
                own[name], own_names[name] = value, value.value
            yield code, (own_names, own)
