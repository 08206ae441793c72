"""The findings of the discretion check in words, in both languages at once, from ``wording.yaml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.catalog.choice_text import choice_text
from riskengine.catalog.wording import amount, figures, filled, joined, listed, place, plain, say
from riskengine.kernel.wording import noted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.catalog.catalog import Catalog
    from riskengine.catalog.discretion import Checked, Range
    from riskengine.kernel.languages import Text

_NOTHING_CHOSEN = frozenset({"one_version", "same"})


def reason_text(checked: Checked, catalog: Catalog) -> Text:
    """Why: the reason, the kinds without a basis, and laws of which no version of the day is recorded."""
    reason = say("discretion", checked.reason)
    if checked.kinds and checked.reason == "kind_without_basis":
        kinds = joined(say("words", kind) for kind in checked.kinds)
        reason = noted(reason, kinds)
    if not checked.is_for_review or not checked.unrecorded:
        return reason
    titles = joined(catalog.laws.title(law) for law in checked.unrecorded)
    return listed((reason, filled(say("discretion", "unrecorded"), laws=titles)))


def ranges_text(checked: Checked, catalog: Catalog) -> list[Text]:
    """What the fine was held against, each with its article."""
    return list(dict.fromkeys(_range(item, catalog) for item in checked.ranges))


def _range(item: Range, catalog: Catalog) -> Text:
    source = say("discretion", "statutory")
    sums = figures(item.penalty)
    if item.band is not None:
        source = filled(
            say("discretion", "band"),
            source=say("discretion", "discretionary"),
            severity=say("discretion", item.band.severity),
            when=item.band.when,
        )
        sums = say("discretion", "no_fine") if item.band.no_fine else amount(item.low, item.high, "yuan")
    return filled(say("discretion", "range"), place=place(item.penalty, catalog.laws), sums=sums, source=source)


def law_text(checked: Checked, catalog: Catalog) -> list[Text]:
    """Which law applies, of each law of which a version was chosen; the cited one always."""
    return list(_laws(checked, catalog))


def _laws(checked: Checked, catalog: Catalog) -> Iterator[Text]:
    if checked.choice is None:
        return
    cited = catalog.liability_on(checked.choice.risk_point, checked.record["occurred_on"])
    for law in checked.choice.laws:
        if cited is not None and law.law == cited.law:
            yield choice_text(law, catalog.laws, cited)
        elif law.outcome not in {*_NOTHING_CHOSEN, "unrecorded"}:
            yield choice_text(law, catalog.laws)
    if cited is None:
        yield say("choice", "no_law")


def recorded_text(checked: Checked) -> Text:
    """The recorded penalty: kinds and sum."""
    record = checked.record
    kinds = [plain("other") if kind == "other" else say("words", kind) for kind in record.get("penalty_kind") or ()]
    fine = record.get("penalty")
    parts = [*kinds, *([] if fine is None else [amount(fine, fine, "yuan")])]
    return joined(parts) if parts else say("words", "none")
