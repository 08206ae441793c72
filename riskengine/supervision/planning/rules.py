"""The rules of a plan: what each tier of a policy is due. Data beside the policy, or the bureau's own file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from riskengine.catalog.part import Name, Part, Words
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.policy.load import shipped_file
from riskengine.supervision.files import model_in, read_model
from riskengine.supervision.grounds import Ground, Grounded

if TYPE_CHECKING:
    from pathlib import Path

    from riskengine.runs import Run

RULES = "plan.yaml"
CHANNELS = ("none", "letter", "talk", "visit", "joint")
"""How the bureau turns to an operator, mildest first; ``joint`` is a visit by several bodies, told from what fired."""


class TierRule(Grounded):
    """What the operators of a tier are due.

    Attributes:
        visits_a_year: inspections of each operator, beside those that are drawn.
        channel: how the bureau first turns to the operator.
        deadline_days: within how many days of the plan's day; None where there is nothing to do.
    """

    visits_a_year: int = Field(ge=0, le=366)
    channel: Literal["none", "letter", "talk", "visit"]
    deadline_days: int | None = Field(default=None, ge=1, le=366)


class PlanRules(Part):
    """A file of rules.

    Attributes:
        plan: its id.
        title: what it is called.
        officers: inspectors at a visit.
        officers_basis: the article that asks for so many.
        visit_days: the days that a visit takes of each of them.
        joint_from: from so many areas among the points that fired on, a visit is a joint one.
        joint_basis: the article that asks to join inspections.
        tiers: the tiers of the policy, in the order in which they are visited.
    """

    plan: Name
    title: Words
    officers: int = Field(ge=1, le=10)
    officers_basis: Ground
    visit_days: int = Field(ge=1, le=30)
    joint_from: int = Field(ge=2, le=20)
    joint_basis: Ground
    tiers: dict[Name, TierRule] = Field(min_length=1)


def read_rules(run: Run, path: Path | None) -> PlanRules:
    """The rules for the policy of a run: a file, or what is shipped beside the policy.

    Raises:
        InputError: the file cannot be read or does not hold together (RE-3xx, RE-900 to RE-902).
        UsageError: none are shipped for the policy (RE-912).
    """
    if path is None:
        policy = str(run.manifest["policy"]["id"])
        try:
            content = shipped_file(policy, RULES)
        except OSError:
            reason = f"no rules of a plan are shipped for the policy {policy}; name some with --rules"
            raise UsageError([Problem("RE-912", found=run.run_id, params=(("reason", reason),))]) from None
        return model_in(content, f"{policy}/{RULES}", PlanRules)
    return read_model(path, PlanRules)
