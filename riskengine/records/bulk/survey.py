"""One pass over a source that counts what the checks look for: a check of what is not there costs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.records.identifiers import CREDIT_ALPHABET, CREDIT_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.contract.sources import Source

EMPTY, REPEATED = "empty", "repeated"


@dataclass(frozen=True, slots=True)
class Survey:
    """What was counted.

    Attributes:
        rows: of the source.
        found: what was looked for (a code, EMPTY or REPEATED) → in how many rows it may be.
    """

    rows: int
    found: Mapping[str, int]


def suspicions(source: Source) -> dict[str, str]:
    """What is looked for in the rows of a source → where it may be, as SQL over the typed columns."""
    required = [f"c_{column.name} IS NULL" for column in source.columns if column.required]
    tests = {EMPTY: " OR ".join(required)}
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
    """Count, in one pass, what the checks of rows look for."""
    tests, key = suspicions(source), f"c_{source.key}"
    counts = "".join(f", COUNT(*) FILTER (WHERE {test})" for test in tests.values())
    different = f"COUNT({key}), COUNT(DISTINCT CASE WHEN {key} IS NOT NULL THEN hash({key}) END)"
    sql = f"SELECT COUNT(*), {different}{counts} FROM typed_{source.name}"
    rows, filled, differing, *found = connection.execute(sql).fetchall()[0]
    return Survey(rows, {**dict(zip(tests, found, strict=True)), REPEATED: filled - differing})
