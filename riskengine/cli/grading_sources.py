"""The sources that ``grade`` and ``report`` are given: files, or a ledger."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskengine.cli.params import say_problems, source_option
from riskengine.contract.sources import SOURCES
from riskengine.facade.keeping import from_ledger
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

_AS_IT_COMES = 9  # digits of a change's number


@dataclass(frozen=True, slots=True)
class Sources:
    """What is graded.

    Attributes:
        given: operators, violations, inspections as ``Engine.grade`` takes them.
        inputs: what the run keeps beside the policy and the catalogue.
    """

    given: tuple[Any, Any, Any]
    inputs: Mapping[str, bytes] = field(default_factory=dict)

    def kept(self) -> dict[str, bytes]:
        """The record files, for a run that keeps them."""
        files = [source for source in self.given if isinstance(source, Path)]
        return {f"records/{file.name}": file.read_bytes() for file in files}


@contextlib.contextmanager
def sources_of(options: Mapping[str, Any], as_of: date) -> Iterator[Sources]:
    """The sources that a command's options name; what is made of a ledger is there as long as the context.

    Raises:
        UsageError: neither OPERATORS nor ``--ledger`` is given (RE-860), or both are, or a file beside the ledger
            (RE-861).
        RiskEngineError: the ledger cannot be read.
    """
    url = options.get("ledger")
    given = {name: options.get(name) for name in SOURCES}
    if url is None:
        if given["operators"] is None:
            raise UsageError([Problem("RE-860")])
        if options.get("known_at") is not None:
            raise UsageError([Problem("RE-861", found="--known-at")])
        records = [source_option(given[name]) for name in ("violations", "inspections")]
        yield Sources((given["operators"], *records))
        return
    beside = [str(value) for value in given.values() if value not in {None, "none"}]
    if beside:
        raise UsageError([Problem("RE-861", found=file) for file in beside])
    with tempfile.TemporaryDirectory(prefix="riskengine-ledger-") as folder:
        known = known_at_option(options.get("known_at"))
        made = from_ledger(url, Path(folder), as_of=as_of, known=known, key=options.get("key"))
        if made.said["deleted_persons"]:
            number = str(made.said["deleted_persons"])
            say_problems([Problem("RE-887", source=made.said["ledger"], found=number)], str(options["lang"]))
        none: dict[str, Any] = {name: [] for name, value in given.items() if value == "none"}
        if "operators" not in made.sources:
            raise UsageError([Problem("RE-862", source=str(made.said["ledger"]))])
        sources: dict[str, Any] = {**dict.fromkeys(SOURCES), **none, **made.sources}
        yield Sources(tuple(sources[name] for name in ("operators", "violations", "inspections")), made.inputs)


def known_at_option(text: str | None) -> datetime | int | None:
    """``--known-at``: a time with its zone, or the number of a change.

    Raises:
        UsageError: it is neither (RE-856).
    """
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) <= _AS_IT_COMES:
        return int(text)
    with contextlib.suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment
    raise UsageError([Problem("RE-856", column="--known-at", found=text)])
