"""A source read by a database, as its account is asked for: problems and rows left out come batch by batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.contract.records import LeftOut
from riskengine.kernel.masking import is_personal
from riskengine.kernel.problems import Problem
from riskengine.records.arrow import cells_of
from riskengine.records.bulk.ledger import params_of
from riskengine.records.draft import MOST_SHOWN, masked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.records.bulk.ledger import Ledger
    from riskengine.records.bulk.typed import Typed

_BATCH = 1 << 14


@dataclass(frozen=True, slots=True)
class StoredSource:
    """What ``contract.records.SourceAccount`` asks of a source, from the tables of the checks.

    Attributes:
        typed: the source, its columns typed.
        ledger: what is wrong with it.
        rows_in: how many rows there were.
        is_in_order: whether each row's id is above that of the row before, as read and as compared.
    """

    typed: Typed
    ledger: Ledger
    rows_in: int
    is_in_order: bool = False

    def keep_rest(self) -> None:
        """Copy the rows that are not used, so that what they were read from is no longer needed."""
        cells = "".join(f", r.r{at}" for at in range(len(self.typed.raw.kinds)))
        self.ledger.connection.execute(
            f"CREATE TABLE rest_{self.name} AS SELECT o.row, o.reason, t.c_operator_id{cells} "
            f"FROM {self.ledger.out} AS o JOIN checked_{self.name} AS t ON t.row = o.row "
            f"JOIN (SELECT * FROM {self.typed.raw.relation}) AS r ON r.row = o.row"
        )

    @property
    def name(self) -> str:
        """``operators``, ``violations`` or ``inspections``."""
        return self.typed.name

    @property
    def label(self) -> str:
        """The file or frame as the user names it."""
        return self.typed.label

    @property
    def headings(self) -> dict[str, str]:
        """Column name → heading in the file, in file order."""
        return self.typed.binding.headings

    @property
    def sha256(self) -> str | None:
        """Of the file's bytes; None for frames."""
        return self.typed.raw.sha256

    @property
    def problems(self) -> Iterator[Problem]:
        """Every problem, in the order of the rows."""
        yield from self.typed.binding.warnings
        sql = (
            f"SELECT row, col, code, found, near, params, operator_id FROM {self.ledger.problems} "
            "ORDER BY row, step, code"
        )
        cursor = self.ledger.connection.cursor()
        cursor.execute(sql)
        while batch := cursor.fetchmany(_BATCH):
            for row, column, code, found, near, params, operator in batch:
                shown = None if found is None else masked(column, found, is_personal(operator or ""))[:MOST_SHOWN]
                yield Problem(
                    code,
                    source=self.label,
                    row=row,
                    column=column,
                    found=shown,
                    near=tuple(near),
                    params=params_of(params),
                    heading=self.typed.binding.heading(column) if column else None,
                )

    @property
    def left_out(self) -> Iterator[LeftOut]:
        """The rows that are not used, with their cells, in order."""
        names = self.typed.binding.names
        cursor = self.ledger.connection.cursor()
        for batch in cursor.sql(f"SELECT * FROM rest_{self.name} ORDER BY row").to_arrow_reader(_BATCH):
            for row, reason, operator, *held in zip(*(cells_of(column) for column in batch.columns), strict=True):
                named: dict[str, Any] = {name: cell for name, cell in zip(names, held, strict=True) if name is not None}
                yield LeftOut(self.name, row, reason, operator, named)

    @property
    def left_out_count(self) -> int:
        """How many rows are not used."""
        return sum(self.left_out_by_reason().values())

    def left_out_by_reason(self) -> dict[str, int]:
        """How many rows were left out, by reason, sorted."""
        sql = f"SELECT reason, COUNT(*) FROM {self.ledger.out} GROUP BY reason ORDER BY reason"
        return dict(self.ledger.connection.cursor().execute(sql).fetchall())
