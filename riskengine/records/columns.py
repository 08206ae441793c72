"""Which heading is which column, and how the cells of each are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from riskengine.contract import sources
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem, nearest
from riskengine.records.grammar import (
    Fault,
    bool_of,
    date_of,
    decimal_of,
    extra_of,
    id_of,
    integer_of,
    text_of,
)
from riskengine.records.joined import Joined, joined_columns
from riskengine.records.words import areas_of, plate_of, word_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from riskengine.contract.sources import Column, ProfileColumn, Source

PROBLEMS_HEADING, ROW_HEADING = "问题/problems", "行/row"
"""The two columns that a ``mend`` file adds; they are ignored when it is read back."""

_HEADINGS_LISTED = 20
_REMEMBERED = 100_000  # different texts per column; then all are forgotten: readers may live long
_NARROWED = {sources.TEXT, sources.INTEGER, sources.DECIMAL, sources.DATE}
"""Types of the contract's columns for which a policy's profile may set narrower limits."""
_EARLIEST = date.fromisoformat(sources.EARLIEST_DATE)


@dataclass(frozen=True, slots=True)
class Known:
    """What the policy and the catalogue say about records.

    Attributes:
        profile: further columns of operators and records that the policy reads.
        risk_points: code → the code that counts, None for an unknown one; None where any code is accepted.
        risk_point_codes: for "did you mean".
        areas: the area codes; empty where any is accepted.
        risk_point_area: risk point → its area.
        mapping: column → heading; of an id, headings with ``+`` between them.
    """

    profile: Sequence[ProfileColumn] = ()
    risk_points: Callable[[str], str | None] | None = None
    risk_point_codes: Collection[str] = ()
    areas: Collection[str] = ()
    risk_point_area: Mapping[str, str] = field(default_factory=dict)
    mapping: Mapping[str, str] = field(default_factory=dict)

    def profile_of(self, source: Source) -> list[ProfileColumn]:
        """The further columns of a source."""
        return [column for column in self.profile if column.source == source.name]


@dataclass(slots=True)
class Binding:
    """The columns of one source.

    Attributes:
        names: column names by position; None for the columns that are not kept.
        headings: column name → heading, in file order.
        read: (column name, position, reader of its cells) of the columns that are read.
        joined: the columns that are made of several of those.
        absent: the columns that the source lacks.
        added: positions of the columns that a ``mend`` file adds; it is being read back where there are any.
        loose: positions of the columns that have no heading; they must be empty.
        fatal: why the source cannot be used.
        warnings: what is odd about its headings.
    """

    names: list[str | None]
    headings: dict[str, str] = field(default_factory=dict)
    read: list[tuple[str, int, Callable[[Any], Any]]] = field(default_factory=list)
    joined: list[Joined] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    added: set[int] = field(default_factory=set)
    loose: list[int] = field(default_factory=list)
    fatal: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def heading(self, column: str) -> str | None:
        """The heading of a column, or the headings that it is made of; None where it has none."""
        made = {joined.name: joined.heading for joined in self.joined}
        return made.get(column) or self.headings.get(column)


def accepted_headings(column: Column) -> tuple[str, ...]:
    """The column's name and its Chinese headings."""
    return (column.name, *column.headings)


def listed(headings: Sequence[str]) -> tuple[str, ...]:
    """Headings as a message lists them: not all of very many."""
    return (*headings[:_HEADINGS_LISTED], *(["…"] if len(headings) > _HEADINGS_LISTED else []))


def column_names(source: Source, known: Known) -> list[str]:
    """The columns that a source may have by name: the contract's and those that the policy declares."""
    profile = [column.name for column in known.profile_of(source)]
    return list(dict.fromkeys([*source.names, *profile]))


def bind(headings: Sequence[str], source: Source, label: str, known: Known) -> Binding:
    """Find the column of each heading.

    Args:
        headings: as read, without white space at their ends.
        source: which source it is.
        label: the source as the user names it.
        known: what the policy and the catalogue say.
    """
    names = column_names(source, known)
    binding = Binding([None] * len(headings), joined=joined_columns(known.mapping, headings, names))
    chosen = {heading: name for name, heading in known.mapping.items() if heading in headings and name in names}
    meant = {heading: column.name for column in source.columns for heading in accepted_headings(column)}
    meant = {name: name for name in names} | meant
    taken = {*chosen.values(), *(joined.name for joined in binding.joined)}
    meant = {heading: name for heading, name in meant.items() if name not in taken} | chosen
    readers = readers_of(source, known)
    holders: dict[str, list[str]] = {joined.name: [joined.heading] for joined in binding.joined}
    for position, heading in enumerate(headings):
        if heading in {PROBLEMS_HEADING, ROW_HEADING}:
            binding.added.add(position)
            continue
        if not heading:
            binding.loose.append(position)
            continue
        name = meant.get(heading, heading)
        holders.setdefault(name, []).append(heading)
        binding.names[position] = name
        binding.headings[name] = heading
        if heading in meant:
            binding.read.append((name, position, readers[name]))
        elif source.keeps_other_columns:
            binding.read.append((name, position, unread))
        else:
            free = [accepted for accepted, column in meant.items() if column not in binding.headings]
            near = nearest(heading, free)
            found = mask_personal(heading)
            binding.warnings.append(Problem("RE-121", source=label, found=found, near=near))
    binding.absent = [name for name in names if name not in holders]
    _check(binding, holders, source, label, known)
    return binding


