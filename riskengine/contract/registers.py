"""The columns of the registers that a ledger takes beside the records: vehicles, drivers, and whose they were when."""

from __future__ import annotations

from dataclasses import replace

from riskengine.contract.sources import DATE, ID, PLATE, TEXT, VIOLATIONS, WORD, Column, Source

OWNS, EMPLOYS = "owns", "employs"
"""The kinds of tie: of an operator with a vehicle, and with a driver."""

VEHICLES = Source(
    "vehicles",
    "plate_and_colour",  # made of two columns: a plate alone is no key (GA 36)
    keeps_other_columns=True,
    columns=(
        Column("vehicle", ("车牌号",), PLATE, required=True),
        Column("plate_colour", ("号牌颜色",), TEXT, required=True),
        Column("kind", ("车辆类型",), TEXT),
    ),
)

DRIVERS = Source(
    "drivers",
    "driver",
    keeps_other_columns=True,
    columns=(
        Column("driver", ("从业资格证号",), ID, required=True, personal=True),
        Column("name", ("姓名",), TEXT, personal=True),
    ),
)

TIES = Source(
    "ties",
    "tie",  # made of what is tied, the operator and the first day
    columns=(
        Column("vehicle", ("车牌号",), PLATE),
        Column("plate_colour", ("号牌颜色",), TEXT),
        Column("driver", ("从业资格证号",), ID, personal=True),
        Column("operator_id", ("主体代码", "统一社会信用代码"), ID, required=True),
        Column("since", ("起始日期",), DATE, required=True),
        Column("until", ("终止日期",), DATE),
        Column("document", ("依据文书",), TEXT),
        Column("void", ("作废",), WORD, words=(("yes", "yes"), ("是", "yes"), ("no", "no"), ("否", "no"))),
    ),
)
"""Who owned a vehicle, or employed a driver: a row names one of the two. ``since`` is the first day, ``until`` the day
after the last; ``void`` takes back a row that was recorded in error.
"""

REGISTERS = {source.name: source for source in (VEHICLES, DRIVERS, TIES)}
"""The registers by name. A grading from files knows none of them."""

KEPT_VIOLATIONS = replace(
    VIOLATIONS,
    columns=tuple(replace(each, required=False) if each.name == "operator_id" else each for each in VIOLATIONS.columns),
)
"""Violations as a ledger takes them: one that names a vehicle or a driver need not name the operator."""
