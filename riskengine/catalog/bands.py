"""Discretionary bands of a bureau: for a step of severity, the part of a statutory range in which its fines lie.

Administrative Penalty Law (2021), article 34: an authority may set such bands by law, and publishes them. They are a
file of their own beside the catalogue, for they are local: the project ships none.
"""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it
from decimal import Decimal  # noqa: TC003
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from riskengine.catalog.edition import Effective  # noqa: TC001
from riskengine.catalog.load import CODES
from riskengine.catalog.part import ArticleNumber, Name, Part, RiskPointCode, VersionDate, Words
from riskengine.kernel.errors import CatalogError
from riskengine.kernel.models import validated
from riskengine.kernel.problems import Problem, in_order, nearest
from riskengine.kernel.yaml_document import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from riskengine.catalog.catalog import Catalog
    from riskengine.catalog.risk_point import Penalty
    from riskengine.kernel.yaml_document import Path_, YamlDocument

Severity = Literal["minor", "general", "serious", "major"]
SEVERITIES: tuple[Severity, ...] = ("minor", "general", "serious", "major")
"""Steps of severity, mildest first."""


class Band(Part):
    """One step: the fine for conduct of a severity under an article.

    Attributes:
        risk_point, law, version, article, paragraph, item: which statutory fine it is a part of, as in a penalty.
        per: what the amount is counted by, as in the penalty.
        severity: the step of the record to which it belongs.
        when: what makes a case one of this step.
        min, max: the fine in yuan, both included; equal: a fixed sum.
        no_fine: there is no fine at this step (article 33); then there are no figures.
    """

    risk_point: RiskPointCode
    law: Name
    version: VersionDate
    article: ArticleNumber
    paragraph: int | None = Field(default=None, ge=1)
    item: int | None = Field(default=None, ge=1)
    per: str = "act"
    severity: Severity
    when: Words
    min: Decimal | None = Field(default=None, ge=0)
    max: Decimal | None = Field(default=None, ge=0)
    no_fine: bool = False

    @property
    def place(self) -> tuple[str, str, str, int | None, int | None]:
        """Law, version, article, paragraph, item."""
        return self.law, self.version, self.article, self.paragraph, self.item


class BandsFile(Part):
    """A file of discretionary bands.

    Attributes:
        bands: its id.
        version, title: which edition, and what it is called.
        authority: who set and published it.
        source: where it was published; ``invented`` for an example.
        effective: the days on which decisions follow it.
        rows: the steps.
    """

    bands: Name
    version: str
    title: Words
    authority: Words
    source: str = Field(min_length=1)
    effective: Effective
    rows: tuple[Band, ...] = Field(min_length=1)

    def counts_on(self, day: date) -> bool:
        """Whether a decision of a day follows it."""
        return self.effective.since <= day and (self.effective.until is None or day < self.effective.until)


def read_bands(path: Path, catalog: Catalog) -> BandsFile:
    """Read a file of bands, and hold it against the catalogue.

    Args:
        path: the YAML file.
        catalog: whose fines the bands are parts of.

    Raises:
        CatalogError: with every problem of the file.
    """
    found, problems = check_bands(path, catalog)
    if found is None or any(problem.is_error for problem in problems):
        raise CatalogError(problems)
    return found


def check_bands(path: Path, catalog: Catalog) -> tuple[BandsFile | None, list[Problem]]:
    """The bands, where the file can be read, and every problem of it."""
    try:
        document = parse_yaml(path.read_bytes(), path.name)
    except OSError:
        return None, [Problem("RE-401", source=path.name, found=path.name)]
    problems: list[Problem] = []
    found = validated(document, BandsFile, CODES, problems)
    if found is not None:
        problems += _lint(document, found, catalog)
    return found, in_order(problems)


def statutory(band: Band, catalog: Catalog) -> list[Penalty]:
    """The fines in yuan that stand at a band's place, counted by the same."""
    point = catalog.risk_points.get(band.risk_point)
    return [
        item
        for item in (point.penalties if point else ())
        if (item.law, item.version, item.article, item.paragraph, item.item) == band.place
        and (item.kind, item.unit, item.per) == ("fine", "yuan", band.per)
        and item.multiple_of_illegal_income is None
    ]


def is_part_of(band: Band, penalty: Penalty) -> bool:
    """Whether a band lies within a statutory range; no fine lies within any."""
    if band.no_fine or band.min is None or band.max is None:
        return True
    return (penalty.min is None or penalty.min <= band.min) and (penalty.max is None or band.max <= penalty.max)


def _lint(document: YamlDocument, file: BandsFile, catalog: Catalog) -> Iterator[Problem]:
    seen: set[tuple[object, ...]] = set()
    for at, band in enumerate(file.rows):
        path: Path_ = ("rows", at)
        if band.risk_point not in catalog.risk_points:
            near = nearest(band.risk_point, catalog.risk_points)
            yield document.problem("RE-406", (*path, "risk_point"), band.risk_point, what="risk point", near=near)
            continue
        if band.law not in catalog.laws:
            yield document.problem("RE-407", (*path, "law"), band.law, near=nearest(band.law, catalog.laws.laws))
            continue
        yield from _figures(document, path, band)
        yield from _within(document, path, band, catalog)
        key = (band.risk_point, *band.place, band.per, band.severity, band.when.zh)
        if key in seen:
            yield document.problem("RE-463", path, band.risk_point, severity=band.severity)
        seen.add(key)
    yield from _order(document, file)


def _figures(document: YamlDocument, path: Path_, band: Band) -> Iterator[Problem]:
    """Both figures or no fine; and the lower one first."""
    given = [value for value in (band.min, band.max) if value is not None]
    if band.no_fine and given:
        yield document.problem("RE-464", path, band.risk_point, reason="no_fine has no figures")
    elif not band.no_fine and len(given) < 2:
        yield document.problem("RE-464", path, band.risk_point, reason="min and max are both needed")
    elif not band.no_fine and given[0] > given[1]:
        yield document.problem("RE-464", path, band.risk_point, reason="min is above max")
    if band.no_fine and band.severity != "minor":
        yield document.problem("RE-464", path, band.risk_point, reason="no_fine is for the severity minor alone")


def _within(document: YamlDocument, path: Path_, band: Band, catalog: Catalog) -> Iterator[Problem]:
    """A band is a part of a fine that the catalogue has at its place."""
    fines = statutory(band, catalog)
    if not fines:
        yield document.problem(
            "RE-461", path, band.risk_point, article=band.article, law=band.law, version=band.version
        )
    elif not any(is_part_of(band, item) for item in fines):
        ranges = " / ".join(f"{_shown(item.min)}–{_shown(item.max)}" for item in fines)
        yield document.problem("RE-462", path, f"{_shown(band.min)}–{_shown(band.max)}", expected=ranges)


def _shown(value: Decimal | None) -> str:
    return "…" if value is None else f"{value.normalize():f}"


def _order(document: YamlDocument, file: BandsFile) -> Iterator[Problem]:
    """At one place, a graver step does not end below a milder one."""
    places: dict[tuple[object, ...], dict[Severity, list[tuple[Decimal, int]]]] = {}
    for at, band in enumerate(file.rows):
        if band.max is not None:
            steps = places.setdefault((band.risk_point, *band.place, band.per), {})
            steps.setdefault(band.severity, []).append((band.max, at))
    for steps in places.values():
        for milder, graver in pairwise([name for name in SEVERITIES if name in steps]):
            if max(steps[graver])[0] < max(steps[milder])[0]:
                yield document.problem("RE-465", ("rows", max(steps[graver])[1], "max"), graver, milder=milder)
