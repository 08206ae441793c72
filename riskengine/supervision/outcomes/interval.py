"""The interval of a share (Clopper and Pearson 1934) as it is shown: rounded outwards to four places.

Chosen over Wilson's because the numbers are small and an interval that is too narrow would blame: this one holds the
true share at least as often as it says, whatever that is.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from riskengine.kernel import chances
from riskengine.kernel.decimals import round_half_up

_PLACE = Decimal("0.0001")
_SURE = 12  # places that the limits are known to; a limit that lies on the grid stays there


class Interval(NamedTuple):
    """The limits of a share, both included."""

    low: Decimal
    high: Decimal


def share_interval(found: int, of: int) -> Interval:
    """The interval of 95 % of a share of which ``found`` of ``of`` were seen; of nothing it is 0 to 1.

    >>> share_interval(0, 10), share_interval(1, 1)
    (Interval(low=Decimal('0.0000'), high=Decimal('0.3085')), Interval(low=Decimal('0.0250'), high=Decimal('1.0000')))
    """
    low, high = (round_half_up(limit, _SURE) for limit in chances.share_interval(found, of))
    return Interval(low.quantize(_PLACE, ROUND_FLOOR), high.quantize(_PLACE, ROUND_CEILING))
