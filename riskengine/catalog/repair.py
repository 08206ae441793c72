"""Credit repair: from which day on it may be applied for, and on which day a penalty's display ends without it.

The documents, their periods and how surely they are known are data: ``repair.yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from riskengine.kernel.terms import Term
from riskengine.kernel.windows import add_months
from riskengine.kernel.wording import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

CLASSES = ("minor", "general", "serious")
"""The classes of information, the lightest first."""
NO_DAY, NO_CLASS, NO_DOCUMENT = "no_day", "no_class", "no_document"
"""Why days cannot be told: that of the decision is not recorded, the kind is not, or no document was in force."""
_AS_OF = "as_of"


@dataclass(frozen=True, slots=True)
class Penalised:
    """What repair asks about a penalty.

    Attributes:
        decided_on: the day of the decision; None where it is not known.
        kinds: the kinds of penalty, as the contract names them; empty where they are not known.
        fine: in yuan; None where there is none, or it is not known.
        is_person: whether a natural person was penalised.
        classed: the class that a decision of a person gave it; None where there is none.
    """

    decided_on: date | None
    kinds: tuple[str, ...] = ()
    fine: Decimal | None = None
    is_person: bool = False
    classed: str | None = None


@dataclass(frozen=True, slots=True)
class RepairDays:
    """The days of a penalty's repair, by the rules in force on a day.

    Attributes:
        document: the name of the rules in ``repair.yaml``; None where none were in force.
        classed: ``minor``, ``general`` or ``serious``; None where it cannot be told.
        earliest: the first day on which repair may be applied for; None where it cannot be told.
        latest: the last day of the display if nothing is applied for; None where it cannot be told.
        untold: why it cannot be told: ``no_day``, ``no_class``, ``no_document``; None where it can.
        asks: what the record does not say and may change the class: names of questions.
        sureness: ``verified``, ``unverified`` or ``local_policy``.
    """

    document: str | None
    classed: str | None = None
    earliest: date | None = None
    latest: date | None = None
    untold: str | None = None
    asks: tuple[str, ...] = ()
    sureness: str = "unverified"


@lru_cache(maxsize=1)
def repair_rules() -> Mapping[str, Any]:
    """The whole of ``repair.yaml``."""
    return catalogue("riskengine.catalog", "repair.yaml")


def repair_document(name: str) -> Mapping[str, Any]:
    """A document by its name: zh, en, from, sureness, months, ….

    Raises:
        KeyError: there is none of that name.
    """
    found: dict[str, Any] = {document["name"]: document for document in repair_rules()["documents"]}
    entry: Mapping[str, Any] = found[name]
    return entry


@lru_cache(maxsize=1 << 14)
def repair_days(penalised: Penalised, day: date) -> RepairDays:
    """The days of a penalty's repair.

    Periods run from the day of the decision and are clamped to the end of a shorter month.

    Args:
        penalised: the penalty.
        day: the day that is asked about.
    """
    asked = day if repair_rules()["rules_of"] == _AS_OF else penalised.decided_on
    document = _in_force(asked) if asked is not None else None
    if penalised.decided_on is None:
        return RepairDays(document["name"] if document else None, untold=NO_DAY)
    if document is None:
        return RepairDays(None, untold=NO_DOCUMENT)
    classed, sureness = _class(penalised, document)
    if classed is None:
        return RepairDays(document["name"], untold=NO_CLASS)
    least, most = document["months"][classed]
    return RepairDays(
        document["name"],
        classed,
        add_months(penalised.decided_on, least),
        add_months(penalised.decided_on, most),
        asks=() if penalised.classed else _asks(penalised, document, classed),
        sureness=sureness,
    )


def longest_display() -> int:
    """The longest display of any document, in months."""
    return max(int(months[1]) for document in repair_rules()["documents"] for months in document["months"].values())


def repair_conditions(days: RepairDays, day: date) -> tuple[str, ...]:
    """The conditions that a person checks before a repair is granted: names of ``repair.yaml``."""
    return tuple(
        name
        for name, entry in repair_rules()["conditions"].items()
        if ("from" not in entry or entry["from"] <= day)
        and days.document in entry.get("documents", (days.document,))
        and days.classed in entry.get("classes", (days.classed,))
    )


def repair_answer_by(applied_on: date) -> date | None:
    """The last day of the term within which an application that fulfils the conditions is carried out.

    None where the text that sets it was not in force.
    """
    answer = repair_rules()["answer"]
    return Term(answer["working_days"], working=True).last_day(applied_on) if answer["from"] <= applied_on else None


def _in_force(day: date) -> Mapping[str, Any] | None:
    """The newest document that had come into force by a day."""
    past = [document for document in repair_rules()["documents"] if document["from"] <= day]
    return past[-1] if past else None


def _class(penalised: Penalised, document: Mapping[str, Any]) -> tuple[str | None, str]:
    """The class of a penalty, and how surely; None where the kind of penalty would tell and is not known."""
    held = document["months"]
    if penalised.classed is not None:
        # A document without a class of that name treats it as the next that it has.
        above = CLASSES[CLASSES.index(penalised.classed) :]
        return next(name for name in (*above, *reversed(CLASSES)) if name in held), document["sureness"]
    if not document["kinds"]:
        return document["others"], document["sureness"]
    if not penalised.kinds:
        return None, document["sureness"]
    named = [document["kinds"].get(kind, document["others"]) for kind in penalised.kinds]
    guessed = any(kind not in document["kinds"] for kind in penalised.kinds)
    return max(named, key=CLASSES.index), "local_policy" if guessed else document["sureness"]


def _asks(penalised: Penalised, document: Mapping[str, Any], classed: str) -> tuple[str, ...]:
    asks = tuple(document["asks"].get(classed, ()))
    small, limit = document.get("small_fine"), repair_rules()["small_fine"]
    if small is None or set(penalised.kinds) != {"fine"} or penalised.fine is None or penalised.decided_on is None:
        return asks
    most = limit["persons" if penalised.is_person else "organisations"]
    # What can be imposed on the spot is not huge.
    return (small,) if limit["from"] <= penalised.decided_on and penalised.fine <= most else asks
