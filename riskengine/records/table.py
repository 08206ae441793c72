"""Tables that are no source of a grading (a list of inspectors, say), read by the same grammar and rules of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import InputError
from riskengine.kernel.problems import in_order
from riskengine.records.columns import Known, bind
from riskengine.records.opening import label_of, open_table
from riskengine.records.rows import draft_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.contract.records import SourceRecords
    from riskengine.contract.sources import Source


def read_table(data: Any, source: Source, *, mapping: Mapping[str, str] | None = None) -> SourceRecords:
    """Read a table whose every row must be right: nothing of it may be left out without a word.

    Args:
        data: a path, a frame, or mappings, as for ``read_source``.
        source: its columns; its ``key`` may be empty where no column tells rows apart.
        mapping: column → heading, for headings that the columns do not know.

    Raises:
        InputError: it cannot be read, or rows of it cannot be used (RE-1xx, RE-2xx), every problem listed.
    """
    known = Known(mapping=mapping or {})
    label = label_of(data, source.name)
    table = open_table(data, source.name, label)
    if not table.headings and table.sha256 is None:  # a list of mappings that says "there are none"
        table.headings = list(source.names)
    binding = bind(table.headings, source, label, known)
    if binding.fatal:
        raise InputError(in_order(binding.fatal))
    found = draft_rows(table, source, label, binding, known).finish()
    if any(problem.is_error for problem in found.problems):
        raise InputError(in_order(found.problems))
    return found
