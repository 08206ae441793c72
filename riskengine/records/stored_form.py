"""Rows in the form in which they can be kept and read again to the same records: texts by column name.

Dates, numbers and words are in the canonical text of the grammar; ids, names and columns that no rule reads are as they
were read, since results show them so. A row that is left out is kept as it stood.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.contract import sources
from riskengine.contract.records import BLANK, DUPLICATE, SourceRecords
from riskengine.contract.registers import KEPT_VIOLATIONS, REGISTERS
from riskengine.contract.sources import SOURCES
from riskengine.records.draft import OVERFLOW
from riskengine.records.grammar import plain_text, shown, trim
from riskengine.records.reading import draft_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.records.columns import Known
    from riskengine.records.draft import Draft, DraftRow

_CANONICAL = {
    sources.INTEGER,
    sources.DECIMAL,
    sources.DATE,
    sources.WORD,
    sources.WORDS,
    sources.AREAS,
    sources.PLATE,
}


_SOURCES = {**SOURCES, **REGISTERS, "violations": KEPT_VIOLATIONS}


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row to be kept.

    Attributes:
        number: as the user sees it.
        reason: why it cannot be used; None where it can.
        key: its id as ids are compared; None where it has none.
        operator_key, driver_key: the operator and the driver that it names, likewise.
        cells: column → text, of the filled cells.
        broken: whether its cells do not tell what is wrong with it: too many of them, or a row that is no row.
    """

    number: int
    reason: str | None
    key: str | None
    operator_key: str | None
    driver_key: str | None
    cells: dict[str, str]
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A source whose rows are to be kept.

    Attributes:
        account: where the rows ended, with all problems; what ``mend`` files are made of.
        rows: the rows; blank ones and repetitions of equal content are not among them.
    """

    account: SourceRecords
    rows: tuple[StoredRow, ...]


def read_to_keep(data: Any, name: str | None, known: Known) -> Kept:
    """Read and check one source alone, as ``read_source`` does, into rows to be kept.

    Args:
        data: as in ``read_records``.
        name: ``operators``, ``violations`` or ``inspections``, which the headings can tell where it is None; or
            ``vehicles``, ``drivers`` or ``ties``.
        known: what the policy and the catalogue say of records.

    Raises:
        InputError: the source cannot be used as a whole.
    """
    draft = draft_source(data, name, known, _SOURCES, SOURCES)
    account = draft.finish()
    return Kept(account, tuple(_rows(draft, account)))


def _rows(draft: Draft, account: SourceRecords) -> Iterator[StoredRow]:
    left_out = iter(account.left_out)
    types = {column.name: column.type for column in draft.source.columns}
    types["risk_point"] = sources.ID  # as written: which code it is now is for the edition in force to say
    for row in draft.rows:
        raw = next(left_out).cells if row.reason is not None else None
        if row.reason in {BLANK, DUPLICATE}:
            continue
        record = row.record
        yield StoredRow(
            row.number,
            row.reason,
            record.get(draft.source.key),
            record.get("operator_id"),
            record.get("driver"),
            _texts(draft, row, types) if raw is None else _as_it_stood(raw),
            broken=any(name not in record for name in types),
        )


def _as_it_stood(cells: Any) -> dict[str, str]:
    texts = {name: shown(cell).replace("\x00", "") for name, cell in cells.items() if name != OVERFLOW}
    return {name: text for name, text in texts.items() if text}


def _texts(draft: Draft, row: DraftRow, types: dict[str, str]) -> dict[str, str]:
    texts = {}
    for name, position, _ in draft.binding.read:
        if position >= len(row.cells) or row.record.get(name) is None:
            continue
        text = trim(shown(row.cells[position]))
        if text and types.get(name) in _CANONICAL:
            value = row.record[name]
            text = ";".join(value) if isinstance(value, tuple) else plain_text(value)
        if text:
            texts[name] = text
    for joined in draft.binding.joined:
        texts[joined.name] = joined.as_read(joined.cell(row.cells))
    return texts
