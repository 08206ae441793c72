"""The columns of what is published, as data: the shipped file, or a bureau's own lists for some classes."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads the module's names
from functools import lru_cache
from typing import Literal, Self

from pydantic import Field, model_validator

from riskengine.catalog.part import Name, Part, Words
from riskengine.supervision.files import given_or_shipped

INSPECTION, PERMIT, PENALTY, COERCION = CLASSES = ("inspection", "permit", "penalty", "coercion")
"""The four classes of enforcement information, in the order in which they are told."""
ClassName = Literal["inspection", "permit", "penalty", "coercion"]

TEXT, DATE, AMOUNT, CREDIT_CODE, WORD = "text", "date", "amount", "credit_code", "word"
SURENESS = ("text", "secondary", "memory", "local_policy")
ORGANISATION, PERSON, FINE, CONFISCATION, LICENCE = "organisation", "person", "fine", "confiscation", "licence"
"""What may hold of a row, and make a column required."""

COLUMNS = "columns.yaml"


class Known(Part):
    """Where columns come from, and how surely: ``text``, ``secondary``, ``memory`` or ``local_policy``."""

    title: Words
    sureness: Literal["text", "secondary", "memory", "local_policy"]


class PublishedColumn(Part):
    """A column of a class.

    Attributes:
        name: in JSON and XML; unique within its class.
        title: its heading; the Chinese one stands in CSV.
        type: ``text``, ``date``, ``amount`` (10,000 yuan, six decimals), ``credit_code`` or ``word``.
        length: the most characters; None where there is no limit.
        words: the words that a ``word`` column may hold, several with ``;``.
        from_: the value of the record that fills it; None for that of its own name.
        required: always.
        required_if: what of a row makes it required.
        hidden: its cells are always empty.
        follows: it may change without a new review.
        default: what stands where the record says nothing.
        source: where it is known from, a name of ``sources``.
    """

    name: Name
    title: Words
    type: Literal["text", "date", "amount", "credit_code", "word"] = "text"
    length: int | None = Field(default=None, ge=1, le=10_000)
    words: tuple[str, ...] = ()
    from_: str | None = Field(default=None, alias="from")
    required: bool = False
    required_if: tuple[Literal["organisation", "person", "fine", "confiscation", "licence"], ...] = ()
    hidden: bool = False
    follows: bool = False
    default: date | str | None = None
    source: Name

    @property
    def value(self) -> str:
        """The name of the value that fills it."""
        return self.from_ or self.name


class PublishedClass(Part):
    """A class: what it is called, where its own columns are known from, and these columns."""

    title: Words
    source: Name
    columns: tuple[PublishedColumn, ...] = Field(min_length=1)


class PublishedColumns(Part):
    """The file.

    Attributes:
        publication: its id.
        title: what it is called.
        sources: name → where columns are known from.
        words: word of the record → how it is published.
        party, origin: the columns before and after those of each class.
        classes: class → its own columns.
    """

    publication: Name
    title: Words
    sources: dict[Name, Known]
    words: dict[str, Words]
    party: tuple[PublishedColumn, ...]
    origin: tuple[PublishedColumn, ...]
    classes: dict[ClassName, PublishedClass]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        for name in self.classes:
            names = [column.name for column in self.of(name)]
            twice = sorted({each for each in names if names.count(each) > 1})
            if twice:
                raise ValueError(f"the class '{name}' has a column more than once: {', '.join(twice)}")
            for column in self.of(name):
                if column.source not in self.sources:
                    raise ValueError(f"the column '{column.name}' names no known source: '{column.source}'")
                unknown = [word for word in column.words if word not in self.words]
                if unknown or (column.type == WORD) != bool(column.words):
                    raise ValueError(f"the words of the column '{column.name}' are not those of 'words'")
        return self

    def of(self, name: str) -> tuple[PublishedColumn, ...]:
        """Every column of a class, in order."""
        return (*self.party, *self.class_of(name).columns, *self.origin)

    def class_of(self, name: str) -> PublishedClass:
        """A class by its name.

        Raises:
            KeyError: there is none of that name.
        """
        return {str(each): kind for each, kind in self.classes.items()}[name]

    def with_classes(self, own: dict[ClassName, PublishedClass]) -> PublishedColumns:
        """The same with a bureau's own columns for some classes.

        Raises:
            ValueError: they do not hold together with the rest.
        """
        sources = dict(self.sources)
        return PublishedColumns(
            publication=self.publication,
            title=self.title,
            sources=sources,
            words=self.words,
            party=self.party,
            origin=self.origin,
            classes={**self.classes, **own},
        )


@lru_cache(maxsize=1)
def shipped_columns() -> PublishedColumns:
    """The columns that the package ships.

    Raises:
        InputError: the file does not hold together, which a test rules out.
    """
    return given_or_shipped(None, "publication", COLUMNS, PublishedColumns)
