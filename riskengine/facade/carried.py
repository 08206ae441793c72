"""The tables of a run with the rows of some operators put in anew: nothing of the others is computed again."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any

from riskengine.contract.arrow import arrow_schema
from riskengine.contract.content_hash import replaced
from riskengine.contract.tables import GRADED, NOT_CURRENT, NOT_EVALUABLE
from riskengine.engines.base import ROW_GROUP
from riskengine.kernel.lazy import lazy
from riskengine.runs import record_batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from riskengine.contract.tables import Table
    from riskengine.engines.base import Computed, Row
    from riskengine.runs import Run

OPERATOR = "operator_id"


class Carried:
    """An outcome of which most is an earlier run's.

    Args:
        run: the earlier run.
        then: what some operators had in it, computed again; it is equal to what the run has of them.
        now: what these operators have now.
    """

    def __init__(self, run: Run, then: Computed, now: Computed) -> None:
        self._run, self._then, self._now = run, then, now
        self.is_shared = False

    @lazy
    def gone(self) -> frozenset[str]:
        """The ids of the operators whose rows of the run are left behind."""
        return frozenset(self._then.arrow("grades").column(OPERATOR).to_pylist())

    @lazy
    def fresh(self) -> frozenset[str]:
        """The ids of the operators whose rows are put in."""
        return frozenset(self._now.arrow("grades").column(OPERATOR).to_pylist())

    @property
    def seconds(self) -> Mapping[str, float]:
        """Part of the work → how long it took."""
        return self._now.seconds

    @property
    def usage(self) -> Mapping[str, Mapping[str, int]]:
        """Source → ``used`` and each reason for which a record did not count → number of records."""
        before, then, now = self._run.usage, self._then.usage, self._now.usage
        return {name: moved(before[name], then[name], now[name], always=("used",)) for name in now}

    def table_names(self) -> Sequence[str]:
        """Every result table, in a fixed order."""
        return self._now.table_names()

    def table(self, name: str) -> Table:
        """The columns of a table."""
        return self._now.table(name)

    def rows(self, name: str) -> list[Row]:
        """The rows of a table as plain values, sorted by its key; rather for lists that fit into memory."""
        rows: list[Row] = self.arrow(name).to_pylist()
        return rows

    def arrow(self, name: str) -> pa.Table:
        """A table as Arrow, with the contract's types."""
        import pyarrow as pa

        return pa.concat_tables(self._parts(name))

    def digest(self, name: str) -> tuple[int, str]:
        """How many rows a table has, and its content hash; reckoned from the hashes of its parts, which are sums."""
        hashes = [self._run.manifest["tables"][name]["content_hash"]]
        hashes += [outcome.digest(name)[1] for outcome in (self._then, self._now)]
        found = replaced(*hashes)
        return int(found.partition("-")[0]), found

    def statuses(self) -> Mapping[str, int]:
        """Status → number of operators."""
        now, then = dict(self._now.statuses()), dict(self._then.statuses())
        said = self._run.manifest["sources"]["operators"]
        before = {name: said[name] for name in (GRADED, NOT_EVALUABLE, NOT_CURRENT)}
        return moved(before, then, now)

    def write(self, name: str, file: Path, previous: Path | None = None) -> None:
        """Write a table as Parquet; ``previous``: the grades of an earlier run that stand beside the new ones."""
        from pyarrow import parquet

        schema = arrow_schema(self.table(name))
        beside = _grades(previous) if name == "grades" else None
        with parquet.ParquetWriter(file, schema, compression="zstd", write_page_checksum=True) as writer:
            for part in _of_a_size(self._parts(name)):
                writer.write_table(part if beside is None else _beside(part, beside), row_group_size=ROW_GROUP)

    def _parts(self, name: str) -> Iterator[pa.Table]:
        return woven(self._run, name, self._now.arrow(name), self.gone)


def moved(
    before: Mapping[str, int], then: Mapping[str, int], now: Mapping[str, int], always: Sequence[str] = ()
) -> dict[str, int]:
    """Counts without those of some operators and with what these have now; a zero only where it is ``always`` told."""
    names = {*before, *then, *now}
    counts = {name: before.get(name, 0) - then.get(name, 0) + now.get(name, 0) for name in sorted(names)}
    return {name: count for name, count in counts.items() if count or name in always}


def woven(run: Run, name: str, fresh: pa.Table, gone: frozenset[str]) -> Iterator[pa.Table]:
    """The rows of a run's table without those of some operators, with fresh ones between, sorted by operator.

    Args:
        run: the run.
        name: of the table.
        fresh: the rows to put in, sorted by the table's key, which begins with the operator.
        gone: the ids of the operators whose rows of the run are left out.
    """
    import pyarrow as pa
    from pyarrow import compute

    ids: list[str] = fresh.column(OPERATOR).to_pylist()
    yield fresh.slice(0, 0)  # so that there is a part where there is no row
    done, values = 0, pa.array(sorted(gone), pa.string())
    for batch in record_batches(run, name, fresh.schema.names):
        is_gone = compute.is_in(batch.column(OPERATOR).cast(pa.string()), values)
        kept = pa.Table.from_batches([batch.filter(compute.invert(is_gone))]).cast(fresh.schema)
        column, first = kept.column(OPERATOR), 0
        while kept.num_rows and done < len(ids) and ids[done] < column[-1].as_py():
            at = bisect_left(range(kept.num_rows), ids[done], key=lambda row: column[row].as_py())
            end = bisect_right(ids, ids[done])
            yield kept.slice(first, at - first)
            yield fresh.slice(done, end - done)
            first, done = at, end
        yield kept.slice(first)
    yield fresh.slice(done)


def _of_a_size(parts: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same rows, in parts of a row group."""
    import pyarrow as pa

    held: list[pa.Table] = []
    count = 0
    for part in parts:
        held.append(part)
        count += part.num_rows
        if count >= ROW_GROUP:
            whole = pa.concat_tables(held)
            yield whole.slice(0, ROW_GROUP)
            held, count = [whole.slice(ROW_GROUP)], count - ROW_GROUP
    yield pa.concat_tables(held)


def _grades(previous: Path | None) -> pa.Table:
    """The grades of an earlier run by operator; none where there is no such run."""
    import pyarrow as pa
    from pyarrow import parquet

    if previous is None:
        return pa.table({OPERATOR: pa.array([], pa.string()), "grade": pa.array([], pa.string())})
    return parquet.read_table(previous, columns=[OPERATOR, "grade"])


def _beside(part: pa.Table, beside: pa.Table) -> pa.Table:
    from pyarrow import compute

    places = compute.index_in(part.column(OPERATOR), value_set=beside.column(OPERATOR).combine_chunks())
    grades: Any = beside.column("grade").combine_chunks().take(places)
    at = part.schema.get_field_index("previous_grade")
    return part.set_column(at, part.schema.field(at), grades.cast(part.schema.field(at).type))
