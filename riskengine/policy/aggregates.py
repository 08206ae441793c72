"""What an aggregate is made of: its source, a type that holds its stand-ins, and the keys that it could not heed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from riskengine.policy.expression import DATE, INTEGER, Type
from riskengine.policy.scope import ROW_DATES, number_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.policy.fact import Fact


def fact_source(fact: Fact) -> str:
    """The source whose records a fact is made of."""
    named = fact.count or fact.latest or (fact.days_since if fact.days_since in ROW_DATES else None)
    return str(named or fact.of)


def stored_type(kind: Type | None, fact: Fact) -> Type | None:
    """The type of an aggregate of ``kind``: counted groups, its declared unit, room for ``missing`` and ``empty``."""
    counted = fact.then == "count"
    kind = INTEGER if counted else kind
    if kind is None or not kind.is_number:
        return kind
    given = (fact.empty,) if counted else (fact.missing, fact.empty, fact.group_cap)
    stand_ins = [number_type(value) for value in given if isinstance(value, Decimal)]
    places = max(item.places for item in (kind, *stand_ins))
    return Type("decimal" if stand_ins else kind.kind, places, fact.unit or kind.unit)


def unheeded_keys(fact: Fact, kind: Type | None) -> Iterator[tuple[str, str]]:
    """Keys that are given and mean nothing to the operation, each with what it is: a number for a date, say."""
    if fact.operation == "days_since" and fact.days_since not in ROW_DATES:
        what = "days_since of an operator's column"
        keys = ["where", "within", "by", "per", "then", "having", "group_cap", "missing", "empty"]
    else:
        what = fact.operation if fact.operation in {"count_distinct", "share"} else f"{fact.operation} of dates"
        keys = ["empty"] if kind == DATE else []
        keys += ["missing"] if (kind == DATE or fact.operation == "days_since") and fact.missing != "ignore" else []
        keys += ["group_cap"] if kind == DATE else []
        keys += ["missing"] if fact.operation in {"count_distinct", "share"} and fact.missing != "ignore" else []
        keys += ["then"] if kind == DATE and fact.then == "sum" else []
    yield from ((key, what) for key in keys if getattr(fact, key) is not None)
