"""What an invented penalty looks like: severity, sum, kind, dates of decision and status.

The sums are plausible for the conduct; they are not read from any law and no example rests on them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from invent.dice import Dice

SEVERITIES = (("minor", 46), ("general", 39), ("serious", 12), ("major", 3))
EXTRACTED_ON = date(2023, 3, 31)
"""The invented day on which the records were taken out: nothing is known after it."""

# Yuan: from, to, step.
_SUMS = {
    "RT-01": (3000, 30000, 1000),
    "RT-02": (1000, 3000, 100),
    "RT-03": (200, 2000, 100),
    "RT-04": (1000, 5000, 500),
    "RT-05": (10000, 50000, 1000),
    "RT-06": (1000, 20000, 500),
    "RT-07": (3000, 30000, 500),
    "RT-08": (3000, 20000, 500),
    "UP-01": (10000, 50000, 1000),
    "UP-02": (5000, 50000, 1000),
    "UP-03": (3000, 20000, 500),
    "UP-04": (5000, 30000, 500),
    "UP-05": (200, 1000, 50),
    "UP-06": (5000, 50000, 1000),
    "UP-07": (3000, 10000, 500),
    "HW-01": (500, 30000, 500),
    "HW-02": (1000, 30000, 500),
    "HW-03": (10000, 30000, 1000),
    "HW-04": (2000, 10000, 500),
    "HW-05": (5000, 50000, 1000),
    "HW-06": (500, 5000, 100),
    "WT-01": (20000, 100000, 5000),
    "WT-02": (10000, 50000, 1000),
    "WT-03": (2000, 20000, 500),
    "WT-04": (5000, 50000, 1000),
    "WT-05": (2000, 10000, 500),
    "WT-06": (2000, 20000, 500),
    "EC-01": (10000, 50000, 1000),
    "EC-02": (50000, 100000, 5000),
    "EC-03": (20000, 100000, 5000),
    "EC-04": (20000, 100000, 5000),
    "EC-05": (10000, 50000, 1000),
}
# Where in the range a severity falls, in percent.
_SPANS = {"minor": (0, 8), "general": (8, 30), "serious": (30, 70), "major": (70, 100)}


def penalty(dice: Dice, risk_point: str, severity: str) -> tuple[int, str]:
    """The sum in yuan and the kinds of penalty."""
    if severity == "minor" and dice.percent(45):
        return 0, "warning"
    low, high, step = _SUMS[risk_point]
    share = dice.number(*_SPANS[severity])
    yuan = low + (high - low) * share // 100 // step * step
    if severity in {"serious", "major"} and risk_point in {"RT-01", "UP-03", "WT-01"}:
        return yuan, "fine;confiscation"
    if severity == "major" and dice.percent(40):
        return yuan, "fine;suspension"
    return yuan, "warning;fine" if dice.percent(8) else "fine"


def decided_on(dice: Dice, occurred_on: date) -> date:
    """A few days after, weeks where the case is harder."""
    return occurred_on + timedelta(days=dice.number(0, 7) if dice.percent(60) else dice.number(8, 35))


def status(dice: Dice, decided: date) -> tuple[str, date | None]:
    """Mostly final without further ado; some appealed, overturned or repaired later, as far as is known."""
    word = dice.weighted((("final", 87), ("final_later", 3), ("pending", 2), ("revoked", 2), ("repaired", 6)))
    first, last = {
        "final": (0, 0),
        "final_later": (5, 20),
        "pending": (10, 60),
        "revoked": (40, 150),
        "repaired": (90, 300),
    }[word]
    day = decided + timedelta(days=dice.number(first, last))
    if word == "final" or day > EXTRACTED_ON:
        return "final", None
    return ("final" if word == "final_later" else word), day
