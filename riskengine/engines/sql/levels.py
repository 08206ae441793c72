"""Facts that read none of each other stand in one query: a query within a query for each costs its planning."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from riskengine.plan import FactStep


def levels(steps: Sequence[FactStep]) -> Iterator[list[FactStep]]:
    """The facts in lots, each of which reads none of its own or of later ones; in their order within a lot."""
    pending = list(steps)
    while pending:
        names = {step.name for step in pending}
        # A column that is repeated as a fact has the column's name, and reads that.
        ready = [step for step in pending if step.operation == "column" or not names.intersection(step.reads)]
        yield ready
        pending = [step for step in pending if step not in ready]
