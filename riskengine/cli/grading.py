"""What ``grade`` and ``report`` share: from options to a written run."""

from __future__ import annotations

import platform
import shutil
import time
from datetime import datetime
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskengine.cli.grading_again import graded, run_named
from riskengine.cli.params import as_of_date, column_mapping, say_problems
from riskengine.cli.talk import talk
from riskengine.cli.words import words
from riskengine.engines.registry import BATCH, batch_engine
from riskengine.facade import Engine
from riskengine.kernel.errors import InputError
from riskengine.kernel.problems import Problem
from riskengine.records import write_mend
from riskengine.runs import Holder, Run, Waiting, require_comparable, runs_in, write_quarantine

if TYPE_CHECKING:
    from datetime import date

    from riskengine.cli.progress import Progress
    from riskengine.facade import Batch
    from riskengine.plan import Plan

_LIBRARIES = ("riskengine", "pyarrow", "pydantic", "sqlglot", "duckdb", "pyspark")


def grade_into(runs: Path, options: dict[str, Any], progress: Progress) -> Run:
    """Grade what the options name and write a run folder into ``runs``.

    Args:
        runs: the folder of runs.
        options: operators, violations, inspections, policy, as_of, mapping, max_quarantine, wait, lang; engine,
            previous and keep_inputs where the command has them.
        progress: told of each step.

    Raises:
        RiskEngineError: with every problem.
    """
    started = time.perf_counter()
    lang = options["lang"]
    as_of = as_of_date(options["as_of"])
    mapping = column_mapping(options["mapping"])
    progress.step("load")
    engine = Engine.load(_policy(options["policy"]))
    say_problems(engine.warnings(as_of), lang)
    runs_in(runs)  # what stands in the way of writing is said before the work, not after it
    previous = (
        "newest" if options.get("only_affected") else _previous(options.get("previous"), runs, engine.plan, as_of)
    )
    engine_name = options.get("engine") or batch_engine()
    if options.get("engine") is None and engine_name != BATCH:
        say_problems([Problem("RE-625", found=BATCH, params=(("engine", engine_name),))], lang)
    grade = partial(
        engine.grade,
        as_of=as_of,
        engine=engine_name,
        mapping=mapping,
        **{name: options.get(name) for name in ("memory", "master", "work")},
    )
    progress.step("grade")
    with graded(engine, options, runs, as_of, grade) as (batch, inputs):
        _within_limit(batch, options.get("max_quarantine"), runs, lang)
        progress.step("write")
        run = batch.write(
            runs,
            lang=lang,
            previous=previous,
            log=_log(started),
            keep=inputs,
            waiting=Waiting(options.get("wait"), partial(_say_who_writes, lang)),
        )
    talk().rows.update({name: entry["rows"] for name, entry in run.manifest["sources"].items()})
    say_problems((problem for problem in batch.records.problems() if problem.is_error), lang)
    if batch.left_out:
        talk().note(words(lang)["mend"].format(path=run.folder / "mend"))
    return run


def _log(started: float) -> dict[str, Any]:
    """What the log of a run says of where and how long."""
    return {
        "seconds": round(time.perf_counter() - started, 3),
        "host": platform.node(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in _LIBRARIES if find_spec(name) is not None},
    }


def _say_who_writes(lang: str, holder: Holder) -> None:
    """That the folder of runs is taken, on stderr, so that nobody wonders why nothing happens."""
    since = datetime.fromtimestamp(holder.since).astimezone().strftime("%H:%M:%S")
    who = f"{holder.host or '?'}, pid {holder.pid or '?'}"
    talk().note(words(lang)["waiting"].format(who=who, since=since))


def _policy(text: str) -> str | Path:
    return Path(text) if "/" in text or text.endswith((".yaml", ".yml")) else text


def _previous(text: str | None, runs: Path, plan: Plan, as_of: date) -> Run | str | None:
    """``--previous``: a run folder or the id of a run in RUNS, ``none``, or the newest where it is left out.

    Raises:
        RunError: there is no such run (RE-602).
        UsageError: it does not fit (RE-608).
    """
    if text is None:
        return "newest"
    if text == "none":
        return None
    run = run_named(text, runs)
    require_comparable(run, plan.policy, as_of)
    return run


def _within_limit(batch: Batch, limit: int | None, runs: Path, lang: str) -> None:
    """Refuse a batch with too many rows left out; the quarantine is written all the same, beside the runs.

    Raises:
        InputError: RE-605, followed by the problems.
    """
    if limit is None or batch.left_out <= limit:
        return
    plan, as_of = batch.context.plan, batch.context.as_of
    folder = runs / f"refused_{plan.policy}_{as_of.isoformat()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_quarantine(batch.records, folder / "quarantine.parquet", lang)
    write_mend(batch.records, folder / "mend")
    errors = [problem for problem in batch.records.problems() if problem.is_error]
    raise InputError(
        [Problem("RE-605", source=str(folder), found=str(batch.left_out), params=(("limit", str(limit)),)), *errors]
    )
