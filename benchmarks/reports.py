"""How long the workbook of a run takes, beside pandas' to_excel on the same tables, and how much memory.

Run `python benchmarks/reports.py RUN [--rows N] [--json FILE]` on a run folder, for example one of 100,000 operators:

    python benchmarks/batch_data.py data --operators 100000
    riskengine grade data/operators.parquet --violations data/violations.parquet --as-of 2022-12-31 --out runs
    python benchmarks/reports.py runs/RUN

Each contender runs in a process of its own, so that the peak of memory is its own. pandas is given the tables as they
are in the run folder, without titles, days, links, formats, charts or masking. A table with more rows than ``--rows``
is cut for pandas, and its time is that of the cut one: the rate in cells a second is what compares.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

TABLES = ("grades", "signals", "evidence", "actions", "measures")
CONTENDERS = ("riskengine", "pandas xlsxwriter", "pandas openpyxl")


def measure(contender: str, run: Path, rows: int, target: Path) -> dict[str, Any]:
    """Write one workbook in this process."""
    if contender == "riskengine":
        from riskengine.reports import write_xlsx
        from riskengine.runs import open_run

        opened = open_run(run)
        begin, busy = time.perf_counter(), time.process_time()
        write_xlsx(opened, target, "zh")
        return _told(begin, busy, target)
    import pandas as pd
    from pyarrow import parquet

    engine: Any = contender.split()[1]
    begin, busy = time.perf_counter(), time.process_time()
    with pd.ExcelWriter(target, engine=engine) as writer:
        for name in TABLES:
            first = next(parquet.ParquetFile(run / f"{name}.parquet").iter_batches(rows), None)
            if first is None:
                continue
            frame = first.to_pandas()
            for column in frame.columns:
                if frame[column].map(type).isin([list]).any() or str(frame[column].dtype) == "object":
                    frame[column] = frame[column].map(_plain)
            frame.to_excel(writer, sheet_name=name, index=False)
    return _told(begin, busy, target)


def _plain(value: Any) -> Any:
    """Lists as text, decimals as numbers: what to_excel can write."""
    if value is None or isinstance(value, str | int | float):
        return value
    return float(value) if hasattr(value, "as_tuple") else ", ".join(map(str, value))


def _told(begin: float, busy: float, target: Path) -> dict[str, Any]:
    return {
        "seconds": time.perf_counter() - begin,
        "cpu": time.process_time() - busy,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "file_mb": target.stat().st_size / 1e6,
    }


def cells_of(contender: str, run: Path, rows: int) -> int:
    """Cells below the headings of the five tables, empty ones counted."""
    from pyarrow import parquet

    from riskengine.reports.excel import tables

    ours = {
        "grades": tables.LIST,
        "signals": tables.SIGNALS,
        "evidence": tables.EVIDENCE,
        "actions": tables.ACTIONS,
        "measures": tables.MEASURES,
    }
    total = 0
    for name in TABLES:
        held = parquet.ParquetFile(run / f"{name}.parquet")
        columns = len(ours[name]) if contender == "riskengine" else len(held.schema_arrow.names)
        total += columns * (held.metadata.num_rows if contender == "riskengine" else min(rows, held.metadata.num_rows))
    return total


def main() -> None:
    """Measure each contender and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--rows", type=int, default=100_000, help="rows of a table that pandas is given at most")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", choices=CONTENDERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(options.one, options.run, options.rows, Path(folder) / "report.xlsx")))
        return
    results = {}
    for contender in CONTENDERS:
        command = [sys.executable, __file__, str(options.run), "--rows", str(options.rows), "--one", contender]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
        cells = cells_of(contender, options.run, options.rows)
        results[contender] = {**json.loads(done.stdout.splitlines()[-1]), "cells": cells}
    print("| writer | cells | seconds | CPU seconds | cells a CPU second | peak MB | file MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for contender, told in results.items():
        print(
            f"| {contender} | {told['cells']:,} | {told['seconds']:.1f} | {told['cpu']:.1f} "
            f"| {told['cells'] / told['cpu']:,.0f} | {told['peak_mb']:.0f} | {told['file_mb']:.1f} |"
        )
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), "utf-8")


if __name__ == "__main__":
    main()
