"""A case whose records arrive one by one: the grade after each, and which rules changed it.

Run it from the project's folder: ``python examples/embed_incremental.py``. The operator and its records are invented.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from riskengine import Engine

if TYPE_CHECKING:
    from riskengine import Assessment

AS_OF = date(2022, 12, 31)
OPERATOR = {
    "operator_id": "91411000MA40000A18",
    "name": "示例运输有限公司",
    "fleet_size": 20,
    "licensed_on": date(2018, 5, 1),
}


def overload(number: int, day: date, severity: str) -> dict[str, Any]:
    """An overload of one and the same vehicle."""
    return {
        "violation_id": f"示例罚〔2022〕{number}号",
        "risk_point": "HW-01",
        "occurred_on": day,
        "decided_on": day,
        "severity": severity,
        "penalty_kind": "fine",
        "penalty": "2000",
        "vehicle": "豫K12345",
        "driver": "示例0001",
    }


def points(result: Assessment) -> dict[str, str]:
    """The rules that fired, or cannot be told, with their points."""
    found = {}
    for signal in result.signals:
        rule = " ".join(filter(None, (signal["rule"], signal["risk_point"])))
        found[rule] = f"{signal['status']} {signal['points'].normalize():f}" if signal["points"] else signal["status"]
    return found


def show(step: str, result: Assessment, before: Assessment | None) -> Assessment:
    """Print the grade and what differs from the result before."""
    print(f"{step}: {result.grade or result.status} {result.score if result.score is not None else ''}".rstrip())
    old, new = {} if before is None else points(before), points(result)
    for rule in sorted(old.keys() | new.keys()):
        if old.get(rule) != new.get(rule):
            print(f"    {rule}: {old.get(rule, 'not fired')} -> {new.get(rule, 'not fired')}")
    return result


def main() -> None:
    """Open a case, add three violations, and see one of them revoked and one made worse."""
    case = Engine.load().open(OPERATOR, AS_OF, [overload(1, date(2022, 3, 2), "minor")])
    result = show("opened with one violation", case.result(), None)
    for number, month in ((2, 6), (3, 9), (4, 11)):
        case.add(overload(number, date(2022, month, 2), "general"))
        result = show(f"violation {number} added", case.result(), result)
    case.amend("示例罚〔2022〕2号", status="revoked", status_on=date(2022, 10, 8))
    result = show("violation 2 revoked", case.result(), result)
    case.amend("示例罚〔2022〕4号", severity=None)
    show("severity of violation 4 struck out", case.result(), result)


if __name__ == "__main__":
    main()
