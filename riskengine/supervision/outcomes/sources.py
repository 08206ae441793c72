"""The columns of the file of challenges: reconsideration and litigation against a penalty."""

from __future__ import annotations

from riskengine.contract.sources import DATE, ID, TEXT, WORD, Column, Source

FIRST, SECOND, RETRIAL = "first", "second", "retrial"
INSTANCES = (FIRST, SECOND, RETRIAL)

CHALLENGES = Source(
    "challenges",
    "challenge_id",
    (
        Column("challenge_id", ("争议编号", "复议诉讼编号"), ID, required=True),
        Column("violation_id", ("处罚决定书文号", "案号"), ID, required=True),
        Column("case_id", ("案卷号",), ID),
        Column(
            "kind",
            ("类别", "途径"),
            WORD,
            required=True,
            words=(
                ("reconsideration", "reconsideration"),
                ("行政复议", "reconsideration"),
                ("复议", "reconsideration"),
                ("litigation", "litigation"),
                ("行政诉讼", "litigation"),
                ("诉讼", "litigation"),
            ),
        ),
        Column(
            "instance",
            ("审级",),
            WORD,
            words=(
                (FIRST, FIRST),
                ("一审", FIRST),
                (SECOND, SECOND),
                ("二审", SECOND),
                (RETRIAL, RETRIAL),
                ("再审", RETRIAL),
            ),
            default=FIRST,
        ),
        Column("body", ("受理机关",), TEXT),
        Column("filed_on", ("提出日期", "申请日期"), DATE, required=True),
        Column("decided_on", ("决定日期", "裁判日期"), DATE),
        Column("result", ("结果",), TEXT),
        Column("ground", ("理由", "撤销理由"), TEXT),
    ),
)
"""One row per reconsideration or court instance; without ``decided_on`` and ``result`` it is pending."""
