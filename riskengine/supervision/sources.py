"""The columns of the files that supervision reads: inspectors, conflicts of interest, what was found."""

from __future__ import annotations

from riskengine.contract.sources import DATE, ID, INSPECTIONS, INTEGER, TEXT, Column, Source

_CERTIFICATE = Column("certificate", ("执法证号", "执法证件号"), ID, required=True, personal=True)
_OPERATOR = Column("operator_id", ("统一社会信用代码", "主体代码"), ID, required=True)

INSPECTORS = Source(
    "inspectors",
    "certificate",
    (
        _CERTIFICATE,
        Column("name", ("姓名",), TEXT, personal=True),
        Column("county", ("县区",), TEXT),
        Column("valid_until", ("有效期至", "证件有效期至"), DATE, required=True),
        Column("days", ("可用天数",), INTEGER),
    ),
)
"""One row per inspector: the certificate, the county that they serve (empty: all), its last day, days for a plan."""

CONFLICTS = Source("conflicts", "", (_CERTIFICATE, _OPERATOR, Column("reason", ("回避事由",), TEXT)))
"""One row per inspector and operator that must not meet."""

OUTCOMES = Source(
    "outcomes",
    "operator_id",
    (
        _OPERATOR,
        Column("inspected_on", ("检查日期",), DATE, required=True),
        Column("result", ("检查结果",), TEXT, required=True),
        *(column for column in INSPECTIONS.columns if column.name in {"place", "vehicle"}),
    ),
)
"""One row per operator that was drawn and inspected."""

ACTIVITIES_HELD = Source(
    "activities",
    "",
    (
        Column("activity", ("活动编号",), ID, required=True),
        Column("held_on", ("举办日期",), DATE, required=True),
        Column("place", ("地点",), TEXT),
        Column("invited", ("应到人数",), INTEGER),
        Column("attended", ("实到人数",), INTEGER, required=True),
    ),
)
"""One row per time at which an activity of education was held."""
