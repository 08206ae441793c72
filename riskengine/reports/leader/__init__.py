"""The leader's page: on one A4 the five things that matter this period, chosen by stated rules, each with its evidence.

Not here: how a page becomes a PDF (reports.printing), the full report (reports.html).
May import: the rest of reports, runs and what is below it; jinja2 inside functions.
"""

from riskengine.reports.leader.choosing import Finding, findings
from riskengine.reports.leader.page import leader_findings, write_leader_page

__all__ = ["Finding", "findings", "leader_findings", "write_leader_page"]
