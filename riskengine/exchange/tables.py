"""The tables that a catalogue is laid out in, read off the models: no field can be forgotten, for none is listed here.

A file's single values are a row; each list of models and each mapping within is a table of its own, whose rows name
the row that they belong to and their number in it. A record within a row is columns with its key in front
(``basis.law``), a text in two languages is two columns (``title.zh``, ``title.en``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from riskengine.catalog.consultation import ConsultationLog
from riskengine.catalog.edition import Edition
from riskengine.catalog.enforcement import EnforcementItems
from riskengine.catalog.laws import LawRegister
from riskengine.catalog.measure import MeasuresFile
from riskengine.catalog.risk_point import AreaFile
from riskengine.catalog.shapes import INTEGER, TEXT, Either, Keyed, Leaf, Record, Rows, Several, Words, record_of
from riskengine.kernel.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from riskengine.catalog.shapes import Shape
    from riskengine.kernel.yaml_document import Path_

NUMBER = "no"
"""The column of a row's number within what it belongs to; no key of a file."""

FILES = "files"
"""The table of the files and their headers."""

_MODELS: dict[str, type[BaseModel]] = {
    "edition": Edition,
    "areas": AreaFile,
    "measure_files": MeasuresFile,
    "law_register": LawRegister,
    "consultation": ConsultationLog,
    "enforcement": EnforcementItems,
}
_ROOTS = {
    "edition": "edition",
    "laws": "law_register",
    "consultation": "consultation",
    "enforcement_items": "enforcement",
}
_WHOLE = {*_MODELS, "risk_points"}  # whose lists stand on sheets of their own even where they are empty
_ITEM = {"areas": "area", "measure_files": "area", "risk_points": "risk_point", "laws": "law", "measures": "measure"}
_ORDER = ("risk_points", "citations", "penalties", "measures", "discretion.grades", "data_triggers")


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        key: its name: a path of keys, the name of a parent's column, or :data:`NUMBER`.
        path: where its value stands below the row; None for a parent, a number and a key, which stand above.
        leaf: what a cell holds; the items, where it holds several.
        several: whether a cell holds a list.
        required: whether a cell may not be empty.
    """

    key: str
    path: Path_ | None
    leaf: Leaf
    several: bool = False
    required: bool = False


FILE_COLUMNS = (Column("file", None, Leaf(TEXT), required=True), Column("header", None, Leaf(TEXT)))
"""The columns of the table of files."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        name: ``citations``, ``discretion.grades``.
        root: the kind of file that it comes from: a key of the models.
        steps: keys from the root to it, without the rows between.
        parent: the table that its rows belong to; None for a file's own.
        parents: the columns that name the row that a row belongs to.
        own: the column that tells its rows apart within their parent: a code, a key or the number.
        keyed: whether the rows are a mapping; ``own`` is then the key.
        optional: whether it is left out of a workbook where it has no rows: a list that few articles have.
        shape: what a row is.
        columns: in their order.
    """

    name: str
    root: str
    steps: tuple[str, ...]
    parent: str | None
    parents: tuple[str, ...]
    own: str | None
    keyed: bool
    optional: bool
    shape: Shape
    columns: tuple[Column, ...]
    by_key: dict[str, Column] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        found = {column.key: column for column in self.columns}
        if len(found) != len(self.columns):
            raise TypeError(f"two columns of the table {self.name} have one name")
        object.__setattr__(self, "by_key", found)

    @property
    def identity(self) -> tuple[str, ...]:
        """The columns by which a row of another table names a row of this one."""
        if self.own is None:
            return self.parents
        return (*self.parents, NUMBER) if self.own == NUMBER else (self.own,)

    def identity_names(self) -> tuple[str, ...]:
        """What those columns are called in the other table."""
        item = _ITEM.get(self.name, self.name)
        return tuple(
            name if name in self.parents else item if name != NUMBER else f"{item}_{NUMBER}" for name in self.identity
        )


@cache
def all_tables() -> dict[str, Table]:
    """Every table of a catalogue by name, those first that most readers look for."""
    tables: dict[str, Table] = {}
    for root, model in _MODELS.items():
        for table in _of_file(root, record_of(model)):
            if table.name in tables:
                raise TypeError(f"two tables are called {table.name}")
            tables[table.name] = table
    first = [name for name in _ORDER if name in tables]
    return {name: tables[name] for name in dict.fromkeys([*first, *tables])}


def model_of(root: str) -> type[BaseModel]:
    """The model of a kind of file."""
    return _MODELS[root]


def root_of(file: str) -> str:
    """The kind of a file, by its name ``risk_catalog/HW.yaml``."""
    folder, _, name = file.partition("/")
    own = name.removesuffix(".yaml")
    if folder == "measures":
        return "measure_files"
    return _ROOTS.get(own, "areas")


def _of_file(root: str, record: Record) -> Iterator[Table]:
    columns = tuple(_inline(record, (), ""))
    own = "area" if any(column.key == "area" for column in columns) else None
    table = Table(root, root, (), None, (), own, keyed=False, optional=False, shape=record, columns=columns)
    if [column.key for column in columns] not in ([], ["area"]):
        yield table
    yield from _below(table, record, ())


def _below(parent: Table, record: Record, steps: tuple[str, ...]) -> Iterator[Table]:
    """The tables of the lists and mappings of a record, and of those within them."""
    for entry in record.fields:
        here = (*steps, entry.key)
        if isinstance(entry.shape, Record):
            yield from _below(parent, entry.shape, here)
        elif isinstance(entry.shape, Either):
            yield from _below(parent, entry.shape.record, here)
        elif isinstance(entry.shape, Rows | Keyed):
            table = _table(parent, here, entry.shape, optional=not entry.required and parent.name not in _WHOLE)
            yield table
            if isinstance(table.shape, Record):
                yield from _below(table, table.shape, ())


def _table(parent: Table, steps: tuple[str, ...], shape: Rows | Keyed, *, optional: bool) -> Table:
    name = ".".join(steps)
    if parent.name not in _WHOLE:
        name = f"{parent.name}.{name}"
    parents = tuple(
        Column(key, None, Leaf(TEXT) if not key.endswith(f"_{NUMBER}") else Leaf(INTEGER), required=True)
        for key in parent.identity_names()
    )
    number = Column(NUMBER, None, Leaf(INTEGER))
    value: Shape = shape.row if isinstance(shape, Rows) else shape.value
    inner = list(_cells(value))
    if isinstance(shape, Keyed):
        own = Column("code" if isinstance(value, Record) else "key", None, shape.key, required=True)
        head, name_of_own = [*parents, number, own], own.key
    else:
        head, name_of_own = [*parents, number], "code" if _has_code(value) else NUMBER
    return Table(
        name,
        parent.root,
        steps,
        parent.name,
        tuple(column.key for column in parents),
        name_of_own,
        isinstance(shape, Keyed),
        optional,
        value,
        (*head, *inner),
    )


def _has_code(shape: Shape) -> bool:
    """Whether a row is known by its code. A comment is not: its code is what it is about."""
    return isinstance(shape, Record) and {"code", "title"} <= {entry.key for entry in shape.fields}


def _cells(shape: Shape) -> Iterator[Column]:
    """The columns of a row's own values."""
    if isinstance(shape, Record):
        yield from _inline(shape, (), "")
    elif isinstance(shape, Keyed) and shape.key.choices and isinstance(shape.value, Leaf):
        for key in shape.key.choices:
            yield Column(key, (key,), shape.value, required=True)
    elif isinstance(shape, Words):
        for lang in LANGUAGES:
            yield Column(lang, (lang,), Leaf(TEXT), required=True)
    elif isinstance(shape, Leaf):
        yield Column("value", (), shape, required=True)
    else:
        raise TypeError(f"no table knows rows of the kind {shape!r}")


def _inline(record: Record, path: Path_, prefix: str, *, optional: bool = False) -> Iterator[Column]:
    for entry in record.fields:
        here, key, shape = (*path, entry.key), f"{prefix}{entry.key}", entry.shape
        needed = entry.required and not optional
        if isinstance(shape, Leaf):
            yield Column(key, here, shape, required=needed)
        elif isinstance(shape, Several):
            yield Column(key, here, shape.item, several=True, required=needed)
        elif isinstance(shape, Words):
            for lang in LANGUAGES:
                yield Column(f"{key}.{lang}", (*here, lang), Leaf(TEXT), required=needed)
        elif isinstance(shape, Record):
            yield from _inline(shape, here, f"{key}.", optional=not needed)
        elif isinstance(shape, Either):
            yield Column(key, here, shape.word)
            yield from _inline(shape.record, here, f"{key}.", optional=True)
