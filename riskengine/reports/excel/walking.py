"""Going through a run's tables side by side: all are sorted by operator, so that none need be held to join them."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED, GRADED, NOT_CURRENT, NOT_EVALUABLE
from riskengine.runs import scan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import pyarrow as pa

    from riskengine.plan import Plan
    from riskengine.reports.privacy import Privacy
    from riskengine.runs import Run

LIST_COLUMNS = (
    "operator_id",
    "name",
    "score",
    "grade",
    "status",
    "missing",
    "unknown_count",
    "quarantined_count",
    "ceiling_rule",
    "risk_level",
    "previous_grade",
)
_SLICE = 1 << 13


class Names:
    """Who an operator is, asked in the order of ids: a walk along ``grades`` beside another table."""

    def __init__(self, run: Run, privacy: Privacy) -> None:
        self._rows = scan(run, "grades", ("operator_id", "name"))
        self._privacy, self._id, self._at = privacy, "", -1
        self._shown = ("", "")

    def look(self, ids: Sequence[str]) -> tuple[list[str], list[str], list[int]]:
        """For each id: the id and the name as they may be shown, and its place in ``grades``."""
        shown_ids, names, places = [], [], []
        for operator_id in ids:
            if operator_id != self._id:
                self._advance(operator_id)
            shown_ids.append(self._shown[0])
            names.append(self._shown[1])
            places.append(self._at)
        return shown_ids, names, places

    def _advance(self, operator_id: str) -> None:
        name = ""
        while self._id != operator_id:
            self._id, name = next(self._rows)
            self._at += 1
        self._shown = (self._privacy.text(operator_id), self._privacy.name(operator_id, name))


class Places:
    """On which row of which sheet an operator's things begin, as whole numbers and no more.

    Args:
        run: the run.
        plan: its plan, for the order of the list.
        hidden: operators whose grade is not shown.

    Attributes:
        order: row of the list → place of the operator in ``grades``.
        listed: place of the operator in ``grades`` → row of the list.
        signals: place of the operator in ``grades`` → row of its first signal; -1 where it has none.
        fired: place of the operator in ``grades`` → how many rules fired for it.
    """

    def __init__(self, run: Run, plan: Plan, hidden: Collection[str] = ()) -> None:
        self.grades = _without(_grades(run), hidden) if hidden else _grades(run)
        order = _order(self.grades, plan)
        self.order = array("q", order)
        self.listed = array("q", bytes(8 * len(order)))
        for row, place in enumerate(self.order):
            self.listed[place] = row
        self.signals = array("q", [-1]) * len(order)
        self.fired = array("q", [0]) * len(order)
        self._place_signals(run)

    @property
    def compared(self) -> bool:
        """Whether any operator has a previous grade."""
        column = self.grades.column("previous_grade")
        return bool(column.null_count < len(column))

    def _place_signals(self, run: Run) -> None:
        ids = (operator_id for (operator_id,) in scan(run, "grades", ("operator_id",)))
        at, current = -1, ""
        for row, (operator_id, status) in enumerate(scan(run, "signals", ("operator_id", "status"))):
            while current != operator_id:
                current, at = next(ids), at + 1
            if self.signals[at] < 0:
                self.signals[at] = row
            self.fired[at] += status == FIRED

    def beside(self, run: Run, table: str, column: str) -> list[Any]:
        """For each place in ``grades``: the first value of a column of another table; None where there is none."""
        found: list[Any] = [None] * len(self.order)
        ids = (operator_id for (operator_id,) in scan(run, "grades", ("operator_id",)))
        same: dict[Any, Any] = {}  # one object for equal texts
        at, current = -1, ""
        for operator_id, value in scan(run, table, ("operator_id", column)):
            while current != operator_id:
                current, at = next(ids), at + 1
            if found[at] is None:
                found[at] = same.setdefault(value, value)
        return found

    def list_rows(self) -> Iterator[tuple[list[int], list[list[Any]]]]:
        """The rows of the list in its order, in portions: places in ``grades``, and the columns' values."""
        import pyarrow as pa

        for begin in range(0, len(self.order), _SLICE):
            places = self.order[begin : begin + _SLICE].tolist()
            rows = self.grades.take(pa.array(places, pa.int64()))
            yield places, [rows.column(name).to_pylist() for name in LIST_COLUMNS]


def evidence_places(run: Run) -> Iterator[tuple[tuple[Any, ...], int]]:
    """For each signal that has evidence, in order: its operator, rule and risk point, and the row of the first."""
    before = None
    for row, key in enumerate(scan(run, "evidence", ("operator_id", "rule", "risk_point"))):
        if key != before:
            yield key, row
            before = key


def _grades(run: Run) -> pa.Table:
    """The grades as columns: the one table that is held, for the list is in an order of its own."""
    import pyarrow as pa

    from riskengine.runs import record_batches

    return pa.Table.from_batches(list(record_batches(run, "grades", LIST_COLUMNS)))


def _without(grades: pa.Table, hidden: Collection[str]) -> pa.Table:
    """The grades with those of some operators, and what follows from them, taken out."""
    import pyarrow as pa
    from pyarrow import compute

    gone = compute.is_in(grades.column("operator_id"), pa.array(sorted(hidden), pa.string()))
    for name in ("grade", "score", "ceiling_rule", "previous_grade"):
        kept = compute.if_else(gone, pa.scalar(None, grades.schema.field(name).type), grades.column(name))
        grades = grades.set_column(grades.schema.get_field_index(name), name, kept)
    return grades


def _order(grades: pa.Table, plan: Plan) -> list[int]:
    """The rows of ``grades`` in the order of :func:`riskengine.reports.figures.worst_first`."""
    import pyarrow as pa
    from pyarrow import compute

    ranking, text = list(plan.grades), pa.string()
    ranked = compute.index_in(grades.column("grade").cast(text), pa.array(ranking, text))
    statuses = pa.array([GRADED, NOT_EVALUABLE, NOT_CURRENT], text)
    unranked = compute.index_in(grades.column("status").cast(text), statuses)
    score = grades.column("score")
    keys = pa.table(
        {
            "whole": compute.equal(grades.column("quarantined_count"), 0).cast(pa.int8()),
            "place": compute.coalesce(compute.subtract(len(ranking), ranked), compute.add(unranked, len(ranking) + 1)),
            "score": compute.negate(score) if plan.high_is_bad else score,
        }
    )
    # Nulls come last. The sort keeps the order of what is equal, which is that of the ids.
    columns = [(name, "ascending") for name in keys.column_names]
    order: list[int] = compute.sort_indices(keys, sort_keys=columns).to_pylist()
    return order
