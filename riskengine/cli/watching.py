"""For runs that nobody watches: a line of JSON for each thing that happened, and figures for a monitoring system."""

from __future__ import annotations

import contextlib
import json
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from riskengine.kernel.errors import RiskEngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from riskengine.runs import Run


def watching_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--log FILE`` and ``--metrics FILE``."""
    from pathlib import Path

    place = click.Path(path_type=Path, dir_okay=False)
    for option in (
        click.option(
            "--metrics", type=place, metavar="FILE", help="Write figures of the run, in Prometheus' text format."
        ),
        click.option(
            "--log", "log_file", type=place, metavar="FILE", help="Add a line of JSON for start, end or failure."
        ),
    ):
        function = option(function)
    return function


@dataclass(slots=True)
class Watch:
    """What is to be told of a command.

    Attributes:
        run: the run that came of it; None as long as there is none.
    """

    command: str
    log_file: Path | None
    metrics: Path | None
    begun: float = field(default_factory=time.perf_counter)
    run: Run | None = None

    def say(self, event: str, **more: Any) -> None:
        """Add a line to the log: one write, so that lines of two processes do not mix."""
        if self.log_file is None:
            return
        entry = {"time": datetime.now(UTC).isoformat(), "command": self.command, "event": event, **more}
        line = (json.dumps(entry, ensure_ascii=False) + "\n").encode()
        handle = os.open(self.log_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, line)
        finally:
            os.close(handle)

    def measure(self, *, succeeded: bool) -> None:
        """Write the figures, whole or not at all."""
        if self.metrics is None:
            return
        lines = [
            "# TYPE riskengine_success gauge",
            f"riskengine_success {int(succeeded)}",
            "# TYPE riskengine_seconds gauge",
            f"riskengine_seconds {time.perf_counter() - self.begun:.3f}",
            "# TYPE riskengine_finished_timestamp_seconds gauge",
            f"riskengine_finished_timestamp_seconds {datetime.now(UTC).timestamp():.0f}",
            *(_figures(self.run) if self.run is not None else ()),
        ]
        part = self.metrics.with_name(f".{self.metrics.name}.part")
        part.write_text("\n".join(lines) + "\n", "utf-8")
        part.replace(self.metrics)


def _figures(run: Run) -> Iterator[str]:
    manifest = run.manifest
    yield "# TYPE riskengine_run_info gauge"
    labels = {"run_id": run.run_id, "policy": manifest["policy"]["id"], "as_of": manifest["as_of"]}
    yield f"riskengine_run_info{{{_labels(labels)}}} 1"
    operators = manifest["sources"]["operators"]
    yield "# TYPE riskengine_operators gauge"
    for status in ("graded", "not_evaluable", "not_current"):
        yield f"riskengine_operators{{{_labels({'status': status})}}} {operators.get(status, 0)}"
    yield "# TYPE riskengine_rows_left_out gauge"
    for name, source in manifest["sources"].items():
        yield f"riskengine_rows_left_out{{{_labels({'source': name})}}} {sum(source['left_out'].values())}"


def _labels(values: dict[str, str]) -> str:
    escaped = {
        name: value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for name, value in values.items()
    }
    return ",".join(f'{name}="{value}"' for name, value in escaped.items())


@contextlib.contextmanager
def watched(command: str, log_file: Path | None, metrics: Path | None) -> Iterator[Watch]:
    """Tell of a command: that it began, that it is done (set ``run``), or with which problems it failed."""
    watch = Watch(command, log_file, metrics)
    watch.say("started", pid=os.getpid())
    try:
        yield watch
    except BaseException as error:
        codes = [problem.code for problem in error.problems] if isinstance(error, RiskEngineError) else []
        watch.say("failed", error=type(error).__name__, codes=codes, seconds=_since(watch))
        watch.measure(succeeded=False)
        raise
    run = watch.run
    more = (
        {}
        if run is None
        else {"run_id": run.run_id, "as_of": run.manifest["as_of"], "content_hash": run.manifest["content_hash"]}
    )
    watch.say("done", **more, seconds=_since(watch))
    watch.measure(succeeded=True)


def _since(watch: Watch) -> float:
    return round(time.perf_counter() - watch.begun, 3)
