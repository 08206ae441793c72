"""A small record of a year for tests: one row each, changed by the test."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ORGANISATION, PERSON = "91411000DEM000014Y", "11010519491231002X"
BODY = "示例支队"
SETTINGS = f"""\
settings: test
publisher: {{name: 示例局, code: 11411000DEM9000128}}
bodies: {{示例局: 11411000DEM9000128, {BODY}: 12411000DEM9000200}}
"""
TABLES = {
    "operators": {"operator_id": ORGANISATION, "name": "示例公司"},
    "violations": {
        "violation_id": "罚1号",
        "operator_id": ORGANISATION,
        "risk_point": "HW-01",
        "occurred_on": "2022-09-20",
        "decided_on": "2022-09-27",
        "penalty": "1234.5",
        "penalty_kind": "fine",
        "status": "final",
        "status_on": "",
        "driver": "",
        "decision_body": BODY,
    },
    "penalties": {
        "violation_id": "罚1号",
        "conduct": "超限运输",
        "facts": "在示例公路超限行驶",
        "legal_basis": "示例依据",
        "content": "罚款",
        "confiscated": "",
        "certificate": "",
        "remarks": "",
    },
    "inspections": {
        "inspection_id": "J1",
        "operator_id": ORGANISATION,
        "inspected_on": "2022-09-20",
        "kind": "日常检查",
        "place": "示例路",
        "result": "发现问题",
    },
    "permits": {
        "permit_id": "许1号",
        "operator_id": ORGANISATION,
        "document_name": "准予决定书",
        "kind": "普通",
        "content": "货运",
        "decided_on": "2022-03-01",
        "valid_from": "2022-03-01",
        "valid_until": "2026-02-28",
        "body": "示例局",
        "status": "有效",
        "status_on": "",
    },
    "coercions": {
        "coercion_id": "强1号",
        "operator_id": ORGANISATION,
        "kind": "扣押财物",
        "facts": "查获车辆",
        "legal_basis": "示例依据",
        "decided_on": "2022-09-20",
        "starts_on": "2022-09-20",
        "body": BODY,
    },
}


def write_record(folder: Path, **rows: list[dict[str, str]]) -> Path:
    """Write a record: a table that is not named has its one row; the rows named are changes of it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "publication.yaml").write_text(SETTINGS, "utf-8")
    for name, plain in TABLES.items():
        made = [{**plain, **row} for row in rows.get(name, [{}])]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys([*plain, *(key for row in made for key in row)])))
            writer.writeheader()
            writer.writerows(made)
    (folder / "publications.csv").unlink(missing_ok=True)
    if "publications" in rows:
        names = ("class", "record_id", "published_on", "taken_down_on", "reason")
        with (folder / "publications.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, restval="")
            writer.writeheader()
            writer.writerows(rows["publications"])
    return folder
