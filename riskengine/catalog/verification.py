"""What a verification found: the result of each citation, the reverse check, and what changed since the last one."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMA = "riskengine.verification/2"
LAST_RESULT = "verification.json"
Result = Literal[
    "verified",
    "quote_not_found",
    "figure_not_found",
    "body_not_named",
    "article_missing",
    "not_in_force",
    "text_not_available",
]
RESULTS: tuple[Result, ...] = get_args(Result)


class Place(NamedTuple):
    """An article, paragraph and item of a version of a law."""

    law: str
    version: str | None
    article: str
    paragraph: int | None
    item: int | None

    def covers(self, other: Place) -> bool:
        """Whether ``other`` is this place or a part of it."""
        return self[:3] == other[:3] and all(
            mine is None or mine == its for mine, its in ((self.paragraph, other.paragraph), (self.item, other.item))
        )


@dataclass(frozen=True)
class Checked:
    """A citation or penalty and what its text showed.

    Attributes:
        at: the risk point or measure, and where in it: ``HW-01/penalties/3``.
        role: ``duty``, ``liability``, ``penalty``, ``threshold``, ``body``; None for a basis.
        place: what is cited.
        result: what the text showed; ``why`` names the part that is missing, where the quotation stands instead, or the
            figures or bodies that do not stand there.
        words: digest of the words at the place; None where there are none.
    """

    at: str
    role: str | None
    place: Place
    result: Result
    why: tuple[str, ...] = ()
    words: str | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes it the same citation in another result, wherever it stands in its list."""
        owner, part = self.at.split("/")[:2]
        return owner, part, self.role, *self.place

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values; what is not given is left out."""
        values = {"at": self.at, "role": self.role, **self.place._asdict(), "result": self.result}
        return _given({**values, "why": list(self.why), "words": self.words})


@dataclass(frozen=True)
class Uncovered:
    """Something that a cited liability article threatens and that no penalty of the risk point has.

    Attributes:
        at, place: the citation.
        what: a figure (``30000–100000 yuan``), a kind of penalty, or ``no_penalty`` where there is none for the place.
        elsewhere: another risk point that cites the same article has it.
    """

    at: str
    place: Place
    what: str
    elsewhere: bool

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values."""
        return _given({"at": self.at, **self.place._asdict(), "what": self.what, "elsewhere": self.elsewhere})


@dataclass(frozen=True)
class Verification:
    """The result for a whole catalogue.

    Attributes:
        catalog: id, version and SHA-256 of the catalogue.
        checked: every citation and penalty, in catalogue order.
        threats: how many figures and kinds of penalty stand in the cited liability articles.
        uncovered: those that no penalty has.
        uncited: penalties whose place no liability citation of their risk point covers.
        unneeded: citations that excuse what does not stand in their article or what a penalty has.
        texts: law, version, file and SHA-256 of each text that was used.
    """

    catalog: Mapping[str, str]
    checked: tuple[Checked, ...]
    threats: int
    uncovered: tuple[Uncovered, ...]
    uncited: tuple[str, ...]
    unneeded: tuple[str, ...]
    texts: tuple[Mapping[str, str], ...] = field(repr=False)

    def counts(self) -> dict[str, int]:
        """How many have each result."""
        found = Counter(entry.result for entry in self.checked)
        return {result: found[result] for result in RESULTS}

    def liability(self) -> tuple[int, int]:
        """Liability citations, and how many of them have a text."""
        entries = [entry for entry in self.checked if entry.role == "liability"]
        return len(entries), sum(entry.result != "text_not_available" for entry in entries)

    @property
    def findings(self) -> list[Checked]:
        """Everything that has a text and is not verified."""
        return [entry for entry in self.checked if entry.result not in {"verified", "text_not_available"}]

    @property
    def is_clean(self) -> bool:
        """Nothing found, and nothing in the reverse check."""
        return not (self.findings or self.uncovered or self.uncited or self.unneeded)

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values; holds no words of a law."""
        total, with_text = self.liability()
        return {
            "schema": SCHEMA,
            "catalog": dict(self.catalog),
            "counts": self.counts(),
            "liability": {"citations": total, "with_text": with_text},
            "reverse": {
                "threats": self.threats,
                "uncovered": [entry.to_dict() for entry in self.uncovered],
                "uncited": list(self.uncited),
                "unneeded": list(self.unneeded),
            },
            "texts": [dict(text) for text in self.texts],
            "citations": [entry.to_dict() for entry in self.checked],
        }


def last_result(root: Path | None = None) -> dict[str, Any]:
    """The last result of a catalogue, from ``risk_catalog/verification.json``; empty where there is none.

    Args:
        root: the folder that holds ``risk_catalog``; the shipped one where it is left out.
    """
    folder = resources.files("riskengine.risk_catalog") if root is None else root / "risk_catalog"
    try:
        data: dict[str, Any] = json.loads((folder / LAST_RESULT).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return data if isinstance(data, dict) and data.get("schema") == SCHEMA else {}


def changes_since(result: Verification, last: Mapping[str, Any]) -> tuple[list[Checked], list[Checked]]:
    """Citations that are new since the last result, and those that lead to other words than then.

    Args:
        result: the present one.
        last: ``to_dict()`` of the last one; where it is empty, there is nothing to compare with.
    """
    if not last:
        return [], []
    held: dict[tuple[Any, ...], list[str | None]] = {}
    for entry in last.get("citations", ()):
        held.setdefault(_held_key(entry), []).append(entry.get("words"))
    new, other = [], []
    for checked in result.checked:
        words = held.get(checked.key)
        if not words:
            new.append(checked)
        elif words.pop() not in {checked.words, None} and checked.words is not None:
            other.append(checked)
    return new, other


def lost_since(result: Verification, last: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Entries of the last result that are no longer in the catalogue, as they were recorded.

    Limits are passed over: they are looked at only where there is a text, and their article is an entry of its own.

    Args:
        result: the present one.
        last: ``to_dict()`` of the last one.
    """
    present = Counter(checked.key for checked in result.checked)
    lost = []
    for entry in last.get("citations", ()):
        key = _held_key(entry)
        if present[key] <= 0 and entry.get("role") != "threshold":
            lost.append(dict(entry))
        present[key] -= 1
    return lost


def _held_key(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    """:attr:`Checked.key` of an entry that was recorded."""
    return (*entry["at"].split("/")[:2], entry.get("role"), *(entry.get(name) for name in Place._fields))


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, [])}
