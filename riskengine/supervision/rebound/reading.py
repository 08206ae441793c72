"""The records of rebound in a database: what counts on a day, and what was looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from riskengine.catalog import load_shipped
from riskengine.contract.sources import INSPECTIONS, OPERATORS, VIOLATIONS
from riskengine.engines.base import answerable
from riskengine.kernel.errors import InputError, MissingExtraError
from riskengine.kernel.problems import Problem
from riskengine.records import Known, colour_of
from riskengine.supervision.rebound.sources import TIMES

if TYPE_CHECKING:
    from datetime import date

    from riskengine.contract.records import SourceAccount
    from riskengine.supervision.rebound.rules import ReboundRules

_VIOLATIONS = (
    "violation_id",
    "operator_id",
    "risk_point",
    "occurred_on",
    "decided_on",
    "status",
    "status_on",
    "vehicle",
    "plate_colour",
    "place",
    "inspection_id",
)
_INSPECTIONS = ("inspection_id", "operator_id", "inspected_on", "kind", "place")
_TIME = "^([01]?[0-9]|2[0-3])(:[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?)?$"
_WITH_TIME = "[ T]([0-9]{1,2}):[0-9]{2}"
_MIDNIGHT = "[ T]0?0:00(:00([.]0+)?)?$"
"""A cell of a day at midnight is a day: programs write it so where they know no time."""
_STAKE = "^(.*?)[Kk]([0-9]{1,4})([+][0-9]{1,4})?$"
_BAD_TIMES = 20


@dataclass
class Held:
    """Records in a database.

    Tables: ``counted`` (violation_id, operator (the successor of a closed one), vehicle, place, section, risk_point,
    occurred_on, decided_on, repaired_on, inspection_id) of the violations that count on the day; ``looked``
    (inspection_id, operator_id, day, kind, place, road, section, hour) of the inspections up to the day; ``county_of``
    (operator_id, county).

    Attributes:
        connection: to the database.
        day: on which everything is seen.
        accounts: where the rows of each source ended.
        unused: of the violations read, why how many do not count.
    """

    connection: Any
    day: date
    accounts: list[SourceAccount] = field(default_factory=list)
    unused: dict[str, int] = field(default_factory=dict)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        found: list[tuple[Any, ...]] = self.connection.execute(query).fetchall()
        return found

    def close(self) -> None:
        """Give the memory back."""
        self.connection.close()


def open_records(
    *, violations: Any, inspections: Any, operators: Any, times: Any, day: date, rules: ReboundRules
) -> Held:
    """Read the records into a database of their own.

    Args:
        violations: a path, an Arrow table or mappings.
        inspections: likewise; None where there are none.
        operators: likewise.
        times: likewise.
        day: the as-of date.
        rules: what counts, and how places are put together.

    Raises:
        InputError: a source cannot be used as a whole, or holds what is no time of day (RE-970).
        MissingExtraError: DuckDB is not installed (RE-613).
    """
    try:
        import duckdb
    except ImportError:
        raise MissingExtraError([Problem("RE-613", found="duckdb", params=(("extra", "duckdb"),))]) from None
    from riskengine.records.bulk.alone import read_alone

    held = Held(duckdb.connect(":memory:"), day)
    catalog = load_shipped()
    known = Known(risk_points=catalog.resolve, risk_point_codes=tuple(catalog.risk_points))
    given = (
        (VIOLATIONS, violations, _VIOLATIONS, ()),
        (INSPECTIONS, inspections, _INSPECTIONS, ("inspected_on",)),
        (OPERATORS, operators, ("operator_id", "county", "closed_on", "successor"), ()),
        (TIMES, times, ("inspection_id", "time"), ()),
    )
    for source, data, columns, written in given:
        if data is None:
            _without(held, source.name, (*columns, *(f"written_{name}" for name in written)))
        else:
            held.accounts.append(read_alone(held.connection, data, source, known, columns, written))
    _refuse_times(held)
    _follow_successors(held)
    _count_violations(held, rules)
    _note_inspections(held, rules)
    held.connection.execute("CREATE VIEW county_of AS SELECT operator_id, county FROM read_operators")
    return held


def _without(held: Held, name: str, columns: tuple[str, ...]) -> None:
    """The table of a source that is not given."""
    days = {"inspected_on", "closed_on"}
    nulls = ", ".join(f"CAST(NULL AS {'DATE' if column in days else 'VARCHAR'}) AS {column}" for column in columns)
    held.connection.execute(f"CREATE TABLE read_{name} AS SELECT {nulls} WHERE FALSE")


def _refuse_times(held: Held) -> None:
    label = next((account.label for account in held.accounts if account.name == TIMES.name), TIMES.name)
    bad = f"FROM read_{TIMES.name} WHERE NOT regexp_matches(time, '{_TIME}')"
    if held.rows(f"SELECT COUNT(*) {bad}")[0][0]:
        found = held.rows(f"SELECT row, time {bad} ORDER BY row LIMIT {_BAD_TIMES}")
        raise InputError([Problem("RE-970", source=label, row=row, column="time", found=time) for row, time in found])


def _follow_successors(held: Held) -> None:
    """The table ``heirs``: operators that were closed before the day, and who answers for their records."""
    closed = "SELECT operator_id FROM read_operators WHERE successor IS NOT NULL"
    wanted = f"operator_id IN ({closed}) OR operator_id IN (SELECT successor FROM read_operators)"
    rows = held.rows(
        f"SELECT operator_id, closed_on, successor FROM read_operators WHERE {wanted} ORDER BY operator_id"
    )
    operators = [dict(zip(("operator_id", "closed_on", "successor"), row, strict=True)) for row in rows]
    heirs = [pair for pair in answerable(operators, held.day).items() if pair[0] != pair[1]]
    held.connection.execute("CREATE TABLE heirs (operator_id VARCHAR, heir VARCHAR)")
    if heirs:
        held.connection.executemany("INSERT INTO heirs VALUES (?, ?)", heirs)


def sections(place: str, rules: ReboundRules) -> str:
    """SQL of the section of a road in which a place lies; the place as written where it is on no road's kilometres."""
    if not rules.section_km:
        return place
    km, length = f"CAST(regexp_extract({place}, '{_STAKE}', 2) AS INTEGER)", rules.section_km
    begins = f"(CAST(floor({km} / {length}) AS INTEGER) * {length})"
    road = road_of(place)
    return (
        f"CASE WHEN regexp_matches({place}, '{_STAKE}') "
        f"THEN {road} || 'K' || {begins} || '-K' || ({begins} + {length}) ELSE {place} END"
    )


