"""What tests of proceedings say: an invented operator, three invented persons, days far enough apart."""

from __future__ import annotations

from datetime import date, timedelta

from riskengine.supervision.review.procedure import procedure
from riskengine.supervision.review.proceeding import Step

OPERATOR = "91411000MA40000A18"
PROPOSER, CHECKER, DECIDER = "示例甲", "示例乙", "示例丙"
FIRST = date(2023, 3, 1)

CELLS = {
    "propose": {
        "facts": "示例事实",
        "grounds": "henan_social_credit_regulation:33:1:1",
        "discipline": "key_supervision",
        "name": "示例运输有限公司",
    },
    "notice": {
        "facts": "示例事实",
        "grounds": "henan_social_credit_regulation:33:1:1",
        "rights": "示例权利告知",
        "document": "示例告〔2023〕1号",
        "service": "direct",
        "discipline": "key_supervision",
    },
    "statement": {"text": "示例陈述"},
    "answer": {"text": "示例答复", "document": "示例复〔2023〕1号"},
    "hearing_request": {"text": "示例听证要求"},
    "hearing_call": {
        "hearing_on": "2023-04-20",
        "place": "示例会议室",
        "president": "示例丁",
        "document": "示例听〔2023〕1号",
    },
    "hearing_held": {"text": "示例笔录", "document": "示例听笔〔2023〕1号"},
    "waive": {"document": "示例弃权书"},
    "check": {"text": "示例审核意见：通过"},
    "send_back": {"text": "示例审核意见：退回"},
    "decide": {"text": "示例决定", "document": "示例决〔2023〕1号", "correct_by": "2023-06-30"},
    "refuse": {"text": "示例不予决定"},
    "serve": {"document": "示例送达回证", "service": "direct"},
    "withdraw": {"text": "示例撤回"},
    "revoke": {"text": "示例撤销理由", "document": "示例撤〔2023〕1号"},
    "publish": {"records": "[]"},
    "take_down": {"records": "[]"},
}
WHO = {"proposer": PROPOSER, "checker": CHECKER, "decider": DECIDER}


def day(number: int) -> date:
    """The day that many days after the proposal."""
    return FIRST + timedelta(days=number)


def step(action: str, number: int, who: str | None = None, *, without: str | None = None, **cells: str) -> Step:
    """A step that many days after the proposal, by its usual person, with its usual cells."""
    role = procedure().actions[action].role
    said = {**CELLS[action], **cells}
    if without is not None:
        del said[without]
    return Step(action, who or WHO.get(role or "", PROPOSER), day(number), said)


KIND_CELLS = {
    "red_list": {"grounds": "henan_social_credit_regulation:28:2", "discipline": "fewer_inspections"},
    "publication": {"grounds": "henan_social_credit_regulation:18:2", "discipline": ""},
    "rectification": {"grounds": "administrative_penalty_law:28:1", "discipline": ""},
    "serious_list_removal": {"grounds": "henan_social_credit_regulation:37:2", "discipline": ""},
    "red_list_removal": {"grounds": "henan_social_credit_regulation:37:1", "discipline": ""},
}
