"""Which grades are under objection, and whether a report that may leave the bureau shows them meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.results import display_is_stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.results import Context, OpenObjection
    from riskengine.runs import Run

UNDER_OBJECTION = "under_objection"
"""What stands in the place of a grade whose display is stopped: the key of its words."""


@dataclass(frozen=True, slots=True)
class Objections:
    """The objections that a run knew to be open.

    Attributes:
        held: operator → its objection.
        stopped: whether the report says so instead of the grade.
    """

    held: Mapping[str, OpenObjection]
    stopped: bool

    def hides(self, operator_id: str) -> bool:
        """Whether the report does not show an operator's grade."""
        return self.stopped and operator_id in self.held


def objections_of(run: Run, context: Context, *, show_personal: bool) -> Objections:
    """The objections that a report tells of.

    Args:
        run: the run.
        context: its setting; its policy may have the display stopped.
        show_personal: whether the report shows what is personal, and so is for the bureau alone: it then shows the
            grade too.
    """
    return Objections(run.objections, display_is_stopped(context.policy) and not show_personal)
