"""Education 普法: a year's activities for the risk points that fired, by channel and audience, and what was done.

Not here: letters to single operators (supervision.letters), the workbook (reports.education).
May import: supervision.files, supervision.grounds, supervision.sources, runs, catalog, records, contract, kernel.
"""

from riskengine.supervision.education.activities import Activity, EducationPlan, education_plan
from riskengine.supervision.education.done import Held, held_of
from riskengine.supervision.education.rules import EducationRules, read_education_rules

__all__ = [
    "Activity",
    "EducationPlan",
    "EducationRules",
    "Held",
    "education_plan",
    "held_of",
    "read_education_rules",
]
