"""Explanations as the page carries them: one line of JSON an operator, with every text that repeats stored once.

A text is a number that points into the list of texts; members that would be empty are left out. The page's script draws
an operator from its line when it is opened, so that a list of tens of thousands stays small.
"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import plain
from riskengine.results import basis_text, is_plain, judged_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from riskengine.kernel.languages import Text
    from riskengine.reports.privacy import Privacy
    from riskengine.results import Explanation, FiredRule, WhichLaw


class Texts:
    """Texts stored once, in the order in which they were first met."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, text: str) -> int:
        """The text's place in :attr:`all`, given at first sight."""
        return self._places.setdefault(text, len(self._places))

    @property
    def all(self) -> list[str]:
        """The texts by place."""
        return list(self._places)


class Explainer:
    """Turns explanations into lines of JSON in one language.

    Attributes:
        texts: what the numbers in the lines point to.
        measures: code → place of the text of every measure met.
    """

    def __init__(self, say: Mapping[str, str], lang: str, privacy: Privacy) -> None:
        self.texts = Texts()
        self.measures: dict[str, int] = {}
        self._say, self._lang, self._privacy = say, lang, privacy

    def line(self, explanation: Explanation) -> str:
        """One operator's explanation."""
        return json.dumps(self._content(explanation), ensure_ascii=False, separators=(",", ":"))

    def _content(self, explanation: Explanation) -> dict[str, Any]:
        place = self.texts.place
        records = list(dict.fromkeys(item.record_id for rule in explanation.fired for item in rule.evidence))
        by_record = {record: at for at, record in enumerate(records)}
        for code, text in explanation.measures:
            self.measures.setdefault(code, place(text.get(self._lang)))
        return _filled(
            {
                "status": explanation.status,
                "previous": explanation.previous_grade,
                "left_out": explanation.quarantined or None,
                "score": None if explanation.score is None else plain(explanation.score),
                "limited": self._is_limited(explanation),
                "missing": self._joined(explanation.missing) if explanation.missing else None,
                "tier": place(explanation.tier.get(self._lang)) if explanation.tier else None,
                "fired": [self._fired(rule, by_record, explanation) for rule in explanation.fired],
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
                        *(place(self._about(explanation, reason)) for reason in rule.reasons),
                    ]
                    for rule in explanation.quiet
                ],
                "laws": [
                    {
                        "title": place(judged_text(self._shown(held), self._lang)),
                        "laws": [place(law.statement.get(self._lang)) for law in held.laws],
                    }
                    for held in explanation.which_law
                    if not is_plain(held.laws)
                ],
                "advice": [
                    _filled(
                        {
                            "title": place(advice.title.get(self._lang)),
                            "reason": place(advice.reason.get(self._lang)),
                            "law": place(advice.law.get(self._lang)) if advice.law else None,
                        }
                    )
                    for advice in explanation.advice
                ],
                "measures": list(dict.fromkeys(code for code, _ in explanation.measures)),
                "records": [self._privacy.text(record) for record in records],
            }
        )

    def _shown(self, held: WhichLaw) -> WhichLaw:
        """The same with record ids as they may be shown."""
        shown = (replace(record, record_id=self._privacy.text(record.record_id)) for record in held.records)
        return replace(held, records=tuple(shown))

    def _fired(self, rule: FiredRule, by_record: Mapping[str, int], explanation: Explanation) -> dict[str, Any]:
        place = self.texts.place
        effect = None
        if rule.at_most is not None:
            changed = self._say["lowered" if rule.decisive else "not_lowered"]
            effect = place(f"{self._say['ceiling']} {rule.at_most}{self._say['separator']}{changed}")
        if rule.tally is not None and rule.tally_points:
            sign = "+" if rule.tally_points > 0 else ""
            effect = place(f"{rule.tally.get(self._lang)} {sign}{plain(rule.tally_points)}")
        values = (f"{title.get(self._lang)} = {self._about(explanation, value)}" for title, value in rule.values)
        return _filled(
            {
                "points": plain(rule.points) if rule.points else None,
                "title": self._titled(rule.title, rule.risk_point, rule.risk_point_title),
                "basis": place(basis_text(rule.law, rule.basis, self._lang)),
                "effect": effect,
                "note": place(rule.note.get(self._lang)) if rule.note else None,
                "values": [place(value) for value in values],
                "records": [by_record[item.record_id] for item in rule.evidence],
            }
        )

    @staticmethod
    def _is_limited(explanation: Explanation) -> bool:
        """Whether floor or ceiling changed the sum of start and points."""
        if explanation.score is None:
            return False
        total = sum((rule.points for rule in explanation.fired), start=Decimal(explanation.start))
        return total != explanation.score

    def _titled(self, title: Text, code: str | None, about: Text | None) -> int:
        point = " ".join(part for part in (code, about.get(self._lang) if about else None) if part)
        return self.texts.place(" · ".join(part for part in (title.get(self._lang), point) if part))

    def _joined(self, texts: Iterable[Text]) -> int:
        return self.texts.place(self._say["separator"].join(text.get(self._lang) for text in texts))

    def _about(self, explanation: Explanation, text: Text) -> str:
        return self._privacy.about(explanation.operator_id, explanation.name, text.get(self._lang))


def _filled(members: dict[str, Any]) -> dict[str, Any]:
    """The members that say something; a place of 0 does."""
    return {name: value for name, value in members.items() if value is not None and value is not False and value != []}
