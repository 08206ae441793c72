"""Who may inspect whom: inspectors with a certificate that lasts, without those who must not meet an operator."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from riskengine.kernel.errors import InputError
from riskengine.kernel.masking import mask_personal, mask_whole
from riskengine.kernel.problems import Problem, in_order, nearest
from riskengine.records.table import read_table
from riskengine.supervision.sources import CONFLICTS, INSPECTORS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date
    from pathlib import Path

CONFLICT, LAST_TIME = "conflict", "last_time"
"""Why an inspector and an operator must not meet."""


class Inspector(NamedTuple):
    """An inspector on the list, numbered from 1 in the order of certificates; an empty county is every county."""

    number: int
    certificate: str
    name: str
    county: str
    valid_until: date


class Inspectors(NamedTuple):
    """The list, and how many of the file are not on it, for their certificate ends before the inspections do."""

    listed: tuple[Inspector, ...]
    expired: tuple[str, ...]


class Exclusion(NamedTuple):
    """Two numbers that must not meet, and why."""

    operator: int
    inspector: int
    reason: str


def read_inspectors(path: Path, until: date) -> Inspectors:
    """The inspectors of a file whose certificate is valid on the last day of the inspections.

    Raises:
        InputError: the file cannot be used; every problem of it.
    """
    rows = sorted(read_table(path, INSPECTORS).records, key=lambda row: str(row["certificate"]))
    valid = [row for row in rows if row["valid_until"] >= until]
    return Inspectors(
        tuple(
            Inspector(at, row["certificate"], row["name"] or "", row["county"] or "", row["valid_until"])
            for at, row in enumerate(valid, 1)
        ),
        tuple(row["certificate"] for row in rows if row["valid_until"] < until),
    )


def read_conflicts(path: Path, certificates: Collection[str], operators: Collection[str]) -> list[tuple[str, str]]:
    """Certificates and operators that must not meet.

    Args:
        path: the file.
        certificates: those of the file of inspectors, whether they are valid or not.
        operators: those of the run.

    Raises:
        InputError: the file cannot be used, or names somebody who is in neither list (RE-906): a conflict that nobody
            heeds would look like one that is.
    """
    found = read_table(path, CONFLICTS)
    problems: list[Problem] = []
    for row in found.records:
        certificate, operator = row["certificate"], row["operator_id"]
        if certificate not in certificates:
            near = tuple(map(mask_whole, nearest(certificate, certificates)))
            problems.append(_nobody(path, "certificate", mask_whole(certificate), near))
        if operator not in operators:
            problems.append(_nobody(path, "operator_id", mask_personal(operator), ()))
    if problems:
        raise InputError(in_order(problems))
    return [(row["certificate"], row["operator_id"]) for row in found.records]


def _nobody(path: Path, column: str, found: str, near: tuple[str, ...]) -> Problem:
    return Problem("RE-906", source=path.name, column=column, found=found, near=near)


def exclusions_of(
    pairs: Mapping[str, Iterable[tuple[str, str]]], numbers: Mapping[str, int], inspectors: Iterable[Inspector]
) -> list[Exclusion]:
    """Pairs of certificate and operator as numbers, sorted; those of whom one cannot be drawn are left out.

    Args:
        pairs: reason → certificates and operators.
        numbers: operator → its number on the list.
        inspectors: those on the list.
    """
    by_certificate = {inspector.certificate: inspector.number for inspector in inspectors}
    return sorted(
        {
            Exclusion(numbers[operator], by_certificate[certificate], reason)
            for reason, met in pairs.items()
            for certificate, operator in met
            if operator in numbers and certificate in by_certificate
        }
    )
