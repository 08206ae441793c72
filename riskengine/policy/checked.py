"""A policy that holds together, and what it may name of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from riskengine.kernel.problems import Problem
    from riskengine.kernel.yaml_document import Path_
    from riskengine.policy.expression import Expression, Type
    from riskengine.policy.load import PolicyFile
    from riskengine.policy.model import Policy


@dataclass(slots=True)
class CheckedPolicy:
    """A policy that holds together.

    Attributes:
        file: the policy and its file.
        expressions: path in the file → the typed expression there.
        fact_types: fact → its type.
        fact_order: the facts in an order in which each comes after those it needs.
        after_peers: the facts that compare operators with others, and those that need one of them.
        warnings: what is allowed and looks wrong.
    """

    file: PolicyFile
    expressions: dict[Path_, Expression] = field(default_factory=dict)
    fact_types: dict[str, Type] = field(default_factory=dict)
    fact_order: list[str] = field(default_factory=list)
    after_peers: set[str] = field(default_factory=set)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def policy(self) -> Policy:
        """The sections as written."""
        return self.file.policy


@dataclass(frozen=True, slots=True)
class Known:
    """What a policy may name of the catalogue: law ids, and risk points; None where there is no catalogue."""

    laws: Collection[str] = ()
    risk_points: Collection[str] | None = None
