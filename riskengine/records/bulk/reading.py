"""Sources into typed tables of a database, checked alone and against each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.contract.arrow import arrow_schema
from riskengine.contract.records import BLANK
from riskengine.contract.sources import DATE, DECIMAL, INTEGER, OPERATORS, SOURCES, TEXT
from riskengine.contract.tables import REGISTER
from riskengine.records.bulk import cross_checks
from riskengine.records.bulk.ledger import Ledger
from riskengine.records.bulk.links import links_of, outside_by_raw_cells
from riskengine.records.bulk.relation import Raw, open_raw, with_joined
from riskengine.records.bulk.row_checks import check_repeated, check_rows
from riskengine.records.bulk.stored import StoredSource
from riskengine.records.bulk.survey import REPEATED, look_ahead, survey
from riskengine.records.bulk.typed import Typed, type_source
from riskengine.records.columns import Binding, bind
from riskengine.records.opening import label_of
from riskengine.records.raw import RawTable
from riskengine.records.reading import Opened, mapping_problems

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import pyarrow as pa

    from riskengine.kernel.problems import Problem
    from riskengine.records.columns import Known

_BATCH = 1 << 16
_CHECKED = {
    "operators": ("operator_id", "name", "areas", "licensed_on", "closed_on", "successor"),
    "violations": (
        "violation_id",
        "operator_id",
        "risk_point",
        "occurred_on",
        "decided_on",
        "status",
        "status_on",
        "inspection_id",
    ),
    "inspections": ("inspection_id", "operator_id", "inspected_on"),
}


@dataclass(frozen=True, slots=True)
class Bulk:
    """What ``contract.records.RecordsAccount`` asks of the records of a grading, and what their tables are called.

    Tables: ``used_operators`` (id as compared, as_read, op: number in the order of
    as_read, areas, used_row); ``register`` (op, operator_id, county, areas); for each source
    ``typed_…`` (row, ``c_…`` for each column kept, ``read_key``, the key as read) of all rows, a view of what it was
    read from, ``checked_…``, the same with the columns alone that the checks read, and ``out_…`` of those that are left
    out.

    Attributes:
        accounts: of each source, operators first.
        quarantined: operator_id as compared → how many of its records were left out.
    """

    accounts: tuple[StoredSource, ...]
    quarantined: Mapping[str, int]

    @property
    def sources(self) -> Sequence[StoredSource]:
        """The sources that were given, operators first."""
        return self.accounts

    @property
    def ids_are_plain(self) -> bool:
        """Whether every operator and record has an id that is plainly written: letters, digits and the like alone."""
        return all(account.typed.has_plain_ids for account in self.accounts)

    @property
    def in_order(self) -> frozenset[str]:
        """The sources whose rows stand in the order of their ids."""
        return frozenset(account.name for account in self.accounts if account.is_in_order)

    def changed(self) -> list[str]:
        """The files that are read in place and are no longer what they were."""
        return [account.label for account in self.accounts if account.typed.raw.is_changed()]

    def problems(self) -> Iterator[Problem]:
        """Every problem of every source."""
        for account in self.accounts:
            yield from account.problems

    def register(self) -> Iterator[pa.RecordBatch]:
        """The rows of ``register``, sorted by operator."""
        with self.accounts[0].ledger.connection.cursor() as cursor:
            for batch in cursor.sql("SELECT operator_id, county, areas FROM register ORDER BY op").to_arrow_reader(
                _BATCH
            ):
                yield batch.cast(arrow_schema(REGISTER))


def read_bulk(
    connection: Any, given: Mapping[str, Any], known: Known, kept: Mapping[str, Collection[str]]
) -> Bulk | None:
    """Read and check the records of a grading in a database.

    Args:
        connection: an open DuckDB connection, for these records alone.
        given: source → path or Arrow table (an empty list: none); None for a source that is not given.
        known: what the policy and the catalogue say of records.
        kept: source → the columns that will be read afterwards, beside those that the checks read.

    Returns:
        the account and the tables; None where a source is odd as a whole and has to be read row by row: another
        format, unclosed quotation marks, a required column missing, …
    """
    if _redefines(known):
        return None
    opened: dict[str, tuple[Raw, Binding, str]] = {}
    for name, data in given.items():
        if data is None:
            continue
        label = label_of(data, name)
        raw = _nothing(name) if isinstance(data, list | tuple) and not data else open_raw(connection, data, name)
        if raw is None:
            return None
        binding = bind(raw.headings, SOURCES[name], label, known) if raw.headings else Binding([])
        if binding.fatal or binding.loose or binding.added or (name == OPERATORS.name and not raw.headings):
            return None
        raw = with_joined(connection, raw, name, binding.joined)
        if raw is None:
            return None
        opened[name] = raw, binding, label
    sources = [
        Opened(SOURCES[name], label, RawTable([*raw.headings]), bound) for name, (raw, bound, label) in opened.items()
    ]
    if mapping_problems(sources, known):
        return None
    return _read(connection, opened, known, kept)


def _read(
    connection: Any,
    opened: Mapping[str, tuple[Raw, Binding, str]],
    known: Known,
    kept: Mapping[str, Collection[str]],
) -> Bulk | None:
    ledgers: dict[str, Ledger] = {}
    accounts: list[StoredSource] = []
    areas = False
    links: dict[str, int | None] = {}
    for name, (raw, binding, label) in opened.items():
        rising = look_ahead(connection, raw, SOURCES[name], binding)
        with_areas = areas and name == "violations"
        if accounts and accounts[0].typed.has_key_as_read:
            links[name] = outside_by_raw_cells(connection, raw, binding, with_areas=with_areas)
        plain = ("operator_id",) if links.get(name) is not None else ()
        typed = type_source(connection, raw, SOURCES[name], label, binding, known, plain)
        ledger = ledgers[name] = Ledger(connection, name)
        _show(connection, typed, "checked", _CHECKED[name])
        _show(connection, typed, "typed", {*_CHECKED[name], *kept.get(name, ())})
        ledger.cells(typed)
        seen = survey(connection, typed, rising)
        check_rows(connection, typed, ledger, seen)
        if seen.found[REPEATED]:
            check_repeated(connection, typed, ledger)
        if (name == OPERATORS.name and not seen.rows) or _ends_blank(connection, raw, ledger):
            return None
        accounts.append(StoredSource(typed, ledger, seen.rows, seen.rises and typed.has_key_as_read))
        if name == OPERATORS.name:
            _number_operators(connection, ledger)
            _keep_register(connection, has_county="county" in kept.get(name, ()))
            cross_checks.check_successors(ledger)
            areas = cross_checks.areas_table(connection, known.risk_point_area)
        else:
            _check_links(connection, ledger, links_of(connection, typed, links.get(name), with_areas=with_areas))
    if "violations" in ledgers and "inspections" in ledgers:
        cross_checks.check_inspections(ledgers["violations"], ledgers["inspections"])
    for account in accounts:
        account.keep_rest()
    return Bulk(tuple(accounts), cross_checks.quarantined(connection, ledgers))


def _redefines(known: Known) -> bool:
    """Whether a policy gives a column of the contract another type."""
    own = {column.name: column.type for column in OPERATORS.columns}
    like = {"text": (TEXT,), "integer": (INTEGER,), "decimal": (INTEGER, DECIMAL), "date": (DATE,)}
    narrowed = [column for column in known.profile_of(OPERATORS) if column.name in own]
    return any(own[column.name] not in like.get(column.type, ()) for column in narrowed)


def _check_links(connection: Any, ledger: Ledger, found: tuple[int, int]) -> None:
    """Check what records say of operators, where some say what is wrong: so many of nobody, so many outside."""
    orphans, outside = found
    if orphans:
        cross_checks.check_orphans(connection, ledger.name, ledger)
    if outside:
        cross_checks.check_areas(ledger)


def _nothing(name: str) -> Raw:
    """A source of which there is none."""
    return Raw(f"(SELECT CAST(0 AS BIGINT) AS row WHERE FALSE) AS none_{name}", [], [])


def _show(connection: Any, typed: Typed, kind: str, names: Collection[str]) -> None:
    """A typed view of a source: the columns of that name, in the contract's order, and what odd cells of them need."""
    known = [name for name in dict.fromkeys([*typed.source.names, *typed.absent]) if name in names]
    quoted = {name: f'"c_{name.replace(chr(34), chr(34) * 2)}"' for name in known}
    columns = [f"{typed.column(name)} AS {quoted[name]}" for name in known]
    columns.append(f"{typed.as_read(typed.source.key)} AS read_key")
    relation = typed.relation({*names, typed.source.key, "operator_id"})
    connection.execute(f"CREATE VIEW {kind}_{typed.name} AS SELECT row, {', '.join(columns)} FROM {relation}")


