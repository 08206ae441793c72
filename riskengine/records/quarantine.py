"""What was left out or doubted, as rows of the ``quarantine`` table, personal numbers masked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from riskengine.kernel.masking import mask_name
from riskengine.records.draft import OVERFLOW, is_natural, masked
from riskengine.records.grammar import id_of, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.contract.records import LeftOut, RecordsAccount


def quarantine_rows(records: RecordsAccount, lang: str = "zh") -> Iterator[dict[str, Any]]:
    """One row per problem, errors and warnings, in the columns of contract table ``QUARANTINE``.

    ``source`` is ``operators``, ``violations`` or ``inspections``; ``raw`` is null where the row was used.

    Args:
        records: how the records were read.
        lang: language of the messages, ``zh`` or ``en``.
    """
    for source in records.sources:
        left_out = iter(source.left_out)
        held, raw = next(left_out, None), None
        for problem in source.problems:
            while held is not None and problem.row is not None and held.row < problem.row:
                held, raw = next(left_out, None), None
            is_of_held = held is not None and held.row == problem.row
            if held is not None and is_of_held and raw is None:
                raw = raw_json(held)
            yield {
                "source": source.name,
                "row": problem.row,
                "column": problem.column,
                "code": problem.code,
                "level": problem.level,
                "message": problem.message(lang),
                "raw": raw if is_of_held else None,
            }


def raw_json(left_out: LeftOut) -> str:
    """The cells of a row as JSON, by column name.

    Masked are the driver, a natural person's id and name, and whatever looks like a resident or phone number.
    """
    operator = id_of(left_out.cells.get("operator_id"))
    natural = is_natural({"operator_id": operator if isinstance(operator, str) else left_out.operator_id})
    cells = {name: _json_cell(name, cell, natural) for name, cell in left_out.cells.items() if name != OVERFLOW}
    called = left_out.cells.get("name")
    if natural and isinstance(called, str) and len(called) > 1:  # the name may stand in another column as well
        cells = {
            name: cell.replace(called, mask_name(called)) if isinstance(cell, str) else cell
            for name, cell in cells.items()
        }
    if OVERFLOW in left_out.cells:
        shown = "*" if "*" not in cells else "**"
        cells[shown] = [masked(None, item, natural) for item in left_out.cells[OVERFLOW]]
    return json.dumps(cells, ensure_ascii=False)


def _json_cell(name: str, cell: Any, natural: bool) -> Any:
    return None if simple(cell) is None else masked(name, cell, natural)
