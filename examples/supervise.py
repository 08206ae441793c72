"""From a run to what the bureau does: plan, draw, results, lists, letters, a review by three persons, its audit trail.

Run it from the project's folder: ``python examples/supervise.py [FOLDER] [URL]``. It needs the extras ``ledger`` and
``documents``; URL is the ledger: a SQLite file, or ``postgresql://…``, whose key then is the file that
``RISKENGINE_KEY`` names. Operators and persons are invented.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from riskengine.cli.main import main as command_line

HERE = Path(__file__).parent
AS_OF = "2022-12-31"
BUREAU = ["--body", "示例市交通运输局", "--contact", "示例市示例路1号，0374-0000000", "--term", "收到之日起十日内"]


def call(*arguments: object, expected: int = 0) -> str:
    """What a command prints; one that ends otherwise than expected ends the script."""
    printed, complained = io.StringIO(), io.StringIO()
    with redirect_stdout(printed), redirect_stderr(complained):
        code = run_command([str(argument) for argument in arguments])
    if code != expected:
        sys.exit(f"{' '.join(map(str, arguments))}\n{printed.getvalue()}{complained.getvalue()}")
    return (printed if expected == 0 else complained).getvalue()


def run_command(arguments: list[str]) -> object:
    """The exit code of ``riskengine …``, called in this process rather than started anew each time."""
    try:
        command_line(arguments)
    except SystemExit as ended:
        return ended.code or 0
    return 0


def grade(folder: Path) -> Path:
    """The run that everything rests on."""
    files = [HERE / "operators.csv", "--violations", HERE / "violations.csv", "--inspections", HERE / "inspections.csv"]
    manifest = json.loads(call("grade", *files, "--as-of", AS_OF, "--out", folder / "runs", "--json"))
    return folder / "runs" / manifest["run_id"]


def drawn(run: Path, folder: Path) -> Path:
    """A double-random draw: the commitment, the numbers, the check by two programs."""
    files, draw = HERE / "supervision", folder / "draw"
    shutil.rmtree(draw, ignore_errors=True)
    given = ["--shares", files / "shares.yaml", "--inspectors", files / "inspectors.csv"]
    given += ["--conflicts", files / "conflicts.csv", "--seed-sources", files / "seed-sources.yaml"]
    days = ["--on", "2023-01-05", "--from", "2023-01-16", "--until", "2023-03-31"]
    published = call("supervise", "draw", "commit", run, *given, *days, "--out", draw).strip()
    numbers = ["--numbers", "lottery_a=3,7,12,19,24,31,8", "--numbers", "index_b=324918"]
    call("supervise", "draw", "run", draw, *numbers, "--on", "2023-01-11")
    print(call("supervise", "draw", "verify", draw, "--commitment", published, "--lang", "en"), end="")
    beside = [sys.executable, HERE / "verify_draw.py", draw / "published", published]
    print(subprocess.run(beside, capture_output=True, text=True, check=True).stdout, end="")  # noqa: S603
    return draw


def planned(run: Path, folder: Path, draw: Path, url: str) -> None:
    """The plan with the visits that were drawn; their results, which become inspections; what came of the plan."""
    given = ["--as-of", "2023-01-05", "--inspectors", HERE / "supervision" / "inspectors.csv", "--draw", draw]
    plan = json.loads(call("supervise", "plan", run, *given, "--out", folder / "plan.xlsx", "--json"))
    print(f"plan: {plan['due']} visits due, {len(plan['visits'])} covered, {len(plan['not_covered'])} not")
    with (draw / "private" / "result.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["operator_id"], "2023-02-01", "未发现问题") for row in csv.DictReader(file)]
    with (folder / "found.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("operator_id", "inspected_on", "result"), *rows])
    inspections = call("supervise", "draw", "results", draw, folder / "found.csv").strip()
    call("ledger", "import", HERE / "operators.csv", inspections, "--db", url, "--by", "示例甲", "--why", "双随机抽查")
    done = ["--inspections", inspections, "--out", folder / "feedback.xlsx", "--lang", "en"]
    print(call("supervise", "feedback", run, *given, *done), end="")


def letters(run: Path, folder: Path, kind: str, *more: object) -> None:
    """Letters of a kind, and how many there are."""
    number = ["--number", "示交信〔2023〕{n}号", "--on", "2023-06-01"]
    command = ["supervise", "letters", run, "--kind", kind, "--out", folder / "letters" / kind, *BUREAU, *number]
    written = json.loads(call(*command, *more, "--json"))["letters"]
    print(f"{kind}: {len(written)} letters")


def recommended(run: Path) -> str:
    """Whom the run recommends for the list of the seriously untrustworthy: the first of them."""
    found = json.loads(call("supervise", "lists", run, "--show-personal", "--json"))["findings"]
    for name in ("serious", "red"):
        for outcome in ("recommended", "near", "unknown"):
            who = {one["operator_id"] for one in found if (one["list"], one["outcome"]) == (name, outcome)}
            print(f"{name}, {outcome}: {len(who)}")
    return next(one["operator_id"] for one in found if (one["list"], one["outcome"]) == ("serious", "recommended"))


def review(run: Path, kind: str, operator: str, url: str, *decided: object) -> str:
    """A proceeding from the proposal to the served decision: three persons, a notice, a statement and its answer."""

    def step(name: str, day: str, by: str, *more: object, expected: int = 0) -> str:
        return call("supervise", "review", name, number, "--db", url, "--on", day, "--by", by, *more, expected=expected)

    begun = call(
        "supervise", "review", "propose", kind, operator, "--from", run, "--db", url, "--by", "示例甲",
        "--on", "2023-02-01", "--json",
    )  # fmt: skip
    number = str(json.loads(begun)["proceeding"])
    step("notice", "2023-02-03", "示例甲", "--document", "示交告〔2023〕1号", "--service", "direct")
    refused = step("check", "2023-02-06", "示例甲", "--text", "通过", "--lang", "en", expected=2)
    print("\n".join(f"refused: {line}" for line in refused.splitlines()))
    step("statement", "2023-02-07", "示例甲", "--text", "已更换车辆，请求从轻")
    step("answer", "2023-02-10", "示例甲", "--text", "经复核，事实不变", "--document", "示交复〔2023〕1号")
    step("check", "2023-03-06", "示例乙", "--text", "程序合法，同意")
    step("decide", "2023-03-08", "示例丙", "--text", "同意", "--document", f"示交决〔2023〕{number}", *decided)
    step("serve", "2023-03-10", "示例甲", "--document", "送达回证", "--service", "direct")
    return number


def main(folder: Path, url: str) -> None:
    """Grade, draw, plan, recommend, write letters, review, print the trail."""
    folder.mkdir(parents=True, exist_ok=True)
    call("ledger", "init", "--db", url)
    run = grade(folder)
    planned(run, folder, drawn(run, folder), url)
    operator = recommended(run)
    letters(run, folder, "reminder", "--all")
    letters(run, folder, "talk", "--all", "--meeting-at", "2023年6月12日9时", "--place", "示例市交通运输局会议室")
    number = review(run, "serious_list", operator, url)
    print(call("supervise", "review", "trail", number, "--db", url, "--lang", "en"))
    print(call("supervise", "lists", "show", "--as-of", "2023-06-01", "--db", url, "--lang", "en"))
    review(run, "rectification", operator, url, "--correct-by", "2023-06-30")
    letters(run, folder, "rectification", "--operator", operator, "--db", url)
    print(call("ledger", "verify", "--db", url, "--lang", "en"), end="")


if __name__ == "__main__":
    given = sys.argv[1:]
    out = Path(given[0]) if given else HERE.parent / "out" / "supervise"
    main(out, given[1] if len(given) > 1 else str(out / "ledger.db"))
