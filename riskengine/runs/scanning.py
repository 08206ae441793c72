"""Reading some columns of a run's table batch by batch, so that a large run need not fit into memory as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.kernel.canonical import sha256_of_file
from riskengine.kernel.errors import RunError
from riskengine.kernel.problems import Problem
from riskengine.runs.manifest import manifest_hash
from riskengine.runs.reading import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from riskengine.runs.reading import Run

_BATCH = 1 << 16


def scan(
    run: Run, table: str, columns: Sequence[str], operators: Collection[str] | None = None
) -> Iterator[tuple[Any, ...]]:
    """The values of some columns of a table, a tuple for each row, in the order of the file.

    Args:
        run: the run.
        table: the table's name.
        columns: which columns, in which order.
        operators: only the rows of these operators; None is all. Other rows become no Python objects.

    Raises:
        RunError: the table's file is missing or cannot be read (RE-610).
    """
    import pyarrow as pa
    from pyarrow import compute, parquet

    wanted = None if operators is None else pa.array(sorted(operators), pa.string())
    read = list(columns) if wanted is None else list(dict.fromkeys(("operator_id", *columns)))
    try:
        with parquet.ParquetFile(run.folder / f"{table}.parquet") as file:
            for batch in file.iter_batches(_BATCH, columns=read):
                found = batch
                if wanted is not None:
                    ids = batch.column("operator_id").cast(pa.string())
                    found = batch.filter(compute.is_in(ids, value_set=wanted))
                yield from zip(*(found.column(name).to_pylist() for name in columns), strict=True)
    except (OSError, KeyError, pa.ArrowException) as error:
        raise _altered(run, f"{table}.parquet", str(error).split("\n", maxsplit=1)[0][:120]) from None


def require_unaltered(run: Run) -> None:
    """Check every file of a run by its SHA-256, and the manifest by its own; ``verify`` looks at rows and chain too.

    Raises:
        RunError: the first file that is missing or altered (RE-610).
    """
    if manifest_hash(dict(run.manifest)) != run.manifest["sha256"]:
        raise _altered(run, MANIFEST, "its own hash does not match")
    for name, expected in run.manifest["files"].items():
        file = run.folder / name
        if not file.is_file():
            raise _altered(run, name, "the file is missing")
        if sha256_of_file(file) != expected:
            raise _altered(run, name, "its bytes have changed")


def _altered(run: Run, name: str, reason: str) -> RunError:
    return RunError([Problem("RE-610", source=run.run_id, found=name, params=(("reason", reason),))])
