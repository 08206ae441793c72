"""What the library gives back: the assessment of one operator, and the tables of a list."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.contract.arrow import to_arrow
from riskengine.contract.tables import QUARANTINE
from riskengine.kernel.canonical import sha256_of
from riskengine.kernel.decimals import plain
from riskengine.kernel.errors import InputError
from riskengine.kernel.lazy import lazy
from riskengine.kernel.problems import Problem
from riskengine.records import quarantine_rows
from riskengine.results import Context, Explanation, OperatorView, explain, explanation_text, view_of
from riskengine.runs import Run, RunRequest, Waiting, write_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from riskengine.contract.records import ListedRecords
    from riskengine.engines.base import Computed, Outcome

SCHEMA = "riskengine.assessment/1"
BATCH_SCHEMA = "riskengine.batch/1"


@dataclass(frozen=True)
class Assessment:
    """The grade of one operator, with everything behind it.

    Attributes:
        engine: which engine answered.
        outcome: its tables.
        problems: every problem of the records given, errors (left out) and warnings (used).
        context: what the explanation needs.
        notices: why another engine answered than the one for single operators, where that is so.
    """

    engine: str
    outcome: Outcome
    problems: list[Problem]
    context: Context
    notices: tuple[Problem, ...] = ()

    @lazy
    def _grade(self) -> dict[str, Any]:
        """The row of ``grades``."""
        return next(iter(self.outcome.rows("grades")))

    @lazy
    def _view(self) -> OperatorView:
        view = view_of(self.outcome, self._grade["operator_id"])
        assert view is not None  # noqa: S101 - the id is the outcome's own
        return view

    @property
    def operator_id(self) -> str:
        """Whose grade it is."""
        return str(self._grade["operator_id"])

    @property
    def status(self) -> str:
        """``graded``, ``not_evaluable`` or ``not_current``."""
        return str(self._grade["status"])

    @property
    def score(self) -> Decimal | None:
        """The score with six places; None where there is none."""
        score: Decimal | None = self._grade["score"]
        return score

    @property
    def grade(self) -> str | None:
        """The grade; None where there is none."""
        grade: str | None = self._grade["grade"]
        return grade

    @property
    def missing(self) -> list[str]:
        """The fields that are missing, where a rule cannot be told."""
        return list(self._grade["missing"])

    @property
    def quarantined_count(self) -> int:
        """How many of the records given were left out."""
        return int(self._grade["quarantined_count"])

    @property
    def signals(self) -> list[dict[str, Any]]:
        """The rules that fired or cannot be told: rows of the table ``signals``."""
        return self._view.signals

    @property
    def evidence(self) -> list[dict[str, Any]]:
        """The records that counted: rows of the table ``evidence``."""
        return self._view.evidence

    @property
    def actions(self) -> list[dict[str, Any]]:
        """The actions recommended: rows of the table ``actions``."""
        return self._view.actions

    @property
    def measures(self) -> list[dict[str, Any]]:
        """The measures advised: rows of the table ``measures``."""
        return self._view.measures

    @lazy
    def explanation(self) -> Explanation:
        """The explanation as data, in both languages."""
        return explain(self._view, self.context)

    def explain(self, lang: str = "zh") -> str:
        """Why this grade, as text in ``zh`` or ``en``."""
        return explanation_text(self.explanation, lang)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form with a versioned schema; numbers that must stay exact are decimal texts."""
        row = self._grade
        return {
            "schema": SCHEMA,
            "engine": self.engine,
            "as_of": self.context.as_of.isoformat(),
            "policy": self.context.plan.policy,
            "policy_version": self.context.plan.policy_version,
            **{key: value for key, value in row.items() if key not in {"score", "previous_grade"}},
            "score": None if self.score is None else plain(self.score),
            "signals": [{**signal, "points": plain(signal["points"])} for signal in self.signals],
            "evidence": self.evidence,
            "actions": self.actions,
            "measures": self.measures,
            "problems": [problem.to_dict() for problem in self.problems],
            "notices": [problem.to_dict() for problem in self.notices],
        }

    def to_json(self) -> str:
        """:meth:`to_dict` as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False)


def _json_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its decimals and dates as texts."""
    return {
        key: plain(value) if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else value
        for key, value in row.items()
    }


