"""What a policy means: every expression parsed and typed, every name resolved, every problem of the file at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.contract.sources import SOURCES
from riskengine.kernel.errors import PolicyError
from riskengine.kernel.problems import in_order, nearest
from riskengine.kernel.windows import parse_window
from riskengine.policy.check_facts import check_facts
from riskengine.policy.checker import Checker
from riskengine.policy.expression import TEXT, Type
from riskengine.policy.parser import WORDS
from riskengine.policy.references import check_references
from riskengine.policy.scope import (
    OPERATOR_COLUMNS,
    RESERVED,
    ROW_COLUMNS,
    linkable_columns,
    row_columns,
    tally_type,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.kernel.yaml_document import Path_
    from riskengine.policy.checked import CheckedPolicy, Known
    from riskengine.policy.inputs import Bracket, Weight
    from riskengine.policy.load import PolicyFile


def check_policy(file: PolicyFile, known: Known) -> CheckedPolicy:
    """Parse, type and cross-check everything in a policy.

    Raises:
        PolicyError: with every problem of the file, in order.
    """
    checker = _PolicyChecker(file)
    checker.check()
    unread = any(problem.is_error for problem in checker.problems)
    found = check_references(checker.checked, known)
    # An expression that could not be read may use what no other one does.
    checker.problems += [problem for problem in found if not (unread and problem.code == "RE-533")]
    problems = in_order(checker.problems)
    if any(problem.is_error for problem in problems):
        raise PolicyError(problems)
    checker.checked.warnings = problems
    return checker.checked


_WORDS_AND_NAMES = {
    **dict.fromkeys(sorted(WORDS - {"date"}), "a word of the language"),
    **dict.fromkeys(RESERVED, "a name of the language"),
}
"""What nothing can be called; ``date`` is a word only before a text."""
_LINKED = (("of_inspection", "violations"),)


class _PolicyChecker(Checker):
    """One pass over a whole policy."""

    def check(self) -> None:
        self._names()
        self._weights()
        check_facts(self)
        self._rules()
        self._grades()

    def _names(self) -> None:
        taken = dict.fromkeys(
            [*OPERATOR_COLUMNS, *(name for columns in ROW_COLUMNS.values() for name in columns)],
            "a column of the records",
        )
        self._columns()
        columns = self.policy.columns
        for held in (columns.violations, columns.inspections, columns.of_inspection):
            taken |= dict.fromkeys(held, "a column of the records")
        taken |= dict.fromkeys(self.policy.profile, "a profile field")
        for name in _WORDS_AND_NAMES.keys() & self.policy.profile.keys():
            self.say("RE-528", ("profile", name), name, taken_by=_WORDS_AND_NAMES[name])
        taken |= _WORDS_AND_NAMES
        for section in ("parameters", "weights", "facts", "tallies"):
            for name in getattr(self.policy, section):
                if name in taken:
                    self.say("RE-528", (section, name), name, taken_by=taken[name])
                taken[name] = section

    def _columns(self) -> None:
        """Columns that the policy declares: not those that are there already, each name once in a source."""
        declared = self.policy.columns
        own = {source: {*SOURCES[source].names, *columns} for source, columns in ROW_COLUMNS.items()}
        for section, source in (("violations", "violations"), ("inspections", "inspections"), *_LINKED):
            names: Mapping[str, object] = getattr(declared, section)
            for name in names:
                path: Path_ = ("columns", section, name)
                if name in own[source]:
                    self.say("RE-528", path, name, taken_by="a column of the records, there without being declared")
                if name in _WORDS_AND_NAMES:
                    self.say("RE-528", path, name, taken_by=_WORDS_AND_NAMES[name])
                if section == "of_inspection" and name in declared.violations:
                    self.say("RE-528", path, name, taken_by="another column of the policy")
        there = linkable_columns(self.policy)
        for name, column in declared.of_inspection.items():
            if column not in there:
                near = nearest(column, there)
                self.say("RE-530", ("columns", "of_inspection", name), column, what="column of inspections", near=near)

    def _weights(self) -> None:
        for name, weight in self.policy.weights.items():
            columns = row_columns(self.policy, weight.of).items()
            # An age in days has windows, which say what a month is.
            fitting = {
                "text column": [column for column, kind in columns if kind == TEXT],
                "number column": [column for column, kind in columns if kind.is_number and column != "age_days"],
            }
            what = "text column" if weight.table else "number column"
            if weight.by != "age" and weight.by not in fitting[what]:
                near = nearest(weight.by, fitting[what])
                self.say("RE-530", ("weights", name, "by"), weight.by, what=what, near=near)
            for key in weight.table:
                self.word(weight.by, key, ("weights", name, "table", key))
            for at, bracket in enumerate(weight.brackets):
                self.window(bracket.within, ("weights", name, "brackets", at, "within"))
            self._idle_brackets(name, weight)

    def _idle_brackets(self, name: str, weight: Weight) -> None:
        """Ranges and windows that one above them holds whole are never reached (RE-541)."""
        for at, bracket in enumerate(weight.brackets):
            for other, above in enumerate(weight.brackets[:at]):
                if _holds_all_of(above, bracket):
                    self.say("RE-541", ("weights", name, "brackets", at), at + 1, other=other + 1)
                    break

    def _rules(self) -> None:
        for at, signal in enumerate(self.policy.signals):
            scope = self.scope(per_risk_point=signal.each is not None)
            self.condition(signal.when, ("signals", at, "when"), scope)
            for key in ("deduct", "add"):
                path: Path_ = ("signals", at, key)
                kind = self.expression(getattr(signal, key), path, scope, division=True)
                if kind is not None and not kind.is_number:
                    self.say("RE-525", path, getattr(signal, key), expected="a number", got=str(kind))
            if signal.to is not None and signal.to not in self.policy.tallies:
                near = nearest(signal.to, self.policy.tallies)
                self.say("RE-530", ("signals", at, "to"), signal.to, what="tally", near=near)
        scope = self._scope_after_signals()
        for at, ceiling in enumerate(self.policy.grades.ceilings):
            self.condition(ceiling.when, ("grades", "ceilings", at, "when"), scope)
        if self.policy.grades.insufficient is not None:
            self.condition(self.policy.grades.insufficient.when, ("grades", "insufficient", "when"), scope)

    def _scope_after_signals(self) -> dict[str, Type]:
        """The names of an operator, and its tallies."""
        return {**self.scope(), **{name: tally_type(self.policy, name) for name in self.policy.tallies}}

    def _grades(self) -> None:
        places = max((signal.places for signal in self.policy.signals if signal.to is None), default=0)
        score = Type("decimal", places, self.policy.grades.score.unit)
        scope = {**self._scope_after_signals(), "score": score}
        for at, row in enumerate(self.policy.grades.table):
            self.condition(row.when, ("grades", "table", at, "when"), scope)


def _holds_all_of(above: Bracket, bracket: Bracket) -> bool:
    """Whether a range or window holds all of another one; windows of different units are not compared."""
    if above.within is not None and bracket.within is not None:
        longer, window = parse_window(above.within), parse_window(bracket.within)
        return longer is not None and window is not None and longer.unit == window.unit and longer.count >= window.count
    if above.within is not None or bracket.within is not None:
        return False
    low, high, lower, higher = bracket.at_least, bracket.below, above.at_least, above.below
    starts = lower is None or (low is not None and lower <= low)
    return starts and (higher is None or (high is not None and high <= higher))
