"""How much of a policy its tests cover, and what they do not, by name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.kernel.errors import PolicyError
from riskengine.kernel.problems import in_order, nearest
from riskengine.trials.coverage.items import KINDS, Item
from riskengine.trials.coverage.sites import Sites
from riskengine.trials.coverage.watching import seen_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.trials.load import TrialsFile
    from riskengine.trials.subject import Subject


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is to be covered, and what is.

    Attributes:
        items: everything that is to be covered, out of reach left out, in the order of kinds and of the file.
        covered: the names of what is covered.
        out_of_reach: the names of what the tests declare to be out of reach.
    """

    items: tuple[Item, ...]
    covered: frozenset[str]
    out_of_reach: tuple[str, ...] = ()

    @property
    def missed(self) -> tuple[Item, ...]:
        """What no test brings about."""
        return tuple(item for item in self.items if item.name not in self.covered)

    @property
    def percent(self) -> int:
        """The share that is covered in whole per cent, rounded down: 100 means all."""
        return 100 if not self.items else 100 * (len(self.items) - len(self.missed)) // len(self.items)

    def by_kind(self) -> Mapping[str, tuple[int, int]]:
        """Kind → how many are covered, of how many; kinds of which there are none are left out."""
        every, missed = (Counter(item.kind for item in items) for items in (self.items, self.missed))
        return {kind: (every[kind] - missed[kind], every[kind]) for kind in KINDS if every[kind]}


def coverage_of(subject: Subject, file: TrialsFile) -> Coverage:
    """Run every test through the reference engine's parts and note what it brings about.

    Raises:
        PolicyError: ``out_of_reach`` names what is not there (RE-708), or what a test does bring about (RE-709).
    """
    sites = Sites(subject)
    items = sites.items()
    seen = set().union(*(seen_by(subject, sites, trial) for trial in file.tests))
    covered = frozenset(": ".join(part for part in each if part) for each in seen) & items.keys()
    problems = []
    for at, each in enumerate(file.out_of_reach):
        path = ("out_of_reach", at, "what")
        if each.what not in items:
            problems.append(file.document.problem("RE-708", path, each.what, near=nearest(each.what, items)))
        elif each.what in covered:
            problems.append(file.document.problem("RE-709", path, each.what))
    if problems:
        raise PolicyError(in_order(problems))
    excluded = {each.what for each in file.out_of_reach}
    demanded = (item for item in items.values() if item.name not in excluded)
    ordered = sorted(demanded, key=lambda item: (KINDS.index(item.kind), item.line or 0))
    return Coverage(tuple(ordered), covered, tuple(sorted(excluded)))
