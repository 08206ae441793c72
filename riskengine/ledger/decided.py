"""The status that recorded decisions give to violations, for those who have the violations from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from riskengine.ledger.changes import last_number
from riskengine.ledger.states import decided
from riskengine.ledger.unsealing import Unsealing

if TYPE_CHECKING:
    from datetime import date

    from riskengine.ledger.opening import Ledger


def decided_statuses(ledger: Ledger, day: date) -> dict[str, tuple[str, date]]:
    """Violation, as ids are compared → the status that a decision gave it by a day, and since when.

    Args:
        ledger: the ledger.
        day: the day; of several decisions the one that took effect last counts.

    Raises:
        UsageError: the database fails (RE-851), or the key of personal numbers is not there (RE-880 to RE-885).
    """
    with ledger.reading() as connection:
        opener = Unsealing(connection)
        rows = connection.execute(sa.select(decided(last_number(connection), day))).all()
        return {opener.text(str(row.subject_key)): (str(row.status), row.effective_on) for row in rows}