def _check(
    binding: Binding,
    holders: Mapping[str, list[str]],
    source: Source,
    label: str,
    known: Known,
) -> None:
    for name, headings in holders.items():
        if len(set(headings)) > 1:
            binding.fatal.append(Problem("RE-108", source=label, column=name, params=(("headings", tuple(headings)),)))
        elif len(headings) > 1:
            binding.fatal.append(Problem("RE-109", source=label, column=name, found=headings[0]))
    spare = [mask_personal(heading) for name, heading in binding.headings.items() if name not in source.names]
    for column in source.columns:
        if column.required and column.name in binding.absent:
            near = {found for accepted in accepted_headings(column) for found in nearest(accepted, spare)}
            binding.fatal.append(
                Problem(
                    "RE-107",
                    source=label,
                    column=column.name,
                    near=tuple(sorted(near)),
                    params=(("headings", accepted_headings(column)), ("there", listed(spare))),
                )
            )
    binding.warnings += [
        Problem("RE-122", source=label, column=column.name, near=nearest(column.name, spare))
        for column in known.profile_of(source)
        if column.name in binding.absent
    ]


def readers_of(source: Source, known: Known) -> dict[str, Callable[[Any], Any]]:
    """The reader of each column's cells, by column name."""
    readers = {column.name: _contract_reader(column, known) for column in source.columns}
    in_contract = {column.name: column.type in _NARROWED for column in source.columns}
    return readers | {
        column.name: _profile_reader(column, column.name in in_contract)
        for column in known.profile_of(source)
        if in_contract.get(column.name, True)
    }


def _contract_reader(column: Column, known: Known) -> Callable[[Any], Any]:
    if column.name == "risk_point":
        return _remembering(partial(_risk_point, known=known))
    accepted = {word.lower(): stored for word, stored in column.words}
    readers: dict[str, Callable[[Any], Any]] = {
        sources.TEXT: text_of,
        sources.ID: id_of,
        sources.INTEGER: _remembering(integer_of),
        sources.DECIMAL: _remembering(partial(decimal_of, places=sources.PENALTY_PLACES, low=0, high=sources.MAX_YUAN)),
        sources.DATE: _remembering(partial(date_of, earliest=_EARLIEST)),
        sources.WORD: _remembering(partial(word_of, words=accepted)),
        sources.WORDS: _remembering(partial(words_of, words=accepted)),
        sources.AREAS: _remembering(partial(areas_of, known=known.areas)),
        sources.PLATE: plate_of,
    }
    return readers[column.type]


def _profile_reader(column: ProfileColumn, in_contract: bool) -> Callable[[Any], Any]:
    """The reader of a column as the policy types it; what the contract asks of its own columns holds as well."""
    low = max(column.minimum or 0, 0) if in_contract else column.minimum
    high = {"integer": sources.MAX_INTEGER, "decimal": sources.MAX_YUAN}.get(column.type, 0)
    high = high if column.maximum is None else column.maximum
    if column.type == "integer":
        return _remembering(partial(integer_of, low=low, high=high))
    if column.type == "decimal":
        return _remembering(partial(decimal_of, places=column.places, low=low, high=high))
    if column.type == "text" and column.words:
        return _remembering(partial(_profile_word, words=column.words))
    if column.type == "date":
        return _remembering(partial(date_of, earliest=_EARLIEST if in_contract else None))
    return {"text": text_of, "bool": _remembering(bool_of)}[column.type]


def _profile_word(raw: Any, words: Sequence[str]) -> Any:
    text = text_of(raw)
    if not isinstance(text, str) or text in words:
        return text
    return word_of(text, {word.lower(): word for word in words})


def _risk_point(raw: Any, known: Known) -> Any:
    code = id_of(raw)
    if not isinstance(code, str) or known.risk_points is None:
        return code
    counted = known.risk_points(code)
    return Fault("RE-217", near=nearest(code[:40], known.risk_point_codes)) if counted is None else counted


def unread(raw: Any) -> Any:
    """A cell that no rule reads costs no row: what is wrong with it is a warning."""
    value = extra_of(raw)
    return Fault("RE-268", params=(("reason", value.code),)) if isinstance(value, Fault) else value


def _remembering(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """``read`` with its answers for texts kept: the cells of such a column repeat themselves."""
    answers: dict[str, Any] = {}

    def reader(raw: Any) -> Any:
        if type(raw) is not str:
            return read(raw)
        try:
            return answers[raw]
        except KeyError:
            if len(answers) >= _REMEMBERED:
                answers.clear()
            value = answers[raw] = read(raw)
            return value

    return reader
