"""What keys of a policy mean, for the schema and the page: those that have no line of their own in a docstring."""

from __future__ import annotations

_TITLE = "What readers call it, in both languages."
_UNIT = "Its unit, for checking and for showing."

WORDS: dict[str, dict[str, str]] = {
    "Policy": {
        "policy": "The policy's name: small letters, digits, hyphens.",
        "version": "The policy's version; raise it with every change.",
        "title": _TITLE,
        "summary": "What the policy does, in a sentence or two.",
        "catalog": "Where risk points, their levels, articles and measures come from; left out where there are none.",
        "objection": "What becomes of a grade while its operator objects to it; as `display: shown` where left out.",
        "counted_statuses": "Which violations count, by their status on the as-of date.",
    },
    "Effective": {"since": "The first day.", "until": "The last day."},
    "Bilingual": {"zh": "The text in Chinese.", "en": "The text in English."},
    "Based": {
        "law": "An id of the law register, or `from_catalog`: the liability article of the risk point.",
        "article": "The article of the law.",
        "paragraph": "The paragraph of the article.",
        "item": "The item of the paragraph.",
    },
    "Dated": {"since": "The first day on which it holds.", "value": "A number or a text."},
    "Parameter": {"title": _TITLE, "unit": _UNIT, "value": "A number or a text that holds at all times."},
    "ProfileField": {
        "type": "The type that its cells must have.",
        "title": _TITLE,
        "unit": _UNIT,
        "places": "Digits after the point of a `decimal`.",
        "min": "The least number that a cell may hold.",
        "max": "The greatest number that a cell may hold.",
        "words": "The values that a `text` may have; any where left out.",
    },
    "Bracket": {
        "within": "The window that must hold the day of the record.",
        "at_least": "The least number in it.",
        "below": "The least number above it.",
        "value": "The weight of the records in it.",
    },
    "Weight": {
        "title": _TITLE,
        "table": "The weight for each value of the column.",
        "brackets": "By age or by a number: windows or ranges, each with its weight; the first that holds counts.",
    },
    "FactRow": {"when": "The condition of the row.", "value": "The value where it holds."},
    "Fact": {
        "title": _TITLE,
        "count": "How many records.",
        "count_distinct": "How many different values of a column.",
        "sum": "The sum of an expression over the records.",
        "max": "The greatest value of an expression over the records.",
        "min": "The least value of an expression over the records.",
        "latest": "The day of the newest record.",
        "days_since": "Days up to the as-of date, from the newest record or from a date of the operator.",
        "value": "An expression of columns, parameters and other facts.",
        "unit": _UNIT,
    },
    "Rule": {
        "rule": "The rule's name; no other rule has it.",
        "title": _TITLE,
        "when": "The condition on which the rule fires.",
        "if_unknown": "`stop`: the operator is not evaluable. `skip`: it is graded, and the rule is shown as unknown.",
        "lacks": "What to name as missing where the condition is unknown by a written `null`.",
    },
    "Signal": {
        "each": "Evaluate the rule for every risk point that has a record.",
        "risk_point": "The code of the risk point that the rule is about.",
        "deduct": "The points that it costs.",
        "add": "The points that it brings.",
        "places": "Digits of the points, rounded once, half-up.",
        "cap": "The most that it can cost or bring, applied after rounding.",
        "to": "The tally that its points go to, instead of the score.",
    },
    "Ceiling": {
        "at_most": "The best grade that is still possible when the rule fires.",
        "risk_point": "The code of the risk point that the rule is about.",
    },
    "Insufficient": {
        "grade": "The grade that stands for too little record.",
        "grade_title": "What readers call that grade, in both languages.",
    },
    "GradeRow": {
        "grade": "The grade that the row gives.",
        "title": _TITLE,
        "at_least": "The least score of the row.",
        "when": "A condition instead of a least score; it may use `score`.",
    },
    "Score": {
        "from": "The score before any rule.",
        "floor": "The least that the score can be.",
        "ceiling": "The most that the score can be.",
        "unit": _UNIT,
    },
    "Tally": {"title": _TITLE, "from": "What it is before any signal.", "unit": _UNIT},
    "Grades": {"on_quarantined": "What to do where a record of the operator was left out: show how many, or stop."},
    "Tier": {
        "title": _TITLE,
        "sampling": "The share that is inspected at random, as text.",
        "visits": "How often and how its operators are visited.",
    },
    "Action": {"title": _TITLE},
    "Assignment": {
        "grade": "The grade, or grades, that it follows from.",
        "status": "It follows where no grade could be given.",
        "rule": "The rule that it follows from when it fired.",
        "tier": "The tier of supervision, by name.",
        "actions": "The actions recommended, by name.",
    },
}
"""Model → key → meaning. A key of a section that is not here is explained by the section that it holds."""
