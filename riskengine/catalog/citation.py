"""A citation: which article of which version of which law, what it does there, and how surely it was read."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from riskengine.catalog.numerals import chinese_numeral
from riskengine.catalog.part import ArticleNumber, Name, Part, Quote, VersionDate, Words
from riskengine.kernel.wording import catalogue

if TYPE_CHECKING:
    from riskengine.catalog.laws import LawRegister

Sureness = Literal["text", "excerpt", "memory"]


class NotApplicable(Part):
    """Something that a liability article threatens and that no penalty of the risk point has, and why.

    Attributes:
        what: the figure as the article has it (``5年``), or a kind of penalty (``revocation``).
        reason: why it does not concern the risk point, or where it is recorded.
    """

    what: str = Field(min_length=1, max_length=40)
    reason: Words


class Citation(Part):
    """An article of a law.

    Attributes:
        law: id of the law register.
        version: the version that was read; None where a policy cites an article without one.
        article: its number as text (``64``, inserted articles ``64-1``).
        paragraph: 款, from 1, or None.
        item: 项, from 1, or None.
        quote: a few characters that stand there and nowhere else in the version.
        role: ``duty`` (what must be done) or ``liability`` (what follows if it is not); None for a basis.
        sureness: ``text`` (read in the law), ``excerpt`` (read in a quotation) or ``memory`` (to be confirmed).
        duty_of: ``authority`` where the duty is the authority's own and not the operator's.
        source: where an excerpt was read.
        not_applicable: of a liability: what it threatens that does not concern the risk point.
        note: a remark of the editors.
    """

    law: Name
    version: VersionDate | None = None
    article: ArticleNumber
    paragraph: int | None = Field(default=None, ge=1)
    item: int | None = Field(default=None, ge=1)
    quote: Quote | None = None
    role: Literal["duty", "liability"] | None = None
    sureness: Sureness
    duty_of: Literal["authority"] | None = None
    source: str | None = None
    not_applicable: tuple[NotApplicable, ...] | None = None
    note: Words | None = None

    def label(self, register: "LawRegister", lang: str) -> str:
        """The citation as people write it.

        ``《公路安全保护条例》第六十四条第一款`` or ``Highway Safety Protection Regulation, article 64(1)``.

        Args:
            register: the law register, for the title.
            lang: ``zh`` or ``en``.
        """
        title = register.title(self.law).get(lang)
        number, _, inserted = self.article.partition("-")
        say = catalogue("riskengine.catalog", "wording.yaml")["citation"]
        written = chinese_numeral if lang == "zh" else str
        key = "inserted_article" if inserted else "article"
        words = str(say[key][lang]).format(
            title=title, number=written(int(number)), inserted=inserted and written(int(inserted))
        )
        for key, place in (("paragraph", self.paragraph), ("item", self.item)):
            if place:
                words = str(say[key][lang]).format(article=words, n=written(place))
        return words
