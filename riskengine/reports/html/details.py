"""Explanations as the page carries them: a block for some operators at a time, each text that repeats stored once.

A text is a number that points into the block's list of texts; members that would be empty are left out. The page's
script draws an operator from its entry when it is opened, so that a list of a hundred thousand stays small.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import plain
from riskengine.kernel.languages import LANGUAGES
from riskengine.reports.html.help import help_of, last_days
from riskengine.reports.html.texts import Texts, joined
from riskengine.results import basis_text, is_plain, judged_text, objection_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from riskengine.kernel.languages import Text
    from riskengine.reports.privacy import Privacy
    from riskengine.results import Explanation, FiredRule, OpenObjection, OperatorView, Outlook, WhichLaw

_VALUES_BETWEEN = "; "
VIOLATIONS = "violations"


class Details:
    """Entries of operators, in the order in which they were added, with the texts that they point to."""

    def __init__(self, says: Mapping[str, Mapping[str, str]], privacy: Privacy) -> None:
        self._texts = Texts()
        self._entries: list[dict[str, Any]] = []
        self._says, self._privacy = says, privacy

    def __len__(self) -> int:
        """How many operators there are."""
        return len(self._entries)

    def content(self) -> dict[str, Any]:
        """The block: ``texts``, the ``forms`` that they share, and ``operators``."""
        return {"texts": self._texts.all, "forms": self._texts.forms, "operators": self._entries}

    def add(
        self, view: OperatorView, explanation: Explanation, outlooks: Sequence[Outlook], more: Mapping[str, Any]
    ) -> None:
        """Add an operator.

        Args:
            view: the rows about it.
            explanation: of its grade.
            outlooks: of the rules that fired for it.
            more: further members of its entry.
        """
        place = self._texts.of
        records = _Records(view, explanation, last_days(outlooks))
        self._entries.append(
            _filled(
                {
                    "objection": self._objection(view.objection, with_grade=True) if view.objection else None,
                    "limited": _is_limited(explanation),
                    "missing": self._joined(explanation.missing) if explanation.missing else None,
                    "accounts": [
                        [place(account.title), account.start, account.value] for account in explanation.tallies
                    ],
                    "fired": list(self._fired(explanation, records)),
                    "unknown": [
                        _filled(
                            {
                                "title": self._titled(rule.title, rule.risk_point, rule.risk_point_title),
                                "missing": self._joined(rule.missing),
                                "stops": rule.stops,
                            }
                        )
                        for rule in explanation.unknown
                    ],
                    "quiet": [
                        [
                            self._titled(rule.title, rule.risk_point, None),
                            *(self._about(explanation, reason) for reason in rule.reasons),
                        ]
                        for rule in explanation.quiet
                    ],
                    "laws": [
                        [self._judged(held), *(place(law.statement) for law in held.laws)]
                        for held in explanation.which_law
                        if not is_plain(held.laws)
                    ],
                    "advice": [
                        [place(advice.title), place(advice.reason), place(advice.law) if advice.law else None]
                        for advice in explanation.advice
                    ],
                    "measures": [[code, place(text)] for code, text in dict(explanation.measures).items()],
                    "records": [self._record(record) for record in records.all()],
                    "help": help_of(outlooks, place),
                    **more,
                }
            )
        )

    def withhold(self, objection: OpenObjection) -> None:
        """Add an operator whose grade, and the way to it, is not shown, for an objection to it is open."""
        self._entries.append({"objection": self._objection(objection, with_grade=False)})

    def _objection(self, objection: OpenObjection, *, with_grade: bool) -> int:
        return self._texts.place(*(objection_text(objection, lang, with_grade=with_grade) for lang in LANGUAGES))

    def _record(self, record: _Record) -> list[Any]:
        """Id, risk point, day of the conduct, days until its decision and until it counts no more, another source.

        What is not known is None, at the end left out.
        """
        decided, until = (
            (None if day is None else (day - record.day).days for day in (record.decided, record.until))
            if record.day
            else (None, None)
        )
        other = None if record.source == VIOLATIONS else record.source
        day = record.day.isoformat() if record.day else None
        cells = [self._privacy.text(record.key), record.point, day, decided, until, other]
        while cells[-1] is None:
            cells.pop()
        return cells

    def _judged(self, held: WhichLaw) -> int:
        """The violations to which the same laws apply, with their days; ids as they may be shown."""
        shown = replace(
            held,
            records=tuple(replace(record, record_id=self._privacy.text(record.record_id)) for record in held.records),
        )
        return self._texts.place(judged_text(shown, "zh"), judged_text(shown, "en"))

    def _fired(self, explanation: Explanation, records: _Records) -> Iterator[dict[str, Any]]:
        after = Decimal(explanation.start)
        for rule in explanation.fired:
            after += rule.points
            yield _filled(
                {
                    "points": plain(rule.points) if rule.points else None,
                    "after": plain(after) if rule.points and explanation.score is not None else None,
                    "title": self._texts.of(rule.title),
                    "point": rule.risk_point,
                    "basis": self._texts.place(*(basis_text(rule.law, rule.basis, lang) for lang in ("zh", "en"))),
                    "effect": self._effect(rule),
                    "at_most": rule.at_most,
                    "decides": rule.decisive,
                    "note": self._texts.of(rule.note) if rule.note else None,
                    "values": self._values(explanation, rule),
                    "records": [records.place(item.source, item.record_id) for item in rule.evidence],
                }
            )

    def _effect(self, rule: FiredRule) -> int | None:
        """What a rule without points in the score does."""
        if rule.at_most is not None:
            changed = "lowered" if rule.decisive else "not_lowered"
            return self._texts.place(
                *(f"{say['ceiling']} {rule.at_most}{say['separator']}{say[changed]}" for say in self._ordered())
            )
        if rule.tally is not None and rule.tally_points:
            points = f"{'+' if rule.tally_points > 0 else ''}{plain(rule.tally_points)}"
            return self._texts.place(f"{rule.tally.zh} {points}", f"{rule.tally.en} {points}")
        return None

    def _values(self, explanation: Explanation, rule: FiredRule) -> int | None:
        if not rule.values:
            return None
        said = (
            _VALUES_BETWEEN.join(
                f"{title.get(lang)} = {self._shown(explanation, value.get(lang))}" for title, value in rule.values
            )
            for lang in ("zh", "en")
        )
        return self._texts.place(*said)

    def _ordered(self) -> Iterator[Mapping[str, str]]:
        yield from (self._says[lang] for lang in ("zh", "en"))

    def _titled(self, title: Text, code: str | None, about: Text | None) -> int:
        def said(lang: str) -> str:
            point = " ".join(part for part in (code, about.get(lang) if about else None) if part)
            return " · ".join(part for part in (title.get(lang), point) if part)

        return self._texts.place(said("zh"), said("en"))

    def _joined(self, texts: Iterable[Text]) -> int:
        return self._texts.place(*joined(texts, self._says))

    def _about(self, explanation: Explanation, text: Text) -> int:
        return self._texts.place(self._shown(explanation, text.zh), self._shown(explanation, text.en))

    def _shown(self, explanation: Explanation, text: str) -> str:
        return self._privacy.about(explanation.operator_id, explanation.name, text)


@dataclass(frozen=True, slots=True)
class _Record:
    """A record behind a rule; its days where the run tells them."""

    source: str
    key: str
    point: str | None
    day: date | None = None
    decided: date | None = None
    until: date | None = None


class _Records:
    """The records behind an operator's rules, each once, the newest first, those without a known day last."""

    def __init__(self, view: OperatorView, explanation: Explanation, last: Mapping[str, date]) -> None:
        days = {row["violation_id"]: row for row in view.conduct}
        found: dict[tuple[str, str], _Record] = {}
        for rule in explanation.fired:
            for item in rule.evidence:
                row = days.get(item.record_id) if item.source == VIOLATIONS else None
                place = (item.source, item.record_id)
                if row is None:
                    found[place] = _Record(*place, rule.risk_point)
                else:
                    found[place] = _Record(
                        *place, row["risk_point"], row["occurred_on"], row["decided_on"], last.get(item.record_id)
                    )
        self._all = sorted(found.values(), key=lambda record: record.key)
        self._all.sort(key=lambda record: record.day.isoformat() if record.day else "", reverse=True)
        self._places = {(record.source, record.key): at for at, record in enumerate(self._all)}

    def all(self) -> list[_Record]:
        """The records in their order."""
        return self._all

    def place(self, source: str, record_id: str) -> int:
        """Where a record stands among them."""
        return self._places[source, record_id]


def _is_limited(explanation: Explanation) -> bool:
    """Whether floor or ceiling changed the sum of start and points."""
    if explanation.score is None:
        return False
    total = sum((rule.points for rule in explanation.fired), start=Decimal(explanation.start))
    return total != explanation.score


def _filled(members: dict[str, Any]) -> dict[str, Any]:
    """The members that say something; a place of 0 does."""
    return {name: value for name, value in members.items() if value is not None and value is not False and value != []}
