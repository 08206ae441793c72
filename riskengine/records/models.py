"""Operators, violations and inspections as typed models, for programs that embed the engine.

They hold what was said; whether it holds together is decided by the same checks that files pass through.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import AliasGenerator, BaseModel, ConfigDict
from pydantic.aliases import AliasChoices

from riskengine.contract.sources import INSPECTIONS, OPERATORS, VIOLATIONS, Source
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem


def _headings(source: Source) -> AliasGenerator:
    """Accept the contract's name and its Chinese headings for every field."""
    names = {column.name: AliasChoices(column.name, *column.headings) for column in source.columns}
    return AliasGenerator(validation_alias=lambda name: names[name])


class Operator(BaseModel):
    """A regulated operator; further fields are kept. Columns: :data:`riskengine.contract.sources.OPERATORS`."""

    model_config = ConfigDict(frozen=True, extra="allow", alias_generator=_headings(OPERATORS))

    operator_id: str
    name: str | None = None
    areas: str | tuple[str, ...] | None = None
    county: str | None = None
    fleet_size: int | None = None
    drivers: int | None = None
    licensed_on: date | None = None
    closed_on: date | None = None
    successor: str | None = None


class Violation(BaseModel):
    """A violation on record; ``penalty`` in yuan. Columns: :data:`riskengine.contract.sources.VIOLATIONS`.

    Further fields are kept, for policies that declare such columns; others are warned of, like those of files.
    """

    model_config = ConfigDict(frozen=True, extra="allow", alias_generator=_headings(VIOLATIONS))

    violation_id: str
    operator_id: str
    risk_point: str
    occurred_on: date
    decided_on: date | None = None
    penalty: Decimal | None = None
    severity: str | None = None
    status: str | None = None
    status_on: date | None = None
    penalty_kind: str | tuple[str, ...] | None = None
    vehicle: str | None = None
    plate_colour: str | None = None
    driver: str | None = None
    decision_body: str | None = None
    place: str | None = None
    inspection_id: str | None = None


class Inspection(BaseModel):
    """An inspection; a clean one has no violations. Columns: :data:`riskengine.contract.sources.INSPECTIONS`.

    Further fields are kept, as with violations.
    """

    model_config = ConfigDict(frozen=True, extra="allow", alias_generator=_headings(INSPECTIONS))

    inspection_id: str
    operator_id: str
    inspected_on: date
    kind: str | None = None
    place: str | None = None
    result: str | None = None
    vehicle: str | None = None


def as_row(record: Any) -> dict[str, Any]:
    """A mapping or model as a plain mapping from column to raw value; lists become texts with ``;``.

    Raises:
        UsageError: it is neither (RE-620).
    """
    if isinstance(record, BaseModel):
        record = {key: value for key, value in record.model_dump().items() if value is not None}
    if not isinstance(record, Mapping):
        raise UsageError([Problem("RE-620", found=type(record).__name__)])
    return {
        key: ";".join(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else value
        for key, value in record.items()
    }
