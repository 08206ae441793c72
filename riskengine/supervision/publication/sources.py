"""The columns of the tables that publication reads of a year's record, beside those of the contract."""

from __future__ import annotations

from riskengine.contract.sources import (
    DATE,
    DECIMAL,
    ID,
    INSPECTIONS,
    OPERATORS,
    TEXT,
    VIOLATIONS,
    WORD,
    Column,
    Source,
)

HELD, REVOKED, ENDED = "final", "revoked", "ended"
"""The status of a permit or a coercive measure: it holds; it was revoked or found void; it ended otherwise."""

_STATUS_WORDS = (
    ("final", HELD),
    ("有效", HELD),
    ("生效", HELD),
    ("revoked", REVOKED),
    ("撤销", REVOKED),
    ("已撤销", REVOKED),
    ("确认无效", REVOKED),
    ("ended", ENDED),
    ("注销", ENDED),
    ("吊销", ENDED),
    ("失效", ENDED),
    ("解除", ENDED),
)
_OPERATOR = Column("operator_id", ("主体代码", "统一社会信用代码"), ID, required=True)
_STATUS = (
    Column("status", ("状态", "当前状态"), WORD, words=_STATUS_WORDS, default=HELD),
    Column("status_on", ("状态日期",), DATE),
)
_REMARKS = Column("remarks", ("备注",), TEXT)

PERMITS = Source(
    "permits",
    "permit_id",
    (
        Column("permit_id", ("许可决定文书号", "行政许可决定文书号"), ID, required=True),
        _OPERATOR,
        Column("document_name", ("行政许可决定文书名称", "文书名称"), TEXT),
        Column("kind", ("许可类别",), TEXT),
        Column("certificate_name", ("许可证书名称",), TEXT),
        Column("certificate_no", ("许可编号", "许可证编号"), TEXT),
        Column("content", ("许可内容",), TEXT),
        Column("decided_on", ("许可决定日期", "决定日期"), DATE),
        Column("valid_from", ("有效期自",), DATE),
        Column("valid_until", ("有效期至",), DATE),
        Column("body", ("许可机关",), TEXT),
        *_STATUS,
        _REMARKS,
    ),
)
"""One row per permit that was granted."""

COERCIONS = Source(
    "coercions",
    "coercion_id",
    (
        Column("coercion_id", ("强制决定书文号", "行政强制决定书文号"), ID, required=True),
        _OPERATOR,
        Column("violation_id", ("案号", "处罚决定书文号"), ID),
        Column("kind", ("强制类别",), TEXT),
        Column("facts", ("强制事实",), TEXT),
        Column("legal_basis", ("强制依据",), TEXT),
        Column("object", ("涉及财物", "涉及场所、设施或者财物"), TEXT),
        Column("decided_on", ("强制决定日期", "决定日期"), DATE),
        Column("starts_on", ("强制期限自",), DATE),
        Column("ends_on", ("强制期限至",), DATE),
        Column("lifted_on", ("解除日期",), DATE),
        Column("body", ("强制机关",), TEXT),
        *_STATUS,
        _REMARKS,
    ),
)
"""One row per coercive measure: premises sealed, vehicles and things held."""

PENALTIES = Source(
    "penalties",
    "violation_id",
    (
        Column("violation_id", ("案号", "处罚决定书文号", "行政处罚决定书文号"), ID, required=True),
        Column("conduct", ("违法行为类型",), TEXT),
        Column("facts", ("违法事实",), TEXT),
        Column("legal_basis", ("处罚依据",), TEXT),
        Column("content", ("处罚内容",), TEXT),
        Column("confiscated", ("没收金额",), DECIMAL),
        Column("certificate", ("暂扣或吊销证照名称及编号",), TEXT),
        Column("valid_until", ("处罚有效期",), DATE),
        _REMARKS,
    ),
)
"""One row per decision: what it says beyond the violation."""

_CLASS_WORDS = (
    ("inspection", "inspection"),
    ("行政检查", "inspection"),
    ("permit", "permit"),
    ("行政许可", "permit"),
    ("penalty", "penalty"),
    ("行政处罚", "penalty"),
    ("coercion", "coercion"),
    ("行政强制", "coercion"),
)
_REASON_WORDS = (
    ("revoked", "revoked"),
    ("撤销", "revoked"),
    ("repaired", "repaired"),
    ("信用修复", "repaired"),
    ("lapsed", "lapsed"),
    ("公示期满", "lapsed"),
    ("pending", "pending"),
    ("停止执行", "pending"),
    ("withdrawn", "withdrawn"),
    ("撤回公示", "withdrawn"),
    ("changed", "changed"),
    ("内容变更", "changed"),
)

PUBLICATIONS = Source(
    "publications",
    "",
    (
        Column("class", ("公示类别",), WORD, required=True, words=_CLASS_WORDS),
        Column("record_id", ("文书号",), ID, required=True),
        Column("operator_id", ("主体代码", "统一社会信用代码"), ID),
        Column("published_on", ("公示日期",), DATE, required=True),
        Column("taken_down_on", ("撤下日期",), DATE),
        Column("reason", ("撤下原因",), WORD, words=_REASON_WORDS),
        Column("proceeding", ("程序编号",), ID),
    ),
)
"""The log: one row each time that something was published, with when and why it was taken down."""

RECORD = (OPERATORS, VIOLATIONS, INSPECTIONS, PERMITS, COERCIONS, PENALTIES, PUBLICATIONS)
"""The tables of a record that publication reads."""
