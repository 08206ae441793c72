"""What the rules of the leader's page look at: who stands where now and before, counted in one pass of each table."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.contract.tables import FIRED, NOT_EVALUABLE
from riskengine.kernel.lazy import lazy
from riskengine.reports.breakdown import by_month
from riskengine.reports.compared import earlier_runs
from riskengine.reports.wording import room_words
from riskengine.runs import scan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from riskengine.kernel.languages import Text
    from riskengine.reports.privacy import Privacy
    from riskengine.results import Context
    from riskengine.runs import Run


@dataclass(frozen=True, slots=True)
class Person:
    """An operator in the list: what a rule may name it by."""

    operator_id: str
    name: str
    grade: str | None
    score: Decimal | None
    status: str
    before: str | None
    left_out: int
    missing: list[str]


@dataclass(frozen=True)
class Standing:
    """A run as the rules see it, in one language.

    Attributes:
        run, context: the run and its setting.
        lang: ``zh`` or ``en``.
        privacy: what may be shown of a person.
    """

    run: Run
    context: Context
    lang: str
    privacy: Privacy

    @lazy
    def say(self) -> Mapping[str, str]:
        """The words of the page."""
        return room_words("riskengine.reports.leader", self.lang)

    @lazy
    def people(self) -> tuple[Person, ...]:
        """The operators that a rule may tell of; those graded as before, with nothing left out, are passed over."""
        columns = ("operator_id", "name", "grade", "score", "status", "previous_grade", "quarantined_count", "missing")
        worst = self.context.plan.grades[-1:]
        found = []
        for values in scan(self.run, "grades", columns):
            one = Person(*values)
            moved = one.before is not None and one.before != one.grade
            if one.left_out or moved or one.grade in worst or one.status == NOT_EVALUABLE:
                found.append(one)
        return tuple(found)

    @lazy
    def previous(self) -> Run | None:
        """The run that this one was compared with, where its folder is beside it."""
        return next(iter(earlier_runs(self.run)), None)

    @lazy
    def fired(self) -> dict[str, int]:
        """Risk point → operators for which a rule fired."""
        return _fired(self.run)

    @lazy
    def fired_before(self) -> dict[str, int] | None:
        """The same in the run before; None where there is none."""
        return _fired(self.previous) if self.previous is not None else None

    @lazy
    def counties(self) -> dict[str, tuple[int, int]]:
        """County → operators graded in the ranking, and those of them in its worse half."""
        ranking = self.context.plan.grades
        bad = set(ranking[-(len(ranking) // 2) :]) if len(ranking) > 1 else set()
        grades = {
            operator_id: grade for operator_id, grade in scan(self.run, "grades", ("operator_id", "grade")) if grade
        }
        graded: Counter[str] = Counter()
        worse: Counter[str] = Counter()
        for operator_id, county in scan(self.run, "register", ("operator_id", "county")):
            grade = grades.get(operator_id)
            if county and grade in ranking:
                graded[county] += 1
                worse[county] += grade in bad
        return {county: (count, worse[county]) for county, count in graded.items()}

    @lazy
    def months(self) -> Sequence[tuple[str, int]]:
        """The thirteen newest whole months and their violations; a month that is not over is left out."""
        months = [(month.month, month.records) for month in by_month(self.run, 14)]
        if months and not _ends_month(self.run):
            months = months[:-1]
        return months[-13:]

    def text(self, text: Text | None) -> str:
        """A text in the language; empty for none."""
        return text.get(self.lang) if text is not None else ""

    def named(self, person: Person) -> str:
        """An operator's name and id, as they may be shown; and that an objection to its grade is open."""
        name, shown = self.privacy.name(person.operator_id, person.name), self.privacy.text(person.operator_id)
        who = name if name == shown else self.say["who"].format(name=name, id=shown)
        contested = person.operator_id in self.run.objections
        return who + self.say["in_brackets"].format(note=self.say["under_objection"]) if contested else who


def _fired(run: Run) -> dict[str, int]:
    operators: defaultdict[str, set[str]] = defaultdict(set)
    for operator_id, code, status in scan(run, "signals", ("operator_id", "risk_point", "status")):
        if status == FIRED and code is not None:
            operators[code].add(operator_id)
    return {code: len(ids) for code, ids in operators.items()}


def _ends_month(run: Run) -> bool:
    from datetime import timedelta

    return (run.as_of + timedelta(days=1)).day == 1
