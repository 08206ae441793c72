"""How many publications a second are validated, masked, hashed and exported as CSV, JSON and XML.

The records are invented: a day's list of penalties of invented operators, with facts in free text, some of them of
natural persons with numbers in the text. Reading the files is timed apart, for it is the readers' work.

    python benchmarks/publication.py [--rows 100000] [--json FILE]
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))

from invent.codes import certificate, credit_code

from riskengine.supervision.publication.forms import MANIFEST, files_of
from riskengine.supervision.publication.year import read_year

DAY = date(2022, 12, 31)
PERSON = "11010519491231002X"
BODY = "示例市交通运输综合行政执法支队"
SETTINGS = f"""\
settings: benchmark
publisher: {{name: 示例市交通运输局, code: 11411000DEM9000128}}
bodies: {{{BODY}: 12411000DEM9000200}}
"""
OPERATORS = 5000


def write(folder: Path, rows: int) -> None:
    """The record: operators, violations and what their decisions say."""
    (folder / "publication.yaml").write_text(SETTINGS, "utf-8")
    codes = [credit_code(number) for number in range(1, OPERATORS + 1)]
    operators = [(code, f"示例{at:05d}运输有限公司") for at, code in enumerate(codes)]
    table(folder / "operators.csv", ("operator_id", "name"), [*operators, (PERSON, "示例甲")])
    headings = ("violation_id", "operator_id", "risk_point", "occurred_on", "decided_on", "penalty", "penalty_kind")
    violations, details = [], []
    for at in range(rows):
        person = at % 20 == 0
        number = f"样例交罚〔2022〕{at:06d}号"
        who = PERSON if person else codes[at % OPERATORS]
        driver = certificate(at % 10_000, at // 10_000)
        cells = (number, who, "HW-01", "2022-12-20", "2022-12-28", str(200 + at % 30_000), "fine", driver, BODY)
        violations.append(cells)
        where = f"车辆豫K{at % 100_000:05d}在示例公路K{at % 97}+{at % 10}00"
        facts = f"2022年12月20日，{where}超限行驶，总质量{30 + at % 40}.{at % 10}吨"
        told = f"，当事人身份证号{PERSON}，电话138{at:08d}" if person else f"，驾驶人{driver}" if at % 7 == 0 else ""
        details.append((number, "公路路政违法", facts + told, "示例依据", f"罚款{200 + at % 30_000}元", "无"))
    table(folder / "violations.csv", (*headings, "driver", "decision_body"), violations)
    table(folder / "penalties.csv", ("violation_id", "conduct", "facts", "legal_basis", "content", "remarks"), details)


def table(path: Path, headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """A CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows)


def measure(rows: int) -> dict[str, object]:
    """Seconds of each part, and the rate of the whole."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, rows)
        begun = time.perf_counter()
        year = read_year(folder)
        read = time.perf_counter()
        published = list(year.rows())
        checked = time.perf_counter()
        wrong = sum(not row.is_complete for row in published)
        made = files_of(year.columns, published, b"", DAY)
        (folder / "out").mkdir()
        for file, content in made.items():
            (folder / "out" / file).write_bytes(content)
        written = time.perf_counter()
        text = made["penalty.json"].decode()
    parts = {"read": read - begun, "validate_and_mask": checked - read, "export": written - checked}
    total = written - begun
    return {
        "rows": rows,
        "exported": json.loads(made[MANIFEST])["rows"]["penalty"],
        "incomplete": wrong,
        "personal_number_left": PERSON in text,
        "seconds": {name: round(seconds, 2) for name, seconds in parts.items()},
        "rows_per_second_with_reading": round(rows / total),
        "rows_per_second_without_reading": round(rows / (total - parts["read"])),
        "megabytes": round(sum(map(len, made.values())) / 1e6, 1),
        "peak_memory_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = measure(arguments.rows)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
