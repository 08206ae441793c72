"""Terms of publication: by when something is published, until when it is displayed, by when it comes down. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from riskengine.catalog import Citation
from riskengine.catalog.repair import Penalised, repair_days
from riskengine.kernel.languages import Text
from riskengine.kernel.wording import catalogue
from riskengine.supervision.review.working_days import last_working_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from riskengine.catalog import LawRegister
    from riskengine.contract.records import Record
    from riskengine.supervision.review.working_days import Calendar

REVOKED, REPAIRED, LAPSED, PENDING, WITHDRAWN, CHANGED = REASONS = (
    "revoked",
    "repaired",
    "lapsed",
    "pending",
    "withdrawn",
    "changed",
)
"""Why something is displayed no longer: names of ``take_down``."""
_REPAIR, _VALID_UNTIL = "repair", "valid_until"


@dataclass(frozen=True, slots=True)
class PublishTerm:
    """A term in working days and what it rests on.

    Attributes:
        working_days: how many; 0 for the day itself.
        title: what it rests on, in words.
        sureness: ``text``, ``secondary``, ``memory`` or ``local_policy``.
        citation: the article; None where none sets it.
        local: whether a bureau set it, or applies the article to what it was not made for.
    """

    working_days: int
    title: Text
    sureness: str
    citation: Citation | None
    local: bool

    def last_day(self, begins: date, calendar: Calendar) -> date | None:
        """The last day of the term; None where the calendar does not know a year of it."""
        return begins if not self.working_days else _last(begins, self.working_days, calendar)

    def label(self, laws: LawRegister, lang: str) -> str:
        """The article as people write it, else what it rests on in words."""
        return self.title.get(lang) if self.citation is None else self.citation.label(laws, lang)


@lru_cache(maxsize=1 << 14)
def _last(begins: date, count: int, calendar: Calendar) -> date | None:
    return last_working_day(begins, count, calendar)


def term_rules() -> Mapping[str, Any]:
    """The whole of ``terms.yaml``."""
    return catalogue("riskengine.supervision.publication", "terms.yaml")


def publish_term(name: str, decided_on: date) -> PublishTerm | None:
    """Within what a class is published; None where no rule was in force on the day of the decision."""
    return _newest(("publish", name), decided_on)


def take_down_term(reason: str, day: date) -> PublishTerm | None:
    """Within what something comes down for a reason of ``REASONS``; None where no rule was in force on the day."""
    return _newest(("take_down", reason), day)


def reason_title(reason: str) -> Text:
    """A reason in words."""
    words = term_rules()["take_down"][reason]["title"]
    return Text(words["zh"], words["en"])


@dataclass(frozen=True, slots=True)
class Display:
    """Until when something is displayed.

    Attributes:
        until: the last day; None where there is none, or it cannot be told.
        untold: why it cannot be told: ``no_day``, ``no_class``, ``no_document``; None where it can.
        document: the rules of credit repair by which it is told, by name.
        asks: what the record does not say and may change it: names of questions of ``repair.yaml``.
    """

    until: date | None = None
    untold: str | None = None
    document: str | None = None
    asks: tuple[str, ...] = ()


def display_of(name: str, record: Record, *, natural: bool) -> Display:
    """Until when a record of a class is displayed.

    Args:
        name: the class.
        record: its typed cells.
        natural: whether it is about a natural person.
    """
    rule = term_rules()["display"][name]["rule"]
    if rule == _VALID_UNTIL:
        return Display(record["valid_until"])
    if rule != _REPAIR or record["decided_on"] is None:
        return Display()
    penalised = Penalised(record["decided_on"], tuple(record["penalty_kind"] or ()), record["penalty"], natural)
    days = repair_days(penalised, record["decided_on"])
    return Display(days.latest, days.untold, days.document, days.asks)


def _newest(place: tuple[str, str], day: date) -> PublishTerm | None:
    entry = term_rules()[place[0]][place[1]]
    past = [term for term in (entry["terms"] if isinstance(entry, dict) else entry) if term["from"] <= day]
    return _term(*place, len(past) - 1) if past else None


@lru_cache(maxsize=64)
def _term(section: str, name: str, at: int) -> PublishTerm:
    entry = term_rules()[section][name]
    held = (entry["terms"] if isinstance(entry, dict) else entry)[at]
    place = {key: held[key] for key in ("law", "paragraph", "quote") if key in held}
    cited = None
    if "law" in held:
        cited = Citation.model_validate({**place, "article": str(held["article"]), "sureness": "text"})
    title = Text(held["title"]["zh"], held["title"]["en"])
    return PublishTerm(held["working_days"], title, held["sureness"], cited, "basis" in held)
