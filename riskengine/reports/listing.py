"""A table for the terminal: columns side by side where there is room, else each row as lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.table import Table
    from rich.text import Text as RichText

_LEAST = 14  # cells that a column of long texts needs to be read
_GAP = 2


@dataclass(frozen=True)
class Listing:
    """Rows under headings, for a rich console.

    Attributes:
        headings: one for each column; may be empty texts.
        rows: the cells; texts are shown as they are, without markup.
        title: above the table, or None.
        right: columns of numbers, which stand to the right.
        head: the column that names a row where rows are shown as lines.
        lines: whether a blank line parts the rows.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str | RichText]]
    title: str | None = None
    right: frozenset[int] = field(default_factory=frozenset)
    head: int = 0
    lines: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """As rich asks for it."""
        from rich.text import Text as RichText

        if self._fits(options.max_width):
            yield self._table(bounded=console.is_terminal)
            return
        if self.title:
            yield RichText(self.title, style="bold")
        yield from self._stacked()

    def _fits(self, width: int) -> bool:
        """Whether every column has room: as wide as its words, or as wide as long texts need."""
        from rich.cells import cell_len

        columns = list(zip(self.headings, *([_plain(cell) for cell in row] for row in self.rows), strict=True))
        widest = [max(cell_len(line) for cell in column for line in cell.split("\n")) for column in columns]
        return sum(min(cells, _LEAST) for cells in widest) + _GAP * (len(widest) - 1) <= width

    def _table(self, *, bounded: bool) -> Table:
        from rich.table import Table

        table = Table(
            title=self.title,
            title_justify="left",
            title_style="bold",
            box=None,
            pad_edge=False,
            padding=(0, _GAP, 0, 0),
            leading=1 if self.lines and bounded else 0,
        )
        for at, heading in enumerate(self.headings):
            table.add_column(heading, justify="right" if at in self.right else "left", overflow="fold")
        for row in self.rows:
            table.add_row(*map(_shown, row))
        return table

    def _stacked(self) -> Iterator[RenderableType]:
        from rich.padding import Padding
        from rich.text import Text as RichText

        for row in self.rows:
            yield RichText(_plain(row[self.head]), style="bold")
            for at, (heading, cell) in enumerate(zip(self.headings, row, strict=True)):
                if at == self.head or not _plain(cell):
                    continue
                shown = RichText.assemble((f"{heading} ", "dim") if heading else "", _shown(cell))
                yield Padding(shown, (0, 0, 0, 2), expand=False)


def _plain(cell: str | RichText) -> str:
    return cell if isinstance(cell, str) else cell.plain


def _shown(cell: str | RichText) -> RichText:
    from rich.text import Text as RichText

    return RichText(cell) if isinstance(cell, str) else cell
