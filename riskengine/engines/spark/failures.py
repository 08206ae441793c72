"""What Spark, its Java and its workers say when they cannot go on, as problems of the project."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from riskengine.kernel.errors import EngineLimitError, PolicyError, RiskEngineError, UsageError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOO_LARGE = ("ARITHMETIC_OVERFLOW", "NUMERIC_VALUE_OUT_OF_RANGE", "CAST_OVERFLOW", "DECIMAL_PRECISION_EXCEEDS")
_MEMORY = ("OutOfMemory", "GC overhead limit", "UNABLE_TO_ACQUIRE_MEMORY", "maxResultSize")
_GONE = ("Py4JNetworkError", "ConnectionRefusedError", "ConnectionResetError", "Answer from Java side is empty")
_STOPPED = ("SparkContext was shut down", "SparkContext has been shutdown", "stopped SparkContext", "has been stopped")
_WORKERS = ("ExecutorLostFailure", "Lost executor", "MetadataFetchFailed", "FetchFailed")
_DISK = ("No space left on device", "Disk quota exceeded")
_NOISE = ("WARNING", "Using Spark's")
_LONGEST = 200
_CONDITION = re.compile(r"\[([A-Z][A-Z_0-9.]+)\] ?([^\n]*)")
_CLASS = re.compile(r"^(?:Caused by: |: |Exception in thread \"[^\"]*\" )?(?:[a-z][\w$]*\.)+([A-Z]\w*)(?:: ?(.*))?$")


@contextlib.contextmanager
def told(table: str | None = None) -> Iterator[None]:
    """Turn what pyspark raises inside into the project's errors.

    Args:
        table: the table of results that is being made: a number that does not fit is then the policy's problem.

    Raises:
        EngineLimitError: a number is too large (RE-622), or memory is not enough (RE-643).
        PolicyError: a value is larger than its column of ``table`` can hold (RE-538).
        UsageError: Spark cannot go on for another reason: workers or master are lost (RE-644), the disk is full
            (RE-645), anything else (RE-646).
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, ConnectionError) as error:
        raise problem_of(f"{type(error).__name__}: {error}", table) from None


def problem_of(text: str, table: str | None = None) -> RiskEngineError:
    """The error for what was said; nothing of a traceback is kept but the line that names the cause."""
    reason = cause(text)
    params = (("reason", reason),)
    if _has(text, _TOO_LARGE):
        if table is not None:
            return PolicyError([Problem("RE-538", found=table, params=(("table", table), ("type", reason)))])
        return EngineLimitError([Problem("RE-622", found="spark", params=params)])
    if _has(text, _MEMORY):
        return EngineLimitError([Problem("RE-643", params=params)])
    if _has(text, _DISK):
        return UsageError([Problem("RE-645", params=params)])
    if _has(text, (*_GONE, *_STOPPED, *_WORKERS)):
        return UsageError([Problem("RE-644", params=params)])
    return UsageError([Problem("RE-646", params=params)])


def cause(text: str) -> str:
    """The line that says what happened: Spark's own condition with its words, else the innermost exception."""
    condition = _CONDITION.search(text)
    if condition is not None:
        return f"{condition[1]}: {condition[2]}".removesuffix(": ")[:_LONGEST]
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("at ")]
    named = [found for line in lines if (found := _CLASS.match(line))]
    if named:
        return ": ".join(part for part in named[-1].groups() if part)[:_LONGEST]
    errors = [line for line in lines if "rror" in line] or [line for line in lines if not line.startswith(_NOISE)]
    return errors[0][:_LONGEST] if errors else "?"


def _has(text: str, marks: tuple[str, ...]) -> bool:
    return any(mark in text for mark in marks)
