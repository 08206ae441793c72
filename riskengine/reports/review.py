"""The findings of the discretion check as a table to work through: a workbook or CSV, one row for each violation."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from riskengine.catalog.discretion import RESULTS
from riskengine.catalog.discretion_text import law_text, ranges_text, reason_text, recorded_text
from riskengine.catalog.wording import say as say_of_catalog
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.records import guard
from riskengine.reports.excel import NUMBER, SCORE, Column, rows_sheet, write_sheets
from riskengine.reports.privacy import Privacy
from riskengine.reports.wording import room_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from riskengine.catalog import Catalog
    from riskengine.catalog.discretion import Checked
    from riskengine.kernel.languages import Text

_COLUMNS = (
    Column("finding", 12),
    Column("violation_id", 30),
    Column("operator_id", 22),
    Column("risk_point", 12),
    Column("risk_point_title", 34),
    Column("occurred_on", 12),
    Column("decided_on", 12),
    Column("severity", 10),
    Column("recorded_penalty", 20),
    Column("fine", 14, SCORE),
    Column("finding_reason", 44, wrap=True),
    Column("held_against", 70, wrap=True),
    Column("applicable_law", 70, wrap=True),
)


def write_review(
    findings: Sequence[Checked], path: Path, lang: str, *, catalog: Catalog, as_of: date, show_personal: bool = False
) -> None:
    """Write the findings, those for review first, else in the order given.

    Args:
        findings: of the discretion check.
        path: the file; ``.csv`` (UTF-8 with a mark, for spreadsheets) or ``.xlsx``.
        lang: ``zh`` or ``en``.
        catalog: for titles and citations.
        as_of: the day of the check.
        show_personal: whether natural persons' numbers are shown unmasked.

    Raises:
        UsageError: the file cannot be written (RE-609).
    """
    rows = _Rows(findings, catalog, lang, Privacy(show_personal))
    say = room_words("riskengine.reports.excel", lang)
    try:
        if path.suffix.lower() == ".csv":
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file, lineterminator="\r\n")
                writer.writerow([say[column.heading] for column in _COLUMNS])
                writer.writerows([_safe(cell) for cell in row] for row in rows.findings())
            return
        sheets = (
            rows_sheet("sheet_discretion", _COLUMNS, rows.findings),
            rows_sheet("sheet_summary", (Column("finding", 20), Column("count", 12, NUMBER)), rows.counts),
        )
        write_sheets(path, sheets, say, title=say["sheet_discretion"], day=as_of)
    except OSError as error:
        reason = (("reason", error.strerror or str(error)),)
        raise UsageError([Problem("RE-609", found=str(path), params=reason)]) from None


def _safe(cell: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return guard("" if cell is None else str(cell))


class _Rows:
    def __init__(self, findings: Sequence[Checked], catalog: Catalog, lang: str, privacy: Privacy) -> None:
        self._findings, self._catalog, self._lang, self._privacy = findings, catalog, lang, privacy

    def findings(self) -> Iterator[tuple[Any, ...]]:
        """A row for each violation."""
        for item in sorted(self._findings, key=lambda item: RESULTS.index(item.result)):
            record = item.record
            point = self._catalog.risk_points.get(record["risk_point"])
            yield (
                self._in(say_of_catalog("discretion", item.result)),
                self._privacy.text(record["violation_id"]),
                self._privacy.text(record["operator_id"]),
                record["risk_point"],
                self._in(point.title) if point else None,
                record["occurred_on"].isoformat(),
                record["decided_on"].isoformat() if record.get("decided_on") else None,
                self._in(say_of_catalog("discretion", record["severity"])) if record.get("severity") else None,
                self._in(recorded_text(item)),
                record.get("penalty"),
                self._in(reason_text(item, self._catalog)),
                self._joined(ranges_text(item, self._catalog)),
                self._joined(law_text(item, self._catalog)),
            )

    def counts(self) -> Iterator[tuple[Any, ...]]:
        """How many have each result."""
        for result in RESULTS:
            count = sum(item.result == result for item in self._findings)
            yield self._in(say_of_catalog("discretion", result)), count

    def _in(self, text: Text) -> str:
        return text.get(self._lang)

    def _joined(self, texts: Iterable[Text]) -> str | None:
        return "\n".join(text.get(self._lang) for text in texts) or None
