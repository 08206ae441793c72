"""The engine inside another program: one operator at a permit window, with the reasons.

Run it from the project's folder: ``python examples/embed_library.py``. The operator and its records are invented.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from riskengine import Engine, InputError, Operator, Violation

AS_OF = date(2022, 12, 31)


def main() -> None:
    """Assess one operator, a second without records, and one that is not valid."""
    engine = Engine.load()  # once per process; it is immutable and may be shared between threads
    operator = Operator(
        operator_id="91411000MA40000A18", name="示例运输有限公司", fleet_size=20, licensed_on=date(2018, 5, 1)
    )
    violations = [
        Violation(
            violation_id=f"示例罚〔2022〕{number}号", operator_id=operator.operator_id, risk_point="HW-01",
            occurred_on=date(2022, month, 2), decided_on=date(2022, month, 9), severity="general", penalty_kind="fine",
            penalty=Decimal(2000), vehicle="豫K12345", driver="示例0001",
        )
        for number, month in enumerate((3, 6, 9, 11), start=1)
    ]  # fmt: skip
    result = engine.assess(operator, violations, as_of=AS_OF)
    print(f"{result.grade}  {result.score}  {[action['action'] for action in result.actions]}")
    print(result.explain("en"))

    print()
    clean = engine.assess({"operator_id": "91411000MA40000B2C", "licensed_on": "2015-01-01"}, [], as_of=AS_OF)
    print(f"{clean.grade}  {clean.score}  as JSON: {len(clean.to_json())} characters")

    try:
        engine.assess({"operator_id": "", "fleet_size": "-3"}, [], as_of=AS_OF)
    except InputError as error:
        for problem in error.problems:
            print(problem.text("en"))


if __name__ == "__main__":
    main()
