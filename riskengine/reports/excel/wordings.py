"""What the names in a run's tables are called in one language; each is looked up once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.contract.tables import NOT_EVALUABLE
from riskengine.results import basis_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from riskengine.kernel.languages import Text
    from riskengine.results import Context


class Wordings:
    """The wording of rules, risk points, laws, actions and measures.

    Args:
        context: the setting of the run.
        say: the words of the language.
        lang: ``zh`` or ``en``.
    """

    def __init__(self, context: Context, say: Mapping[str, str], lang: str) -> None:
        self._context, self._say, self._lang = context, say, lang
        self._known: dict[tuple[object, ...], str | None] = {}

    def rule(self, rule: str) -> str | None:
        """A rule's title."""
        return self._once(("rule", rule), lambda: self._context.rules[rule].title.text.get(self._lang))

    def risk_point(self, code: str | None) -> str | None:
        """A risk point's title; None where it has none."""
        return self._once(("point", code), lambda: self._in(self._context.risk_point_title(code)))

    def tier(self, tier: str | None) -> str | None:
        """A tier's title."""
        found = self._context.policy.supervision.tiers.get(tier or "")
        return found.title.text.get(self._lang) if found else None

    def action(self, action: str) -> str:
        """An action's title."""
        return self._context.policy.supervision.actions[action].title.text.get(self._lang)

    def measure(self, code: str) -> str | None:
        """A measure's text."""
        return self._once(("measure", code), lambda: self._in(self._context.catalog.measures[code].text))

    def source(self, name: str) -> str:
        """What a source is called."""
        return self._say.get(f"{name}_source", name)

    def ceiling(self, rule: str | None) -> str | None:
        """The ceiling that lowered a grade: the grade and the rule."""
        return f"{self._context.steps[rule].grade}{self._say['colon']}{self.rule(rule)}" if rule else None

    def titles(self, names: Sequence[str]) -> str | None:
        """What is missing, joined."""
        return self._once(("missing", *names), lambda: self._joined(names)) if names else None

    def reason(self, reason: str) -> str | None:
        """Why an action is recommended."""
        kind, _, cause = reason.partition(":")
        if kind == "rule":
            return self.rule(cause)
        return f"{self._say['grade']} {cause}" if kind == "grade" else self._say[NOT_EVALUABLE]

    def rule_basis(self, rule: str, law: str | None, article: str | None, code: str | None) -> str | None:
        """What a rule rests on."""
        context = self._context
        return self._once(
            ("basis", rule, law, article, code),
            lambda: basis_text(context.law_label(rule, law, article, code), context.rules[rule].basis, self._lang),
        )

    def action_basis(self, action: str, law: str | None, article: str | None) -> str | None:
        """What an action rests on."""
        context = self._context
        basis = context.policy.supervision.actions[action].basis
        return self._once(
            ("action", action, law, article),
            lambda: basis_text(context.action_law(action, law, article), basis, self._lang),
        )

    def _once(self, key: tuple[object, ...], make: Callable[[], str | None]) -> str | None:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def _joined(self, names: Sequence[str]) -> str | None:
        return self._say["separator"].join(self._context.missing_title(name).get(self._lang) for name in names) or None

    def _in(self, text: Text | None) -> str | None:
        return text.get(self._lang) if text is not None else None
