"""The commitment: lists, shares, sources of numbers, written and hashed before any number is known."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import is_personal, mask_name, mask_personal, mask_whole
from riskengine.kernel.problems import Problem
from riskengine.runs import is_rule_file, require_unaltered, scan
from riskengine.supervision.draw import forms
from riskengine.supervision.draw.committed import unusable
from riskengine.supervision.draw.folder import Commitment
from riskengine.supervision.draw.people import CONFLICT, LAST_TIME, exclusions_of, read_conflicts, read_inspectors
from riskengine.supervision.draw.population import population_of
from riskengine.supervision.draw.previous import pairs_of
from riskengine.supervision.draw.seeds import read_seeds
from riskengine.supervision.draw.shares import read_shares

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from riskengine.runs import Run
    from riskengine.supervision.draw.people import Exclusion, Inspectors
    from riskengine.supervision.draw.population import Listed, Population
    from riskengine.supervision.draw.seeds import SeedSource
    from riskengine.supervision.draw.shares import Shares

METHOD = "RFC 3797, MD5"
_READ = ("grades.parquet", "inputs/register.parquet")


@dataclass(frozen=True, slots=True)
class CommitRequest:
    """What a commitment is made of.

    Attributes:
        run: whose operators are drawn.
        shares, inspectors, seeds: the files.
        conflicts: the file of who must not meet, or None.
        previous: the folder of the draw before, whose pairs are not drawn again, or None.
        since, until: the first and the last day of the inspections.
        day: of the commitment.
    """

    run: Run
    shares: Path
    inspectors: Path
    seeds: Path
    conflicts: Path | None
    previous: Path | None
    since: date
    until: date
    day: date


def commit(request: CommitRequest, folder: Path) -> Commitment:
    """Write the commitment of a draw into a new folder.

    Raises:
        InputError: a file cannot be used; every problem of it.
        UsageError: the folder holds something (RE-908), a source is known too early (RE-905), the days are in no order
            (RE-905), or the folder cannot be written to (RE-609).
        RunError: a table of the run is not as it was written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError([unusable(folder, "it is not empty")])
    require_unaltered(request.run, only=lambda name: is_rule_file(name) or name in _READ)
    shares, sources = read_shares(request.shares), read_seeds(request.seeds)
    _check_days(request, sources)
    population = population_of(request.run, shares)
    inspectors = read_inspectors(request.inspectors, request.until)
    exclusions = _exclusions(request, population, inspectors)
    files = _files(population, inspectors, exclusions)
    content = _content(request, shares, sources, population, inspectors, exclusions)
    content["files"] = {name: hashlib.sha256(held).hexdigest() for name, held in files.items()}
    written = forms.json_bytes(content)
    put(folder, {**files, forms.COMMITMENT: written})
    return Commitment(folder, hashlib.sha256(written).hexdigest(), content)


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, whole or not at all as far as this program goes: the last one is what others read.

    Raises:
        UsageError: it cannot be written to (RE-609).
    """
    is_new = not folder.exists()
    try:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            stage = folder / f"{name}.writing"
            stage.write_bytes(content)
            stage.rename(folder / name)
    except OSError as error:
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        reason = (("reason", error.strerror or str(error)),)
        raise UsageError([Problem("RE-609", found=str(folder), params=reason)]) from None


def _check_days(request: CommitRequest, sources: Iterable[SeedSource]) -> None:
    day = request.day.isoformat()
    problems = [
        Problem(
            "RE-905",
            column=source.id,
            found=source.known_on.isoformat(),
            params=(("reason", f"numbers must become known after the commitment of {day}"),),
        )
        for source in sources
        if source.known_on <= request.day
    ]
    if request.until < request.since:
        reason = (("reason", f"the last day of the inspections is before the first, {request.since.isoformat()}"),)
        problems.append(Problem("RE-905", column="--until", found=request.until.isoformat(), params=reason))
    if request.since < request.day:
        reason = (("reason", f"inspections begin before the commitment of {day}"),)
        problems.append(Problem("RE-905", column="--from", found=request.since.isoformat(), params=reason))
    if problems:
        raise UsageError(problems)


def _exclusions(request: CommitRequest, population: Population, inspectors: Inspectors) -> list[Exclusion]:
    numbers = {listed.operator_id: listed.number for listed in population.listed}
    pairs: dict[str, list[tuple[str, str]]] = {}
    if request.conflicts is not None:
        certificates = {*(inspector.certificate for inspector in inspectors.listed), *inspectors.expired}
        operators = {row[0] for row in scan(request.run, "grades", ("operator_id",))}
        pairs[CONFLICT] = read_conflicts(request.conflicts, certificates, operators)
    if request.previous is not None:
        pairs[LAST_TIME] = pairs_of(request.previous)
    return exclusions_of(pairs, numbers, inspectors.listed)


def _files(population: Population, inspectors: Inspectors, exclusions: Iterable[Exclusion]) -> dict[str, bytes]:
    return {
        forms.STRATA: forms.csv_bytes(forms.STRATA, population.strata),
        forms.OPERATORS: forms.csv_bytes(forms.OPERATORS, map(published, population.listed)),
        forms.INSPECTORS: forms.csv_bytes(
            forms.INSPECTORS,
            ((who.number, mask_whole(who.certificate), who.county, who.valid_until) for who in inspectors.listed),
        ),
        forms.EXCLUSIONS: forms.csv_bytes(forms.EXCLUSIONS, exclusions),
        forms.WHO_OPERATORS: forms.csv_bytes(
            forms.WHO_OPERATORS,
            ((who.number, who.operator_id, who.name, who.county, who.grade) for who in population.listed),
        ),
        forms.WHO_INSPECTORS: forms.csv_bytes(forms.WHO_INSPECTORS, inspectors.listed),
    }


def published(who: Listed) -> tuple[object, ...]:
    """An operator as it stands on the published list: a natural person masked."""
    name = mask_name(who.name) if is_personal(who.operator_id) and who.name != who.operator_id else who.name
    return who.number, who.stratum, mask_personal(who.operator_id), mask_personal(name), who.county


def _content(
    request: CommitRequest,
    shares: Shares,
    sources: Iterable[SeedSource],
    population: Population,
    inspectors: Inspectors,
    exclusions: list[Exclusion],
) -> dict[str, Any]:
    manifest = request.run.manifest
    reasons = [exclusion.reason for exclusion in exclusions]
    return {
        "format": forms.FORMAT,
        "method": METHOD,
        "committed_on": request.day.isoformat(),
        "period": {"from": request.since.isoformat(), "until": request.until.isoformat()},
        "run": {
            "run_id": request.run.run_id,
            "as_of": manifest["as_of"],
            "content_hash": manifest["content_hash"],
            "sha256": manifest["sha256"],
        },
        "shares": shares.model_dump(mode="json", exclude_none=True),
        "seed_sources": [source.to_plain() for source in sources],
        "operators": {"listed": len(population.listed), "left_out": population.left_out},
        "inspectors": {"listed": len(inspectors.listed), "expired": len(inspectors.expired)},
        "exclusions": {reason: reasons.count(reason) for reason in (CONFLICT, LAST_TIME)},
        "to_draw": sum(stratum.drawn for stratum in population.strata),
    }
