"""What a bureau settles about its publications: who publishes, the bodies' codes, persons' names, own columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from riskengine.catalog.part import Name, Part
from riskengine.kernel.errors import InputError
from riskengine.kernel.problems import Problem
from riskengine.supervision.files import read_model
from riskengine.supervision.publication.columns import (
    ClassName,
    PublishedClass,
    PublishedColumns,
    shipped_columns,
)

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = "publication.yaml"
"""The file of settings in a record's folder."""

SHOWN, MASKED, WITHHELD = "shown", "masked", "withheld"


class Unit(Part):
    """A unit that hands information in: its name and its unified social credit code."""

    name: str = Field(min_length=1)
    code: str = Field(min_length=1)


class PublicationSettings(Part):
    """The file. All of it may be left out; what is then missing is told of each row that needs it.

    Attributes:
        settings: its id.
        publisher: who hands the information in (数据来源单位); also the body of inspections.
        bodies: name of a body that decides → its unified social credit code.
        names_of_persons: a natural person's name is ``masked`` (the first character, the rest stars), ``shown``, or the
            person's records are ``withheld``: local policy.
        classes: columns of a bureau's own, in place of the shipped ones of that class.
    """

    settings: Name = "none"
    publisher: Unit | None = None
    bodies: dict[str, str] = Field(default_factory=dict)
    names_of_persons: Literal["shown", "masked", "withheld"] = "masked"
    classes: dict[ClassName, PublishedClass] = Field(default_factory=dict)


def read_settings(path: Path | None) -> PublicationSettings:
    """The settings of a file; those of an empty one where there is none.

    Raises:
        InputError: it cannot be read, or does not hold together (RE-102, RE-3xx, RE-900 to RE-902).
    """
    if path is None:
        return PublicationSettings()
    return read_model(path, PublicationSettings)


def columns_of(settings: PublicationSettings, source: str = SETTINGS) -> PublishedColumns:
    """The columns with a bureau's own in their places.

    Args:
        settings: the bureau's.
        source: the file as messages name it.

    Raises:
        InputError: they do not hold together with the rest (RE-902).
    """
    try:
        return shipped_columns().with_classes(settings.classes) if settings.classes else shipped_columns()
    except ValueError as error:
        reason = str(error).partition("Value error, ")[2].partition(" [type=")[0]
        raise InputError([Problem("RE-902", source=source, column="classes", params=(("reason", reason),))]) from None
