"""Reading sources: open, bind the columns, read the rows, check them, account for every one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.contract.records import Records, SourceRecords
from riskengine.contract.sources import SOURCES
from riskengine.kernel.errors import InputError
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem, in_order, nearest
from riskengine.records.as_read import restore_ids
from riskengine.records.columns import Binding, Known, accepted_headings, bind, column_names, listed
from riskengine.records.crosscheck import cross_check
from riskengine.records.joined import JOINABLE, parts_of
from riskengine.records.opening import label_of, open_table
from riskengine.records.raw import RawTable, unreadable
from riskengine.records.rows import draft_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import date

    from riskengine.contract.sources import ProfileColumn, Source
    from riskengine.records.draft import Draft


def read_records(
    *,
    operators: Any,
    violations: Any = None,
    inspections: Any = None,
    as_of: date,  # noqa: ARG001  the date that the records are read for; no rule of reading depends on it yet
    profile: Sequence[ProfileColumn] = (),
    risk_points: Callable[[str], str | None] | None = None,
    known_risk_points: Collection[str] = (),
    known_areas: Collection[str] = (),
    risk_point_area: Mapping[str, str] | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Records:
    """Read and check the records of a grading.

    A source is a path (.csv, .xlsx, .parquet, .jsonl, .ndjson), a pandas or Polars frame, an Arrow table or
    reader, a DuckDB relation, or an iterable of mappings. Rows that cannot be used are left out, each with
    its problems; nothing is dropped.

    Args:
        operators: the rated units; at least one.
        violations: None where none are read; an empty list says that there are none.
        inspections: likewise.
        as_of: the day of the grading. What occurred later is read like the rest and kept apart by the engine.
        profile: further columns of operators and records that the policy reads, with their types.
        risk_points: code → the code that counts (a retired one's successor), None for an unknown one; without
            it any code is accepted.
        known_risk_points: the codes that "did you mean" compares with.
        known_areas: the area codes; without them any is accepted.
        risk_point_area: risk point → its area, for the warning that a violation lies outside its operator's.
        mapping: column → heading, for headings that the contract does not know.

    Returns:
        every source with its records, the rows left out and all problems; in each source, rows in = records +
        rows left out.

    Raises:
        InputError: a source cannot be used as a whole (RE-101 to RE-115); all such problems at once.
    """
    known = Known(profile, risk_points, known_risk_points, known_areas, risk_point_area or {}, mapping or {})
    given = {"operators": operators, "violations": violations, "inspections": inspections}
    opened: dict[str, Opened] = {}
    fatal: list[Problem] = []
    for name, data in given.items():
        if data is None and name != "operators":
            continue
        try:
            opened[name] = _open(data, name, known)
        except InputError as error:
            fatal += error.problems
    if not fatal:
        fatal = mapping_problems(opened.values(), known)
    drafts = _drafts(opened, known, fatal)
    quarantined = cross_check(
        drafts["operators"], drafts.get("violations"), drafts.get("inspections"), known.risk_point_area
    )
    quarantined = restore_ids(drafts, quarantined)
    return Records(**{name: draft.finish() for name, draft in drafts.items()}, quarantined=quarantined)


def _drafts(opened: Mapping[str, Opened], known: Known, fatal: list[Problem]) -> dict[str, Draft]:
    """What is read of each source.

    Raises:
        InputError: one cannot be used, or ``fatal`` holds problems already; all of them at once.
    """
    drafts: dict[str, Draft] = {}
    for name, source in opened.items():
        fatal += source.binding.fatal
        try:
            if not source.binding.fatal:
                drafts[name] = _draft(source, known)
        except InputError as error:
            fatal += error.problems
    if fatal:
        raise InputError(in_order(fatal))
    return drafts


def read_source(
    data: Any,
    name: str | None = None,
    *,
    profile: Sequence[ProfileColumn] = (),
    risk_points: Callable[[str], str | None] | None = None,
    known_risk_points: Collection[str] = (),
    known_areas: Collection[str] = (),
    mapping: Mapping[str, str] | None = None,
) -> SourceRecords:
    """Read and check one source alone, without the rules between sources.

    Args:
        data: as in ``read_records``.
        name: ``operators``, ``violations`` or ``inspections``; None lets the headings tell.
        profile: as in ``read_records``, like the others.
        risk_points: see there.
        known_risk_points: see there.
        known_areas: see there.
        mapping: see there.

    Raises:
        InputError: the source cannot be used as a whole, or its headings do not tell which it is (RE-113).
    """
    known = Known(profile, risk_points, known_risk_points, known_areas, {}, mapping or {})
    return draft_source(data, name, known).finish()


def draft_source(
    data: Any,
    name: str | None,
    known: Known,
    sources: Mapping[str, Source] = SOURCES,
    guessed: Collection[str] = SOURCES,
) -> Draft:
    """One source, read and checked alone, with all its rows.

    Args:
        data: as in :func:`read_records`.
        name: of the source; None lets the headings tell.
        known: what the policy and the catalogue say.
        sources: the sources that there are, by name.
        guessed: those of them that headings may tell.

    Raises:
        InputError: as :func:`read_source`.
    """
    opened = _open(data, name, known, {each: sources[each] for each in guessed} if name is None else sources)
    fatal = mapping_problems([opened], known) + opened.binding.fatal
    if fatal:
        raise InputError(in_order(fatal))
    return _draft(opened, known)


@dataclass(slots=True)
class Opened:
    """A source whose columns are known and whose rows are still to be read."""

    source: Source
    label: str
    table: RawTable
    binding: Binding


def _open(data: Any, name: str | None, known: Known, sources: Mapping[str, Source] = SOURCES) -> Opened:
    label = label_of(data, name)
    table = open_table(data, name, label)
    if table.sheet:
        label = f"{label} [{table.sheet}]"
    source = sources[name] if name else _guess(table, label, known, sources)
    if not table.headings and table.sha256 is None:
        # No heading and no record: a list or frame that says "there are none", which operators cannot be.
        if source.name == "operators":
            raise unreadable(label, "RE-106")
        return Opened(source, label, table, Binding([]))
    return Opened(source, label, table, bind(table.headings, source, label, known))


def _guess(table: RawTable, label: str, known: Known, sources: Mapping[str, Source]) -> Source:
    """The source whose required columns are all there; of several, the one with the most columns there."""
    there = set(table.headings)
    mapped = {column: parts_of(heading, there) or (heading,) for column, heading in known.mapping.items()}
    there |= {column for column, headings in mapped.items() if {*headings} <= there}
    fitting = [
        (sum(bool(there & set(accepted_headings(column))) for column in source.columns), source)
        for source in sources.values()
        if all(there & set(accepted_headings(column)) for column in source.columns if column.required)
    ]
    keyed = [sources[name] for name in ("violations", "inspections") if sources[name].key in there]
    if keyed and keyed[0] not in [source for _, source in fitting]:
        return keyed[0]  # told by its key, though a required column is missing: that will be said
    if not fitting:
        raise unreadable(label, "RE-113")
    return max(fitting, key=lambda pair: pair[0])[1]


def _draft(opened: Opened, known: Known) -> Draft:
    draft = draft_rows(opened.table, opened.source, opened.label, opened.binding, known)
    if opened.source.name == "operators" and not draft.rows:
        raise unreadable(opened.label, "RE-106")
    return draft


def mapping_problems(opened: Iterable[Opened], known: Known) -> list[Problem]:
    """A mapped heading that no source has, and a mapped column that no source with that heading can have."""
    problems = []
    sources = list(opened)
    every = [heading for source in sources for heading in source.table.headings]
    mapped = list(known.mapping.values())
    for column, heading in known.mapping.items():
        if mapped.count(heading) > 1:
            problems.append(Problem("RE-115", column=column, found=heading))
        parts = parts_of(heading, every)
        asked = parts or (heading,)
        holding = [source for source in sources if {*asked} <= {*source.table.headings}]
        names = [name for source in holding for name in column_names(source.source, known)]
        if not holding:
            problems += _absent_headings(column, heading, asked, every)
        elif column not in names:
            problems.append(Problem("RE-112", found=column, near=nearest(column, names)))
        elif parts and column not in JOINABLE:
            problems.append(Problem("RE-117", found=heading, column=column, params=(("ids", tuple(sorted(JOINABLE))),)))
    return problems


def _absent_headings(column: str, heading: str, asked: Sequence[str], every: Sequence[str]) -> list[Problem]:
    """That no source has the headings of a mapping: each that is nowhere, or all where no source has them together."""
    shown = [mask_personal(each) for each in every]
    nowhere = [each for each in dict.fromkeys(asked) if each not in every] or [heading]
    return [
        Problem("RE-111", column=column, found=each, near=nearest(each, shown), params=(("there", listed(shown)),))
        for each in nowhere
    ]
