"""From raw rows to records: each cell by the grammar, each row by its own rules, and repeated ids."""

from __future__ import annotations

from collections.abc import Sized
from typing import TYPE_CHECKING, Any

from riskengine.contract.records import BLANK, DUPLICATE
from riskengine.contract.registers import KEPT_VIOLATIONS, REGISTERS
from riskengine.contract.sources import AREAS
from riskengine.kernel.progress import track
from riskengine.records.columns import column_names
from riskengine.records.draft import Draft, DraftRow
from riskengine.records.grammar import Doubt, Fault, plain_text, shown
from riskengine.records.identifiers import is_credit_code, is_resident_number
from riskengine.records.mend import unguard
from riskengine.records.raw import is_blank
from riskengine.records.registers import check_answerable, check_register

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.contract.sources import Source
    from riskengine.records.columns import Binding, Known
    from riskengine.records.raw import RawRow, RawTable

_ROWS_NAMED = 10  # row numbers that the message about a repeated id shows


def draft_rows(table: RawTable, source: Source, label: str, binding: Binding, known: Known) -> Draft:
    """Read every row of ``table``."""
    draft = Draft(source, label, binding, table.sha256, problems=list(binding.warnings))
    empty = dict.fromkeys(column_names(source, known)) | dict.fromkeys(name for name, _, _ in binding.read)
    required = [column.name for column in source.columns if column.required]
    defaults: dict[str, Any] = {c.name: c.default for c in source.columns if c.default is not None}
    defaults |= {column.name: () for column in source.columns if column.type == AREAS}
    for raw in track(table.rows, "rows", _count(table.rows), every=5000):
        row = _open_row(draft, raw, table.warns_short)
        if row is None:
            continue
        record, cells = row.record, row.cells
        record.update(empty)
        odd: dict[str, tuple[Any, Fault]] = {}
        for name, position, read in binding.read:
            if position >= len(cells):
                continue
            value = read(cells[position])
            if value.__class__ is Doubt:
                odd[name] = cells[position], value.fault
                value = value.value
            elif value.__class__ is Fault:
                odd[name] = cells[position], value
                value = None
            record[name] = value
        _join(row, binding, odd)
        # Reported when the whole row is read: what is personal in it depends on its operator.
        for name, (cell, fault) in odd.items():
            draft.report(row, fault, name, cell)
        for name in required:
            if record[name] is None and name not in odd:
                draft.report(row, Fault("RE-201"), name)
        _drop_day_of_no_status(draft, row)
        for name, default in defaults.items():
            if record[name] is None:
                record[name] = default
        _check_row(draft, row)
    _check_repeated(draft)
    return draft


def _count(rows: object) -> int | None:
    return len(rows) if isinstance(rows, Sized) else None


def _join(row: DraftRow, binding: Binding, odd: dict[str, tuple[Any, Fault]]) -> None:
    """Read the columns that are made of several."""
    for joined in binding.joined:
        cell = joined.cell(row.cells)
        value = joined.read(cell)
        if isinstance(value, Fault):
            odd[joined.name] = cell, value
            value = None
        row.record[joined.name] = value


def _open_row(draft: Draft, raw: RawRow, warns_short: bool) -> DraftRow | None:
    """The row, opened for reading its cells; None where it cannot be read as a row and is left out."""
    cells: Sequence[Any] = raw.cells
    if draft.binding.added:
        cells = [unguard(cell) if at not in draft.binding.added else None for at, cell in enumerate(cells)]
    row = DraftRow(raw.number, cells, {})
    draft.rows.append(row)
    width = len(draft.binding.names)
    counts = (("cells", str(len(cells))), ("headings", str(width)))
    if raw.fault is not None:
        draft.report(row, raw.fault)
    elif is_blank(cells):
        draft.report(row, Fault("RE-232"), reason=BLANK)
    elif not is_blank(draft.loose_cells(row)):
        draft.report(row, Fault("RE-231", params=counts))
    else:
        row.cells = cells[:width]
        if warns_short and len(cells) < width:
            draft.report(row, Fault("RE-267", params=counts))
        return row
    _read_operator(draft, row)
    return None


def _read_operator(draft: Draft, row: DraftRow) -> None:
    """Note the operator of a row that is left out as a whole, so that it shows on that operator's grade."""
    for name, position, read in draft.binding.read:
        if name == "operator_id" and position < len(row.cells):
            value = read(row.cells[position])
            row.record[name] = value if isinstance(value, str) else None
    _join(row, draft.binding, {})


def _check_row(draft: Draft, row: DraftRow) -> None:
    if draft.source.name == "operators":
        _check_operator(draft, row)
    elif draft.source.name == "violations":
        _check_violation(draft, row)
    elif draft.source.name in REGISTERS:
        check_register(draft, row)


def _check_operator(draft: Draft, row: DraftRow) -> None:
    record = row.record
    code = record["operator_id"]
    if code is not None and len(code) == 18 and not is_credit_code(code) and not is_resident_number(code):
        draft.report(row, Fault("RE-262"), "operator_id", code)
    _check_order(draft, row, "RE-253", "closed_on", "licensed_on")
    if record["name"] is None:
        record["name"] = code


def _check_violation(draft: Draft, row: DraftRow) -> None:
    _check_order(draft, row, "RE-251", "decided_on", "occurred_on")
    _check_order(draft, row, "RE-252", "status_on", "occurred_on")
    if row.record["decided_on"] is None and row.reason is None:
        draft.report(row, Fault("RE-263"), "decided_on")
    if draft.source is KEPT_VIOLATIONS:
        check_answerable(draft, row)


def _drop_day_of_no_status(draft: Draft, row: DraftRow) -> None:
    """A day without a status says nothing: the record counts as final on all days, so that the blank never pays."""
    record = row.record
    if record.get("status_on") is not None and record.get("status") is None and row.reason is None:
        draft.report(row, Fault("RE-269"), "status_on", record["status_on"])
        record["status_on"] = None


def _check_order(draft: Draft, row: DraftRow, code: str, later: str, earlier: str) -> None:
    after, before = row.record[later], row.record[earlier]
    if after is not None and before is not None and after < before:
        draft.report(row, Fault(code, params=(("other", plain_text(before)),)), later, after)


def _check_repeated(draft: Draft) -> None:
    """Rows of one id: equal ones are used once, different ones not at all."""
    key = draft.source.key
    first: dict[str, DraftRow] = {}
    groups: dict[str, list[DraftRow]] = {}
    for row in draft.rows:
        value = row.record.get(key)
        if value is None:
            continue
        if value in first:
            groups.setdefault(value, [first[value]]).append(row)
        else:
            first[value] = row
    for value, rows in groups.items():
        if len({_content(row) for row in rows}) == 1:
            fault = Fault("RE-241", params=(("first", str(rows[0].number)),))
            for row in rows[1:]:
                if row.reason is None:
                    draft.report(row, fault, key, value, reason=DUPLICATE)
        else:
            numbers = ", ".join(str(row.number) for row in rows[:_ROWS_NAMED])
            fault = Fault("RE-242", params=(("rows", numbers + (", …" if len(rows) > _ROWS_NAMED else "")),))
            for row in rows:
                draft.report(row, fault, key, value)


def _content(row: DraftRow) -> str | tuple[str, ...]:
    """What two rows must share to be equal: what was read, or the cells where they could not be read."""
    return repr(row.record) if row.reason is None else tuple(map(shown, row.cells))
