"""A policy as a page for its readers: what it rates, by which facts, rules, limits and law; as Markdown, HTML or data.

Not here: what a policy means to an engine (plan), what it made of somebody's records (the other reports).
May import: results, policy, catalog, contract, kernel; jinja2 inside functions.
"""

from riskengine.reports.policy.blocks import Block, Entry, Heading, Paragraph, Table
from riskengine.reports.policy.page import policy_blocks
from riskengine.reports.policy.render import blocks_dict, html_page, markdown_page

__all__ = [
    "Block",
    "Entry",
    "Heading",
    "Paragraph",
    "Table",
    "blocks_dict",
    "html_page",
    "markdown_page",
    "policy_blocks",
]
