"""What every part of a notice needs: the operator's rows, their explanation, and the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.kernel.formats import long_date, table_date
from riskengine.kernel.lazy import lazy
from riskengine.reports.wording import room_words
from riskengine.results import lapses

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from riskengine.kernel.languages import Text
    from riskengine.reports.privacy import Privacy
    from riskengine.results import Context, Explanation, OperatorView, RuleLapse


@dataclass(frozen=True)
class Telling:
    """An operator's result and how to speak of it in one language.

    Attributes:
        view, explanation: the operator's rows, and what they mean.
        context: the setting of the run.
        lang: ``zh`` or ``en``.
        privacy: what may be shown of a person.
    """

    view: OperatorView
    explanation: Explanation
    context: Context
    lang: str
    privacy: Privacy

    @lazy
    def say(self) -> Mapping[str, str]:
        """The words of notices."""
        return room_words("riskengine.reports.notice", self.lang)

    @lazy
    def lapses(self) -> tuple[RuleLapse, ...]:
        """When the records behind each rule lapse."""
        return lapses(self.view, self.context)

    @lazy
    def days(self) -> Mapping[str, tuple[date, date | None]]:
        """Violation → day of the conduct and of the decision."""
        return {row["violation_id"]: (row["occurred_on"], row["decided_on"]) for row in self.view.conduct}

    def text(self, text: Text) -> str:
        """A text in the language, with a person's name and numbers masked."""
        row = self.view.grade
        return self.privacy.about(row["operator_id"], row["name"], text.get(self.lang))

    def day(self, day: date) -> str:
        """A day as letters write it."""
        return long_date(day, self.lang)

    def record(self, record_id: str) -> str:
        """A record with its day, as far as it is known."""
        shown, days = self.privacy.text(record_id), self.days.get(record_id)
        return shown if days is None else self.say["record_of"].format(record=shown, day=table_date(days[0]))

    def listed(self, texts: list[str], most: int, more: str) -> list[str]:
        """At most so many, and how many there are beyond."""
        if len(texts) <= most:
            return texts
        return [*texts[: most - 1], self.say[more].format(count=len(texts) - most + 1)]
