"""Citations and penalties in words, in both languages at once, from ``wording.yaml``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from riskengine.catalog.citation import Citation
from riskengine.kernel.languages import LANGUAGES, Text
from riskengine.kernel.wording import catalogue, noted
from riskengine.kernel.wording import joined as in_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from riskengine.catalog.laws import LawRegister
    from riskengine.catalog.risk_point import Penalty


_NAME = re.compile(r"\{([a-z_]+)\}")


def say(section: str, key: str) -> Text:
    """A wording of ``wording.yaml``; the key itself, its underscores as blanks, where there is none."""
    entry = _entries()[section].get(key)
    return Text(entry["zh"], entry["en"]) if entry else plain(key.replace("_", " "))


def plain(text: str) -> Text:
    """A code or number that is the same in both languages."""
    return Text(text, text)


def joined(texts: Iterable[Text]) -> Text:
    """Texts one after the other, parted by a comma."""
    return in_line(texts, "comma")


def listed(texts: Iterable[Text]) -> Text:
    """Texts one after the other, parted by a semicolon."""
    return in_line(texts, "clause")


def filled(form: Text, **parts: Text | str | int) -> Text:
    """A wording with its ``{names}`` filled in, each once; what ends in nothing ends without a blank."""
    texts = {name: part if isinstance(part, Text) else plain(str(part)) for name, part in parts.items()}
    return Text(
        *(_NAME.sub(lambda name: texts[name[1]].get(lang), form.get(lang)).rstrip() for lang in LANGUAGES)  # noqa: B023
    )


def place(item: Citation | Penalty, register: LawRegister) -> Text:
    """Law, article, paragraph and item, and the version of the law."""
    if not isinstance(item, Citation):
        names = ("law", "version", "article", "paragraph", "item", "sureness")
        item = Citation(**{name: getattr(item, name) for name in names})
    labels = Text(*(item.label(register, lang) for lang in LANGUAGES))
    if item.version is None:
        return labels
    return filled(say("citation", "with_version"), label=labels, version=item.version)


def cited(citation: Citation, register: LawRegister) -> Text:
    """A citation with its role."""
    where = place(citation, register)
    if citation.role is None:
        return where
    role = say("words", "duty_of_authority" if citation.duty_of else citation.role)
    return filled(say("citation", "with_role"), label=where, role=role)


def threatened(penalty: Penalty, register: LawRegister) -> Text:
    """A penalty whole: article, kind, circumstances, condition, figures."""
    words = (say("words", penalty.kind), say("words", penalty.circumstances))
    return joined((place(penalty, register), *words, penalty.when, figures(penalty)))


def figures(penalty: Penalty) -> Text:
    """What it comes to: the range, the multiple of the illegal income, the cap and what it is counted by."""
    return noted(amounts(penalty) or say("words", "no_figure"), say("per", penalty.per))


def amounts(penalty: Penalty) -> Text | None:
    """The range, the multiple of the illegal income and the cap; None where there is no figure."""
    parts = []
    if penalty.min is not None or penalty.max is not None:
        parts.append(amount(penalty.min, penalty.max, penalty.unit))
    if penalty.multiple_of_illegal_income is not None:
        multiple = penalty.multiple_of_illegal_income
        parts.append(amount(multiple.min, multiple.max, "times_of_illegal_income"))
    if penalty.cap is not None:
        cap = amount(penalty.cap, penalty.cap, "yuan")
        parts.append(filled(say("citation", "capped"), cap=cap))
    return joined(parts) if parts else None


def amount(low: Decimal | None, high: Decimal | None, unit: str | None) -> Text:
    """A range, an open range or a single sum, with its unit."""
    form = say("units", unit) if unit else plain("{n}")
    if "{n}" not in form.zh:  # a unit without a wording of its own
        form = Text(f"{{n}} {form.zh}", f"{{n}} {form.en}")
    return filled(form, n=_range(low, high))


def _range(low: Decimal | None, high: Decimal | None) -> Text:
    if low is None or high is None:
        side, value = ("up_to", high) if low is None else ("at_least", low)
        return filled(say("citation", side), n=_number(value))
    if low == high:
        return _number(low)
    return filled(say("citation", "range"), low=_number(low), high=_number(high))


def _number(value: Decimal | None) -> Text:
    """Separators of thousands in English alone: beside Chinese words of magnitude they mislead."""
    text = format(value, "f") if value is not None else ""
    whole, _, rest = text.partition(".")
    rest = f".{rest.rstrip('0')}" if rest.strip("0") else ""
    return Text(whole + rest, f"{int(whole):,}{rest}") if whole else plain("")


def _entries() -> Mapping[str, Any]:
    return catalogue("riskengine.catalog", "wording.yaml")
