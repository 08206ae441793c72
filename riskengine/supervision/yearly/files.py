"""Every file that figures read: how it is held. A figure names its file; nothing else knows how it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.contract.sources import INSPECTIONS, OPERATORS, VIOLATIONS
from riskengine.supervision.outcomes.sources import CHALLENGES
from riskengine.supervision.publication.sources import COERCIONS, PERMITS
from riskengine.supervision.rebound.sources import CAMPAIGNS
from riskengine.supervision.sources import ACTIVITIES_HELD
from riskengine.supervision.yearly import cases, contested, derived, made, published, rebounds
from riskengine.supervision.yearly.sources import APPROVALS, COMMENTS, PUBLICITY, TRAINING

if TYPE_CHECKING:
    from collections.abc import Callable

    from riskengine.supervision.yearly.context import YearContext
    from riskengine.supervision.yearly.held import HeldFile

FILES: dict[str, Callable[[YearContext], HeldFile]] = {
    "risk_points": made.risk_points,
    "measures": made.measures,
    "comments": lambda context: context.table(COMMENTS, derived.of_comment),
    "operators": lambda context: context.table(OPERATORS, derived.of_operator),
    "draws": made.draws,
    "drawn": made.drawn,
    "inspections": lambda context: context.table(INSPECTIONS),
    "violations": lambda context: context.table(VIOLATIONS, derived.of_violation),
    "confiscations": published.confiscations,
    "permits": lambda context: context.table(PERMITS, published.of_status),
    "coercions": lambda context: context.table(COERCIONS, published.of_status),
    "publications": published.publications,
    "terms": published.terms,
    "case_filings": cases.filings,
    "case_closings": cases.closings,
    "case_files": cases.case_files,
    "reviews": cases.reviews,
    "challenges": lambda context: context.table(CHALLENGES),
    "contested": contested.contested,
    "campaigns": lambda context: context.table(CAMPAIGNS),
    "repeats": rebounds.repeats,
    "approvals": lambda context: context.table(APPROVALS, derived.of_approval),
    "publicity": lambda context: context.table(PUBLICITY),
    "work_plan": made.work_plan,
    "work_tasks": made.work_tasks,
    "training": lambda context: context.table(TRAINING),
    "activities": lambda context: context.table(ACTIVITIES_HELD),
    "grades": made.grades,
}
"""Name of a file in ``figures.yaml`` → what makes it."""
