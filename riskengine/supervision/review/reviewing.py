"""Proceedings in the ledger: begun, carried on, read back. What may be done is asked in the writer's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.catalog import load_shipped
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem, nearest
from riskengine.ledger import NewStep, record_step, recorded_steps
from riskengine.records import id_of
from riskengine.supervision.review.discipline import disciplines
from riskengine.supervision.review.permitting import Setting, completed, problems_with
from riskengine.supervision.review.procedure import PROPOSE, procedure
from riskengine.supervision.review.proceeding import Proceeding, Step, advanced, begun, standing
from riskengine.supervision.review.working_days import BEIJING, Calendar

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from riskengine.catalog import LawRegister
    from riskengine.ledger import Entry, Ledger, RecordedStep, Shelf

_NO_CALENDAR = Calendar()


@dataclass(frozen=True, slots=True)
class Filed:
    """A proceeding with what the ledger says of each of its steps, in their order."""

    proceeding: Proceeding
    recorded: tuple[RecordedStep, ...]


def propose(
    ledger: Ledger,
    kind: str,
    operator_id: str,
    step: Step,
    entry: Entry,
    *,
    calendar: Calendar = _NO_CALENDAR,
    laws: LawRegister | None = None,
) -> Filed:
    """Begin a proceeding; its number is the year and a count.

    Args:
        ledger: where it is recorded.
        kind: a kind of ``proceedings.yaml``.
        operator_id: about whom it is.
        step: the proposal: an action ``propose``.
        entry: who records it, when and why.
        calendar: which days are worked.
        laws: the law register; the shipped one if left out.

    Raises:
        UsageError: everything that stands in its way (RE-921 to RE-939).
    """
    held = procedure().kinds[kind]
    register = laws or load_shipped().laws
    key = str(id_of(operator_id))

    def make(shelf: Shelf) -> NewStep:
        others = tuple(filed.proceeding for filed in _filed(shelf.about(key)))
        setting = Setting(_day(entry), others, register, disciplines(), calendar)
        said = completed(held, step, calendar)
        _refuse(problems_with(held, said, setting))
        number = f"{step.on.year:04}-{len(shelf.numbers(f'{step.on.year:04}-')) + 1:04}"
        return NewStep(number, kind, operator_id, key, PROPOSE, said.who, said.on, said.cells)

    recorded, _ = record_step(ledger, make, entry)
    said = recorded.said
    made = begun(said.proceeding, kind, operator_id, Step(said.action, said.who, said.done_on, said.cells))
    return Filed(made, (recorded,))


def take(
    ledger: Ledger,
    proceeding: str,
    step: Step,
    entry: Entry,
    *,
    calendar: Calendar = _NO_CALENDAR,
    laws: LawRegister | None = None,
) -> Filed:
    """Take a step of a proceeding.

    Args:
        ledger: where it is recorded.
        proceeding: its number.
        step: the step.
        entry: who records it, when and why.
        calendar: which days are worked.
        laws: the law register; the shipped one if left out.

    Raises:
        UsageError: there is no such proceeding (RE-920), or what stands in the step's way (RE-921 to RE-939).
    """
    register = laws or load_shipped().laws
    before: list[RecordedStep] = []

    def make(shelf: Shelf) -> NewStep:
        before[:] = shelf.of(proceeding)
        if not before:
            raise _unknown(proceeding, shelf)
        first = before[0].said
        others = tuple(
            filed.proceeding for filed in _filed(shelf.about(first.operator_key)) if filed.proceeding.id != proceeding
        )
        setting = Setting(_day(entry), others, register, disciplines(), calendar)
        held = _standing(before)
        said = completed(held.kind_of, step, calendar)
        _refuse(problems_with(held, said, setting))
        return NewStep(
            proceeding, first.kind, first.operator_id, first.operator_key, step.action, said.who, said.on, said.cells
        )

    recorded, _ = record_step(ledger, make, entry)
    after = advanced(_standing(before), _step(recorded))
    return Filed(after, (*before, recorded))


def proceeding_of(ledger: Ledger, proceeding: str) -> Filed:
    """A proceeding as it stands.

    Raises:
        UsageError: there is no such proceeding (RE-920).
    """

    def look(shelf: Shelf) -> list[RecordedStep]:
        found = shelf.of(proceeding)
        if not found:
            raise _unknown(proceeding, shelf)
        return found

    steps = recorded_steps(ledger, look)
    return Filed(_standing(steps), tuple(steps))


def proceedings(ledger: Ledger, operator_id: str | None = None) -> list[Filed]:
    """Every proceeding, or those about an operator, in the order of their numbers."""
    key = None if operator_id is None else str(id_of(operator_id))
    steps = recorded_steps(ledger, lambda shelf: shelf.all() if key is None else shelf.about(key))
    return sorted(_filed(steps), key=lambda filed: filed.proceeding.id)


def _filed(steps: Iterable[RecordedStep]) -> list[Filed]:
    together: dict[str, list[RecordedStep]] = {}
    for step in steps:
        together.setdefault(step.said.proceeding, []).append(step)
    return [Filed(_standing(own), tuple(own)) for own in together.values()]


def _standing(steps: list[RecordedStep]) -> Proceeding:
    first = steps[0].said
    return standing(first.proceeding, first.kind, first.operator_id, [_step(step) for step in steps])


def _step(recorded: RecordedStep) -> Step:
    said = recorded.said
    return Step(said.action, said.who, said.done_on, said.cells)


def _day(entry: Entry) -> date:
    return entry.recorded_at.astimezone(BEIJING).date()


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise UsageError(problems)


def _unknown(proceeding: str, shelf: Shelf) -> UsageError:
    return UsageError([Problem("RE-920", found=proceeding, near=nearest(proceeding, shelf.numbers("")))])
