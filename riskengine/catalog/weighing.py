"""Which of two sets of penalties is lighter: those of an article, and those of the article that took its place.

The lower upper limit is lighter; where these are equal, the lower lower limit; then the lower cap. What one set has and
the other has not is dropped or added. Nothing is weighed against what it is not like: another kind, another unit,
another thing that it is counted by.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from riskengine.catalog.risk_point import Penalty

Verdict = Literal["same", "lighter", "heavier", "dropped", "added", "not_comparable"]

_Likeness = tuple[str, str, str]
_Limit = tuple[bool, "Decimal | int"]


@dataclass(frozen=True, slots=True)
class Difference:
    """Penalties before and after that answer to each other, and what the later are beside the earlier.

    Attributes:
        then, now: the penalties; one of them is empty where they were added or dropped.
        verdict: ``same``, ``lighter``, ``heavier``, ``dropped``, ``added`` or ``not_comparable``.
    """

    then: tuple[Penalty, ...]
    now: tuple[Penalty, ...]
    verdict: Verdict


def weigh(then: Sequence[Penalty], now: Sequence[Penalty]) -> list[Difference]:
    """Every penalty of an article before and after, each in at least one difference.

    Those under the same condition answer to each other; of the rest, those of the same paragraph; then the rest of the
    article. ``now`` may be empty: the article was abolished.

    Args:
        then: the penalties in the version of the day.
        now: those in the later version.
    """
    scale = _Scale(list(then), list(now), _all=list(then))
    scale.pair_conditions()
    scale.pair_paragraphs()
    scale.pair_rest()
    return scale.found


def overall(differences: Iterable[Difference]) -> Verdict:
    """What the later law is as a whole: lighter where no part is heavier and one is lighter, and so on."""
    verdicts = {difference.verdict for difference in differences}
    lighter, heavier = verdicts & {"lighter", "dropped"}, verdicts & {"heavier", "added"}
    if "not_comparable" in verdicts or (lighter and heavier):
        return "not_comparable"
    return "lighter" if lighter else "heavier" if heavier else "same"


def limits(penalty: Penalty) -> tuple[_Limit, _Limit, _Limit]:
    """Upper limit, lower limit and cap as something to compare; what is open above is more than any number."""
    held = penalty.multiple_of_illegal_income or penalty
    if held.min is None and held.max is None:
        return (False, 0), (False, 0), _upper(penalty.cap)
    return _upper(held.max), (False, held.min or 0), _upper(penalty.cap)


def likeness(penalty: Penalty) -> _Likeness:
    """Kind, unit and what it is counted by: only what agrees in these is weighed against each other."""
    if penalty.multiple_of_illegal_income is not None:
        unit = "times"
    elif penalty.min is None and penalty.max is None:
        unit = ""
    else:
        unit = penalty.unit or ""
    return penalty.kind, unit, penalty.per


def _upper(value: Decimal | None) -> _Limit:
    return (True, 0) if value is None else (False, value)


@dataclass(slots=True)
class _Scale:
    """Two sets of penalties from which pairs are taken out, the surest first."""

    then: list[Penalty]
    now: list[Penalty]
    found: list[Difference] = field(default_factory=list)
    _all: list[Penalty] = field(default_factory=list)
    _by_paragraph: list[Penalty] = field(default_factory=list)

    def pair_conditions(self) -> None:
        """Penalties under the same words, where only one on each side has them."""
        for before in list(self.then):
            same = [_keys_of(before) == _keys_of(other) for other in self.then].count(True)
            after = [other for other in self.now if _keys_of(other) == _keys_of(before)]
            if same == 1 and len(after) == 1:
                self._take([before], after)

    def pair_paragraphs(self) -> None:
        """Of what is left, penalties of the same paragraph that are like each other."""
        for paragraph, like in dict.fromkeys((item.paragraph, likeness(item)) for item in self.then):
            before, after = (
                [item for item in side if (item.paragraph, likeness(item)) == (paragraph, like)]
                for side in (self.then, self.now)
            )
            if after:
                self._by_paragraph += before
                self._take(before, after)

    def pair_rest(self) -> None:
        """What is left of the article, wherever it stands in it."""
        answered = {item.paragraph for pair in self.found for item in pair.now}
        for like in dict.fromkeys(likeness(item) for item in (*self.then, *self.now)):
            before, after = ([item for item in side if likeness(item) == like] for side in (self.then, self.now))
            if before and after:
                self._take(before, after)
            elif after:
                self._take_split_off(like, [item for item in after if item.paragraph not in answered])
        sure = all(item.sureness == "text" for item in (*self.now, *(p for d in self.found for p in d.now)))
        for item in self.then:
            self.found.append(Difference((item,), (), "dropped" if sure and not self.now else "not_comparable"))
        for item in self.now:
            self.found.append(Difference((), (item,), "not_comparable" if self.then else "added"))

    def _take_split_off(self, like: _Likeness, after: Sequence[Penalty]) -> None:
        """A paragraph that nothing answers to was split off: it is weighed against what it was split off from."""
        before = [item for item in self._by_paragraph if likeness(item) == like]
        before = before or [item for item in self._all if likeness(item) == like]
        if before and after:
            self._take(before, after)

    def _take(self, before: Sequence[Penalty], after: Sequence[Penalty]) -> None:
        self.found.append(Difference(tuple(before), tuple(after), _verdict(before, after)))
        for side, taken in ((self.then, before), (self.now, after)):
            side[:] = [item for item in side if not any(item is other for other in taken)]


def _keys_of(penalty: Penalty) -> tuple[_Likeness, str, str]:
    return likeness(penalty), penalty.circumstances, penalty.when.zh


def _verdict(before: Sequence[Penalty], after: Sequence[Penalty]) -> Verdict:
    """What the later penalties are, whichever of them a case falls under."""
    ways = {
        "lighter" if limits(now) < limits(then) else "heavier" if limits(now) > limits(then) else "same"
        for then, now in _answering(before, after)
    }
    if {"lighter", "heavier"} <= ways:
        return "not_comparable"
    return "lighter" if "lighter" in ways else "heavier" if "heavier" in ways else "same"


def _answering(before: Sequence[Penalty], after: Sequence[Penalty]) -> Iterator[tuple[Penalty, Penalty]]:
    """Each with those of its circumstances on the other side; with all where there are none such."""
    for now in after:
        alike = [then for then in before if then.circumstances == now.circumstances]
        for then in alike or before:
            yield then, now
    for then in before:
        if not any(now.circumstances == then.circumstances for now in after):
            for now in after:
                yield then, now
