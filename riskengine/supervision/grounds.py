"""What a figure of supervision rests on: an article, local policy, or an article that allows what a bureau sets."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads the module's names
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from riskengine.catalog.citation import Citation
from riskengine.catalog.part import ArticleNumber, Name, Part
from riskengine.kernel.languages import Text

if TYPE_CHECKING:
    from riskengine.catalog.laws import LawRegister


class Ground(Part):
    """An article.

    Attributes:
        law: an id of the law register.
        article, paragraph, item: the place.
    """

    law: Name
    article: ArticleNumber
    paragraph: int | None = Field(default=None, ge=1)
    item: int | None = Field(default=None, ge=1)

    def label_on(self, register: LawRegister, day: date) -> Text | None:
        """The citation as people write it; None where the law is not in force on the day."""
        return label_on(register, day, self)


class Grounded(Part):
    """Something that rests on an article, or is local policy, or both: the article allows, the bureau sets.

    Attributes:
        law, article, paragraph, item: the place, of an id of the law register.
        basis: ``local_policy`` where no article sets the figure.
    """

    law: Name | None = None
    article: ArticleNumber | None = None
    paragraph: int | None = Field(default=None, ge=1)
    item: int | None = Field(default=None, ge=1)
    basis: Literal["local_policy"] | None = None

    @model_validator(mode="after")
    def _stands_on_something(self) -> Self:
        if (self.law is None) != (self.article is None):
            raise ValueError("a law and its article go together")
        if self.law is None and self.basis is None:
            raise ValueError("neither a law with its article nor basis: local_policy is given")
        return self

    def label_on(self, register: LawRegister, day: date) -> Text | None:
        """The citation as people write it; None where there is none, or its law is not in force on the day."""
        return label_on(register, day, self)


def label_on(register: LawRegister, day: date, place: Ground | Grounded) -> Text | None:
    """A place in the law as people write it, where it is in force on a day."""
    if place.law is None or place.article is None or register.in_force(place.law, day) is None:
        return None
    cited = Citation(law=place.law, article=place.article, paragraph=place.paragraph, item=place.item, sureness="text")
    return Text(cited.label(register, "zh"), cited.label(register, "en"))
