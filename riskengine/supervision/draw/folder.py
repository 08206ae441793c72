"""The folder of a draw: what was committed to, read back."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from riskengine.kernel.errors import InputError
from riskengine.kernel.lazy import lazy
from riskengine.supervision.draw.committed import differs, open_as
from riskengine.supervision.draw.forms import (
    COMMITMENT,
    EXCLUSIONS,
    FORMAT,
    INSPECTORS,
    OPERATORS,
    STRATA,
    csv_rows,
)
from riskengine.supervision.draw.population import Stratum
from riskengine.supervision.draw.seeds import SeedSource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NEEDED = {"shares", "run", "committed_on", "operators", "inspectors", "exclusions"}
_COUNTS = ("stratum", "operators", "first", "last", "drawn")


class PublicRow(NamedTuple):
    """An operator as it stands on the published list."""

    number: int
    stratum: int
    operator_id: str
    name: str
    county: str


@dataclass(frozen=True)
class Commitment:
    """What was fixed before the numbers were known.

    Attributes:
        folder: where it is.
        sha256: of ``published/commitment.json``: what is published beforehand.
        content: what stands in it.
    """

    folder: Path
    sha256: str
    content: dict[str, Any]

    @property
    def sources(self) -> tuple[SeedSource, ...]:
        """Where the numbers come from, in the order in which they make the key."""
        return tuple(_source(entry) for entry in self.content["seed_sources"])

    @property
    def files(self) -> dict[str, str]:
        """File → SHA-256."""
        return dict(self.content["files"])

    @property
    def from_day(self) -> date:
        """The first day of the inspections."""
        return date.fromisoformat(self.content["period"]["from"])

    @property
    def until_day(self) -> date:
        """The last day of the inspections."""
        return date.fromisoformat(self.content["period"]["until"])

    @lazy
    def strata(self) -> tuple[Stratum, ...]:
        """The strata."""
        return tuple(
            Stratum(**{name: int(cell) if name in _COUNTS else cell for name, cell in row.items()})  # type: ignore[arg-type]
            for row in self.rows(STRATA)
        )

    @lazy
    def operators(self) -> list[PublicRow]:
        """The published list of operators."""
        return [
            PublicRow(
                int(row["number"]), int(row["stratum"]), row["operator_id"], row["name"], sys.intern(row["county"])
            )
            for row in self.stream(OPERATORS)
        ]

    @lazy
    def inspectors(self) -> dict[int, str]:
        """Number → county of the inspectors."""
        return {int(row["number"]): row["county"] for row in self.rows(INSPECTORS)}

    @lazy
    def excluded(self) -> dict[int, set[int]]:
        """Operator → inspectors who must not meet it, by number."""
        found: dict[int, set[int]] = {}
        for row in self.rows(EXCLUSIONS):
            found.setdefault(int(row["operator"]), set()).add(int(row["inspector"]))
        return found

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of one of its files.

        Raises:
            InputError: it is not there, or not as it was committed to (RE-909).
        """
        return list(self.stream(name))

    def stream(self, name: str) -> Iterator[dict[str, str]]:
        """As :meth:`rows`, one after the other."""
        return self._stream(name, self.files.get(name))

    def _stream(self, name: str, expected: str | None) -> Iterator[dict[str, str]]:
        try:
            content = (self.folder / name).read_bytes()
        except OSError:
            raise InputError([differs(name, "the file is missing")]) from None
        if expected is not None and hashlib.sha256(content).hexdigest() != expected:
            raise InputError([differs(name, "its bytes have changed")])
        try:
            yield from csv_rows(name, content)
        except ValueError as error:
            raise InputError([differs(name, str(error))]) from None

    def other_rows(self, name: str, expected: str | None) -> list[dict[str, str]]:
        """The rows of a file that was written after the commitment.

        Args:
            name: which.
            expected: its SHA-256, as the result says.

        Raises:
            InputError: as :meth:`rows`.
        """
        return list(self._stream(name, expected))


def _source(entry: dict[str, Any]) -> SeedSource:
    return SeedSource(**{**entry, "known_on": date.fromisoformat(entry["known_on"])})


def open_commitment(folder: Path) -> Commitment:
    """The commitment of a folder.

    Raises:
        UsageError: there is none (RE-908).
        InputError: it is not of the form that this program writes (RE-909).
    """
    return open_as(folder, COMMITMENT, lambda sha256, content: Commitment(folder, sha256, content), _is_whole)


def _is_whole(made: Commitment) -> bool:
    _ = made.sources, made.files, made.from_day, made.until_day
    return made.content["format"] == FORMAT and {"shares", "run", "committed_on", "operators"} <= made.content.keys()
