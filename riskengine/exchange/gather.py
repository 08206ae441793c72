"""From rows, each with the place of its cells, back to the documents of a catalogue's files."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from riskengine.catalog.shapes import Either, Keyed, Leaf, Record, Rows, Several, Words, record_of
from riskengine.exchange.cells import typed
from riskengine.exchange.tables import NUMBER, all_tables, model_of
from riskengine.kernel.languages import LANGUAGES
from riskengine.kernel.problems import Problem, nearest
from riskengine.kernel.yaml_document import Path_, YamlDocument

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from riskengine.exchange.tables import Table


class Place(NamedTuple):
    """Where a cell stands: the file, its row where files count rows, and the address or the column."""

    source: str
    row: int | None
    column: str

    def problem(self, code: str, found: object = None, near: Sequence[str] = (), **params: object) -> Problem:
        """A problem there."""
        return Problem(
            code,
            source=self.source,
            row=self.row,
            column=self.column,
            found=None if found is None else str(found),
            near=tuple(near),
            params=tuple((key, str(value)) for key, value in params.items()),
        )


@dataclass(frozen=True, slots=True)
class Given:
    """A row as it was read.

    Attributes:
        cells: by column; None where empty.
        places: of each, of empty ones too.
        made: cells of columns that are made from others, with their places; nothing is read from them.
    """

    cells: Mapping[str, Any]
    places: Mapping[str, Place]
    made: Mapping[str, tuple[Any, Place]] = field(default_factory=dict)

    def anchor(self, key: str) -> Place:
        """The place that stands for the row: that of the column, or the first."""
        return self.places.get(key) or next(iter(self.places.values()))


@dataclass(slots=True)
class SheetDocument(YamlDocument):
    """Plain data of a catalogue's file that was read from cells: problems name the cell."""

    cells: dict[Path_, Place] = field(default_factory=dict)

    def cell(self, path: Path_) -> Place:
        """The cell of ``path``, or of the nearest part of it that has one."""
        while path and path not in self.cells:
            path = path[:-1]
        return self.cells.get(path) or Place(self.source, None, "")

    def problem(self, code: str, path: Path_, found: object = None, **params: object) -> Problem:
        """A problem at the cell of ``path``."""
        near: Any = params.pop("near", ())
        return self.cell(path).problem(code, found, near, **params)


