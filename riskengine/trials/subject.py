"""The policy that is tried: as written, checked, and compiled against the shipped catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from riskengine.catalog import Catalog, load_shipped
from riskengine.plan import Plan, compile_plan
from riskengine.policy import CheckedPolicy, Known, PolicyFile, check_policy, read_policy

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Subject:
    """A policy ready to be tried.

    Attributes:
        name: the shipped name or the path under which it was asked for.
        file: the policy as written, with the places of its keys.
        checked: its typed expressions by path.
        plan: what an engine carries out.
        catalog: the catalogue and the law register.
    """

    name: str
    file: PolicyFile
    checked: CheckedPolicy
    plan: Plan
    catalog: Catalog

    @classmethod
    def load(cls, policy: str | Path) -> Self:
        """Read, check and compile a policy.

        Args:
            policy: a shipped name, or the path of a policy file or of the folder that holds ``policy.yaml``.

        Raises:
            PolicyError: there is none, or it does not hold together; every problem is listed.
            CatalogError: the catalogue does not hold together.
        """
        file, catalog = read_policy(policy), load_shipped()
        plan = compile_plan(file, catalog)
        points = tuple(catalog.risk_points) if file.policy.catalog else None
        checked = check_policy(file, Known(tuple(catalog.laws.laws), points))
        return cls(str(policy), file, checked, plan, catalog)
