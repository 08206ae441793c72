"""What changed between two catalogues: points, measures, levels, citations and penalties. Nothing else is compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from riskengine.catalog.wording import cited, figures, joined, place, plain, say, threatened
from riskengine.kernel.languages import LANGUAGES, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from riskengine.catalog.catalog import Catalog
    from riskengine.catalog.citation import Citation
    from riskengine.catalog.measure import Measure
    from riskengine.catalog.risk_point import Penalty, RiskPoint

Item = TypeVar("Item")
Key = tuple["Hashable", ...]

_OF_A_MEASURE = ("kind", "phase", "text", "who", "when", "channel", "basis", "earlier_basis")


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        kind: ``point_added``, ``penalty_changed`` and so on: the keys of ``wording.yaml`` under ``changes``.
        code: the risk point or measure.
        before, after: what stood there and what stands there; None where there is no such side.
        what: which penalty, or which part of a measure; None for other kinds.
    """

    kind: str
    code: str
    before: Text | None = None
    after: Text | None = None
    what: Text | None = None

    def text(self, lang: str) -> str:
        """The change as a sentence.

        Args:
            lang: ``zh`` or ``en``.
        """
        # Where only the other language was changed, both are shown: "old → old" would tell nothing.
        both = self.before is not None and self.after is not None and self.before.get(lang) == self.after.get(lang)
        sides = {
            name: "" if side is None else f"{side.zh} / {side.en}" if both else side.get(lang)
            for name, side in (("before", self.before), ("after", self.after))
        }
        what = self.what.get(lang) if self.what else ""
        return say("changes", self.kind).get(lang).format(code=self.code, what=what, **sides)

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON-ready values, and the sentence in both languages."""
        return {
            "kind": self.kind,
            "code": self.code,
            "what": self.what.to_dict() if self.what else None,
            "before": self.before.to_dict() if self.before else None,
            "after": self.after.to_dict() if self.after else None,
            "text": {lang: self.text(lang) for lang in LANGUAGES},
        }


def difference(before: Catalog, after: Catalog) -> list[Change]:
    """The changes from one catalogue to another, by risk point, areas in the order of the later one."""
    areas = list(dict.fromkeys([*after.areas, *before.areas]))
    codes = sorted({*before.risk_points, *after.risk_points}, key=lambda code: (areas.index(code[:2]), code))
    changes: list[Change] = []
    for code in codes:
        changes += _point(before.risk_points.get(code), after.risk_points.get(code))
        if code in before.risk_points and code in after.risk_points:
            changes += _citations(code, before, after)
            changes += _penalties(code, before, after)
        changes += _measures(code, before, after)
    return changes


def _point(old: RiskPoint | None, new: RiskPoint | None) -> Iterator[Change]:
    if new is None:
        if old is not None:
            yield Change("point_removed", old.code, old.title)
        return
    if old is None:
        yield Change("point_added", new.code, after=new.title)
    if new.succeeded_by is not None and (old is None or old.succeeded_by != new.succeeded_by):
        yield Change("point_retired", new.code, new.title, plain(new.succeeded_by))
    if old is None:
        return
    if new.succeeded_by is None and old.succeeded_by is not None:
        yield Change("point_restored", new.code, after=new.title)
    if old.title != new.title:
        yield Change("point_renamed", new.code, old.title, new.title)
    if old.level != new.level:
        yield Change("level_changed", new.code, say("words", old.level), say("words", new.level))


def _citations(code: str, before: Catalog, after: Catalog) -> Iterator[Change]:
    pairs = _paired(
        before.risk_points[code].citations,
        after.risk_points[code].citations,
        lambda item: (*_article(item), item.role, item.duty_of),
        lambda item: (item.law, item.version, item.role),
        lambda item: (item.law, item.article, item.role),
    )
    for old, new in pairs:
        yield Change(
            f"citation_{_fate(old, new)}",
            code,
            cited(old, before.laws) if old else None,
            cited(new, after.laws) if new else None,
        )


def _penalties(code: str, before: Catalog, after: Catalog) -> Iterator[Change]:
    pairs = _paired(
        before.risk_points[code].penalties,
        after.risk_points[code].penalties,
        lambda item: (*_article(item), *_threat(item), item.when, _amount(item)),
        lambda item: (*_article(item), *_threat(item), item.when),
        lambda item: (*_article(item), *_threat(item), _amount(item)),
        lambda item: (item.law, item.version, *_threat(item), item.when, _amount(item)),
        lambda item: (*_article(item), *_threat(item)),
    )
    for old, new in pairs:
        kind = f"penalty_{_fate(old, new)}"
        if old is None or new is None:
            yield Change(
                kind,
                code,
                threatened(old, before.laws) if old else None,
                threatened(new, after.laws) if new else None,
            )
            continue
        # What is the same on both sides names the penalty; what is not stands on its side.
        parts = [
            (_article(old) == _article(new), place(old, before.laws), place(new, after.laws)),
            (True, say("words", new.kind), say("words", new.kind)),
            (True, say("words", new.circumstances), say("words", new.circumstances)),
            (old.when == new.when, old.when, new.when),
            (_amount(old) == _amount(new), figures(old), figures(new)),
        ]
        yield Change(
            kind,
            code,
            joined(one for same, one, _ in parts if not same),
            joined(other for same, _, other in parts if not same),
            joined(other for same, _, other in parts if same),
        )


def _measures(code: str, before: Catalog, after: Catalog) -> Iterator[Change]:
    old, new = ({key: held.measures[key] for key in _codes(held, code)} for held in (before, after))
    gone, come = [key for key in old if key not in new], [key for key in new if key not in old]
    for one, other in _paired(gone, come, lambda key: ((old.get(key) or new[key]).text,), keep_equal=True):
        if one and other:
            yield Change("measure_recoded", other, plain(one), plain(other))
            yield from _measure(old[one], new[other], before, after)
        elif one:
            yield Change("measure_removed", one, old[one].text)
        elif other:
            yield Change("measure_added", other, after=new[other].text)
    for key in old:
        if key in new:
            yield from _measure(old[key], new[key], before, after)


def _codes(catalog: Catalog, code: str) -> tuple[str, ...]:
    point = catalog.risk_points.get(code)
    return point.measures if point else ()


def _measure(old: Measure, new: Measure, before: Catalog, after: Catalog) -> Iterator[Change]:
    for part in _OF_A_MEASURE:
        one, other = getattr(old, part), getattr(new, part)
        if part in {"basis", "earlier_basis"}:
            if (one and _article(one)) == (other and _article(other)):
                continue
            one = place(one, before.laws) if one else say("words", "none")
            other = place(other, after.laws) if other else say("words", "none")
        elif isinstance(one, str):
            one, other = say("words", one), say("words", other)
        if one != other:
            yield Change("measure_changed", new.code, one, other, say("parts", part))


def _article(item: Citation | Penalty) -> Key:
    return (item.law, item.version, item.article, item.paragraph, item.item)


def _threat(item: Penalty) -> Key:
    return (item.kind, item.circumstances)


def _amount(item: Penalty) -> Key:
    return (item.min, item.max, item.unit, item.per, item.multiple_of_illegal_income, item.cap)


def _fate(old: object, new: object) -> str:
    return "added" if old is None else "removed" if new is None else "changed"


def _paired(
    before: Iterable[Item], after: Iterable[Item], *keys: Callable[[Item], Key], keep_equal: bool = False
) -> Iterator[tuple[Item | None, Item | None]]:
    """What is left on either side, paired by one key after the other, the strictest first; None where alone.

    Args:
        before: the items of the one side.
        after: the items of the other.
        *keys: pairs by the first of them are equal and not given, unless ``keep_equal``.
        keep_equal: give those pairs too.
    """
    old, new = list(before), list(after)
    for number, key in enumerate(keys):
        for one in list(old):
            other = next((item for item in new if key(item) == key(one)), None)
            if other is not None:
                old.remove(one)
                new.remove(other)
                if number or keep_equal:
                    yield one, other
    for one in old:
        yield one, None
    for other in new:
        yield None, other
