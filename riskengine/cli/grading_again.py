"""``grade --only-affected``: those whose records have changed since a run are graded again, the others are its own."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskengine.cli.grading_sources import known_at_option, sources_of
from riskengine.cli.params import say_problems
from riskengine.cli.talk import talk
from riskengine.cli.words import words
from riskengine.contract.sources import SOURCES
from riskengine.facade.regrading import regraded
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.runs import open_run, require_unaltered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from riskengine.facade import Batch, Engine
    from riskengine.runs import Run

_FILES_ONLY = (("mapping", "--map"), ("keep_inputs", "--keep-inputs"))


@contextlib.contextmanager
def graded(
    engine: Engine, options: Mapping[str, Any], runs: Path, as_of: date, grade: Callable[..., Batch]
) -> Iterator[tuple[Batch, Mapping[str, bytes]]]:
    """Grade what a command's options name: all of it, or what has changed since a run.

    Args:
        engine: the policy and the catalogue.
        options: of the command.
        runs: the folder of runs, in which a run may be named by its id.
        as_of: the day.
        grade: operators, violations, inspections → batch.

    Yields:
        the batch, and what its run keeps under ``inputs/``; the files behind it are there as long as the context.

    Raises:
        UsageError: options do not go together (RE-860, RE-861, RE-890, RE-893), or the run does not fit (RE-891).
        RiskEngineError: sources cannot be used.
    """
    if options.get("only_affected"):
        with _only_affected(engine, options, runs, as_of, grade) as found:
            if found is not None:
                yield found
                return
    with sources_of(options, as_of) as sources:
        kept = sources.kept() if options.get("keep_inputs") else {}
        yield grade(*sources.given), {**sources.inputs, **kept}


@contextlib.contextmanager
def _only_affected(
    engine: Engine, options: Mapping[str, Any], runs: Path, as_of: date, grade: Callable[..., Batch]
) -> Iterator[tuple[Batch, Mapping[str, bytes]] | None]:
    """As :func:`graded`; None, after having said why, where everybody has to be graded."""
    from riskengine.ledger import open_ledger

    if options.get("ledger") is None or options.get("previous") in {None, "none"}:
        raise UsageError([Problem("RE-890")])
    _require_ledger_alone(options)
    run = run_named(options["previous"], runs)
    require_unaltered(run)
    lang = options["lang"]
    regrade = partial(
        regraded,
        as_of=as_of,
        known=known_at_option(options.get("known_at")),
        none=[name for name in SOURCES if options.get(name) == "none"],
        lang=lang,
    )
    with (
        contextlib.closing(open_ledger(options["ledger"], options.get("key"))) as ledger,
        regrade(engine, ledger, run, grade) as found,
    ):
        if found.batch is None:
            say_problems([Problem("RE-892", found=run.run_id, params=(("reason", found.reason),))], lang)
            yield None
            return
        talk().note(words(lang)["only_affected"].format(count=found.again, run=run.run_id))
        yield found.batch, found.inputs


def _require_ledger_alone(options: Mapping[str, Any]) -> None:
    beside = [str(options[name]) for name in SOURCES if options.get(name) not in {None, "none"}]
    problems = [Problem("RE-861", found=file) for file in beside]
    problems += [Problem("RE-893", found=option) for name, option in _FILES_ONLY if options.get(name)]
    if problems:
        raise UsageError(problems)


def run_named(text: str, runs: Path) -> Run:
    """The run of a folder, or of its id in a folder of runs.

    Raises:
        RunError: there is no such run (RE-602).
    """
    by_id = runs / text
    return open_run(Path(text) if not by_id.is_dir() and ("/" in text or Path(text).exists()) else by_id)
