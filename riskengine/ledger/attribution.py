"""Who answers for a violation: as the record says, as the ties of its day say, or as a person answered.

Nothing of it is stored with the record: it is derived from what is known at a change, so that a tie that is corrected
later moves the violation, and an older state stays what it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.contract.registers import OWNS
from riskengine.engines.base import answerable
from riskengine.kernel.lazy import lazy
from riskengine.ledger.registers import ties_known
from riskengine.ledger.states import in_force
from riskengine.ledger.unsealing import for_showing, persons_of
from riskengine.records import colour_of, id_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sqlalchemy.engine import Connection

    from riskengine.ledger.registers import Tie

SAID, TIED, ANSWERED = "said", "tied", "answered"
"""How it is known who answers: the record names the operator, ties do, a person did."""

NOBODY, SEVERAL, DIFFER, CONTRADICTED, COLOUR = "nobody", "several", "differ", "contradicted", "colour"
"""Why it is a question: no tie holds on that day; several operators' do; vehicle and driver point to different ones;
the record names another; the plate is known in several colours and the record names none.
"""

READ = ("key", "operator_id", "operator_key", "vehicle", "plate_colour", "driver_key", "occurred_on")
"""The columns of a violation that are looked at."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who answers for a violation.

    Attributes:
        operator_id, operator_key: the operator, as read and as ids are compared; None where it is a question.
        why: ``said``, ``tied`` or ``answered``; of a question its reason.
        ties: the ties of its day, of the vehicle first.
    """

    operator_id: str | None
    operator_key: str | None
    why: str
    ties: tuple[Tie, ...] = ()

    @property
    def is_question(self) -> bool:
        """Whether a person must say it."""
        return self.operator_key is None


class Answerable:
    """Says who answers for violations, with what is known at a change.

    Args:
        connection: of the ledger, open as long as this is asked.
        change: the number of the change.
        as_of: the day on which it is asked: operators that one successor follows by then are one.
    """

    def __init__(self, connection: Connection, change: int, as_of: date) -> None:
        self._connection, self._change, self._as_of = connection, change, as_of
        self._owners: dict[str, list[Tie]] = {}
        self._employers: dict[str, list[Tie]] = {}
        for tie in ties_known(connection, change):
            group = self._owners if tie.kind == OWNS else self._employers
            group.setdefault(str(tie.vehicle if tie.kind == OWNS else tie.driver_key), []).append(tie)
        answers = in_force("attributions", change)
        rows = connection.execute(sa.select(*answers.c["key", "operator_id", "operator_key"])).all()
        opened = for_showing(connection).texts([operator for _, operator, _ in rows])
        self._answers: dict[str, tuple[str, str]] = {
            key: (str(operator), compared) for (key, _, compared), operator in zip(rows, opened, strict=True)
        }

    @property
    def idle(self) -> bool:
        """Whether there is nothing but what the records say."""
        return not (self._owners or self._employers or self._answers)

    def of(self, violation: Mapping[str, Any]) -> Attribution:
        """Who answers for a violation, with the columns ``READ`` of its version."""
        answer = self._answers.get(violation["key"])
        colour_open, owners = self.owners(violation)
        employers = self._on_its_day(self._employers.get(violation["driver_key"] or "", ()), violation)
        ties = (*owners, *employers)
        if answer is not None:
            return Attribution(*answer, ANSWERED, ties)
        said = violation["operator_key"]
        if said is None:
            return self._derived(owners, employers, colour_open)
        if any(group and not self._same(said, group) for group in (owners, employers)):
            return Attribution(None, None, CONTRADICTED, ties)
        return Attribution(violation["operator_id"], said, SAID, ties)

    def owners(self, violation: Mapping[str, Any]) -> tuple[bool, list[Tie]]:
        """Whether it is open which of several colours the vehicle had, and who owned it on the day of the violation."""
        plate = violation["vehicle"]
        colour = self.colour(plate, violation["plate_colour"])
        on_its_day = self._on_its_day(self._owners.get(plate or "", ()), violation)
        if colour is not None:
            return False, [tie for tie in on_its_day if tie.colour == colour]
        return bool(on_its_day), []

    def colour(self, plate: str | None, colour: str | None) -> str | None:
        """The colour of a plate: as said, or the one that is known where it is but one; None where it is open."""
        said = colour_of(colour)
        known = self.colours(plate or "")
        return said if said is not None else next(iter(known)) if len(known) == 1 else None

    def colours(self, plate: str) -> set[str]:
        """The colours in which vehicles and ties know a plate."""
        return self._colours.get(plate, set())

    def heir(self, operator_key: str) -> str:
        """Who answers on the day that is asked for the record of an operator, itself or a successor."""
        return self._heirs.get(operator_key, operator_key)

    @lazy
    def _colours(self) -> dict[str, set[str]]:
        """Plate → the colours in which vehicles and ties know it."""
        found: dict[str, set[str]] = {}
        for plate, ties in self._owners.items():
            found[plate] = {str(tie.colour) for tie in ties}
        table = in_force("vehicles", self._change)
        for plate, colour in self._connection.execute(sa.select(*table.c["vehicle", "plate_colour"])):
            found.setdefault(plate, set()).add(colour)
        return found

    @lazy
    def _heirs(self) -> dict[str, str]:
        held = in_force("operators", self._change, self._as_of)
        rows = self._connection.execute(sa.select(*held.c["key", "closed_on", "successor"])).all()
        persons = persons_of(self._connection, (successor or "" for _, _, successor in rows))
        operators = [
            {"operator_id": key, "closed_on": closed, "successor": persons.get(successor) or id_of(successor)}
            for key, closed, successor in rows
        ]
        return answerable(operators, self._as_of)

    def _on_its_day(self, ties: Iterable[Tie], violation: Mapping[str, Any]) -> list[Tie]:
        return [tie for tie in ties if tie.holds_on(violation["occurred_on"])]

    def _same(self, operator_key: str, ties: list[Tie]) -> bool:
        """Whether one of the ties is the operator's, or of one that the same successor follows."""
        keys = {tie.operator_key for tie in ties}
        return operator_key in keys or self.heir(operator_key) in {self.heir(key) for key in keys}

    def _derived(self, owners: list[Tie], employers: list[Tie], colour_open: bool) -> Attribution:
        ties = (*owners, *employers)
        by_key = {tie.operator_key: tie for tie in sorted(ties, key=lambda tie: tie.operator_key, reverse=True)}
        heirs = {self.heir(key) for key in by_key} if len(by_key) > 1 else set(by_key)
        if len(heirs) == 1:
            (heir,) = heirs
            tie = by_key.get(heir) or by_key[min(by_key)]
            return Attribution(tie.operator_id, tie.operator_key, TIED, ties)
        if not by_key:
            return Attribution(None, None, COLOUR if colour_open else NOBODY, ties)
        each_is_one = all(len({self.heir(tie.operator_key) for tie in group}) == 1 for group in (owners, employers))
        return Attribution(None, None, DIFFER if each_is_one else SEVERAL, ties)