def road_of(place: str) -> str:
    """SQL of the road of a place that names a kilometre of it."""
    return f"regexp_extract({place}, '{_STAKE}', 1)"


def _count_violations(held: Held, rules: ReboundRules) -> None:
    """What counts on the day by the contract's words, and why the rest does not."""
    connection = held.connection
    connection.execute("CREATE TABLE colours (written VARCHAR, colour VARCHAR)")
    colours = held.rows("SELECT DISTINCT plate_colour FROM read_violations WHERE plate_colour IS NOT NULL")
    if colours:
        connection.executemany("INSERT INTO colours VALUES (?, ?)", [(text, colour_of(text)) for (text,) in colours])
    day = f"DATE '{held.day.isoformat()}'"
    status = (
        f"CASE WHEN v.status_on IS NULL OR v.status_on <= {day} THEN v.status "
        "WHEN v.status = 'final' THEN 'pending' ELSE 'final' END"
    )
    allowed = ", ".join(f"'{each}'" for each in rules.counted)
    why = (
        f"CASE WHEN v.occurred_on > {day} THEN 'later' WHEN v.decided_on > {day} THEN 'undecided' "
        f"WHEN {status} NOT IN ({allowed}) THEN {status} END"
    )
    connection.execute(
        "CREATE TABLE counted AS SELECT v.violation_id, COALESCE(h.heir, v.operator_id) AS operator, "
        "v.vehicle || '|' || c.colour AS vehicle, v.place, "
        f"{sections('v.place', rules)} AS section, v.risk_point, v.occurred_on, v.decided_on, "
        f"CASE WHEN {status} = 'repaired' THEN v.status_on END AS repaired_on, v.inspection_id, {why} AS unused "
        "FROM read_violations AS v LEFT JOIN colours AS c ON c.written = v.plate_colour "
        "LEFT JOIN heirs AS h ON h.operator_id = v.operator_id"
    )
    reasons = held.rows("SELECT unused, COUNT(*) FROM counted WHERE unused IS NOT NULL GROUP BY unused ORDER BY unused")
    held.unused = dict(reasons)
    connection.execute("DELETE FROM counted WHERE unused IS NOT NULL")


def _note_inspections(held: Held, rules: ReboundRules) -> None:
    written = "i.written_inspected_on"
    known = f"regexp_matches({written}, '{_WITH_TIME}') AND NOT regexp_matches({written}, '{_MIDNIGHT}')"
    hour = (
        f"COALESCE(TRY_CAST(regexp_extract(t.time, '{_TIME}', 1) AS INTEGER), "
        f"CASE WHEN {known} THEN TRY_CAST(regexp_extract({written}, '{_WITH_TIME}', 1) AS INTEGER) END)"
    )
    held.connection.execute(
        "CREATE TABLE looked AS SELECT i.inspection_id, i.operator_id, i.inspected_on AS day, i.kind, i.place, "
        f"{road_of('i.place')} AS road, {sections('i.place', rules)} AS section, {hour} AS hour "
        f"FROM read_inspections AS i LEFT JOIN read_{TIMES.name} AS t ON t.inspection_id = i.inspection_id "
        f"WHERE i.inspected_on <= DATE '{held.day.isoformat()}'"
    )
