"""A catalogue as its files: each with its header and its model, to be written in canonical form or exported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.catalog.canonical import canonical_yaml, header_of, plain_data
from riskengine.catalog.load import folders, read_consultation, read_enforcement, read_files
from riskengine.kernel.errors import CatalogError
from riskengine.kernel.problems import Problem, in_order

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class CatalogFile:
    """One file of a catalogue.

    Attributes:
        name: ``risk_catalog/HW.yaml``.
        header: the comment lines of its top.
        model: what it holds.
    """

    name: str
    header: tuple[str, ...]
    model: BaseModel

    def content(self) -> bytes:
        """The file in canonical form."""
        return canonical_yaml(plain_data(self.model), self.header)


def catalog_files(root: Path | None = None) -> tuple[CatalogFile, ...]:
    """The files of a catalogue: edition, laws, areas and measures in the edition's order, and what stands beside them.

    Args:
        root: the folder that holds ``risk_catalog`` and ``measures``; the shipped ones where it is left out.

    Raises:
        CatalogError: with every problem of all files.
    """
    found, problems = _read(root)
    if any(problem.is_error for problem in problems):
        raise CatalogError(in_order(problems))
    return tuple(file for file, _ in found)


def lint_form(root: Path | None = None) -> list[Problem]:
    """The files that are not written in canonical form, each with the first line that would stand otherwise (RE-390).

    Files with problems of their own are passed over: what they hold is not known for certain.
    """
    problems = []
    for file, content in _read(root)[0]:
        canonical = file.content()
        if content != canonical:
            line, found, expected = _first_difference(content, canonical)
            problems.append(
                Problem("RE-390", source=file.name, line=line, found=found, params=(("line_expected", expected),))
            )
    return problems


def write_catalog(files: tuple[CatalogFile, ...], folder: Path) -> list[Path]:
    """Write the files in canonical form below ``folder``; what else is there is left alone.

    Raises:
        OSError: a file cannot be written.
    """
    written = []
    for file in files:
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content())
        written.append(path)
    return written


def _read(root: Path | None) -> tuple[list[tuple[CatalogFile, bytes]], list[Problem]]:
    """Every file that could be read, with its bytes, and every problem."""
    risk_catalog, measures = folders(root)
    found, problems = read_files(risk_catalog, measures)
    beside = [read_consultation(risk_catalog, problems), read_enforcement(risk_catalog, problems)]
    if found is None:
        return [], problems
    reads = [found.edition, found.laws, *found.areas, *found.measures, *filter(None, beside)]
    files = []
    for document, model in reads:
        content = _content(document.source, risk_catalog, measures)
        files.append((CatalogFile(document.source, header_of(content), model), content))
    return files, problems


def _content(source: str, *parents: Traversable) -> bytes:
    """The bytes of a file that was read under the name ``risk_catalog/HW.yaml``."""
    folder, _, name = source.partition("/")
    return next(parent for parent in parents if parent.name == folder).joinpath(name).read_bytes()


def _first_difference(content: bytes, canonical: bytes) -> tuple[int, str, str]:
    """The number of the first line that differs, from 1, and the line on both sides."""
    found, expected = content.splitlines(keepends=True), canonical.splitlines(keepends=True)
    pairs = zip(found, expected, strict=False)
    at = next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(found), len(expected)))

    def line(lines: list[bytes]) -> str:
        return lines[at].decode("utf-8", errors="replace").strip(" \n") if at < len(lines) else ""

    return at + 1, line(found), line(expected)
