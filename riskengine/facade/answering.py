"""From records to the assessment of one operator: by the live engine where it is installed, else by the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.engines.registry import engine_named
from riskengine.facade.results import Assessment
from riskengine.kernel.errors import EngineLimitError, InputError, MissingExtraError, UsageError
from riskengine.kernel.problems import Problem
from riskengine.records import CaseReader

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import date

    from riskengine.contract.records import Records
    from riskengine.engines.base import Outcome
    from riskengine.plan import Plan
    from riskengine.results import Context

LIVE, REFERENCE = "live", "reference"


class Answering:
    """Answers about one operator at a time, for one plan.

    Attributes:
        plan: what is carried out.
        reader: reads an operator with its records.
        context: as-of date → what explanations need.
    """

    def __init__(self, plan: Plan, known: Mapping[str, Any], context: Callable[[date], Context]) -> None:
        self.plan, self.context = plan, context
        self.reader = CaseReader(**known)

    def require(self, given: Collection[str]) -> None:
        """Hold that every source that the policy reads is given.

        Raises:
            UsageError: one is not (RE-604).
        """
        lacking = [source for source in self.plan.reads if source not in given]
        if lacking:
            raise UsageError(
                [Problem("RE-604", found=self.plan.policy, params=(("what", source),)) for source in lacking]
            )

    def answer(self, records: Records, as_of: date, engine: str | None = None) -> Assessment:
        """Grade the one operator of ``records``.

        Args:
            records: of one operator.
            as_of: the day on which everything is seen.
            engine: None lets the live engine answer, and the reference engine where that cannot; the assessment says
            which did, and why.

        Raises:
            InputError: the operator itself is not valid; every problem is listed.
        """
        if not records.operators.records:
            raise InputError([problem for problem in records.operators.problems if problem.is_error])
        name, outcome, notices = self._graded(records, as_of, engine)
        return Assessment(name, outcome, records.problems(), self.context(as_of), notices)

    def _graded(self, records: Records, as_of: date, engine: str | None) -> tuple[str, Outcome, tuple[Problem, ...]]:
        name = engine or LIVE
        try:
            return name, engine_named(name).grade(self.plan, records, as_of), ()
        except (MissingExtraError, EngineLimitError) as error:
            if engine is not None:
                raise
            notice = _instead(error)
        return REFERENCE, engine_named(REFERENCE).grade(self.plan, records, as_of), (notice,)


def _instead(error: MissingExtraError | EngineLimitError) -> Problem:
    """The notice that the reference engine answered, and why."""
    if isinstance(error, MissingExtraError):
        return Problem("RE-615", found=LIVE, params=(("extra", LIVE),))
    return Problem("RE-616", column=error.problems[0].column, found=error.problems[0].found)
