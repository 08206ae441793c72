"""One pass over a source that counts what the checks look for: a check of what is not there costs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.records.bulk.beside import begin
from riskengine.records.bulk.cells import TEXT
from riskengine.records.identifiers import CREDIT_ALPHABET, CREDIT_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

    from riskengine.contract.sources import Source
    from riskengine.records.bulk.relation import Raw
    from riskengine.records.bulk.typed import Typed
    from riskengine.records.columns import Binding

EMPTY, REPEATED = "empty", "repeated"
FIRST = 20_000
"""Rows that are looked at before all are: whoever sorts a file by its ids does so from the start."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What was counted.

    Attributes:
        rows: of the source.
        found: what was looked for (a code, EMPTY or REPEATED) → in how many rows it may be.
        rises: whether each row's id, as it is compared, is above that of the row before.
    """

    rows: int
    found: Mapping[str, int]
    rises: bool


def suspicions(source: Source, but: str = "") -> dict[str, str]:
    """What is looked for in the rows of a source → where it may be, as SQL over the typed columns.

    Args:
        source: which.
        but: a column of which it is known that no cell is empty.
    """
    required = [f"c_{column.name}" for column in source.columns if column.required]
    tests = {EMPTY: " OR ".join(f"{column} IS NULL" for column in required if column != but) or "FALSE"}
    if source.name == "operators":
        tests |= {"RE-253": "c_closed_on < c_licensed_on", "RE-262": f"length(c_operator_id) = 18 AND NOT {_right()}"}
    elif source.name == "violations":
        tests |= {
            "RE-269": "c_status_on IS NOT NULL AND c_status IS NULL",
            "RE-252": "c_status_on < c_occurred_on",
            "RE-251": "c_decided_on < c_occurred_on",
            "RE-263": "c_decided_on IS NULL",
        }
    return tests


def _right() -> str:
    """Whether an id is a credit code with the right check character (GB 32100-2015)."""
    values = [
        f"(strpos('{CREDIT_ALPHABET}', substr(c_operator_id, {at}, 1)) - 1) * {weight}"
        for at, weight in enumerate((*CREDIT_WEIGHTS, 1), 1)
    ]
    return f"(regexp_full_match(c_operator_id, '[{CREDIT_ALPHABET}]*') AND ({' + '.join(values)}) % 31 = 0)"


def survey(connection: Any, typed: Typed, rising: Future[bool] | None = None) -> Survey:
    """Count, in one pass, what the checks of rows look for; in another, whether ids follow each other in order.

    Args:
        connection: to the database.
        typed: the source.
        rising: will be whether its raw ids do, from :func:`look_ahead`.
    """
    source = typed.source
    key, table = f"c_{source.key}", f"checked_{source.name}"
    rises = rising.result() if rising is not None and typed.has_key_as_read else _rises(connection, key, table)
    tests = suspicions(source, but=key if rises else "")
    counts = "".join(f", COUNT(*) FILTER (WHERE {test})" for test in tests.values())
    repeated = "0" if rises else f"COUNT({key}) - COUNT(DISTINCT CASE WHEN {key} IS NOT NULL THEN hash({key}) END)"
    rows, again, *found = connection.execute(f"SELECT COUNT(*), {repeated}{counts} FROM {table}").fetchall()[0]
    return Survey(rows, {**dict(zip(tests, found, strict=True)), REPEATED: again}, rises)


def look_ahead(connection: Any, raw: Raw, source: Source, binding: Binding) -> Future[bool] | None:
    """Begin to look whether the raw ids of a source rise, beside what else is asked of it.

    The rows of a query are looked at in their order by one core alone: the others have the time for the cells.

    Returns:
        None where ids are made of something else than one column of text, and for what only its own connection sees.
    """
    at = next((position for name, position, _ in binding.read if name == source.key), None)
    if at is None or raw.kinds[at] != TEXT or raw.hashed is None:
        return None
    filled = f"(SELECT CASE WHEN r{at} <> '' THEN r{at} END AS raw_id FROM {raw.relation})"
    return begin(_rises, connection.cursor(), "raw_id", filled)


def _rises(connection: Any, key: str, relation: str) -> bool:
    """Whether ids rise: as far as the first rows show, then to the end."""
    first = f"(SELECT * FROM {relation} LIMIT {FIRST})"
    return all(_follow(connection, key, rows) for rows in (first, relation))


def _follow(connection: Any, key: str, relation: str) -> bool:
    """Whether every row has an id, above that of the row before: then none is there twice.

    Only one row may have none before it: rows that were looked at apart from the others would prove nothing of them.
    """
    pairs = f"SELECT {key} AS id, LAG({key}) OVER () AS before FROM {relation}"
    follows = "id IS NOT NULL AND (before IS NULL OR before < id)"
    sql = f"SELECT COUNT(*) FILTER (WHERE before IS NULL), BOOL_AND({follows}) FROM ({pairs})"
    firsts, others = connection.execute(sql).fetchall()[0]
    return bool(firsts == 1 and others)
