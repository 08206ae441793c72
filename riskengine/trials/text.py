"""What came of the tests of a policy, as lines of text and as JSON."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import plain
from riskengine.results import explanation_text
from riskengine.trials.words import wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.trials.coverage import Coverage
    from riskengine.trials.report import TrialReport
    from riskengine.trials.run import Difference, TrialResult

SCHEMA = "riskengine.policy-test/1"


def report_lines(report: TrialReport, lang: str) -> Iterator[str]:
    """A policy's tests as text: the sum, and each test that failed with what it expected, what was found, and why."""
    words = wording(lang)
    failed = [result for result in report.results if not result.passed]
    said = words["failed" if failed else "passed"]
    yield said.format(policy=report.policy, count=len(report.results), failed=len(failed), engine=report.engine)
    for result in failed:
        yield from _failure(result, lang)
    yield from _coverage_lines(report.coverage, lang)


def _coverage_lines(coverage: Coverage, lang: str) -> Iterator[str]:
    """How much is covered, by kind, and what is not, by name and line."""
    words = wording(lang)
    kinds = (f"{words[kind]} {done}/{of}" for kind, (done, of) in coverage.by_kind().items())
    total = len(coverage.items)
    sums = {"percent": coverage.percent, "done": total - len(coverage.missed), "of": total}
    yield words["coverage"].format(**sums, kinds=words["comma"].join(kinds))
    if coverage.out_of_reach:
        yield words["out_of_reach"].format(count=len(coverage.out_of_reach))
    for item in coverage.missed:
        yield words["missed"].format(line=item.line, kind=words[item.kind], name=item.name)


def _failure(result: TrialResult, lang: str) -> Iterator[str]:
    words = wording(lang)
    yield ""
    yield words["test"].format(name=result.name, line=result.line)
    for difference in result.differences:
        yield f"  {_difference(difference, lang)}"
    for problem in result.problems:
        yield "  " + words["record"].format(problem=problem.text(lang))
    if result.explanation is not None:
        yield f"  {words['trace']}:"
        yield from (f"    {line}" for line in explanation_text(result.explanation, lang).splitlines())


def _difference(difference: Difference, lang: str) -> str:
    words = wording(lang)
    if difference.what == "records":
        return words["records"]
    expected, found = (value_words(value, lang) for value in (difference.expected, difference.found))
    return words["difference"].format(what=difference.what, expected=expected, found=found)


def value_words(value: Any, lang: str) -> str:
    """A value as it would be written in ``tests.yaml``; nothing at all as a word."""
    if value is None:
        return wording(lang)["nothing"]
    if isinstance(value, list | tuple):
        return "[" + ", ".join(value_words(item, lang) for item in value) + "]"
    return str(_plain(value)) if not isinstance(value, bool) else str(value).lower()


def report_dict(report: TrialReport, lang: str) -> dict[str, Any]:
    """A policy's tests as JSON-ready values with a versioned schema; decimals and dates as text."""
    return {
        "schema": SCHEMA,
        "policy": report.policy,
        "engine": report.engine,
        "count": len(report.results),
        "failed": sum(not result.passed for result in report.results),
        "coverage": _coverage_dict(report.coverage),
        "tests": [_result_dict(result, lang) for result in report.results],
    }


def _coverage_dict(coverage: Coverage) -> dict[str, Any]:
    missed = [{"kind": item.kind, "name": item.name, "line": item.line} for item in coverage.missed]
    return {
        "percent": coverage.percent,
        "kinds": {kind: {"covered": done, "of": of} for kind, (done, of) in coverage.by_kind().items()},
        "missed": missed,
        "out_of_reach": list(coverage.out_of_reach),
    }


def _result_dict(result: TrialResult, lang: str) -> dict[str, Any]:
    explanation = None if result.passed or result.explanation is None else result.explanation.to_dict()
    return {
        "name": result.name,
        "line": result.line,
        "passed": result.passed,
        "differences": [
            {"what": each.what, "expected": _plain(each.expected), "found": _plain(each.found)}
            for each in result.differences
        ],
        "problems": [problem.to_dict(lang) for problem in result.problems],
        "explanation": explanation,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
