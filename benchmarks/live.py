"""How long one operator with ten violations takes: riskengine live and reference, ZEN, and durable-rules bare.

Run `python benchmarks/live.py [--repeats N] [--json]`. See README.md beside it for what is fair and what is not.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
from dataclasses import asdict, dataclass
from functools import partial
from importlib import metadata
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import bare_rules
import zen_graph
from cases import AS_OF, Case, answer_of, cases
from parts import ASKED, GRADED, NOTES, SUMMED, Parts

from riskengine import Engine
from riskengine.engines.live import LiveEngine
from riskengine.kernel.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Call = Callable[[], Any]

REPEATS, WARM_UP = 100, 5
GRADE, TABLES, REFERENCE = "assess, grade and score read", "assess, every table read", "assess, engine reference"
ZEN_KEY, ZEN_DECISION = "ZEN prepared, by key", "ZEN prepared, decision object"
WHOLE_KEY, WHOLE_DECISION = "ZEN whole, by key", "ZEN whole, decision object"
HOST, EXTENSION = "durable-rules bare, Host", "durable-rules bare, C extension"
ZEN = (ZEN_KEY, ZEN_DECISION, WHOLE_KEY, WHOLE_DECISION)
NO_ZEN = "not installed: pip install zen-engine"


@dataclass(frozen=True)
class Contender:
    """Something measured.

    Attributes:
        answer: a case → what it says; ``wanted`` what it must say. ``call`` the same work, made ready to be timed.
    """

    name: str
    call: Callable[[Case], Call]
    answer: Callable[[Case], Any]
    wanted: Callable[[Case], Any]


@dataclass(frozen=True)
class Line:
    """A line of a table; figures are None where the contender is not installed."""

    name: str
    median_us: float | None
    ratio: float | None
    note: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check that the answers are equal, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=REPEATS, help=f"rounds over all cases (default {REPEATS})")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    given = parser.parse_args(arguments)
    if given.repeats < 1:
        parser.error("--repeats must be at least 1")
    try:
        LiveEngine()
    except MissingExtraError as error:
        sys.exit(str(error))
    engine = Engine.load()
    measured = cases(engine)
    contenders = [*_own(engine), *_zen(engine), *_bare()]
    checked = [f"{one.name}: {_check(one, measured)} cases" for one in contenders]
    parts = Parts(engine)
    ready = [(case, parts.ready(case)) for case in measured]
    calls = [{**{one.name: one.call(case) for one in contenders}, **parts.of(each, case)} for case, each in ready]
    medians = _medians(calls, given.repeats)
    report = {
        "versions": _versions(),
        "cases": len(measured),
        "timings_each": len(measured) * given.repeats,
        "equal_answers_checked": checked,
        "contenders": [asdict(line) for line in _lines(medians)],
        "parts": [asdict(line) for line in _part_lines(medians)],
    }
    print(json.dumps(report, ensure_ascii=False, indent=2) if given.json else _text(report))
    return 0


# Contenders


def _own(engine: Engine) -> list[Contender]:
    def grade(case: Case) -> Any:
        assessed = engine.assess(case.operator, case.violations, as_of=AS_OF)
        return assessed.grade, assessed.score

    def tables(case: Case) -> Any:
        assessed = engine.assess(case.operator, case.violations, as_of=AS_OF)
        rows = assessed.signals, assessed.evidence, assessed.actions, assessed.measures
        return assessed, assessed.grade, assessed.score, rows

    def reference(case: Case) -> Any:
        assessed = engine.assess(case.operator, case.violations, as_of=AS_OF, engine="reference")
        return assessed, assessed.grade, assessed.score

    return [
        _contender(GRADE, grade, lambda case: (case.answer.grade, case.answer.score), lambda found: found),
        _contender(TABLES, tables, lambda case: case.answer, lambda found: answer_of(found[0])),
        _contender(REFERENCE, reference, lambda case: case.answer, lambda found: answer_of(found[0])),
    ]


def _zen(engine: Engine) -> list[Contender]:
    try:
        import zen
    except ImportError:
        return []
    levels = {code: point.level for code, point in engine.plan.risk_point_by_code.items()}
    found = []
    for graph, given, by_key, as_decision in (
        (zen_graph.prepared_graph(), zen_graph.prepared, ZEN_KEY, ZEN_DECISION),
        (zen_graph.whole_graph(levels), zen_graph.whole, WHOLE_KEY, WHOLE_DECISION),
    ):
        loaded = zen.ZenEngine({"loader": {"type": "static", "content": {"policy": json.loads(graph)}}})
        decision = zen.ZenEngine().create_decision(graph)
        ways: dict[str, Callable[[Any], Any]] = {
            by_key: partial(loaded.evaluate, "policy"),
            as_decision: decision.evaluate,
        }
        for name, way in ways.items():
            found.append(_zen_contender(name, way, given))
    return found


def _zen_contender(name: str, way: Callable[[Any], Any], given: Callable[[Case], dict[str, Any]]) -> Contender:
    def call(case: Case) -> Call:
        facts = given(case)
        return lambda: way(facts)

    return Contender(name, call, lambda case: zen_graph.answer_of(call(case)()["result"]), lambda case: case.answer)


def _bare() -> list[Contender]:
    return [
        _bare_contender(HOST, bare_rules.through_host()),
        _bare_contender(EXTENSION, bare_rules.through_extension()),
    ]


def _bare_contender(name: str, ask: bare_rules.Ask) -> Contender:
    return Contender(
        name,
        lambda case: partial(ask, bare_rules.facts(case)),
        lambda case: ask(bare_rules.facts(case)),
        bare_rules.expected,
    )


def _contender(
    name: str, work: Callable[[Case], Any], wanted: Callable[[Case], Any], told: Callable[[Any], Any]
) -> Contender:
    return Contender(name, lambda case: partial(work, case), lambda case: told(work(case)), wanted)


def _check(contender: Contender, measured: Sequence[Case]) -> int:
    """On how many cases the contender says what riskengine says: all, or the program ends."""
    for case in measured:
        found, wanted = contender.answer(case), contender.wanted(case)
        if found != wanted:
            sys.exit(f"{contender.name} disagrees on {case.operator['operator_id']}:\n  {found}\n  {wanted}")
    return len(measured)


# Measuring


def _medians(calls: Sequence[Mapping[str, Call]], repeats: int) -> dict[str, float]:
    """Name → median in µs. Two calls of each in turn, the second timed, case after case: noise hits all alike."""
    names = list(calls[0])
    taken: dict[str, list[int]] = {name: [] for name in names}
    for of_case in calls:
        for name in names:
            for _ in range(min(WARM_UP, repeats)):
                of_case[name]()
    for turn in range(repeats):
        first = turn % len(names)
        order = names[first:] + names[:first]
        for of_case in calls:
            for name in order:
                call = of_case[name]
                call()  # untimed: what the contender before it put out of the processor's caches comes back
                begun = perf_counter_ns()
                call()
                taken[name].append(perf_counter_ns() - begun)
    return {name: statistics.median(times) / 1000 for name, times in taken.items()}


# Printing


def _lines(medians: Mapping[str, float]) -> list[Line]:
    lines = []
    for name in (GRADE, TABLES, REFERENCE, *ZEN, HOST, EXTENSION):
        if name in medians:
            lines.append(_line(name, medians))
        else:
            lines.append(Line(name, None, None, NO_ZEN))
    return lines


def _part_lines(medians: Mapping[str, float]) -> list[Line]:
    rest = medians[GRADE] - sum(medians[name] for name in SUMMED)
    lines = [_line(name, medians, NOTES[name]) for name in SUMMED]
    lines.append(_line("the rest", {**medians, "the rest": rest}, "calls, checks and objects between the parts"))
    return [*lines, *(_line(name, medians, NOTES[name]) for name in (ASKED, GRADED))]


def _line(name: str, medians: Mapping[str, float], note: str = "") -> Line:
    return Line(name, round(medians[name], 1), round(medians[name] / medians[GRADE], 2), note)


def _versions() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "durable_rules": _version("durable-rules"),
        "zen-engine": _version("zen-engine"),
        "riskengine": _version("riskengine"),
        "cpus": os.cpu_count(),
    }


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _text(report: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {value or 'not installed'}" for name, value in report["versions"].items())
    return "\n".join(
        [
            versions,
            f"{report['cases']} operators with 10 violations each, {report['timings_each']} timings of each line",
            "",
            "Equal answers checked",
            *(f"  {line}" for line in report["equal_answers_checked"]),
            "",
            *_table("One operator", report["contenders"]),
            "",
            *_table("Where assess spends it", report["parts"]),
        ]
    )


def _table(title: str, lines: Sequence[Mapping[str, Any]]) -> list[str]:
    head = f"{title:<34}{'median µs':>10}{'ratio':>8}"
    rows = []
    for line in lines:
        if line["median_us"] is None:
            rows.append(f"{line['name']:<34}{line['note']}")
        else:
            figures = f"{line['median_us']:>10.1f}{line['ratio']:>8.2f}"
            rows.append(f"{line['name']:<34}{figures}  {line['note']}".rstrip())
    return [head, *rows]


if __name__ == "__main__":
    raise SystemExit(main())
