"""A policy as the blocks of a page, section by section, for a reader who grades and is no programmer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.kernel.terms import parse_term
from riskengine.policy.expression import Literal
from riskengine.policy.model import Ceiling, Signal
from riskengine.reports.policy.blocks import Block, Entry, Heading, Paragraph, Table, code
from riskengine.reports.policy.facts import fact_blocks
from riskengine.reports.policy.inputs import parameter_blocks, profile_blocks, weight_blocks
from riskengine.reports.policy.law import law_blocks, sureness_blocks
from riskengine.reports.policy.speech import Speech

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.kernel.yaml_document import Path_
    from riskengine.policy import CheckedPolicy
    from riskengine.policy.model import Rule
    from riskengine.policy.sections import NumberValue
    from riskengine.results import Context


def policy_blocks(context: Context, checked: CheckedPolicy, lang: str) -> list[Block]:
    """Everything that a policy says, in one language.

    Args:
        context: its plan, its sections, the catalogue; the as-of date does not matter.
        checked: its typed expressions.
        lang: ``zh`` or ``en``.
    """
    page = _Page(context, checked, Speech(context, lang))
    return [
        *page.head(),
        *page.grades(),
        *page.ceilings(),
        *page.signals(),
        *page.tallies(),
        *fact_blocks(checked, page.speech),
        *profile_blocks(checked.policy, page.speech),
        *weight_blocks(checked.policy, page.speech),
        *parameter_blocks(checked.policy, page.speech),
        *page.supervision(),
        *page.objection(),
        *law_blocks(checked.policy, page.speech),
        *sureness_blocks(checked.policy, page.speech),
    ]


class _Page:
    """The sections about grades, rules and supervision."""

    def __init__(self, context: Context, checked: CheckedPolicy, speech: Speech) -> None:
        self._context, self._checked, self.speech = context, checked, speech
        self._policy, self._say = checked.policy, speech.say

    def head(self) -> Iterator[Block]:
        """Title, summary, and what the policy reads."""
        policy, speech, say = self._policy, self.speech, self._say
        yield Heading(1, speech.text(policy.title))
        yield Paragraph(speech.text(policy.summary))
        since, until = policy.effective.since.isoformat(), policy.effective.until
        days = say["effective_since"] if until is None else say["effective_between"]
        plan = self._context.plan
        lines = [
            (say["name_label"], code(policy.policy)),
            (say["version"], speech.number(policy.version)),
            (say["effective"], days.format(since=since, until=until)),
            (say["reads"], speech.listed(say[source] for source in ("operators", *plan.reads))),
            (say["catalog"], self._catalog()),
        ]
        if "violations" in plan.reads:
            statuses = speech.listed(say[status] for status in policy.counted_statuses)
            lines.append((say["counted"], say["counted_words"].format(list=statuses)))
        if plan.compares_peers:
            lines.append(("", say["peers_needed"]))
        yield Entry(say["at_a_glance"], tuple(lines))

    def _catalog(self) -> str:
        if self._policy.catalog is None:
            return self._say["no_catalog"]
        return self._say["catalog_transport"].format(count=len(self._context.plan.risk_points))

    def grades(self) -> Iterator[Block]:
        """The score, the grade table, and too little record."""
        policy, speech, say = self._policy, self.speech, self._say
        grades, score = policy.grades, policy.grades.score
        yield Heading(2, say["grades"])
        limits = [say["score_line"].format(start=speech.number(score.start, score.unit))]
        limits += [say[key].format(n=speech.number(value)) for key, value in _limits(score.floor, score.ceiling)]
        yield Entry(
            say["score"],
            (
                (say["limits_label"], speech.join(limits)),
                (say["on_quarantined"], say[f"quarantined_{grades.on_quarantined}"]),
                (say["basis_label"], speech.basis(grades)),
            ),
        )
        yield Paragraph(say["table_lead"])
        rows = [
            (row.grade, speech.text(row.title), self._row_condition(at, row.at_least))
            for at, row in enumerate(grades.table)
        ]
        yield Table((say["grade_label"], say["meaning"], say["condition"]), tuple(rows))
        if grades.insufficient is not None:
            yield Heading(3, say["insufficient"])
            gives = f"{grades.insufficient.grade}{say['colon']}{speech.text(grades.insufficient.grade_title)}"
            first = [(say["gives"], gives)]
            yield self._rule(grades.insufficient, ("grades", "insufficient"), first)

    def _row_condition(self, at: int, at_least: NumberValue | None) -> str:
        if at_least is not None:
            return f"{self._say['score']} ≥ {self.speech.number(at_least)}"
        tree = self._checked.expressions.get(("grades", "table", at, "when"))
        return self._say["always"] if tree is None else self.speech.expression(tree)

    def ceilings(self) -> Iterator[Block]:
        """Rules that keep the grade down."""
        ceilings = self._policy.grades.ceilings
        if ceilings:
            yield Heading(2, self._say["ceilings"])
            yield Paragraph(self._say["ceilings_lead"])
        for at, ceiling in enumerate(ceilings):
            first = [(self._say["at_most_label"], ceiling.at_most)]
            yield self._rule(ceiling, ("grades", "ceilings", at), first)

    def signals(self) -> Iterator[Block]:
        """Rules that cost or bring points."""
        if self._policy.signals:
            yield Heading(2, self._say["signals"])
            yield Paragraph(self._say["signals_lead"])
        for at, signal in enumerate(self._policy.signals):
            path = ("signals", at)
            yield self._rule(signal, path, [(self._say["points_label"], self._points(signal, path))])

    def _points(self, signal: Signal, path: Path_) -> str:
        key = "add" if signal.add is not None else "deduct"
        tree = self._checked.expressions.get((*path, key))
        if tree is None:
            return self._say["no_points_page"]
        parts = [f"{self._say[key]}{self._say['colon']}{self.speech.expression(tree)}"]
        parts += [] if isinstance(tree, Literal) else [self.speech.places(signal.places)]
        if signal.cap is not None:
            parts.append(self._say["capped"].format(n=self.speech.number(signal.cap)))
        if signal.to is not None:
            parts.append(self._say["to_tally"].format(tally=self.speech.title(signal.to)))
        return self.speech.join(parts)

    def _rule(self, rule: Rule, path: Path_, first: list[tuple[str, str]]) -> Entry:
        speech, say = self.speech, self._say
        each = isinstance(rule, Signal) and rule.each is not None
        code_of = rule.risk_point if isinstance(rule, Signal | Ceiling) else None
        point = self._context.risk_point_title(code_of)
        lines = [(say["applies"], say["each_risk_point"])] if each else []
        lines += [(say["about"], f"{code_of} {speech.text(point)}")] if code_of else []
        lines += [
            (say["when"], speech.expression(self._checked.expressions[*path, "when"])),
            *first,
            (say["if_unknown"], say[rule.if_unknown]),
            (say["basis_label"], speech.basis(rule)),
            (say["note_label"], speech.text(rule.note)),
            (say["written"], code(rule.when)),
        ]
        return Entry(f"{speech.text(rule.title)} {code(rule.rule)}", tuple(line for line in lines if line[1]))

    def tallies(self) -> Iterator[Block]:
        """Accounts beside the score."""
        speech, say = self.speech, self._say
        if self._policy.tallies:
            yield Heading(2, say["tallies"])
            yield Paragraph(say["tallies_lead"])
        for name, tally in self._policy.tallies.items():
            limits = [say["score_line"].format(start=speech.number(tally.start, tally.unit))]
            limits += [say[key].format(n=speech.number(value)) for key, value in _limits(tally.floor, tally.ceiling)]
            lines = ((say["limits_label"], speech.join(limits)), (say["basis_label"], speech.basis(tally)))
            yield Entry(f"{speech.text(tally.title)} {code(name)}", lines)

    def supervision(self) -> Iterator[Block]:
        """Tiers, and what follows from grades, from what is unknown, and from rules."""
        speech, say, supervision = self.speech, self._say, self._policy.supervision
        if not supervision.assign:
            return
        yield Heading(2, say["supervision_page"])
        yield Paragraph(say["supervision_lead"])
        tiers = [
            (speech.text(tier.title), speech.number(tier.sampling), speech.text(tier.visits), speech.basis(tier))
            for tier in supervision.tiers.values()
        ]
        yield Heading(3, say["tiers"])
        yield Table((say["tier"], say["sampling"], say["visits"], say["basis_label"]), tuple(tiers))
        yield Heading(3, say["follows"])
        rows = [
            (
                speech.listed(self._causes(at)),
                speech.text(supervision.tiers[each.tier].title) if each.tier else "",
                speech.listed(speech.text(supervision.actions[action].title) for action in each.actions),
            )
            for at, each in enumerate(supervision.assign)
        ]
        yield Table((say["cause"], say["tier"], say["actions"]), tuple(rows))
        yield Heading(3, say["actions"])
        actions = [(speech.text(action.title), speech.basis(action)) for action in supervision.actions.values()]
        yield Table((say["actions"], say["basis_label"]), tuple(actions))

    def objection(self) -> Iterator[Block]:
        """What becomes of a grade while an objection to it is not answered."""
        speech, say, objection = self.speech, self._say, self._policy.objection
        if objection is None:
            return
        yield Heading(2, say["objection_page"])
        lines = [say[f"objection_{objection.display}"]]
        if objection.answer_within is not None:
            term = parse_term(objection.answer_within)
            assert term is not None  # noqa: S101 - the model has checked its form
            lines.append(say["objection_working" if term.working else "objection_days"].format(n=term.count))
        yield Paragraph(speech.join([*lines, speech.basis(objection)]))

    def _causes(self, at: int) -> Iterator[str]:
        assignment = self._policy.supervision.assign[at]
        for grade in assignment.grade:
            yield self._say["cause_grade"].format(name=grade)
        if assignment.status is not None:
            yield self._say["cause_status"]
        if assignment.rule is not None:
            yield self._say["cause_rule"].format(name=self.speech.text(self._context.rules[assignment.rule].title))


def _limits(floor: NumberValue | None, ceiling: NumberValue | None) -> list[tuple[str, NumberValue]]:
    return [(key, value) for key, value in (("floor", floor), ("ceiling", ceiling)) if value is not None]
