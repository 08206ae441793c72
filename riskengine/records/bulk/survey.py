"""One pass over a source that counts what the checks look for: a check of what is not there costs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.records.identifiers import CREDIT_ALPHABET, CREDIT_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.contract.sources import Source

EMPTY, REPEATED = "empty", "repeated"
_FIRST = 20_000
"""Rows that are looked at before all are: whoever sorts a file by its ids does so from the start."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What was counted.

    Attributes:
        rows: of the source.
        found: what was looked for (a code, EMPTY or REPEATED) → in how many rows it may be.
    """

    rows: int
    found: Mapping[str, int]


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


def survey(connection: Any, source: Source) -> Survey:
    """Count, in one pass, what the checks of rows look for; in another, whether ids follow each other in order."""
    key, table = f"c_{source.key}", f"checked_{source.name}"
    rises = _rises(connection, key, f"(SELECT * FROM {table} LIMIT {_FIRST})") and _rises(connection, key, table)
    tests = suspicions(source, but=key if rises else "")
    counts = "".join(f", COUNT(*) FILTER (WHERE {test})" for test in tests.values())
    repeated = "0" if rises else f"COUNT({key}) - COUNT(DISTINCT CASE WHEN {key} IS NOT NULL THEN hash({key}) END)"
    rows, again, *found = connection.execute(f"SELECT COUNT(*), {repeated}{counts} FROM {table}").fetchall()[0]
    return Survey(rows, {**dict(zip(tests, found, strict=True)), REPEATED: again})


def _rises(connection: Any, key: str, relation: str) -> bool:
    """Whether every row has an id, above that of the row before: then none is there twice.

    Only one row may have none before it: rows that were looked at apart from the others would prove nothing of them.
    """
    pairs = f"SELECT {key} AS id, LAG({key}) OVER () AS before FROM {relation}"
    follows = "id IS NOT NULL AND (before IS NULL OR before < id)"
    sql = f"SELECT COUNT(*) FILTER (WHERE before IS NULL), BOOL_AND({follows}) FROM ({pairs})"
    firsts, others = connection.execute(sql).fetchall()[0]
    return bool(firsts == 1 and others)
