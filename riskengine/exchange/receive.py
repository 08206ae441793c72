"""Documents that were read back become a catalogue's files, through the checks that a catalogue is loaded with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from riskengine.catalog import CatalogFile, Edition
from riskengine.catalog.canonical import comments
from riskengine.catalog.check import Files, check_files
from riskengine.catalog.lint import lint_consultation, lint_files
from riskengine.catalog.lint_enforcement import lint_enforcement
from riskengine.catalog.load import CODES
from riskengine.exchange.tables import model_of, root_of
from riskengine.kernel.errors import CatalogError
from riskengine.kernel.models import validated
from riskengine.kernel.problems import Problem, in_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import BaseModel

    from riskengine.exchange.gather import Place
    from riskengine.kernel.yaml_document import YamlDocument

EDITION, LAWS = "risk_catalog/edition.yaml", "risk_catalog/laws.yaml"
CONSULTATION = "risk_catalog/consultation.yaml"
ENFORCEMENT = "risk_catalog/enforcement_items.yaml"
_CELLS = frozenset({"RE-396", "RE-398", "RE-399"})


@dataclass(frozen=True, slots=True)
class Received:
    """A catalogue that was read back.

    Attributes:
        files: in the order of :func:`riskengine.catalog.catalog_files`.
        documents: of each file, by name: where everything stood.
        findings: what lint has to say; it does not keep the catalogue from being used.
        made: by table, the place of a row and what stood in its columns that are made from others.
    """

    files: tuple[CatalogFile, ...]
    documents: Mapping[str, YamlDocument]
    findings: tuple[Problem, ...]
    made: Mapping[str, Mapping[Place, Mapping[str, tuple[Any, Place]]]] = field(default_factory=dict)


def receive(
    documents: Sequence[tuple[str, YamlDocument]], headers: Mapping[str, tuple[str, ...]], problems: list[Problem]
) -> Received:
    """The catalogue of some documents.

    Args:
        documents: by the name of the file that each stands for; edition and laws first.
        headers: the comment lines at the top of files, by name.
        problems: what was found in reading them.

    Raises:
        CatalogError: with every problem, those given included.
    """
    read: dict[str, tuple[YamlDocument, BaseModel]] = {}
    for name, document in documents:
        model = validated(document, model_of(root_of(name)), CODES, problems)
        if model is not None:
            read[name] = (document, model)
    if not problems:
        problems += _missing(read, documents)
    log, items = read.pop(CONSULTATION, None), read.pop(ENFORCEMENT, None)
    findings: list[Problem] = []
    if not problems:
        files = _files(read)
        problems += check_files(files)
        if not any(problem.is_error for problem in problems):
            findings += lint_files(files)
            findings += lint_consultation(log, files) if log else ()  # type: ignore[arg-type]
            findings += lint_enforcement(items, files) if items else ()  # type: ignore[arg-type]
    if any(problem.is_error for problem in problems):
        raise CatalogError(in_order(_one_for_each_cell(problems)))
    found = read | ({CONSULTATION: log} if log else {}) | ({ENFORCEMENT: items} if items else {})
    return Received(
        tuple(CatalogFile(name, comments(headers.get(name, ())), model) for name, (_, model) in found.items()),
        {name: document for name, (document, _) in found.items()},
        tuple(in_order(findings)),
    )


def _missing(
    read: Mapping[str, tuple[YamlDocument, BaseModel]], documents: Sequence[tuple[str, YamlDocument]]
) -> list[Problem]:
    """The files that a catalogue needs and that are not there, and those that the edition does not name."""
    if EDITION not in read:
        source = documents[0][1].source.partition("#")[0] if documents else None
        return [Problem("RE-401", source=source, found=EDITION)]
    document, edition = read[EDITION]
    areas = edition.areas if isinstance(edition, Edition) else ()
    needed = [EDITION, LAWS, *(f"{folder}/{area}.yaml" for area in areas for folder in ("risk_catalog", "measures"))]
    of_areas = [name for name in read if root_of(name) in {"areas", "measure_files"}]
    return [
        *(document.problem("RE-401", ("areas",), name) for name in needed if name not in read),
        *(document.problem("RE-417", ("areas",), name) for name in of_areas if name not in needed),
    ]


def _files(read: Mapping[str, tuple[YamlDocument, BaseModel]]) -> Files:
    def of(root: str) -> tuple[tuple[YamlDocument, BaseModel], ...]:
        return tuple(pair for name, pair in read.items() if root_of(name) == root)

    return Files(
        read[EDITION],  # type: ignore[arg-type]
        read[LAWS],  # type: ignore[arg-type]
        of("areas"),  # type: ignore[arg-type]
        of("measure_files"),  # type: ignore[arg-type]
    )


def _one_for_each_cell(problems: list[Problem]) -> list[Problem]:
    """Where a cell could not be typed, the model's word on it would be the same again."""
    told = {(problem.source, problem.row, problem.column) for problem in problems if problem.code in _CELLS}
    return [
        problem
        for problem in problems
        if problem.code in _CELLS or (problem.source, problem.row, problem.column) not in told
    ]