class Gathering:
    """Puts rows together.

    Args:
        given: the rows of each table.
        source: what was read, as messages name it.
        problems: added to: cells that cannot be typed, rows that belong to nothing, keys that stand twice.
    """

    def __init__(self, given: Mapping[str, Sequence[Given]], source: str, problems: list[Problem]) -> None:
        self._source, self._problems = source, problems
        self._typed: dict[int, dict[str, Any]] = {}
        self._free: dict[str, dict[tuple[str, ...], list[Given]]] = {}
        self._known: dict[str, list[tuple[str, ...]]] = {}
        for name, rows in given.items():
            table = all_tables().get(name)
            if table is None:
                continue
            below = self._free.setdefault(name, {})
            for row in rows:
                values = typed(table, row, problems)
                self._typed[id(row)] = values
                below.setdefault(tuple(str(values[key]) for key in table.parents), []).append(row)
        self._children = {(table.parent, table.steps): table for table in all_tables().values()}

    def documents(self) -> list[tuple[str, SheetDocument]]:
        """The files of the catalogue by name: edition, laws, areas, measures, and what stands beside them."""
        found = [
            ("risk_catalog/edition.yaml", self._file("edition")),
            ("risk_catalog/laws.yaml", self._file("law_register")),
        ]
        edition = found[0][1]
        areas = [str(code) for code in edition.data.get("areas", ())]
        rows = {str(self._typed[id(row)]["area"]): row for row in self._of("areas", ())}
        for code in areas:
            if code not in rows:
                near = nearest(code, rows)
                self._problems.append(edition.problem("RE-406", ("areas",), code, what="area", near=near))
        for code, row in rows.items():
            if code not in areas:
                self._problems.append(row.places["area"].problem("RE-417", f"{code}.yaml", nearest(code, areas)))
        present = [code for code in areas if code in rows]
        found += [(f"risk_catalog/{code}.yaml", self._file("areas", rows[code], (code,))) for code in present]
        found += [(f"measures/{code}.yaml", self._file("measure_files", None, (code,))) for code in present]
        found.append(("risk_catalog/consultation.yaml", self._file("consultation")))
        if (items := self._file("enforcement")).data:
            found.append(("risk_catalog/enforcement_items.yaml", items))
        self._tell_what_belongs_to_nothing()
        return found

    def _file(self, root: str, row: Given | None = None, names: tuple[str, ...] = ()) -> SheetDocument:
        if root == "edition":
            rows = self._of("edition", ())
            row = rows[0] if rows else None
        document = SheetDocument(self._source)
        document.data = self._record(document, record_of(model_of(root)), row, root, "", (), (), names) or {}
        if names:
            document.data = {"area": names[0], **document.data}
            self._known.setdefault(root, []).append(names)
        for key in ("laws", "measures", "comments"):
            if any(entry.key == key for entry in record_of(model_of(root)).fields):
                document.data.setdefault(key, {} if key != "comments" else [])
        return document

    def _of(self, name: str, names: tuple[str, ...]) -> list[Given]:
        """The rows of a table that belong to a row, in the order of their numbers; those without one come last."""
        rows = self._free.get(name, {}).pop(names, [])

        def number(row: Given) -> tuple[bool, int]:
            value = self._typed[id(row)].get(NUMBER)
            return (not isinstance(value, int), value if isinstance(value, int) else 0)

        return sorted(rows, key=number)

    def _record(
        self,
        document: SheetDocument,
        record: Record,
        row: Given | None,
        parent: str,
        prefix: str,
        steps: tuple[str, ...],
        path: Path_,
        names: tuple[str, ...],
    ) -> dict[str, Any]:
        """A record from the cells of a row and from the rows of other tables that belong to it."""
        data: dict[str, Any] = {}
        for entry in record.fields:
            key, here, shape = f"{prefix}{entry.key}", (*path, entry.key), entry.shape
            value: Any
            if isinstance(shape, Rows | Keyed):
                value = self._rows(document, self._children[parent, (*steps, entry.key)], here, names)
                value = value if value or entry.required else None
            elif isinstance(shape, Record | Either):
                inner = shape if isinstance(shape, Record) else shape.record
                value = self._record(document, inner, row, parent, f"{key}.", (*steps, entry.key), here, names)
                if isinstance(shape, Either):
                    value = self._word_or(document, value, row, key, here)
                value = value if value or entry.required else None
            else:
                value = self._single(document, shape, row, key, here)
                if isinstance(shape, Several) and value is None and entry.required:
                    value = []
            if value is not None:
                data[entry.key] = value
        return data

    def _word_or(self, document: SheetDocument, value: Any, row: Given | None, key: str, path: Path_) -> Any:
        """A word or an article, never both."""
        word = self._cell(document, row, key, path)
        if word is None:
            return value
        if value and row is not None:
            self._problems.append(row.places[key].problem("RE-399", word))
        return word

    def _single(self, document: SheetDocument, shape: Any, row: Given | None, key: str, path: Path_) -> Any:
        if isinstance(shape, Words):
            pair = {lang: self._cell(document, row, f"{key}.{lang}", (*path, lang)) for lang in LANGUAGES}
            return {lang: text for lang, text in pair.items() if text is not None} or None
        return self._cell(document, row, key, path)

    def _cell(self, document: SheetDocument, row: Given | None, key: str, path: Path_) -> Any:
        if row is None or key not in row.places:
            return None
        place = row.places[key]
        for end in range(len(path), 0, -1):
            document.cells.setdefault(path[:end], place)
        return self._typed[id(row)].get(key)

    def _rows(self, document: SheetDocument, table: Table, path: Path_, names: tuple[str, ...]) -> Any:
        items: list[Any] = []
        keyed: dict[str, Any] = {}
        for at, row in enumerate(self._of(table.name, names)):
            own = self._typed[id(row)].get(table.own or "")
            here = (*path, str(own) if table.keyed else at)
            document.cells.setdefault(here, row.anchor(table.own or NUMBER))
            below = tuple(str(self._typed[id(row)].get(name)) for name in table.identity)
            self._known.setdefault(table.name, []).append(below)
            item = self._item(document, table, row, here, below)
            if table.keyed and str(own) in keyed:
                self._problems.append(row.places[str(table.own)].problem("RE-405", own))
            keyed[str(own)] = item
            items.append(item)
        return keyed if table.keyed else items

    def _item(self, document: SheetDocument, table: Table, row: Given, path: Path_, names: tuple[str, ...]) -> Any:
        shape = table.shape
        if isinstance(shape, Record):
            return self._record(document, shape, row, table.name, "", (), path, names)
        if isinstance(shape, Leaf):
            return self._cell(document, row, "value", path)
        keys = LANGUAGES if isinstance(shape, Words) else [column.key for column in table.columns if column.path]
        found = {key: self._cell(document, row, key, (*path, key)) for key in keys}
        return {key: value for key, value in found.items() if value is not None}

    def _tell_what_belongs_to_nothing(self) -> None:
        for name, below in self._free.items():
            table = all_tables()[name]
            for names, rows in below.items():
                lost = [self._lost(table, names, row) for row in rows]
                if lost and lost[0].code == "RE-406" and len(lost) > 1:  # one name, however many rows bear it
                    lost = [replace(lost[0], column=f"{lost[0].column} ×{len(lost)}")]
                self._problems += lost

    def _lost(self, table: Table, names: tuple[str, ...], row: Given) -> Problem:
        if not table.parents:
            return row.anchor("").problem("RE-405", table.name)
        column = table.parents[0]
        place = row.anchor(column)
        if self._typed[id(row)].get(column) is None:
            return place.problem("RE-403", column)
        known = [known[0] for known in self._known.get(table.parent or "", ())]
        return place.problem("RE-406", names[0], nearest(names[0], known), what=column.replace("_", " "))
