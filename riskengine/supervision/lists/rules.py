"""The conditions on which somebody is recommended for a list: a file beside a policy, read strictly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from riskengine.catalog import Citation
from riskengine.kernel.errors import PolicyError
from riskengine.kernel.models import ModelCodes, validated
from riskengine.kernel.problems import Problem, in_order, nearest
from riskengine.kernel.yaml_document import YamlDocument, parse_yaml, refuse_hidden
from riskengine.policy import Known, check_policy, shipped_file, shipped_policies
from riskengine.policy.expression import BOOL, INTEGER, TEXT, Expression, Type, names_in
from riskengine.policy.parser import ExpressionError, parse_expression
from riskengine.policy.scope import number_type, operator_scope
from riskengine.policy.sections import Bilingual, Expr, NameText, NumberValue, Section, Whole, number_as_text
from riskengine.policy.typecheck import type_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from riskengine.catalog import LawRegister
    from riskengine.runs import Run

FILE = "lists.yaml"
_CODES = ModelCodes("RE-933", "RE-933", "RE-933", "RE-933")
_OF_A_RESULT = {"grade": TEXT, "previous_grade": TEXT, "score": Type("decimal", 6), "left_out": INTEGER}


class Article(Section):
    """An article behind a condition: since when it is used, where it stands, and characters that stand there."""

    since: date
    until: date | None = None
    law: str
    article: Annotated[str, BeforeValidator(number_as_text)]
    paragraph: Whole | None = None
    item: Whole | None = None
    quote: str

    def holds_on(self, day: date) -> bool:
        """Whether it is used on a day."""
        return self.since <= day and (self.until is None or day < self.until)

    @property
    def citation(self) -> Citation:
        """The place."""
        place = {"law": self.law, "article": self.article, "paragraph": self.paragraph, "item": self.item}
        return Citation.model_validate({**place, "sureness": "text"})


class Limit(Section):
    """A number that conditions compare with."""

    title: Bilingual
    value: NumberValue
    basis: Literal["local_policy"]


class Rested(Section):
    """Something with articles behind it; ``basis`` says where their use, or a number, is the bureau's own."""

    title: Bilingual
    bases: tuple[Article, ...] = Field(min_length=1)
    basis: Literal["local_policy"] | None = None
    note: Bilingual | None = None


class Condition(Rested):
    """A condition: ``when`` it is recommended, and who is ``near``."""

    condition: NameText
    list: Literal["serious", "red"]
    when: Expr
    near: Expr | None = None


class Exit(Rested):
    """How one leaves a list."""

    list: Literal["serious", "red"]


class ListFile(Section):
    """The file."""

    policy: str
    limits: dict[NameText, Limit] = Field(default_factory=dict)
    conditions: tuple[Condition, ...] = Field(min_length=1)
    exits: tuple[Exit, ...] = ()


@dataclass(frozen=True, slots=True)
class ListRules:
    """A file whose conditions are understood.

    Attributes:
        file: what it says.
        when, near: condition → its tree; ``near`` only where it has one.
    """

    file: ListFile
    when: Mapping[str, Expression]
    near: Mapping[str, Expression]

    def in_force(self, day: date) -> list[Condition]:
        """The conditions all of whose articles are used on a day."""
        return [each for each in self.file.conditions if all(base.holds_on(day) for base in each.bases)]


def list_rules(run: Run, file: Path | None = None) -> ListRules:
    """The conditions for a run: those of a file, else those shipped beside the run's policy.

    Args:
        run: whose policy gives the names that conditions may use.
        file: a bureau's own conditions.

    Raises:
        PolicyError: there are none, or they do not hold together (RE-933, and the codes of expressions); all at once.
    """
    name = run.policy.policy.policy
    content, source = _content(name, file)
    document = parse_yaml(content, source)
    refuse_hidden(document)
    problems: list[Problem] = []
    held = validated(document, ListFile, _CODES, problems)
    if held is None:
        raise PolicyError(in_order(problems))
    if held.policy != name:
        reason = f"they are those of {held.policy}, not of {name}"
        raise PolicyError([document.problem("RE-933", ("policy",), held.policy, reason=reason)])
    scope = _scope(run, held)
    trees: dict[str, dict[str, Expression]] = {"when": {}, "near": {}}
    for at, condition in enumerate(held.conditions):
        for key, text in (("when", condition.when), ("near", condition.near)):
            if text is None:
                continue
            try:
                trees[key][condition.condition] = _tree(text, scope)
            except ExpressionError as error:
                near = nearest(error.found, scope) if error.code == "RE-521" else ()
                path = ("conditions", at, key)
                problems.append(document.problem(error.code, path, error.found, near=near, **error.params))
    problems += _cited(document, held, run.catalog.laws)
    if problems:
        raise PolicyError(in_order(problems))
    return ListRules(held, trees["when"], trees["near"])


def _content(name: str, file: Path | None) -> tuple[bytes, str]:
    try:
        if file is not None:
            return file.read_bytes(), file.name
        if name in shipped_policies():
            return shipped_file(name, FILE), f"{name}/{FILE}"
    except OSError as error:
        if file is not None:
            params = (("reason", error.strerror or str(error)),)
            raise PolicyError([Problem("RE-933", source=str(file), params=params)]) from None
    reason = (("reason", "the policy has no conditions for lists"),)
    raise PolicyError([Problem("RE-933", source=name, found=name, params=reason)])


def _tree(text: str, scope: Mapping[str, Type]) -> Expression:
    tree = parse_expression(text)
    kind = type_of(tree, scope)
    if kind != BOOL:
        raise ExpressionError("RE-525", text, expected="a condition", got=str(kind))
    return tree


def _scope(run: Run, held: ListFile) -> dict[str, Type]:
    """What conditions may name: facts of an operator, parameters, rules, limits, and what is in its grade."""
    catalog = run.catalog if run.policy.policy.catalog else None
    points = None if catalog is None else tuple(catalog.risk_points)
    checked = check_policy(run.policy, Known(tuple(run.catalog.laws.laws), points))
    policy = checked.policy
    facts = {name: kind for name, kind in checked.fact_types.items() if not policy.facts[name].each_risk_point}
    parameters = {name: kind for name, kind in operator_scope(policy).items() if name in policy.parameters}
    rules = {step.rule: BOOL for step in run.plan.rules}
    limits = {name: number_type(limit.value) for name, limit in held.limits.items()}
    return {**limits, **rules, **parameters, **facts, **_OF_A_RESULT, "as_of": Type("date")}


def _cited(document: YamlDocument, held: ListFile, laws: LawRegister) -> Iterator[Problem]:
    """Articles that are not of the register, or of a law that is not in force when they are used."""
    for section, entries in (("conditions", held.conditions), ("exits", held.exits)):
        for at, entry in enumerate(entries):
            for number, base in enumerate(entry.bases):
                path = (section, at, "bases", number)
                version = laws.in_force(base.law, base.since) if base.law in laws else None
                if version is None:
                    near = nearest(base.law, laws.laws)
                    yield document.problem("RE-930", path, base.law, near=near, reason="no version was in force")
                elif version.articles is not None and int(base.article.partition("-")[0]) > version.articles:
                    yield document.problem("RE-930", path, base.article, reason="the law has no such article")


def names_of(rules: ListRules, condition: str) -> list[str]:
    """The names that a condition reads, each once."""
    return list(dict.fromkeys(names_in(rules.when[condition])))
