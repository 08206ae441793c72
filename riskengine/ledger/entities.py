"""What the ledger keeps versions of: the kinds of record, their columns, and what their digests are made of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.contract import sources
from riskengine.contract.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT, DAY, WHOLE, FLAG = "text", "day", "whole", "flag"
"""Types of a column: text, date, whole number, yes or no."""

_KINDS = {sources.DATE: DAY, sources.INTEGER: WHOLE}


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind of record.

    Attributes:
        name: as commands name it: ``operators``, ``violations``, …
        columns: column → type, beside those that every table of versions has.
        indexed: columns that are searched by, beside the key.
        changes_in_time: whether a version may hold from a day on; else it holds on all days.
    """

    name: str
    columns: Mapping[str, str]
    indexed: tuple[str, ...] = ()
    changes_in_time: bool = False

    @property
    def versions(self) -> str:
        """The name of its table."""
        return f"{self.name}_versions"


def _of_source(name: str) -> dict[str, str]:
    """The contract's columns of a source; amounts stay the exact text that was read."""
    return {column.name: _KINDS.get(column.type, TEXT) for column in SOURCES[name].columns}


OPERATORS = Entity("operators", {**_of_source("operators"), "others": TEXT}, changes_in_time=True)
"""``others``: JSON object of the columns that the contract does not know, as read."""

VIOLATIONS = Entity(
    "violations",
    {**_of_source("violations"), "operator_key": TEXT, "driver_key": TEXT, "others": TEXT},
    ("operator_key", "vehicle", "driver_key", "occurred_on"),
)
"""``operator_key``, ``driver_key``: the ids as they are compared; null where the record names none."""

INSPECTIONS = Entity(
    "inspections",
    {**_of_source("inspections"), "operator_key": TEXT, "others": TEXT},
    ("operator_key", "vehicle"),
)

VEHICLES = Entity(
    "vehicles",
    {"vehicle": TEXT, "plate_colour": TEXT, "kind": TEXT, "others": TEXT},
    ("vehicle",),
    changes_in_time=True,
)
"""Key: plate and colour with ``|`` between, for a plate alone is no key (GA 36)."""

DRIVERS = Entity("drivers", {"driver": TEXT, "name": TEXT, "others": TEXT}, changes_in_time=True)
"""Key: the certificate's number as it is compared."""

TIES = Entity(
    "ties",
    {
        "kind": TEXT,
        "vehicle": TEXT,
        "plate_colour": TEXT,
        "driver_key": TEXT,
        "operator_id": TEXT,
        "operator_key": TEXT,
        "since": DAY,
        "until": DAY,
        "document": TEXT,
        "void": FLAG,
    },
    ("operator_key", "vehicle", "driver_key"),
)
"""Who owned a vehicle (kind ``owns``) or employed a driver (``employs``): ``since`` included, ``until`` not.

Key: kind, what is tied, operator and first day with ``|`` between. A ``void`` one was recorded in error.
"""

ATTRIBUTIONS = Entity(
    "attributions",
    {"operator_id": TEXT, "operator_key": TEXT, "document": TEXT},
    ("operator_key",),
)
"""What persons said of who answers for a violation, whose key is theirs too."""

DECISIONS = Entity(
    "decisions",
    {
        "subject": TEXT,
        "subject_key": TEXT,
        "kind": TEXT,
        "status": TEXT,
        "effective_on": DAY,
        "document": TEXT,
        "document_on": DAY,
        "body": TEXT,
        "note": TEXT,
    },
    ("subject_key",),
)
"""What was decided about a violation or a grade: ``status`` from ``effective_on`` on, null where it changes none."""

PROCEEDINGS = Entity(
    "proceedings",
    {
        "proceeding": TEXT,
        "step": WHOLE,
        "kind": TEXT,
        "operator_id": TEXT,
        "operator_key": TEXT,
        "action": TEXT,
        "who": TEXT,
        "done_on": DAY,
        "cells": TEXT,
    },
    ("proceeding", "operator_key"),
)
"""The steps of proceedings about operators' rights, each once and for ever: ``cells`` is a JSON object of what it says.

Key: the proceeding's number and the step's place in it, with ``|`` between.
"""

OBJECTIONS = Entity(
    "objections",
    {
        **dict.fromkeys(("operator_id", "operator_key", "run_id", "run_sha256", "policy"), TEXT),
        "as_of": DAY,
        "run_change": WHOLE,
        "grade": TEXT,
        "filed_on": DAY,
        "document": TEXT,
        "document_on": DAY,
        "grounds": TEXT,
        "filed_by": TEXT,
        "term": TEXT,
        "answer_by": DAY,
        "outcome": TEXT,
        "answered_on": DAY,
        "answer_document": TEXT,
        "answer_document_on": DAY,
        "reasons": TEXT,
        "answered_by": TEXT,
        "answer_changes": TEXT,
        **dict.fromkeys(("new_run_id", "new_run_sha256", "new_grade"), TEXT),
    },
    ("operator_key",),
)
"""An operator's objection to its grade in a run: a version when it is filed, and one when it is answered.

Key: the operator's, the run's hash and the day of filing, with ``|`` between. ``run_change`` is the change that the run
knew, ``answer_changes`` a JSON list of the changes by which an objection that was upheld is met.
"""

LEFT_OUT = Entity(
    "left_out",
    {
        "source": TEXT,
        "record_key": TEXT,
        "operator_key": TEXT,
        "reason": TEXT,
        "file": TEXT,
        "row": WHOLE,
        "broken": FLAG,
        "cells": TEXT,
    },
    ("record_key",),
)
"""Rows that were handed in and cannot be used: ``cells`` is a JSON object of what stood there, ``broken`` one whose
cells do not tell why. They are read again with each grading, and show on their operator's grade until they are mended.
"""

ENTITIES = {
    entity.name: entity
    for entity in (
        OPERATORS,
        VIOLATIONS,
        INSPECTIONS,
        VEHICLES,
        DRIVERS,
        TIES,
        DECISIONS,
        LEFT_OUT,
        ATTRIBUTIONS,
        PROCEEDINGS,
        OBJECTIONS,
    )
}

_NOT_DIGESTED = frozenset({"file", "row"})  # where a row stood says nothing about it


def digest_of(entity: Entity, key: str, cells: Mapping[str, object], *, withdrawn: bool = False) -> str:
    """SHA-256 of a version's content: its key and its cells, sealed, in the order of the columns.

    The text is that of the contract's content hash: cells joined by U+001F, null as U+0000, both escaped.
    """
    values = [key, *(cells.get(name) for name in entity.columns if name not in _NOT_DIGESTED)]
    if withdrawn:
        values.append("withdrawn")
    return hashlib.sha256("\x1f".join(map(_escaped, values)).encode()).hexdigest()


def _escaped(value: object) -> str:
    if value is None:
        return "\x00"
    text = str(value)
    if "\\" in text or "\x1f" in text or "\x00" in text:
        text = text.replace("\\", "\\\\").replace("\x1f", "\\u001f").replace("\x00", "\\u0000")
    return text
