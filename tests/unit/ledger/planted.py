"""Invented numbers and names, planted in every place in which a file can hold them."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NATURAL, NAME, PHONE = "411002197803050014", "欧阳植名甲", "13900010001"
LOWER, NAME_LOWER = "41100219850607001x", "司马植名乙"
OTHER_PERSON, COMPANY_PHONE = "411002199001010038", "13900010002"
LEFT_OUT, NAME_LEFT_OUT, PHONE_LEFT_OUT = "411002196902020045", "诸葛植名丙", "13900010003"
DRIVER, DRIVER_RESIDENT, DRIVER_LEFT_OUT = "4110PL77770001", "411002198112120053", "4110PL77770002"
PHONE_PLACE, PHONE_INSPECTION, PHONE_WHY = "13900010004", "139-0001-0005", "13900010006"
RESIDENT_WHY, RESIDENT_NOTE, RESIDENT_CASE = "411002197505050061", "411002197606060077", "411002197707070082"
COMPANY = "91411000MA40000A18"
CASE = f"示例罚〔2022〕{RESIDENT_CASE}号"

SECRETS = (
    *(NATURAL, NAME, PHONE, LOWER, LOWER.upper(), NAME_LOWER, OTHER_PERSON, COMPANY_PHONE),
    *(LEFT_OUT, NAME_LEFT_OUT, PHONE_LEFT_OUT, DRIVER, DRIVER_RESIDENT, DRIVER_LEFT_OUT),
    *(PHONE_PLACE, PHONE_INSPECTION, PHONE_WHY, RESIDENT_WHY, RESIDENT_NOTE, RESIDENT_CASE),
)

OPERATORS = [
    ("operator_id", "name", "fleet_size", "licensed_on", "closed_on", "联系电话", "备注"),
    (NATURAL, NAME, "2", "2010-05-01", "", PHONE, f"{NAME}本人，电话{PHONE}"),
    (LOWER, NAME_LOWER, "1", "2010-05-01", "2013-01-01", "", ""),
    (COMPANY, "示例运输有限公司", "20", "2010-05-01", "", COMPANY_PHONE, f"法定代表人{OTHER_PERSON}"),
    (LEFT_OUT, NAME_LEFT_OUT, "many", "2010-05-01", "", PHONE_LEFT_OUT, f"{NAME_LEFT_OUT}的车"),
]
_HEAD = ("violation_id", "operator_id", "risk_point", "occurred_on", "decided_on", "penalty", "severity", "status")
_MORE = ("penalty_kind", "vehicle", "driver", "place")
_END = ("final", "fine", "豫K12345")
VIOLATIONS = [
    (*_HEAD, *_MORE),
    (CASE, NATURAL, "HW-01", "2022-03-01", "2022-03-09", "2000", "general", *_END, DRIVER, f"示例路{PHONE_PLACE}"),
    ("A2", LOWER.upper(), "RT-03", "2012-03-01", "2012-03-09", "500", "minor", *_END, DRIVER_RESIDENT, ""),
    ("A3", COMPANY, "HW-01", "2022-05-01", "2022-05-09", "800", "serious", *_END, DRIVER.lower(), ""),
    ("A4", COMPANY, "HW-01", "2022-13-01", "2022-05-09", "800", "serious", *_END, DRIVER_LEFT_OUT, ""),
]
INSPECTIONS = [
    ("inspection_id", "operator_id", "inspected_on", "place"),
    ("J1", NATURAL, "2022-03-01", f"联系人 {PHONE_INSPECTION}"),
    ("J2", COMPANY, "2022-03-02", "示例路"),
]


def files(folder: Path) -> list[Path]:
    """Operators, violations and inspections as CSV files."""
    written = []
    for name, rows in (("operators", OPERATORS), ("violations", VIOLATIONS), ("inspections", INSPECTIONS)):
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        written.append(path)
    return written


def found_in(content: bytes) -> list[str]:
    """The secrets that stand in some bytes, however a program may write them."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content += b"".join(packed.read(name) for name in packed.namelist())
    encodings = ("utf-8", "utf-16-le", "gb18030")
    return [
        secret
        for secret in SECRETS
        if any(secret.encode(encoding) in content for encoding in encodings)
        or secret.encode("ascii", "backslashreplace") in content
    ]
