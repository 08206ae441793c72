"""The columns of a work plan as a table: one row per measure, with the task that it belongs to."""

from __future__ import annotations

from riskengine.contract.sources import DATE, ID, TEXT, Column, Source

WORK_PLAN = Source(
    "work_plan",
    "measure",
    (
        Column("task", ("任务编号",), ID, required=True),
        Column("task_title", ("任务",), TEXT),
        Column("task_title_en", ("任务（英文）",), TEXT),
        Column("measure", ("措施编号",), ID, required=True),
        Column("measure_title", ("措施",), TEXT, required=True),
        Column("measure_title_en", ("措施（英文）",), TEXT),
        Column("lead", ("牵头部门",), TEXT, required=True),
        Column("cooperating", ("配合部门",), TEXT),
        Column("due_on", ("完成时限",), DATE, required=True),
        Column("begun_on", ("启动日期",), DATE),
        Column("completed_on", ("完成日期",), DATE),
        Column("evidence", ("佐证材料",), TEXT),
    ),
)
"""``cooperating`` is several departments with ``;`` between them; a task's title stands in at least one of its rows."""
