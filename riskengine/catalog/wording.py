"""Citations and penalties in words, in both languages at once, from ``wording.yaml``."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

from riskengine.catalog.citation import Citation
from riskengine.kernel.languages import LANGUAGES, Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from riskengine.catalog.laws import LawRegister
    from riskengine.catalog.risk_point import Penalty


def say(section: str, key: str) -> Text:
    """A wording of ``wording.yaml``; the key itself, its underscores as blanks, where there is none."""
    entry = _entries()[section].get(key)
    return Text(entry["zh"], entry["en"]) if entry else plain(key.replace("_", " "))


def plain(text: str) -> Text:
    """A code or number that is the same in both languages."""
    return Text(text, text)


def joined(texts: Iterable[Text]) -> Text:
    """Texts one after the other, parted by a comma."""
    held = list(texts)
    return Text("，".join(text.zh for text in held), ", ".join(text.en for text in held))


def place(item: Citation | Penalty, register: LawRegister) -> Text:
    """Law, article, paragraph and item, and the version of the law."""
    if not isinstance(item, Citation):
        names = ("law", "version", "article", "paragraph", "item", "sureness")
        item = Citation(**{name: getattr(item, name) for name in names})
    labels = Text(*(item.label(register, lang) for lang in LANGUAGES))
    if item.version is None:
        return labels
    return Text(f"{labels.zh}（{item.version}版）", f"{labels.en} (version {item.version})")


def cited(citation: Citation, register: LawRegister) -> Text:
    """A citation with its role."""
    where = place(citation, register)
    if citation.role is None:
        return where
    role = say("words", "duty_of_authority" if citation.duty_of else citation.role)
    return Text(f"{where.zh}［{role.zh}］", f"{where.en} [{role.en}]")


def threatened(penalty: Penalty, register: LawRegister) -> Text:
    """A penalty whole: article, kind, circumstances, condition, figures."""
    words = (say("words", penalty.kind), say("words", penalty.circumstances))
    return joined((place(penalty, register), *words, penalty.when, figures(penalty)))


def figures(penalty: Penalty) -> Text:
    """What it comes to: the range, the multiple of the illegal income, the cap and what it is counted by."""
    parts = []
    if penalty.min is not None or penalty.max is not None:
        parts.append(_amount(penalty.min, penalty.max, penalty.unit))
    if penalty.multiple_of_illegal_income is not None:
        multiple = penalty.multiple_of_illegal_income
        parts.append(_amount(multiple.min, multiple.max, "times_of_illegal_income"))
    if penalty.cap is not None:
        cap = _amount(penalty.cap, penalty.cap, "yuan")
        parts.append(Text(f"合计不超过{cap.zh}", f"{cap.en} in all at most"))
    if not parts:
        parts.append(say("words", "no_figure"))
    per = say("per", penalty.per)
    return Text(f"{joined(parts).zh}（{per.zh}）", f"{joined(parts).en} ({per.en})")


def _amount(low: Decimal | None, high: Decimal | None, unit: str | None) -> Text:
    form = say("units", unit) if unit else plain("{n}")
    if "{n}" not in form.zh:  # a unit without a wording of its own
        form = Text(f"{{n}} {form.zh}", f"{{n}} {form.en}")
    zh, en = _range(low, high)
    return Text(form.zh.replace("{n}", zh), form.en.replace("{n}", en))


def _range(low: Decimal | None, high: Decimal | None) -> tuple[str, str]:
    if low is None:
        return f"至多{_number(high)}", f"up to {_number(high, ',')}"
    if high is None:
        return f"至少{_number(low)}", f"at least {_number(low, ',')}"
    if low == high:
        return _number(low), _number(low, ",")
    return f"{_number(low)}至{_number(high)}", f"{_number(low, ',')} to {_number(high, ',')}"


def _number(value: Decimal | None, grouped: str = "") -> str:
    text = format(value, f"{grouped}f") if value is not None else ""
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=1)
def _entries() -> dict[str, Any]:
    entries: dict[str, Any] = yaml.safe_load(
        (resources.files("riskengine.catalog") / "wording.yaml").read_text("utf-8")
    )
    return entries
