"""The columns of the files of the record that the year's report alone reads."""

from __future__ import annotations

from riskengine.contract.sources import DATE, ID, INTEGER, TEXT, WORD, Column, Source

_CHANNELS = (
    ("online", "online"),
    ("网上", "online"),
    ("线上", "online"),
    ("window", "window"),
    ("窗口", "window"),
    ("agent", "agent"),
    ("帮办代办", "agent"),
    ("代办", "agent"),
)
_RESULTS = (
    ("granted", "granted"),
    ("准予", "granted"),
    ("refused", "refused"),
    ("不予", "refused"),
    ("不予许可", "refused"),
    ("withdrawn", "withdrawn"),
    ("撤回", "withdrawn"),
)
_SENDERS = (
    ("operator", "operator"),
    ("经营主体", "operator"),
    ("trade_association", "trade_association"),
    ("行业协会", "trade_association"),
    ("public", "public"),
    ("社会公众", "public"),
    ("other_authority", "other_authority"),
    ("其他机关", "other_authority"),
    ("own_unit", "own_unit"),
    ("本系统单位", "own_unit"),
    ("legal_counsel", "legal_counsel"),
    ("法律顾问", "legal_counsel"),
    ("expert", "expert"),
    ("专家", "expert"),
)
_ANSWERS = (
    ("accepted", "accepted"),
    ("采纳", "accepted"),
    ("partly", "partly"),
    ("部分采纳", "partly"),
    ("declined", "declined"),
    ("未采纳", "declined"),
)
_MEDIA = (
    ("newspaper", "newspaper"),
    ("报刊", "newspaper"),
    ("broadcast", "broadcast"),
    ("广播电视", "broadcast"),
    ("website", "website"),
    ("网站", "website"),
    ("new_media", "new_media"),
    ("新媒体", "new_media"),
    ("leaflet", "leaflet"),
    ("宣传资料", "leaflet"),
    ("other", "other"),
    ("其他", "other"),
)
_AUDIENCES = (
    ("officers", "officers"),
    ("执法人员", "officers"),
    ("legal_reviewers", "legal_reviewers"),
    ("法制审核人员", "legal_reviewers"),
    ("operators", "operators"),
    ("从业人员", "operators"),
    ("other", "other"),
    ("其他", "other"),
)

APPROVALS = Source(
    "approvals",
    "approval_id",
    (
        Column("approval_id", ("受理编号",), ID, required=True),
        Column("operator_id", ("统一社会信用代码", "主体代码"), ID),
        Column("item", ("许可事项",), TEXT, required=True),
        Column("channel", ("办理渠道",), WORD, required=True, words=_CHANNELS),
        Column("accepted_on", ("受理日期",), DATE, required=True),
        Column("promised_days", ("承诺时限（工作日）",), INTEGER, required=True),
        Column("decided_on", ("办结日期",), DATE),
        Column("result", ("办理结果",), WORD, words=_RESULTS),
    ),
)
"""One row per application that was accepted; without ``decided_on`` it is open. Promised days are working days."""

COMMENTS = Source(
    "comments",
    "comment_id",
    (
        Column("comment_id", ("意见编号",), ID, required=True),
        Column("received_on", ("收到日期",), DATE, required=True),
        Column("code", ("风险点编号", "对象编号"), ID, required=True),
        Column("sender", ("提出人类别",), WORD, required=True, words=_SENDERS),
        Column("comment", ("意见",), TEXT, required=True),
        Column("answered_on", ("答复日期",), DATE),
        Column("answer", ("采纳情况",), WORD, words=_ANSWERS),
        Column("why", ("理由",), TEXT),
    ),
)
"""One row per comment on the catalogue, with the words of its consultation log; from whom by kind alone."""

PUBLICITY = Source(
    "publicity",
    "item_id",
    (
        Column("item_id", ("编号",), ID, required=True),
        Column("published_on", ("发布日期",), DATE, required=True),
        Column("channel", ("渠道",), WORD, required=True, words=_MEDIA),
        Column("title", ("标题",), TEXT, required=True),
        Column("copies", ("份数",), INTEGER),
    ),
)
"""One row per item that was published to make the law known; ``copies`` of what is printed."""

TRAINING = Source(
    "training",
    "training_id",
    (
        Column("training_id", ("编号",), ID, required=True),
        Column("held_on", ("举办日期",), DATE, required=True),
        Column("topic", ("主题",), TEXT, required=True),
        Column("audience", ("对象",), WORD, required=True, words=_AUDIENCES),
        Column("hours", ("学时",), INTEGER),
        Column("people", ("参加人数",), INTEGER, required=True),
        Column("passed", ("考核合格人数",), INTEGER),
    ),
)
"""One row per training that was held."""
