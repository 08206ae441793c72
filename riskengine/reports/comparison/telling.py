"""A comparison in words of one language: what differs, where an operator stands, and why it moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.contract.tables import GRADED
from riskengine.kernel.decimals import plain
from riskengine.kernel.formats import number
from riskengine.kernel.wording import listed
from riskengine.reports.wording import room_words
from riskengine.results.rule_changes import OTHER_RECORDS
from riskengine.results.why import value_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from riskengine.results import Comparison, Mover, RuleChange, State

_SHOWN = 4  # records and facts of a rule


class Telling:
    """Says the parts of comparisons in one language. Lines of reasons come with their depth: 0, 1 or 2."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.say = room_words("riskengine.reports.comparison", lang)

    def state(self, state: State) -> str:
        """A grade, or why there is none."""
        return str(state.grade) if state.status == GRADED else self.say[f"diff_state_{state.status}"]

    def move(self, mover: Mover) -> str:
        """From which state to which."""
        return f"{self.state(mover.old)} → {self.state(mover.new)}"

    def scores(self, mover: Mover) -> str:
        """The score before and now; a dash where there is none."""
        return " → ".join(self.points(score) for score in (mover.old_score, mover.new_score))

    def points(self, value: Decimal | None) -> str:
        """A score or points; a dash where there are none."""
        return self.say["none"] if value is None else plain(value)

    def counts(self, comparison: Comparison) -> str:
        """How many moved in which way, and how many did not."""
        unmoved = unmoved_in(comparison)
        parts = [f"{self.say['diff_' + kind]} {number(count)}" for kind, count in comparison.kinds.items() if count]
        note = f"{self.say['diff_rescored']} {number(comparison.rescored)}"
        parts.append(self.say["noted"].format(text=f"{self.say['diff_unmoved']} {number(unmoved)}", note=note))
        return " · ".join(parts)

    def differences(self, comparison: Comparison) -> list[str]:
        """What the two runs were made of that is another: day, policy, catalogue, files."""
        old, new = comparison.old, comparison.new
        values = {
            "as_of": f" {old.as_of.isoformat()} → {new.as_of.isoformat()}",
            "policy": self._versions(old.policy_version, new.policy_version),
            "policy_text": self._versions(old.policy_version, new.policy_version),
            "catalog": self._versions(old.catalog_version, new.catalog_version),
        }
        told = []
        for name in comparison.differs:
            text = f"{self.say['diff_' + name]}{values.get(name, '')}"
            parts = listed(self._policy_parts(comparison), self.lang) if name == "policy" else ""
            told.append(self.say["noted"].format(text=text, note=parts) if parts else text)
        return told

    def _versions(self, old: str | None, new: str | None) -> str:
        return f" {self.say['diff_version']} {old} → {new}" if old != new else ""

    def _policy_parts(self, comparison: Comparison) -> Iterator[str]:
        for section in dict.fromkeys(section for section, _ in comparison.policy_parts):
            names = [name for other, name in comparison.policy_parts if other == section and name]
            title = self.say.get(f"diff_{section}_part") or self.say[f"diff_{section}"]
            yield f"{title} {' '.join(names)}".strip()

    def why(self, mover: Mover) -> list[tuple[int, str]]:
        """Why it moved: causes, what is missing, ceilings, and each rule that came out differently."""
        return list(self._why(mover))

    def why_in_lines(self, mover: Mover) -> str:
        """Why it moved, a line for each rule."""
        lines: list[str] = []
        for depth, line in self.why(mover):
            if depth == 2 and lines:
                lines[-1] += self.say["clause"] + line
            else:
                lines.append(line)
        return "\n".join(lines)

    def _why(self, mover: Mover) -> Iterator[tuple[int, str]]:
        yield from ((0, line) for line in self.causes(mover))
        if mover.missing:
            yield 0, self._pair("missing", listed((text.get(self.lang) for text in mover.missing), self.lang))
        if mover.left_out[0] != mover.left_out[1]:
            yield 0, self._pair("diff_left_out", f"{mover.left_out[0]} → {mover.left_out[1]}")
        titles = {rule.rule: rule.title.get(self.lang) for rule in mover.rules}
        if mover.old_ceiling != mover.new_ceiling and mover.rules:
            ceilings = (
                titles.get(rule, rule) if rule else self.say["diff_no_ceiling"]
                for rule in (mover.old_ceiling, mover.new_ceiling)
            )
            yield 0, self._pair("diff_ceiling", " → ".join(ceilings))
        for rule in mover.rules:
            if rule.change != OTHER_RECORDS:
                yield from self._rule(rule)

    def _rule(self, rule: RuleChange) -> Iterator[tuple[int, str]]:
        about = f" · {rule.risk_point}" if rule.risk_point else ""
        points = ""
        if rule.old_points != rule.new_points and (rule.old_points or rule.new_points):
            points = " " + " → ".join(plain(value or 0) for value in (rule.old_points, rule.new_points))
        told = f"{self.say['diff_change_' + rule.change]}{points}"
        yield 1, self.say["pair"].format(name=f"{rule.title.get(self.lang)}{about}", value=told)
        for key, records in (("diff_come", rule.come), ("diff_gone", rule.gone)):
            if records:
                more = f" … ({len(records)})" if len(records) > _SHOWN else ""
                yield 2, self._pair(key, listed(records[:_SHOWN], self.lang) + more)
        if not rule.come and not rule.gone:
            for fact in rule.facts[:_SHOWN]:
                before, after = (value_text(value).get(self.lang) for value in (fact.old, fact.new))
                yield 2, self.say["pair"].format(name=fact.title.get(self.lang), value=f"{before} → {after}")
        yield from ((2, line) for line in self.causes(rule))

    def causes(self, change: Mover | RuleChange) -> Iterator[str]:
        """What brought a change about: what is proven, and what else may have."""
        beside = "diff_also" if change.causes else "diff_possible"
        for key, causes in (("diff_cause", change.causes), (beside, change.possible)):
            if causes:
                yield self._pair(key, listed((self.say["diff_by_" + cause] for cause in causes), self.lang))

    def _pair(self, key: str, value: str) -> str:
        return self.say["pair"].format(name=self.say[key], value=value)


def unmoved_in(comparison: Comparison) -> int:
    """How many operators of the new run are where they were."""
    return comparison.new.operators - sum(count for kind, count in comparison.kinds.items() if kind != "left")
