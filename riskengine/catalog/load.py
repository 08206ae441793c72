"""Reading a catalogue from its two folders: every file by itself, then what must hold between them."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from riskengine.catalog.catalog import Area, Catalog
from riskengine.catalog.check import Files, Read, check_files
from riskengine.catalog.consultation import ConsultationLog
from riskengine.catalog.edition import Edition
from riskengine.catalog.enforcement import EnforcementItems
from riskengine.catalog.laws import LawRegister
from riskengine.catalog.measure import Measure, MeasuresFile
from riskengine.catalog.risk_point import AreaFile, RiskPoint
from riskengine.kernel.errors import CatalogError
from riskengine.kernel.models import ModelCodes, validated
from riskengine.kernel.problems import Problem, in_order, nearest
from riskengine.kernel.yaml_document import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.resources.abc import Traversable
    from pathlib import Path

CODES = ModelCodes(unknown="RE-402", missing="RE-403", wrong="RE-404", inconsistent="RE-404")
EDITION_FILE = "edition.yaml"
LAWS_FILE = "laws.yaml"
CONSULTATION_FILE = "consultation.yaml"
ENFORCEMENT_FILE = "enforcement_items.yaml"
_BESIDE = (CONSULTATION_FILE, ENFORCEMENT_FILE)
"""Files beside a catalogue that are no part of it."""

Model = TypeVar("Model", bound=BaseModel)


def load_catalog(risk_catalog_dir: Path, measures_dir: Path) -> Catalog:
    """Read a catalogue.

    Args:
        risk_catalog_dir: the folder with ``edition.yaml``, ``laws.yaml`` and a file for each area.
        measures_dir: the folder with a file of measures for each area.

    Raises:
        CatalogError: with every problem of all files.
    """
    return _load(risk_catalog_dir, measures_dir)


@lru_cache(maxsize=1)
def load_shipped() -> Catalog:
    """The catalogue that comes with the package; read once."""
    return _load(_folder("risk_catalog"), _folder("measures"))


def files() -> list[tuple[str, bytes]]:
    """The shipped catalogue's files as relative name and bytes, for a copy that :func:`load_catalog` can read.

    Without the consultation log and the enforcement items: they stand beside the catalogue and are no part of it.
    """
    return [
        (f"{name}/{entry.name}", entry.read_bytes())
        for name in ("measures", "risk_catalog")
        for entry in sorted(_folder(name).iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".yaml") and entry.name not in _BESIDE
    ]


def load_consultation(root: Path | None = None) -> ConsultationLog:
    """The consultation log beside a catalogue; empty where the folder has none.

    Args:
        root: the folder that holds ``risk_catalog``; the shipped one where it is left out.

    Raises:
        CatalogError: with every problem of the file.
    """
    return _beside(read_consultation, ConsultationLog(), root)


def load_enforcement(root: Path | None = None) -> EnforcementItems:
    """The enforcement items beside a catalogue; empty where the folder has none.

    Args:
        root: the folder that holds ``risk_catalog``; the shipped one where it is left out.

    Raises:
        CatalogError: with every problem of the file.
    """
    return _beside(read_enforcement, EnforcementItems(), root)


def _beside(
    read: Callable[[Traversable, list[Problem]], Read[Model] | None], nothing: Model, root: Path | None
) -> Model:
    """A file beside a catalogue; ``nothing`` where there is none."""
    problems: list[Problem] = []
    found = read(folders(root)[0], problems)
    if problems:
        raise CatalogError(in_order(problems))
    return found[1] if found else nothing


def folders(root: Path | None = None) -> tuple[Traversable, Traversable]:
    """``risk_catalog`` and ``measures`` under ``root``; the shipped ones where it is left out."""
    if root is None:
        return _folder("risk_catalog"), _folder("measures")
    return root / "risk_catalog", root / "measures"


def read_consultation(risk_catalog: Traversable, problems: list[Problem]) -> Read[ConsultationLog] | None:
    """The log with its document; None where there is none, or where it was wrong and problems were added."""
    if not risk_catalog.joinpath(CONSULTATION_FILE).is_file():
        return None
    return _read(risk_catalog, CONSULTATION_FILE, ConsultationLog, problems)


def read_enforcement(risk_catalog: Traversable, problems: list[Problem]) -> Read[EnforcementItems] | None:
    """The enforcement items with their document; None where there are none, or where problems were added."""
    if not risk_catalog.joinpath(ENFORCEMENT_FILE).is_file():
        return None
    return _read(risk_catalog, ENFORCEMENT_FILE, EnforcementItems, problems)


def _folder(name: str) -> Traversable:
    return resources.files(f"riskengine.{name}")


def _load(risk_catalog: Traversable, measures: Traversable) -> Catalog:
    found, problems = read_files(risk_catalog, measures)
    if found is None or any(problem.is_error for problem in problems):
        raise CatalogError(in_order(problems))
    return _assembled(found)


def read_files(risk_catalog: Traversable, measures: Traversable) -> tuple[Files | None, list[Problem]]:
    """The files that could be read, and every problem of them; None where the edition or the laws could not."""
    problems: list[Problem] = []
    edition = _read(risk_catalog, EDITION_FILE, Edition, problems)
    laws = _read(risk_catalog, LAWS_FILE, LawRegister, problems)
    if edition is None or laws is None:
        return None, problems
    names = [f"{code}.yaml" for code in edition[1].areas]
    areas = [_read(risk_catalog, name, AreaFile, problems) for name in names]
    measure_files = [_read(measures, name, MeasuresFile, problems) for name in names]
    problems += _unlisted(risk_catalog, [EDITION_FILE, LAWS_FILE, *_BESIDE, *names])
    problems += _unlisted(measures, names)
    found = Files(edition, laws, tuple(filter(None, areas)), tuple(filter(None, measure_files)))
    if not problems:  # between files that are not whole, everything would seem to be missing
        problems += check_files(found)
    return found, problems


def _read(folder: Traversable, name: str, model: type[Model], problems: list[Problem]) -> Read[Model] | None:
    source = f"{folder.name}/{name}"
    try:
        content = folder.joinpath(name).read_bytes()
    except OSError:
        problems.append(Problem("RE-401", source=source, found=name))
        return None
    document = parse_yaml(content, source)
    value = validated(document, model, CODES, problems)
    return None if value is None else (document, value)


def _unlisted(folder: Traversable, known: list[str]) -> list[Problem]:
    """The YAML files of a folder that the edition does not name: none is passed over in silence."""
    if not folder.is_dir():
        return []
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return [
        Problem("RE-417", source=f"{folder.name}/{name}", found=name, near=nearest(name, known))
        for name in names
        if name not in known
    ]


def _assembled(found: Files) -> Catalog:
    measures = {
        code: Measure(code=code, **dict(entry)) for _, file in found.measures for code, entry in file.measures.items()
    }
    codes: dict[str, list[str]] = {}
    for code, measure in measures.items():
        codes.setdefault(measure.risk_point, []).append(code)
    return Catalog(
        edition=found.edition[1],
        areas={file.area: Area(code=file.area, title=file.title) for _, file in found.areas},
        risk_points={
            point.code: RiskPoint(area=area, measures=tuple(codes.get(point.code, ())), **dict(point))
            for _, _, area, point in found.points()
        },
        measures=measures,
        laws=found.laws[1],
    )
