"""The columns of the files about cases: the cases, their steps, what reviewers scored."""

from __future__ import annotations

from riskengine.contract.sources import DATE, DECIMAL, ID, TEXT, WORD, Column, Source

ORDINARY, SUMMARY = "ordinary", "summary"
PERSON, ORGANISATION = "person", "organisation"
_CASE = Column("case_id", ("案卷号", "立案号"), ID, required=True)

CASES = Source(
    "cases",
    "case_id",
    (
        _CASE,
        Column("violation_id", ("案号", "处罚决定书文号"), ID),
        Column("unit", ("承办机构", "办案单位"), TEXT, required=True),
        Column(
            "procedure",
            ("程序", "适用程序"),
            WORD,
            words=(
                (ORDINARY, ORDINARY),
                ("普通程序", ORDINARY),
                ("普通", ORDINARY),
                ("一般程序", ORDINARY),
                (SUMMARY, SUMMARY),
                ("简易程序", SUMMARY),
                ("简易", SUMMARY),
            ),
            default=ORDINARY,
        ),
        Column("investigators", ("调查人员", "执法人员"), TEXT, personal=True),
        Column("handler", ("承办人", "办理人"), TEXT, personal=True),
        Column("reviewer", ("审核人", "法制审核人员"), TEXT, personal=True),
        Column(
            "party",
            ("当事人类别",),
            WORD,
            words=(
                (PERSON, PERSON),
                ("公民", PERSON),
                ("自然人", PERSON),
                (ORGANISATION, ORGANISATION),
                ("单位", ORGANISATION),
                ("法人", ORGANISATION),
                ("法人或者其他组织", ORGANISATION),
            ),
        ),
        Column("circumstances", ("案件情形",), TEXT),
    ),
)
"""One row per case: its number, the decision that ended it, the unit, the procedure, who did what, what is special.

Several people or circumstances stand with ``;`` between them; circumstances are those of the checklist. Without
``party`` the operator's id of the violation says whether it is a natural person.
"""

CASE_STEPS = Source(
    "case_steps",
    "",
    (
        _CASE,
        Column("step", ("环节", "步骤"), TEXT, required=True),
        Column("done_on", ("日期", "完成日期"), DATE, required=True),
        Column("by", ("经办人", "办理人员"), TEXT, personal=True),
        Column("document", ("文书", "文书编号"), TEXT),
    ),
)
"""One row per step of a case: the step by the checklist's name or words, its day, who took it, its document."""

CASE_SCORES = Source(
    "case_scores",
    "",
    (
        _CASE,
        Column("reviewer", ("评查人员", "评查人"), TEXT, required=True, personal=True),
        Column("item", ("评查项目", "项目"), TEXT, required=True),
        Column("points", ("得分",), DECIMAL, required=True),
    ),
)
"""One row per case, reviewer and item of the rubric: the points given."""
