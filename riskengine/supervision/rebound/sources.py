"""The columns of what rebound reads beside violations and inspections: times of inspections, campaigns."""

from __future__ import annotations

from riskengine.contract.sources import DATE, ID, TEXT, WORD, Column, Source

TIMES = Source(
    "inspection_times",
    "inspection_id",
    (
        Column("inspection_id", ("检查编号",), ID, required=True),
        Column("time", ("检查时间", "时间"), TEXT, required=True),
    ),
)
"""One row per inspection whose time of day is known and does not stand in the cell of its day."""

CHOSEN_HIGH, CHOSEN_OTHERWISE = "high", "other"
"""Why a place was chosen for a campaign: since much had been found there, or for another reason."""

CAMPAIGNS = Source(
    "campaigns",
    "campaign_id",
    (
        Column("campaign_id", ("行动编号", "专项行动编号"), ID, required=True),
        Column("name", ("行动名称", "专项行动名称"), TEXT),
        Column("place", ("地点",), TEXT),
        Column("county", ("县区",), TEXT),
        Column("risk_point", ("风险点编号",), ID, required=True),
        Column("from", ("开始日期",), DATE, required=True),
        Column("until", ("结束日期",), DATE, required=True),
        Column(
            "chosen_for",
            ("选点原因",),
            WORD,
            words=(
                (CHOSEN_HIGH, CHOSEN_HIGH),
                ("违法多发", CHOSEN_HIGH),
                (CHOSEN_OTHERWISE, CHOSEN_OTHERWISE),
                ("其他", CHOSEN_OTHERWISE),
            ),
        ),
    ),
)
"""One row per campaign: the place or the county, the risk point, its first and last day, why it was held there."""
