"""Vehicles that are sold and answers of persons, for the ledger that is driven at random: what was said, searched."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

ASKED = "?RE-876"


def ties(operators: tuple[str, ...], first: date, days: int, step: int) -> st.SearchStrategy[dict[str, str]]:
    """A tie of one of two vehicles in one of two colours, that may have an end, and may be void."""

    @st.composite
    def drawn(draw: Any) -> dict[str, str]:
        since = draw(st.integers(-1, days // 2))
        row = {
            "vehicle": draw(st.sampled_from(["豫K12345", "豫K54321"])),
            "plate_colour": draw(st.sampled_from(["黄", "黄", "黄", "蓝"])),
            "operator_id": draw(st.sampled_from(operators)),
            "since": (first + timedelta(days=since * step)).isoformat(),
        }
        if draw(st.booleans()):
            row["until"] = (first + timedelta(days=(since + draw(st.integers(1, days))) * step)).isoformat()
        if draw(st.integers(0, 4)) == 0:
            row["void"] = "yes"
        return row

    return drawn()


class SaidOfTies:
    """What was said of ties, and what persons answered, in the order in which it was said."""

    def __init__(self) -> None:
        self.ties: list[tuple[int, dict[str, str]]] = []
        self.answers: list[tuple[int, str, str | None]] = []

    def placed(self, row: dict[str, str], known: int) -> dict[str, str]:
        """A record with who answers for it, or with the mark of a question."""
        answer = [
            operator for change, name, operator in self.answers if change <= known and name == row["violation_id"]
        ]
        if answer and answer[-1] is not None:
            return {**row, "operator_id": answer[-1]}
        owners = self._owners(row, known)
        said = row.get("operator_id")
        if said is not None:
            return {**row, "vehicle": ASKED} if owners and said not in owners else row
        return {**row, "operator_id": owners.pop() if len(owners) == 1 else ASKED}

    def _owners(self, row: dict[str, str], known: int) -> set[str]:
        newest: dict[tuple[str, ...], dict[str, str]] = {}
        for change, tie in self.ties:
            if change <= known:
                newest[tie["vehicle"], tie["plate_colour"], tie["operator_id"], tie["since"]] = tie
        live = [tie for tie in newest.values() if "void" not in tie and tie["vehicle"] == row["vehicle"]]
        colours = {tie["plate_colour"] for tie in live}
        colour = row.get("plate_colour") or (colours.pop() if len(colours) == 1 else None)
        day = row["occurred_on"]
        return {
            tie["operator_id"]
            for tie in live
            if tie["plate_colour"] == colour and tie["since"] <= day < tie.get("until", "9999")
        }
