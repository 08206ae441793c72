"""What every section of a policy is made of: names, texts in two languages, and the law or basis that it rests on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    model_validator,
)

from riskengine.contract.tables import SCORE_PLACES
from riskengine.kernel.languages import Text

NAME_PATTERN = r"^[a-z][a-z0-9_]{0,63}$"


def as_text(value: Any) -> Any:
    """Numbers and booleans of the YAML as the text an author would have quoted."""
    return ("true" if value else "false") if isinstance(value, bool) else number_as_text(value)


def number_as_text(value: Any) -> Any:
    """A number of the YAML as the text an author would have quoted: a version, an article, a grade called 5."""
    if isinstance(value, bool):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else str(value) if isinstance(value, int) else value


def as_list(value: Any) -> Any:
    """One text as a list of one."""
    return [value] if isinstance(value, str) else value


def fits_the_score(value: Any) -> Any:
    """A number that the score's column can hold as it is written.

    Raises:
        ValueError: it has more than six digits after the point, or more than twelve before it.
    """
    if isinstance(value, Decimal) and value.as_tuple().exponent < -SCORE_PLACES:  # type: ignore[operator]
        raise ValueError("at most six digits after the point")
    if abs(value) >= 10**12:
        raise ValueError("at most twelve digits before the point")
    return value


NameText = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
Expr = Annotated[str, BeforeValidator(as_text)]
WindowText = Annotated[str, BeforeValidator(number_as_text)]
Label = Annotated[str, BeforeValidator(number_as_text), StringConstraints(min_length=1, max_length=40)]
Day = Annotated[date, Strict()]
Whole = Annotated[int, Strict()]
Exact = Annotated[Decimal, Strict()]
NumberValue = Whole | Exact
ScoreValue = Annotated[NumberValue, AfterValidator(fits_the_score)]
IfUnknown = Literal["stop", "skip"]


class Section(BaseModel):
    """Base of all sections: no unknown keys, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Bilingual(Section):
    """A text in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @property
    def text(self) -> Text:
        """The pair."""
        return Text(self.zh, self.en)


class Based(Section):
    """Something that rests on a law, or says that it does not.

    Attributes:
        law, article, paragraph, item: the citation; ``law`` is an id of the law register.
        basis: ``local_policy`` (set by the bureau), ``unverified`` (from memory, to be checked) or ``published`` (a
        scheme
            that somebody else published; ``source`` says where).
        source: where it was read.
        note: what a reader should know.
    """

    law: str | None = None
    article: Annotated[str, BeforeValidator(number_as_text)] | None = None
    paragraph: Whole | None = None
    item: Whole | None = None
    basis: Literal["local_policy", "unverified", "published"] | None = None
    source: str | None = None
    note: Bilingual | None = None

    @model_validator(mode="after")
    def _stands_on_something(self) -> Self:
        if self.law is not None and self.law != "from_catalog" and self.article is None:
            raise ValueError("a law is cited without its article")
        cited = [key for key in ("article", "paragraph", "item") if getattr(self, key) is not None]
        if cited and self.law in {None, "from_catalog"}:
            raise ValueError(f"{', '.join(cited)} without a law")
        if self.law is None and self.basis is None:
            raise ValueError(
                "neither a law with its article nor a basis (local_policy, unverified, published) is given"
            )
        return self
