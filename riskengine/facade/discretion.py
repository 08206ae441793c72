"""The discretion check of a list of violations: read, check each, and account for every row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.catalog import load_shipped
from riskengine.catalog.bands import read_bands
from riskengine.catalog.discretion import RESULTS, Checked, DiscretionCheck
from riskengine.catalog.discretion_text import law_text, ranges_text, reason_text
from riskengine.facade.engine import a_day
from riskengine.kernel.decimals import plain
from riskengine.kernel.errors import InternalError
from riskengine.records import as_row, read_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from riskengine.catalog import Catalog
    from riskengine.catalog.bands import BandsFile
    from riskengine.catalog.discretion import Range
    from riskengine.contract.records import SourceRecords
    from riskengine.kernel.problems import Problem

SCHEMA = "riskengine.discretion/1"
_COLUMNS = ("violation_id", "operator_id", "risk_point", "occurred_on", "decided_on", "severity", "penalty")


@dataclass(frozen=True, slots=True)
class DiscretionReview:
    """What the discretion check found in a list of violations.

    Attributes:
        as_of: the day on which everything is seen.
        catalog: risk points, penalties and laws.
        bands: the bureau's own, where they were given.
        source: the records as read, with what was left out and why.
        findings: one for each violation that could be read, in the order given.
    """

    as_of: date
    catalog: Catalog
    bands: tuple[BandsFile, ...]
    source: SourceRecords
    findings: tuple[Checked, ...]

    @property
    def problems(self) -> list[Problem]:
        """Every problem of the file."""
        return self.source.problems

    @property
    def for_review(self) -> list[Checked]:
        """The cases that a person should look at."""
        return [finding for finding in self.findings if finding.is_for_review]

    def counts(self) -> dict[str, int]:
        """How many violations have each result."""
        found = Counter(finding.result for finding in self.findings)
        return {result: found[result] for result in RESULTS}

    def not_checked(self) -> dict[str, int]:
        """How many were not checked, by reason."""
        return dict(sorted(Counter(item.reason for item in self.findings if item.result == "not_checked").items()))

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form with a versioned schema; sums of money are decimal texts."""
        return {
            "schema": SCHEMA,
            "as_of": self.as_of.isoformat(),
            "catalog": {"id": self.catalog.id, "version": self.catalog.version, "sha256": self.catalog.sha256},
            "bands": [{"bands": item.bands, "version": item.version} for item in self.bands],
            "rows": self.source.rows_in,
            "left_out": self.source.left_out_by_reason(),
            "counts": self.counts(),
            "not_checked": self.not_checked(),
            "findings": [self._plain(finding) for finding in self.findings],
            "problems": [problem.to_dict() for problem in self.problems],
        }

    def _plain(self, finding: Checked) -> dict[str, Any]:
        return {
            **{name: _cell(finding.record.get(name)) for name in _COLUMNS},
            "penalty_kind": list(finding.record.get("penalty_kind") or ()),
            "result": finding.result,
            "reason": finding.reason,
            "why": reason_text(finding, self.catalog).to_dict(),
            "kinds_without_basis": list(finding.kinds),
            "unrecorded": list(finding.unrecorded),
            "law": [text.to_dict() for text in law_text(finding, self.catalog)],
            "ranges": list(_ranges(finding.ranges)),
            "held_against": [text.to_dict() for text in ranges_text(finding, self.catalog)],
        }


def check_discretion(
    violations: Any,
    *,
    as_of: date,
    bands: Sequence[Path] = (),
    mapping: Mapping[str, str] | None = None,
    catalog: Catalog | None = None,
) -> DiscretionReview:
    """Hold every recorded penalty against what the law that applies provides, and the bureau's own bands.

    Args:
        violations: a path, frame, Arrow table, or iterable of mappings or models, as for ``Engine.grade``.
        as_of: the day on which everything is seen; it stands in for a decision that is not recorded.
        bands: files of discretionary bands; those of the day of a decision are followed.
        mapping: column → heading, for files with headings of their own.
        catalog: the shipped one where it is left out.

    Raises:
        InputError: the file cannot be read as a whole.
        CatalogError: a file of bands does not hold together, or not with the catalogue.
    """
    held, as_of = catalog or load_shipped(), a_day(as_of)
    own = tuple(read_bands(path, held) for path in bands)
    rows = [as_row(row) for row in violations] if isinstance(violations, list | tuple) else violations
    source = read_source(
        rows,
        "violations",
        risk_points=held.resolve,
        known_risk_points=tuple(held.risk_points),
        known_areas=tuple(held.areas),
        mapping=mapping,
    )
    check = DiscretionCheck(held, as_of, own)
    findings = tuple(check.check(record) for record in source.records)
    if len(findings) + source.left_out_count != source.rows_in:
        raise InternalError(message=f"violations: {source.rows_in} rows came in, {len(findings)} were checked")
    return DiscretionReview(as_of, held, own, source, findings)


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else plain(value)


def _ranges(ranges: Sequence[Range]) -> Iterator[dict[str, Any]]:
    for item in ranges:
        places = ("law", "version", "article", "paragraph", "item", "per", "circumstances")
        yield {
            **{name: getattr(item.penalty, name) for name in places},
            "band": item.band is not None,
            "severity": item.band.severity if item.band else None,
            "low": None if item.low is None else plain(item.low),
            "high": None if item.high is None else plain(item.high),
            "unknown": item.unknown,
        }
