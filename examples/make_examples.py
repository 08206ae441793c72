"""Write the example records: operators, violations, inspections, a dirty set, and the record of a year.

All operators, people, plates and records are INVENTED. The county names are real and serve as strata
alone; the codes are an invented series, the persons do not exist, the sums are nobody's. Seeded: the same
bytes on every run and machine.

    python examples/make_examples.py [FOLDER]

Needs the standard library only. FOLDER is the one that holds this script unless given.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from invent import dirty, inspections, office, operators, patrols, record, violations
from invent.dice import Dice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SEED = 20221231
RECORD_SEED = 20220101
OFFICE_SEED = 20220102
PATROL_SEED, TIME_SEED = 20220103, 20220104


def table(headings: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV file in UTF-8 without a byte-order mark."""
    text = io.StringIO()
    writer = csv.DictWriter(text, headings, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def files() -> dict[str, bytes]:
    """Every file: path under the folder, and bytes."""
    dice = Dice(SEED)
    all_operators = operators.operators(dice)
    all_violations = violations.violations(dice, all_operators)
    all_inspections = inspections.inspections(dice, all_operators, all_violations)
    of_the_year = record.record(Dice(RECORD_SEED), all_operators, all_violations, all_inspections)
    ids = [row["operator_id"] for row in of_the_year["operators.csv"].rows]
    at_the_office = office.office(Dice(OFFICE_SEED), ids, record.YEAR)
    out_there = patrols.patrols(Dice(PATROL_SEED), all_operators)
    beside = patrols.of_the_record(Dice(TIME_SEED), of_the_year["inspections.csv"].rows)
    return {
        "operators.csv": table(operators.HEADINGS, (operator.row() for operator in all_operators)),
        "violations.csv": table(violations.HEADINGS, (violation.row() for violation in all_violations)),
        "inspections.csv": table(inspections.HEADINGS, (inspection.row() for inspection in all_inspections)),
        **{f"dirty/{name}": content for name, content in dirty.files().items()},
        **{f"record-2022/{name}": table(each.headings, each.rows) for name, each in of_the_year.items()},
        **{f"record-2022/{name}": table(headings, rows) for name, (headings, rows) in at_the_office.items()},
        **{f"record-2022/{name}": table(headings, rows) for name, (headings, rows) in beside.items()},
        **{f"rebound/{name}": table(headings, rows) for name, (headings, rows) in out_there.items()},
    }


def main(folder: Path) -> None:
    """Write every file into the folder."""
    for name, content in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(f"{path}: {len(content)} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
