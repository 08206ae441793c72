"""Citations and penalties in words, in both languages at once, from ``wording.yaml``."""

from __future__ import annotations

import re
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
    held = list(texts)
    return Text("，".join(text.zh for text in held), ", ".join(text.en for text in held))


def listed(texts: Iterable[Text]) -> Text:
    """Texts one after the other, parted by a semicolon."""
    held = list(texts)
    return Text("；".join(text.zh for text in held), "; ".join(text.en for text in held))


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
    sums, per = amounts(penalty) or say("words", "no_figure"), say("per", penalty.per)
    return Text(f"{sums.zh}（{per.zh}）", f"{sums.en} ({per.en})")


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
        parts.append(Text(f"合计不超过{cap.zh}", f"{cap.en} in all at most"))
    return joined(parts) if parts else None


def amount(low: Decimal | None, high: Decimal | None, unit: str | None) -> Text:
    """A range, an open range or a single sum, with its unit."""
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
