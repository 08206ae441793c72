"""What the ledger holds of one violation or operator: every version, and what was decided."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem, nearest
from riskengine.ledger.changes import last_number
from riskengine.ledger.entities import ATTRIBUTIONS, DAY, DECISIONS, ENTITIES, LEFT_OUT
from riskengine.ledger.holdings import operator_violations, violation_attribution
from riskengine.ledger.kinds import kinds
from riskengine.ledger.schema import ALWAYS, CHANGES, VERSIONS
from riskengine.ledger.sealing import sealing
from riskengine.ledger.states import in_force
from riskengine.ledger.unsealing import for_showing
from riskengine.records import id_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from sqlalchemy.engine import Connection

    from riskengine.ledger.opening import Ledger
    from riskengine.ledger.unsealing import Unsealing, Veiled

_COMPARED = 2000
_KEYS = {"operators": "operator_id", "violations": "violation_id"}
_CODES = {"operators": "RE-869", "violations": "RE-864"}


def history(ledger: Ledger, name: str, record_id: str) -> dict[str, Any]:
    """All that the ledger holds of a violation or an operator; without the key with pseudonyms in it.

    Args:
        ledger: the ledger.
        name: ``violations`` or ``operators``.
        record_id: its id, in any writing that compares equal.

    Returns:
        ``id``; ``versions``: each with ``change`` (number, recorded_at, who, why, document), ``valid_from`` (None for
        all days) and ``cells``; ``decisions`` of a violation, likewise, with ``kind``, ``status``, ``effective_on``
        (None for all days), ``document``, ``document_on``, ``body``, ``note``, ``taken_back`` and ``laws``; who answers
        for it (``attribution``: operator_id, None for a question, why, candidates; None where it is withdrawn) and what
        persons answered (``answers``, with ``change``, ``operator_id``, ``document``, ``taken_back``);
        ``violations`` of an operator, those that it answers for or is named by: violation_id, risk_point,
        occurred_on, why.

    Raises:
        UsageError: the ledger has no such record (RE-864, RE-869), or it is named by a personal number and the key is
            not there (RE-880 to RE-885).
    """
    table = VERSIONS[name]
    with ledger.reading() as connection:
        key, opener = sealing(connection).key(str(id_of(record_id))), for_showing(connection)
        rows = list(_versions(connection, name, table.c.key == key, opener))
        if not rows:
            known = connection.execute(sa.select(table.c[_KEYS[name]]).distinct().limit(_COMPARED)).scalars().all()
            near = tuple(nearest(record_id, known))
            raise UsageError([Problem(_CODES[name], found=mask_personal(record_id), near=near)])
        found: dict[str, Any] = {"id": rows[-1]["cells"][_KEYS[name]], "versions": rows}
        if name == "violations":
            found["decisions"] = [_decision(row) for row in _versions(connection, DECISIONS.name, _of(key), opener)]
            found["attribution"] = violation_attribution(connection, key)
            answers = VERSIONS[ATTRIBUTIONS.name]
            found["answers"] = [
                {
                    "change": row["change"],
                    "operator_id": row["cells"]["operator_id"],
                    "document": row["cells"].get("document"),
                    "taken_back": row["withdrawn"],
                }
                for row in _versions(connection, ATTRIBUTIONS.name, answers.c.key == key, opener)
            ]
        else:
            found["violations"] = operator_violations(connection, key)
    return found


def _of(key: str) -> sa.ColumnElement[bool]:
    table = VERSIONS[DECISIONS.name]
    return (table.c.subject == "violation") & (table.c.subject_key == key)


def _versions(
    connection: Connection, name: str, where: sa.ColumnElement[bool], opener: Unsealing | Veiled
) -> Iterator[dict[str, Any]]:
    table = VERSIONS[name]
    about = ("number", "recorded_at", "who", "why", "document")
    query = (
        sa.select(table, *(CHANGES.c[column].label(f"change_{column}") for column in about))
        .join_from(table, CHANGES, CHANGES.c.number == table.c.change)
        .where(where)
        .order_by(table.c.version)
    )
    for row in connection.execute(query).mappings().all():
        yield {
            "change": {column: row[f"change_{column}"] for column in about},
            "valid_from": _day(row["valid_from"]),
            "withdrawn": bool(row["withdrawn"]),
            "cells": {
                column: _day(row[column]) if kind == DAY else _opened(column, row[column], opener)
                for column, kind in ENTITIES[name].columns.items()
                if row[column] is not None
            },
        }


def _opened(column: str, value: Any, opener: Unsealing | Veiled) -> Any:
    if not isinstance(value, str):
        return value
    return json.dumps(opener.cells(json.loads(value)), ensure_ascii=False) if column == "others" else opener.text(value)


def _decision(row: Mapping[str, Any]) -> dict[str, Any]:
    cells = dict(row["cells"])
    kind, table = kinds()[cells["kind"]], ("status", "document", "document_on", "body", "note")
    day = cells.get("effective_on")
    laws = [] if day is None else [{"law": law.law, "article": law.article} for law in kind.laws_on(_date(day))]
    return {
        "change": row["change"],
        "kind": kind.name,
        "effective_on": day,
        "taken_back": row["withdrawn"],
        **{name: cells.get(name) for name in table},
        "laws": laws or [{"law": law.law, "article": law.article} for law in kind.laws if day is None],
    }


def _date(text: str) -> date:
    from datetime import date

    return date.fromisoformat(text)


def _day(day: date | None) -> str | None:
    return None if day is None or day == ALWAYS else day.isoformat()


def left_out_rows(ledger: Ledger) -> list[dict[str, Any]]:
    """The rows that cannot be used and were not mended: source, file, row, reason, record, cells."""
    with ledger.reading() as connection:
        held = in_force(LEFT_OUT.name, last_number(connection))
        columns = held.c["source", "file", "row", "reason", "record_key", "cells"]
        rows = connection.execute(sa.select(*columns).order_by(held.c.version)).mappings().all()
        opener = for_showing(connection)
        return [
            {
                **row,
                "file": opener.text(row["file"]),
                "record_key": opener.text(row["record_key"] or "") or None,
                "cells": opener.cells(json.loads(row["cells"])),
            }
            for row in rows
        ]