@dataclass(frozen=True)
class Batch:
    """The tables of a graded list, as Arrow; ``.to_pandas()`` of each works where pandas is installed.

    Attributes:
        doubts: the rows of ``quarantine`` where they are not told by ``records``; None where they are.
    """

    engine: str
    outcome: Computed
    records: ListedRecords
    context: Context
    inputs: Mapping[str, bytes]
    seconds: Mapping[str, float] = field(default_factory=dict)
    doubts: Sequence[Mapping[str, Any]] | None = None

    def table(self, name: str) -> pa.Table:
        """One of the run's tables as Arrow."""
        return self.outcome.arrow(name)

    @lazy
    def grades(self) -> pa.Table:
        """One row per operator."""
        return self.table("grades")

    @lazy
    def signals(self) -> pa.Table:
        """One row per operator and rule (and risk point) that fired or cannot be told."""
        return self.table("signals")

    @lazy
    def evidence(self) -> pa.Table:
        """One row per record that counted for a rule."""
        return self.table("evidence")

    @lazy
    def actions(self) -> pa.Table:
        """One row per recommended action."""
        return self.table("actions")

    @lazy
    def measures(self) -> pa.Table:
        """One row per measure advised."""
        return self.table("measures")

    @lazy
    def facts(self) -> pa.Table:
        """One row per operator, one column per fact."""
        return self.table("facts")

    @lazy
    def facts_by_risk_point(self) -> pa.Table:
        """One row per operator and risk point that has a record."""
        return self.table("facts_by_risk_point")

    @lazy
    def quarantine(self) -> pa.Table:
        """One row per problem of the records, messages in Chinese."""
        return to_arrow(QUARANTINE, self._doubts())

    def _doubts(self) -> Iterable[Mapping[str, Any]]:
        return quarantine_rows(self.records) if self.doubts is None else self.doubts

    @property
    def left_out(self) -> int:
        """How many rows were left out, over all sources."""
        return sum(source.left_out_count for source in self.records.sources)

    @property
    def content_hash(self) -> str:
        """One hash over the content hashes of all result tables: equal results have equal hashes."""
        return sha256_of({name: self.outcome.digest(name)[1] for name in self.outcome.table_names()})

    def to_dict(self) -> dict[str, Any]:
        """Every table's rows in a JSON-ready form with a versioned schema; decimals and dates are texts."""
        names = self.outcome.table_names()
        return {
            "schema": BATCH_SCHEMA,
            "engine": self.engine,
            "as_of": self.context.as_of.isoformat(),
            "policy": self.context.plan.policy,
            "policy_version": self.context.plan.policy_version,
            "content_hash": self.content_hash,
            "tables": {name: [_json_row(row) for row in self.outcome.rows(name)] for name in names},
            "quarantine": list(self._doubts()),
        }

    def to_json(self) -> str:
        """:meth:`to_dict` as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def explain(self, operator_id: str, lang: str = "zh") -> str:
        """Why one operator has its grade.

        Raises:
            InputError: it is not in the list (RE-603).
        """
        view = view_of(self.outcome, operator_id)
        if view is None:
            raise InputError([Problem("RE-603", found=operator_id)])
        return explanation_text(explain(view, self.context), lang)

    def write(
        self,
        runs: Path,
        *,
        lang: str = "zh",
        previous: Run | str | None = "newest",
        log: Mapping[str, Any] | None = None,
        keep: Mapping[str, bytes] | None = None,
        waiting: Waiting | None = None,
    ) -> Run:
        """Write a run folder into ``runs``, whole or not at all.

        Args:
            runs: the folder of runs.
            lang: the language of the quarantine's messages.
            previous: the run whose grades stand beside the new ones; ``"newest"`` or None.
            log: further fields of ``log.jsonl``, outside every hash.
            keep: relative path → bytes of record files to keep under ``inputs/``.
            waiting: how long to wait while another process writes into ``runs``, and whom to tell; else as long as it
                takes, silently.

        Raises:
            UsageError: the folder cannot be written to (RE-609) or is held for too long (RE-624), or the previous run
                does not fit (RE-608).
        """
        return write_run(
            runs,
            RunRequest(
                self.context.plan,
                self.context.as_of,
                self.records,
                self.outcome,
                {**self.inputs, **(keep or {})},
                lang=lang,
                previous=previous,
                log={"engine": self.engine, "durations": dict(self.seconds), **(log or {})},
                catalog=self.context.catalog,
                waiting=waiting or Waiting(),
                quarantine=self.doubts,
            ),
        )
