"""What an explanation needs beside the rows: the plan, the policy's wording, the catalogue, the as-of date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.catalog import Chooser, Citation
from riskengine.kernel.languages import Text
from riskengine.kernel.lazy import lazy
from riskengine.policy.expression import names_in
from riskengine.results.words import column_title, words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from riskengine.catalog import Catalog
    from riskengine.plan import Plan, RuleStep
    from riskengine.policy import Policy
    from riskengine.policy.model import Rule
    from riskengine.policy.sections import Based
    from riskengine.results.parts import StatedLaw


@dataclass(frozen=True)
class Context:
    """The setting of a result: enough to say everything about it in words."""

    plan: Plan
    policy: Policy
    catalog: Catalog
    as_of: date

    @lazy
    def parameters(self) -> Mapping[str, Decimal | int | str | None]:
        """The parameters in force at the as-of date."""
        return self.plan.parameters_on(self.as_of)

    @lazy
    def rules(self) -> Mapping[str, Rule]:
        """The rules as written, by name."""
        return {rule.rule: rule for rule in self.policy.rules}

    @lazy
    def steps(self) -> Mapping[str, RuleStep]:
        """The rules as planned, by name."""
        return {step.rule: step for step in self.plan.rules}

    @lazy
    def chooser(self) -> Chooser:
        """Tells which law applies to a violation."""
        return Chooser(self.catalog)

    @lazy
    def stated_laws(self) -> dict[tuple[str, date, date], tuple[StatedLaw, ...]]:
        """What was told of the law already, by risk point, day of the conduct and day of the decision."""
        return {}

    @lazy
    def stated_choices(self) -> dict[tuple[Any, ...], tuple[StatedLaw, ...]]:
        """The same by versions: many days have the same ones in force."""
        return {}

    @lazy
    def told_reasons(self) -> dict[tuple[Any, ...], tuple[Text, ...]]:
        """What was told already of why a rule is false, by rule and by the values that it reads."""
        return {}

    @lazy
    def _titles(self) -> dict[str, Text]:
        return {}

    def name_title(self, name: str) -> Text:
        """What a name of an expression is called: a fact's, parameter's or column's title, else the name itself."""
        if name not in self._titles:
            self._titles[name] = self._title(name)
        return self._titles[name]

    def _title(self, name: str) -> Text:
        policy = self.policy
        columns = policy.columns
        declared = {**columns.inspections, **columns.violations, **policy.profile}
        declared |= {
            own: declared[column] for own, column in columns.of_inspection.items() if column in columns.inspections
        }
        for section in (policy.facts, policy.parameters, declared, policy.weights, policy.tallies):
            item = section.get(name)
            if item is not None and item.title is not None:
                return item.title.text
        return column_title(name)

    def missing_title(self, name: str) -> Text:
        """What is missing: a column or parameter; or the record that a fact without ``empty`` is made of.

        A fact is named as missing itself where no record came to it. Where a parameter that it reads is not in force,
        that may be the reason too, and nothing is added.
        """
        title = self.name_title(name)
        fact = next((fact for fact in self.plan.facts if fact.name == name), None)
        if fact is None or not fact.needs_a_record:
            return title
        trees = [tree for tree in (fact.where, fact.value) if tree is not None]
        if any(self.parameters.get(read, "") is None for tree in trees for read in names_in(tree)):
            return title
        return Text(
            *(f"{title.get(lang)}{words(lang)['no_such_record']}" for lang in ("zh", "en")),
        )

    def grade_title(self, grade: str | None) -> Text | None:
        """What a grade is called, where the policy says so."""
        insufficient = self.policy.grades.insufficient
        if insufficient is not None and grade == insufficient.grade:
            return insufficient.grade_title.text
        titles = (row.title.text for row in self.policy.grades.table if row.grade == grade and row.title is not None)
        return next(titles, None)

    def risk_point_title(self, code: str | None) -> Text | None:
        """What a risk point is called; None where there is no catalogue or no such code."""
        point = self.catalog.risk_points.get(code) if code and self.policy.catalog else None
        return point.title if point else None

    def law_label(self, rule: str | None, law: str | None, article: str | None, risk_point: str | None) -> Text | None:
        """A citation as people write it, with paragraph and item where the rule or the catalogue gives them."""
        if law is None or article is None:
            return None
        based = self.rules.get(rule) if rule else None
        citation = self._own(based, law, article) or self._catalogued(law, article, risk_point)
        return Text(citation.label(self.catalog.laws, "zh"), citation.label(self.catalog.laws, "en"))

    def action_law(self, action: str, law: str | None, article: str | None) -> Text | None:
        """The citation of an action."""
        if law is None or article is None:
            return None
        own = self._own(self.policy.supervision.actions.get(action), law, article)
        citation = own or self._catalogued(law, article, None)
        return Text(citation.label(self.catalog.laws, "zh"), citation.label(self.catalog.laws, "en"))

    @staticmethod
    def _own(based: Based | None, law: str, article: str) -> Citation | None:
        if based is None or based.law != law or based.article != article:
            return None
        return _citation(law, article, based.paragraph, based.item)

    def _catalogued(self, law: str, article: str, risk_point: str | None) -> Citation:
        point = self.catalog.risk_points.get(risk_point or "")
        for citation in point.citations if point else ():
            if (citation.law, citation.article, citation.role) == (law, article, "liability"):
                return citation
        return _citation(law, article, None, None)


def _citation(law: str, article: str, paragraph: int | None, item: int | None) -> Citation:
    return Citation.model_validate(
        {
            "law": law,
            "version": None,
            "article": article,
            "paragraph": paragraph,
            "item": item,
            "role": "liability",
            "sureness": "text",
        }
    )
