"""Make the invented draw of the record's second half: `examples/record-2022/draw-2022-2`, what is published of it.

The operators are those of the record, graded on 2022-06-30; shares, inspectors and lotteries are INVENTED. The same
bytes on every run.

    python examples/make_record_draw.py [FOLDER]

Needs riskengine. FOLDER is `examples/record-2022` unless given.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

from riskengine import Engine
from riskengine.reports.draw import proof_pages
from riskengine.runs import open_run
from riskengine.supervision.draw import CommitRequest, commit, parse_numbers, run_draw

HERE = Path(__file__).resolve().parent
RECORD = HERE / "record-2022"
NAME = "draw-2022-2"
NUMBERS = ("lottery_c=2,9,14,20,27,31,5", "index_d=318402")

SHARES = """\
shares: record_2022_2
title: {zh: 2022年下半年抽查比例（示例）, en: "Shares of the second half of 2022 (example)"}
by: grade
rounding: up
at_least: 1
rows:
  - {grade: [AA, A], share: 10%, basis: local_policy}
  - {grade: [B, C, D, new], share: 40%, basis: local_policy}
unknown: {share: 40%, basis: local_policy}
"""
SEEDS = """\
sources:
  - id: lottery_c
    what: {zh: 示例彩票丙第2022080期开奖号码, en: "winning numbers of lottery C, draw 2022080"}
    where: {zh: 示例彩票中心公告, en: notice of the lottery}
    known_on: 2022-07-12
    count: 7
    min: 1
    max: 33
  - id: index_d
    what: {zh: 示例指数丁2022年7月12日收盘点位的百倍, en: "a hundred times the close of index D on 12 July 2022"}
    where: {zh: 示例交易所行情, en: the exchange's list}
    known_on: 2022-07-12
    count: 1
    min: 0
    max: 999999
"""


def main(record: Path) -> None:
    """Grade, commit, draw, and keep what is published."""
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        (work / "shares.yaml").write_text(SHARES, "utf-8")
        (work / "seeds.yaml").write_text(SEEDS, "utf-8")
        files = (RECORD / "operators.csv", RECORD / "violations.csv")
        batch = Engine.load().grade(*files, as_of=date(2022, 6, 30), engine="reference")
        request = CommitRequest(
            run=open_run(batch.write(work / "runs").folder),
            shares=work / "shares.yaml",
            inspectors=HERE / "supervision" / "inspectors.csv",
            seeds=work / "seeds.yaml",
            conflicts=None,
            previous=None,
            since=date(2022, 9, 1),
            until=date(2022, 11, 30),
            day=date(2022, 7, 5),
        )
        commitment = commit(request, work / NAME)
        run_draw(commitment, parse_numbers(NUMBERS, commitment.sources), date(2022, 7, 13), proof_pages)
        target = record / NAME
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(work / NAME / "published", target / "published")
    print(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else RECORD)
