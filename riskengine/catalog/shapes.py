"""What a field of a model can hold, read off the models: the ground of the canonical form and of every export.

Whoever adds a field to a model adds it here by that alone: nothing lists fields by name.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from riskengine.catalog.part import ArticleNumber, VersionDate
from riskengine.kernel.languages import Text

TEXT, INTEGER, DECIMAL, DATE, BOOLEAN, ARTICLE, VERSION = (
    "text",
    "integer",
    "decimal",
    "date",
    "boolean",
    "article",
    "version",
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value. ``choices`` are the words it may be; empty where any may stand."""

    kind: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages."""


@dataclass(frozen=True, slots=True)
class Several:
    """A list of single values."""

    item: Leaf


@dataclass(frozen=True, slots=True)
class Record:
    """A model: its fields in their order."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of some words, or a model."""

    word: Leaf
    record: Record


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of models."""

    row: Record


@dataclass(frozen=True, slots=True)
class Keyed:
    """A mapping: what its keys may be, and what stands under each."""

    key: Leaf
    value: Shape


Shape = Leaf | Words | Several | Record | Either | Rows | Keyed


@dataclass(frozen=True, slots=True)
class Field:
    """A field: ``name`` in the model, ``key`` in a file, whether it must stand there, and its shape."""

    name: str
    key: str
    required: bool
    shape: Shape


@cache
def record_of(model: type[BaseModel]) -> Record:
    """The shape of a model: its own fields, then those of its bases, a remark (``note``) last.

    Raises:
        TypeError: a field is of a kind that no export knows.
    """
    hints = get_type_hints(model, include_extras=True)
    own = [name for name in model.__annotations__ if name in model.model_fields]
    names = sorted(dict.fromkeys([*own, *model.model_fields]), key=lambda name: name == "note")
    fields = [(name, model.model_fields[name]) for name in names]
    return Record(
        tuple(Field(name, field.alias or name, field.is_required(), shape_of(hints[name])) for name, field in fields)
    )


def shape_of(annotation: Any) -> Shape:
    """The shape of an annotation.

    Raises:
        TypeError: it is of a kind that no export knows.
    """
    if (single := _leaf(annotation)) is not None:
        return single
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return shape_of(inner[0])
    if annotation is Text:
        return Words()
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return record_of(annotation)
    if origin is tuple and inner[1:] == (...,):
        return _several(shape_of(inner[0]), annotation)
    if origin is dict:
        key = _leaf(inner[0])
        if key is not None:
            return Keyed(key, shape_of(inner[1]))
    if origin in {Union, types.UnionType}:
        return _union([part for part in inner if part is not types.NoneType], annotation)
    raise TypeError(f"no export knows a field of the kind {annotation!r}")


def _leaf(annotation: Any) -> Leaf | None:
    for special, kind in ((ArticleNumber, ARTICLE), (VersionDate, VERSION)):
        if annotation == special:
            return Leaf(kind)
    if get_origin(annotation) is Annotated:
        return _leaf(get_args(annotation)[0])
    if get_origin(annotation) is Literal and all(isinstance(word, str) for word in get_args(annotation)):
        return Leaf(TEXT, get_args(annotation))
    kinds = {str: TEXT, bool: BOOLEAN, int: INTEGER, Decimal: DECIMAL, date: DATE}
    return Leaf(kinds[annotation]) if isinstance(annotation, type) and annotation in kinds else None


def _several(item: Shape, annotation: Any) -> Shape:
    if isinstance(item, Leaf):
        return Several(item)
    if isinstance(item, Record):
        return Rows(item)
    raise TypeError(f"no export knows a list of the kind {annotation!r}")


def _union(parts: list[Any], annotation: Any) -> Shape:
    shapes = [shape_of(part) for part in parts]
    if len(shapes) == 1:
        return shapes[0]
    words = [shape for shape in shapes if isinstance(shape, Leaf) and shape.choices]
    records = [shape for shape in shapes if isinstance(shape, Record)]
    if len(shapes) == 2 and words and records:
        return Either(words[0], records[0])
    raise TypeError(f"no export knows a field of the kind {annotation!r}")
