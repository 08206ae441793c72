"""The figures as data: JSON with numbers as texts, and tables of the rows that count and of those that do not."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

from riskengine.kernel.languages import LANGUAGES
from riskengine.records import guard
from riskengine.reports.yearly.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal
    from pathlib import Path

    from riskengine.catalog import Catalog
    from riskengine.supervision.yearly import Amount, Figure, Year

FORMAT = "riskengine.year/1"
ROWS, NOT_COUNTED = ("figure", "part", "file", "row"), ("file", "row", "why", "code")


def figures_json(year: Year, catalog: Catalog) -> dict[str, Any]:
    """A JSON-ready form in both languages; numbers are texts with all their digits.

    Args:
        year: the figures.
        catalog: names areas and risk points.
    """
    names = {lang: Names(catalog, lang, "") for lang in LANGUAGES}
    return {
        "format": FORMAT,
        "year": year.year,
        "compared_with": year.compared_with,
        "sections": [
            {
                "section": section.spec.section,
                "title": section.spec.title.to_dict(),
                "figures": [_figure(figure, names) for figure in section.figures],
            }
            for section in year.sections
        ],
        "files": [account._asdict() for account in year.accounts],
        "problems": [{lang: problem.text(lang) for lang in LANGUAGES} for problem in year.problems],
    }


def _figure(figure: Figure, names: Mapping[str, Names]) -> dict[str, Any]:
    spec, before = figure.spec, figure.before
    return {
        "id": figure.id,
        "name": spec.name.to_dict(),
        "how": spec.how.to_dict(),
        "unit": None if spec.unit is None else spec.unit.to_dict(),
        "form": spec.form,
        "file": spec.file,
        "missing": list(figure.missing),
        **_amount(figure.amount),
        "before": None if before is None or before.amount is None else _text(before.amount.value),
        "by": spec.by,
        "parts": [
            {
                "key": key,
                "name": {lang: each.of(spec.by or "", key) for lang, each in names.items()},
                **_amount(amount),
            }
            for key, amount in figure.parts.items()
        ],
        "note": dict(figure.note),
    }


def _amount(amount: Amount | None) -> dict[str, Any]:
    if amount is None:
        return {"value": None, "numerator": None, "denominator": None, "rows": None}
    texts = {name: _text(getattr(amount, name)) for name in ("value", "numerator", "denominator")}
    return {**texts, "rows": len(amount.rows)}


def _text(value: Decimal | int | None) -> str | None:
    return None if value is None else f"{value:f}" if not isinstance(value, int) else str(value)


def write_figures(year: Year, catalog: Catalog, path: Path) -> None:
    """Write ``figures.json``."""
    path.write_text(json.dumps(figures_json(year, catalog), ensure_ascii=False, indent=1) + "\n", "utf-8", newline="\n")


def write_rows(year: Year, path: Path) -> None:
    """Write each row that a figure or a part of it rests on: ``figure``, ``part``, ``file``, ``row``."""
    _write(path, ROWS, _rows(year))


def write_not_counted(year: Year, path: Path) -> None:
    """Write each row that counts in no figure: ``file``, ``row``, ``why``, ``code``."""
    _write(path, NOT_COUNTED, ((each.ref.file, each.ref.row, each.why, each.code) for each in year.not_counted))


def _rows(year: Year) -> Iterator[tuple[object, ...]]:
    for figure in year.figures:
        amounts = {"": figure.amount, **figure.parts} if figure.amount is not None else {}
        for key, amount in amounts.items():
            for ref in amount.rows if amount is not None else ():
                yield figure.id, key, ref.file, ref.row


def _write(path: Path, headings: Iterable[str], rows: Iterable[tuple[object, ...]]) -> None:
    """A CSV file that spreadsheets open; no cell begins like a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(headings)
        for row in rows:
            writer.writerow([guard(cell) if isinstance(cell, str) else cell for cell in row])
