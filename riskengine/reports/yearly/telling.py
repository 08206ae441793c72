"""A year in the words of one language: sentences, tables, links. The page and the document say the same."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from riskengine.kernel.decimals import round_half_up
from riskengine.kernel.formats import number, percent, yuan
from riskengine.reports.wording import room_words
from riskengine.reports.yearly.names import Names
from riskengine.supervision.yearly import year_spec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from riskengine.catalog import Catalog
    from riskengine.supervision.yearly import Amount, Figure, RowRef, Year
    from riskengine.supervision.yearly.year import SectionOfYear

ROOM, LETTERS = "riskengine.reports.yearly", "riskengine.reports.letters"


class Number(NamedTuple):
    """A number as it is shown.

    Attributes:
        text: with its unit where it stands alone.
        bare: without.
        cell: as a cell of a table shows it: a share with what it is of.
        anchor: of its rows.
        rows: what it rests on.
        value: itself; None where there is nothing to compute.
        width: of a bar, in percent of the largest of its column; None where there is no bar.
    """

    text: str
    bare: str
    cell: str
    anchor: str
    rows: tuple[RowRef, ...]
    value: Decimal | int | None
    width: str | None = None


@dataclass(frozen=True, slots=True)
class ToldFigure:
    """A figure: its number, or why there is none; that of the year before and the change, where that is given."""

    figure: Figure
    name: str
    how: str
    number: Number | None
    why_none: str
    before: str | None = None
    change: str | None = None


@dataclass(frozen=True, slots=True)
class ToldTable:
    """The parts of the figures of a section that are told by the same column.

    Attributes:
        title: of the table.
        heading: of the first column.
        columns: the figures.
        rows: what a part is called, and its number in each column; None where a figure has no such part.
        drawn: the place of the column whose numbers are bars; None where none is.
    """

    title: str
    heading: str
    columns: tuple[ToldFigure, ...]
    rows: tuple[tuple[str, tuple[Number | None, ...]], ...]
    drawn: int | None


@dataclass(frozen=True, slots=True)
class ToldSection:
    """A section: its figures, its tables, what to know."""

    name: str
    title: str
    figures: tuple[ToldFigure, ...]
    tables: tuple[ToldTable, ...]
    notes: tuple[str, ...]


class Telling:
    """Tells a year.

    Args:
        year: the figures.
        catalog: names areas and risk points.
        lang: ``zh`` or ``en``.
    """

    def __init__(self, year: Year, catalog: Catalog, lang: str) -> None:
        self.year, self.lang = year, lang
        self.say: Mapping[str, str] = {**room_words(LETTERS, lang), **room_words(ROOM, lang)}
        self._names = Names(catalog, lang, self.say["unstated"])
        self._spec = year_spec()

    @property
    def title(self) -> str:
        """The report's title."""
        return self.say["year_title"].format(year=self.year.year)

    def sections(self) -> tuple[ToldSection, ...]:
        """Every section."""
        return tuple(self._section(section) for section in self.year.sections)

    def _section(self, section: SectionOfYear) -> ToldSection:
        title = section.spec.title.get(self.lang)
        figures = tuple(self._figure(figure) for figure in section.figures)
        tables = []
        for column in dict.fromkeys(each.figure.spec.by for each in figures if each.figure.parts):
            told = tuple(each for each in figures if each.figure.parts and each.figure.spec.by == column)
            tables.append(self._table(title, str(column), told))
        return ToldSection(section.spec.section, title, figures, tuple(tables), self._notes(section))

    def _notes(self, section: SectionOfYear) -> tuple[str, ...]:
        """Which runs grades come from."""
        notes = [figure.note for figure in section.figures if figure.note.get("run")]
        if not notes:
            return ()
        key = "compared_runs" if notes[0]["compared_with"] else "single_run"
        return (self.say[key].format(**notes[0]),)

    def _figure(self, figure: Figure) -> ToldFigure:
        spec, name = figure.spec, figure.spec.name.get(self.lang)
        how = spec.how.get(self.lang)
        if figure.amount is None:
            files = self.say["separator"].join(self._file(file) for file in figure.missing)
            return ToldFigure(figure, name, how, None, self.say["missing_file"].format(name=name, files=files))
        shown = self._number(figure, figure.amount, "")
        before = None if figure.before is None else self._text_or_none(figure.before.amount, figure)
        return ToldFigure(figure, name, how, shown, "", before, self._change(figure))

    def _file(self, file: str) -> str:
        known = self._spec.files.get(file)
        return file if known is None else known.get(self.lang)

    def _table(self, section: str, column: str, figures: tuple[ToldFigure, ...]) -> ToldTable:
        heading = self._spec.columns[column].get(self.lang)
        keys = self._names.in_order(column, figures[0].figure.order, [each.figure.parts for each in figures])
        drawn = next((at for at, each in enumerate(figures) if each.figure.spec.chart), None)
        rows = []
        for key in keys:
            cells = [
                None if key not in each.figure.parts else self._number(each.figure, each.figure.parts[key], key)
                for each in figures
            ]
            if drawn is not None and cells[drawn] is not None:
                cells[drawn] = _with_bar(cells[drawn], figures[drawn].figure, key)
            rows.append((self._names.of(column, key), tuple(cells)))
        title = self.say["table_by"].format(section=section, column=heading)
        return ToldTable(title, heading, figures, tuple(rows), drawn)

    def _number(self, figure: Figure, amount: Amount, key: str) -> Number:
        at = f"-{list(figure.parts).index(key)}" if key in figure.parts else ""
        anchor = f"{figure.id.replace('.', '-')}{at}"
        bare = self._bare(amount, figure)
        return Number(
            self._text(amount, figure), bare, self._cell(amount, figure, bare), anchor, amount.rows, amount.value
        )

    def _text_or_none(self, amount: Amount | None, figure: Figure) -> str:
        return self.say["missing_short"] if amount is None else self._text(amount, figure)

    def _text(self, amount: Amount, figure: Figure) -> str:
        """A number with its unit."""
        bare, unit = self._bare(amount, figure), figure.spec.unit
        if amount.value is None or figure.spec.form != "number" or unit is None:
            return bare
        return self.say["with_unit"].format(n=bare, unit=unit.get(self.lang))

    def _bare(self, amount: Amount, figure: Figure) -> str:
        """A number as a cell of a table shows it."""
        if amount.value is None:
            return self.say["of_nothing"]
        form, value = figure.spec.form, figure.spec.value
        if form == "percent":
            return percent(amount.numerator or 0, amount.denominator or 0, self.lang, value.places)
        if form == "yuan":
            return yuan(amount.value, self.lang)
        return number(amount.value)

    def _cell(self, amount: Amount, figure: Figure, bare: str) -> str:
        """A share with its numerator and denominator beside it: a hundred percent may be one of one."""
        if amount.value is None or figure.spec.form != "percent":
            return bare
        parts = (number(each or 0) for each in (amount.numerator, amount.denominator))
        return self.say["share_of"].format(share=bare, of="/".join(parts))

    def _change(self, figure: Figure) -> str | None:
        """The difference from the year before, signed; None where one of both is not there."""
        before = None if figure.before is None else figure.before.amount
        if figure.amount is None or before is None or figure.amount.value is None or before.value is None:
            return None
        difference: Decimal | int = figure.amount.value - before.value
        return f"{'+' if difference > 0 else ''}{number(difference)}"

    def sentence(self, section: ToldSection) -> list[tuple[str, str | None]]:
        """A section's figures as a sentence: texts, the numbers with the anchor of their rows."""
        parts: list[tuple[str, str | None]] = []
        for each in section.figures:
            if each.figure.spec.told == "table" and each.number is not None:
                continue
            if parts:
                parts.append((self.say["clause"], None))
            if each.number is None:
                parts.append((each.why_none, None))
            elif each.figure.spec.told == "parts":
                parts += self._enumerated(each)
            else:
                parts += self._stated(each.name, each.number)
        return [*(part for part in parts if part[0]), (self.say["full_stop"], None)]

    def _stated(self, name: str, shown: Number) -> list[tuple[str, str | None]]:
        before, after = self.say["stated"].format(name=name, value="\n").split("\n")
        return [(before, None), (shown.text, shown.anchor), (after, None)]

    def _enumerated(self, each: ToldFigure) -> list[tuple[str, str | None]]:
        """A figure by its parts, one after the other."""
        told: list[tuple[str, str | None]] = [(each.name + self.say["colon"], None)]
        for at, (name, shown) in enumerate(self.parts_of(each)):
            before, after = self.say["part_stated"].format(name=name, value="\n").split("\n")
            told += [(self.say["separator"], None)] if at else []
            told += [(before, None), (shown.text, shown.anchor), (after, None)]
        return told

    def heading_of(self, each: ToldFigure) -> str:
        """The heading of a figure's column, with its unit where the cells do not say it."""
        unit = each.figure.spec.unit
        if each.figure.spec.form != "number" or unit is None:
            return each.name
        return self.say["heading_unit"].format(name=each.name, unit=unit.get(self.lang))

    def parts_of(self, each: ToldFigure) -> list[tuple[str, Number]]:
        """The parts of a figure with their names, for the annex."""
        figure = each.figure
        column = figure.spec.by or ""
        keys = self._names.in_order(column, figure.order, [figure.parts])
        return [(self._names.of(column, key), self._number(figure, figure.parts[key], key)) for key in keys]

    def not_counted(self) -> list[tuple[str, str, Sequence[RowRef]]]:
        """The rows that count in no figure: file, why, rows."""
        groups: dict[tuple[str, str], list[RowRef]] = {}
        for each in self.year.not_counted:
            why = self.say[f"why_{each.why}"].format(code=each.code)
            groups.setdefault((each.ref.file, why), []).append(each.ref)
        return [(file, why, refs) for (file, why), refs in groups.items()]


def _with_bar(shown: Number | None, figure: Figure, key: str) -> Number | None:
    """A number with a bar, against the largest of its figure."""
    value = figure.parts[key].value
    largest = max((part.value for part in figure.parts.values() if part.value is not None), default=0)
    if shown is None or value is None or not largest:
        return shown
    return shown._replace(width=f"{round_half_up(Fraction(value) * 100 / Fraction(largest), 1):f}")
