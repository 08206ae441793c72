"""What was found of a case in words, with the article behind it; people masked unless they are to be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.kernel.masking import mask_personal
from riskengine.kernel.wording import listed, words_in
from riskengine.supervision.cases.checking import shown_names
from riskengine.supervision.cases.judging import DIFFERS, MISSING, NO_DECISION, SAME, UNNAMED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from riskengine.catalog import LawRegister
    from riskengine.supervision.cases.checklist import Checklist, Requirement
    from riskengine.supervision.cases.judging import Deadline, Finding, Judged

_ROOM = "riskengine.supervision.cases"


def wording(lang: str) -> Mapping[str, str]:
    """Key → wording in ``lang`` (``zh`` or ``en``)."""
    return words_in(_ROOM, lang)


class Telling:
    """Tells findings by a checklist in a language."""

    def __init__(self, checklist: Checklist, register: LawRegister, as_of: date, lang: str) -> None:
        self._lang, self._say = lang, wording(lang)
        self._steps = {name: step.title.get(lang) for name, step in checklist.steps.items()}
        roles = {name: role.title.get(lang) for name, role in checklist.roles.items()}
        self._roles = roles
        self._conditions = {name: each.title.get(lang) for name, each in checklist.conditions.items()}
        self._titles = {each.requirement: each.title.get(lang) for each in checklist.requirements}
        self._articles = {
            each.requirement: [label.get(lang) for label in each.labels_on(register, as_of)]
            + [self._say["local_policy"]] * (each.basis is not None)
            for each in checklist.requirements
        }

    def case(self, each: Judged) -> str:
        """The line that names a case."""
        case = each.case
        procedure = self._say[case.procedure]
        return self._say["case_line"].format(case=mask_personal(case.case_id), unit=case.unit, procedure=procedure)

    def finding(self, found: Finding, *, show_personal: bool = False) -> str:
        """A finding in one line, with its articles."""
        told, articles = self.told(found, show_personal=show_personal), self.articles_of(found)
        return self._say["article"].format(told=told, articles=articles) if articles else told

    def articles_of(self, found: Finding) -> str:
        """The articles behind a finding; none where records differ."""
        return "" if found.kind in {DIFFERS, NO_DECISION} else self.articles(found.requirement)

    def told(self, found: Finding, *, show_personal: bool = False) -> str:
        """A finding in one line, without its articles."""
        key = "missing_since" if found.kind == MISSING and found.limit is not None else found.kind
        return self._say[key].format(
            what=self.title(found.requirement),
            step=self._name(found.step),
            day=found.done_on,
            limit=found.limit,
            other=mask_personal(self._who(found.other) if found.kind in {SAME, UNNAMED} else self._name(found.other)),
            people=listed(shown_names(found.people, show_personal=show_personal), self._lang),
            count=len(found.people),
            amount=found.amount,
        )

    def deadline(self, to_do: Deadline) -> str:
        """What is still to be done, in one line."""
        key = "ahead" if to_do.due is None else "ahead_due"
        return self._say[key].format(what=self.title(to_do.requirement), due=to_do.due)

    def requirement(self, each: Requirement) -> str:
        """What a requirement asks for, when, and with which article, in one line."""
        told = each.title.get(self._lang)
        for key, names in (("asked_when", each.when), ("asked_unless", each.unless)):
            if names:
                told = self._say[key].format(
                    told=told, when=listed([self._conditions[name] for name in names], self._lang)
                )
        return self._say["article"].format(told=told, articles=self.articles(each.requirement))

    def title(self, requirement: str) -> str:
        """What a requirement asks for."""
        return self._titles.get(requirement, "")

    def articles(self, requirement: str) -> str:
        """The articles behind a requirement, one after the other."""
        return listed(self._articles.get(requirement, ()), self._lang)

    def _who(self, name: str) -> str:
        """A role, or who took a step."""
        return self._roles.get(name) or self._say["took"].format(step=self._name(name))

    def _name(self, name: str) -> str:
        """A role, a step, or what is neither as it stands."""
        return self._roles.get(name) or self._steps.get(name) or name