def _number_operators(connection: Any, ledger: Ledger) -> None:
    areas = "COALESCE(c_areas, CAST([] AS VARCHAR[]))"
    connection.execute(
        f"CREATE TABLE used_operators AS SELECT c_operator_id AS id, read_key AS as_read, {areas} AS areas, "
        "row AS used_row, "
        f"ROW_NUMBER() OVER (ORDER BY read_key) - 1 AS op FROM checked_operators WHERE NOT {ledger.is_left_out()}"
    )
    connection.execute(
        "CREATE TABLE left_out_operators AS SELECT DISTINCT c_operator_id AS id FROM checked_operators "
        f"WHERE {ledger.is_left_out()} AND c_operator_id IS NOT NULL "
        "AND c_operator_id NOT IN (SELECT id FROM used_operators)"
    )


def _keep_register(connection: Any, *, has_county: bool) -> None:
    """Copy the strata of the operators, which are read once more when a run is written."""
    county = "CAST(t.c_county AS VARCHAR)" if has_county else "CAST(NULL AS VARCHAR)"
    connection.execute(
        f"CREATE TABLE register AS SELECT u.op, u.as_read AS operator_id, {county} AS county, u.areas "
        "FROM used_operators AS u JOIN typed_operators AS t ON t.row = u.used_row"
    )


def _ends_blank(connection: Any, raw: Raw, ledger: Ledger) -> bool:
    """Whether a text file ends with a row without a filled cell: such rows are no records, and not counted."""
    if not raw.is_text:
        return False
    sql = f"SELECT MAX(row) IN (SELECT row FROM {ledger.out} WHERE reason = '{BLANK}') FROM checked_{ledger.name}"
    return bool(connection.execute(sql).fetchall()[0][0])
