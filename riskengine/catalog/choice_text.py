"""The choice of law in words, in both languages at once, from ``wording.yaml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.catalog.numerals import chinese_numeral
from riskengine.catalog.wording import amounts, filled, listed, plain, say
from riskengine.kernel.languages import LANGUAGES, Text
from riskengine.kernel.wording import noted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from riskengine.catalog.choice import ArticleChoice, LawChoice
    from riskengine.catalog.citation import Citation
    from riskengine.catalog.laws import LawRegister
    from riskengine.catalog.risk_point import Penalty
    from riskengine.catalog.weighing import Difference


def choice_text(choice: LawChoice, register: LawRegister, cited: Citation | None = None) -> Text:
    """What is known of a law for a violation, and which version applies, with its figures.

    Args:
        choice: the law.
        register: for its title.
        cited: the article that stands for the law on the day of the conduct; its place and figures are told.
    """
    key = "gone" if choice.outcome == "not_comparable" and choice.at_decision is None else choice.outcome
    articles = [item for item in choice.articles if cited is None or item.then == cited.article]
    held = [penalty for item in articles for penalty in _then(item)]
    title = register.title(choice.law)
    law = filled(say("citation", "law"), title=title)
    if cited is not None and cited.law == choice.law:
        law = Text(*(cited.label(register, lang) for lang in LANGUAGES))
    return filled(
        say("choice", key),
        law=law,
        then=plain(choice.of_the_day or ""),
        now=plain(choice.at_decision or ""),
        figures=_figures(held),
        articles=listed(_article(item, choice) for item in choice.articles),
    )


def _then(article: ArticleChoice) -> Iterable[Penalty]:
    """The penalties of an article in the version of the day."""
    if not article.differences:
        return article.applied
    return dict.fromkeys(penalty for item in article.differences for penalty in item.then)


def _article(article: ArticleChoice, choice: LawChoice) -> Text:
    renumbered = article.now is not None and article.now != article.then
    name = filled(
        say("choice", "renumbered" if renumbered else "article"),
        number=_number(article.then),
        later=_number(article.now or article.then),
    )
    return filled(
        say("choice", f"article_{article.verdict}"),
        article=name,
        then=plain(choice.of_the_day or ""),
        now=plain(choice.at_decision or ""),
        figures=_figures(_then(article)),
        changes=listed(_change(item) for item in article.differences if item.verdict != "same"),
    )


def _number(article: str) -> Text:
    number, _, inserted = article.partition("-")
    whole = Text(chinese_numeral(int(number)), number)
    if not inserted:
        return whole
    return filled(say("citation", "inserted"), number=whole, inserted=Text(chinese_numeral(int(inserted)), inserted))


def _change(difference: Difference) -> Text:
    key = {"dropped": "without", "added": "besides", "not_comparable": "unlike"}.get(difference.verdict, "instead")
    if key == "unlike" and not (difference.then and difference.now):
        key = "unclear"
    sides = (difference.then, difference.now)
    tells_apart = max(map(len, sides)) > 1
    then, now = (_figures(side, with_conditions=tells_apart) if side else plain("") for side in sides)
    return filled(say("choice", key), then=then, now=now)


def _figures(penalties: Iterable[Penalty], *, with_conditions: bool = False) -> Text:
    """Kinds with their figures, each figure once; with the condition of each where that tells them apart."""
    kinds: dict[tuple[str, str], dict[Text, None]] = {}
    for penalty in penalties:
        found = kinds.setdefault((penalty.kind, penalty.per), {})
        if (sums := amounts(penalty)) is not None:
            condition = Text(penalty.when.zh, penalty.when.en)
            found[noted(sums, condition) if with_conditions else sums] = None
    return listed(_kind(*key, list(found)) for key, found in kinds.items()) if kinds else say("choice", "no_penalty")


def _kind(kind: str, per: str, sums: list[Text]) -> Text:
    name = say("words", kind)
    if not sums:
        return name
    form = say("choice", "sums" if per == "act" else "sums_per")
    parting = say("citation", "or")
    either = Text(*(parting.get(lang).join(text.get(lang) for text in sums) for lang in LANGUAGES))
    return filled(form, kind=name, sums=either, per=say("per", per))
