"""A slow, obvious checker of a case: what the checklist asks, written a second time without the code that is tested.

It walks paths one by one, counts days one by one, and knows nothing of how the other comes to its findings.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

EXAMPLE = Path(__file__).parents[3] / "examples" / "record-2022"


class Oracle:
    """One case against a checklist; ``found()`` is what is wrong or cannot be judged, as (requirement, kind)."""

    def __init__(self, case, checklist, calendar, as_of):
        self.case, self.list, self.calendar, self.as_of = case, checklist, calendar, as_of
        self.days = {name: step.first for name, step in case.steps.items()}
        self.asked = [each for each in checklist.requirements if self.is_asked(each)]
        self.known = {}
        self.order = [(before, step) for each in self.asked for step in each.steps for before in each.after]

    def is_asked(self, each):
        case = self.case
        true = [
            name
            for name, condition in self.list.conditions.items()
            if any(one in case.circumstances for one in condition.circumstances)
            or any(one in case.penalty_kinds for one in condition.penalty_kinds)
            or any(one in self.days for one in condition.steps)
        ]
        if case.procedure not in each.procedure:
            return False
        if each.when and not any(name in true for name in each.when):
            return False
        return not any(name in true for name in each.unless)

    def leads(self, step, to):
        """Whether a step comes before another, by whatever way."""
        if (step, to) not in self.known:
            later = [after for before, after in self.order if before == step]
            self.known[step, to] = to in later or any(self.leads(after, to) for after in set(later))
        return self.known[step, to]

    def is_there(self, each):
        return any(step in self.days for step in each.steps)

    def end(self, term):
        """The last day of a term; "unknown" where a year of it is; None where it has not begun."""
        begun = self.days.get(term.begin)
        if begun is None:
            return None
        last = self.count(begun, term.count, term.unit)
        if term.extended and last != "unknown" and self.days.get(term.extended.step, date.max) <= last:
            last = self.count(begun, term.count + term.extended.count, term.unit)
        return last

    def count(self, day, count, unit):
        years = {day.year}
        left = count
        while left:
            day += timedelta(days=1)
            if unit == "days" or self.calendar.is_working(day):
                left -= 1
        years.add(day.year)
        while count and unit == "days" and not self.calendar.is_working(day) and day.year in self.calendar.years:
            day += timedelta(days=1)
        years.add(day.year)
        known = day.year in self.calendar.years and (unit == "days" or years <= self.calendar.years)
        return day if known or not count else "unknown"

    def due(self, each, seen=()):
        """The first day on which something ends for which the step is needed: its own term or that of a later one."""
        days = []
        if each.within is not None:
            last = self.end(each.within)
            if isinstance(last, date):
                days.append(last)
        for other in self.asked:
            is_later = not self.is_there(other) and any(step in other.after for step in each.steps)
            if is_later and other not in seen and other is not each and other.steps:
                days.append(self.due(other, (*seen, each)))
        return min((day for day in days if day is not None), default=None)

    def is_missing(self, each):
        if not each.steps or self.is_there(each):
            return False
        taken = list(self.days)
        if self.case.decided_on is not None:
            taken.append(self.list.decides)
            if self.list.decides in each.steps:
                return True
        if any(self.leads(step, to) for step in each.steps for to in taken):
            return True
        due = self.due(each)
        return due is not None and due < self.as_of

    def gone(self):
        if "gone" not in self.known:
            self.known["gone"] = {step for each in self.asked if self.is_missing(each) for step in each.steps}
        return self.known["gone"]

    def waits(self, each, seen=()):
        """Whether the term of a requirement that is not met yet, or of a later one, begins with what is not there."""
        if self.is_there(each) or each in seen:
            return False
        seen = (*seen, each)
        if each.within is not None:
            begins = [other for other in self.asked if each.within.begin in other.steps and not self.is_there(other)]
            if each.within.begin in self.gone() or any(self.waits(other, seen) for other in begins):
                return True
        later = [other for other in self.asked if any(step in other.after for step in each.steps)]
        return any(self.waits(other, seen) for other in later)

    def found(self):
        wrong = set()
        gone = self.gone() | {step for each in self.asked if self.waits(each) for step in each.steps}
        for each in self.asked:
            name = each.requirement
            if each.steps and not self.is_there(each):
                if self.is_missing(each):
                    wrong.add((name, "missing" if each.demands else "unjudged"))
                elif self.waits(each):
                    wrong.add((name, "unjudged"))
                continue
            if each.steps:
                wrong |= {(name, kind) for kind in self.of_step(each, gone)}
            wrong |= {(name, kind) for apart in each.apart for kind in self.of_people(apart, gone)}
        if self.case.has_violation is False:
            wrong.add(("", "no_violation"))
        return wrong

    def of_step(self, each, gone):
        step = min((self.days[step], each.steps.index(step), step) for step in each.steps if step in self.days)[2]
        day = self.days[step]
        for before in each.after:
            if before in self.days:
                if self.days[before] > day:
                    yield "out_of_order"
            elif before in gone:
                yield "unjudged"
        for term, kind in ((each.within, "late"), (each.not_before, "early")):
            if term is not None:
                yield from self.of_term(term, kind, day, gone)
        yield from self.of_content(each, step, day)

    def of_term(self, term, kind, day, gone):
        end = self.end(term)
        if end is None:
            if term.begin in gone:
                yield "unjudged"
        elif end == "unknown":
            yield "no_calendar"
        elif (kind == "late" and day > end) or (kind == "early" and day <= end):
            yield kind

    def of_content(self, each, step, day):
        taken = self.case.steps[step]
        if each.documented and each.demands and not taken.documented:
            yield "undocumented"
        if each.people and len(taken.by or self.case.roles.get("investigator", {})) < each.people:
            yield "too_few"
        if each.fine_at_most is not None:
            limits = each.fine_at_most
            most = limits.person if self.case.party == "person" else limits.organisation
            odd = [kind for kind in self.case.penalty_kinds if kind not in {"fine", "warning"}]
            if odd or (self.case.fine is not None and self.case.fine > most):
                yield "over_limit"
        if step == self.list.decides and each.demands and self.case.decided_on not in {None, day}:
            yield "differs"

    def people(self, role):
        found = dict(self.case.roles.get(role, {}))
        for step in self.list.roles[role].steps:
            if step in self.case.steps:
                found.update(self.case.steps[step].by)
        return set(found)

    def of_people(self, apart, gone):
        looked_at = list(self.list.roles[apart.role].steps)
        if apart.other:
            looked_at += list(self.list.roles[apart.other].steps)
        if any(step in gone for step in looked_at):
            yield "unjudged"
        if apart.step and apart.step not in self.days:
            if apart.step in gone:
                yield "unjudged"
            return
        one = self.people(apart.role)
        two = self.people(apart.other) if apart.other else set(self.case.steps[apart.step].by)
        if not one or not two:
            yield "not_named"
        if one & two:
            yield "same_person"
