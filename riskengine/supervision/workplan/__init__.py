"""A bureau's work plan: tasks, measures, who leads, what is due when; how each stands on a day, and who is late.

Not here: plans of visits (supervision.planning), the workbook (reports.workplan).
May import: supervision.files, catalog, records, contract, kernel.
"""

from riskengine.supervision.workplan.model import Measure, Task, WorkPlan
from riskengine.supervision.workplan.reading import check_work_plan, read_work_plan
from riskengine.supervision.workplan.rules import WorkPlanRules, read_rules
from riskengine.supervision.workplan.sources import WORK_PLAN
from riskengine.supervision.workplan.standing import MeasureStanding, Reminder, Standing, TaskStanding, standing_of

__all__ = [
    "WORK_PLAN",
    "Measure",
    "MeasureStanding",
    "Reminder",
    "Standing",
    "Task",
    "TaskStanding",
    "WorkPlan",
    "WorkPlanRules",
    "check_work_plan",
    "read_rules",
    "read_work_plan",
    "standing_of",
]
