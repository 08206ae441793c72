"""The engine as a library: load a policy once, then assess one operator or grade a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from riskengine import records as records_room
from riskengine.catalog import Catalog, files, load_shipped
from riskengine.engines.registry import SIMPLE, batch_engine, engine_named
from riskengine.facade.answering import Answering
from riskengine.facade.case import Case
from riskengine.facade.grading import grade_list
from riskengine.facade.results import Assessment, Batch
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.plan import Plan, compile_plan, known_of
from riskengine.policy import DEFAULT_POLICY, PolicyFile, read_policy
from riskengine.results import Context

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from riskengine.contract.records import Records, SourceRecords


class Engine:
    """A policy and a catalogue, compiled once. Immutable: it may be shared between threads.

    Make one with :meth:`load`.
    """

    def __init__(self, file: PolicyFile, catalog: Catalog, plan: Plan) -> None:
        self._file, self._catalog, self._plan = file, catalog, plan
        self._answering = Answering(plan, self._known(), self.context)

    @classmethod
    def load(cls, policy: str | Path | Mapping[str, Any] = DEFAULT_POLICY) -> Engine:
        """Load a policy, with the shipped catalogue and law register.

        Args:
            policy: the name of a shipped policy, the path of a policy file or folder, or its plain data.

        Raises:
            PolicyError: the policy does not hold together; every problem is listed.
            CatalogError: likewise for the catalogue.
        """
        file = read_policy(policy)
        catalog = load_shipped()
        return cls(file, catalog, compile_plan(file, catalog))

    @property
    def plan(self) -> Plan:
        """What will be carried out: engine-free, printable (``plan.to_plain()``), hashed (``plan.sha256``)."""
        return self._plan

    @property
    def catalog(self) -> Catalog:
        """The catalogue and law register in use."""
        return self._catalog

    @property
    def policy(self) -> PolicyFile:
        """The policy as written, with its file."""
        return self._file

    def context(self, as_of: date) -> Context:
        """What explanations of results as of a day need."""
        return Context(self._plan, self._file.policy, self._catalog, as_of)

    def warnings(self, as_of: date) -> list[Problem]:
        """What should be known of the policy on a day: it is not in force, or a parameter has no value yet."""
        plan = self._plan
        day = as_of.isoformat()
        problems = [
            Problem("RE-537", found=name, params=(("as_of", day),))
            for name, value in plan.parameters_on(as_of).items()
            if value is None
        ]
        if as_of < plan.since or (plan.until is not None and as_of > plan.until):
            until = plan.until.isoformat() if plan.until else "…"
            params = (("since", plan.since.isoformat()), ("until", until), ("as_of", day))
            problems.append(Problem("RE-535", found=plan.policy, params=params))
        return problems

    def read(
        self,
        operators: Any,
        violations: Any = None,
        inspections: Any = None,
        *,
        as_of: date,
        mapping: Mapping[str, str] | None = None,
    ) -> Records:
        """Read and validate records without grading them.

        Args:
            operators: a path, frame, Arrow table, or iterable of mappings or models.
            violations: likewise; ``[]`` says that there are none, None that they are not given.
            inspections: likewise.
            as_of: the day on which everything is seen.
            mapping: column → heading, for files with headings of their own.

        Raises:
            InputError: a file cannot be read as a whole.
            UsageError: a source that the policy reads is not given (RE-604).
        """
        as_of = a_day(as_of)
        given = {"violations": violations, "inspections": inspections}
        self._answering.require([name for name, source in given.items() if source is not None])
        return records_room.read_records(
            operators=_rows(operators),
            violations=_rows(violations),
            inspections=_rows(inspections),
            as_of=as_of,
            **self._known(),
            mapping=mapping or {},
        )

    def validate(
        self, source: Any, name: str | None = None, *, mapping: Mapping[str, str] | None = None
    ) -> SourceRecords:
        """Check one source alone, without grading.

        Args:
            source: as ``operators`` of :meth:`read`.
            name: ``operators``, ``violations`` or ``inspections``; where left out, its headings tell.
            mapping: as :meth:`read`.

        Raises:
            InputError: it cannot be read as a whole, or its headings do not tell what it is.
        """
        known = self._known()
        known.pop("risk_point_area")
        return records_room.read_source(_rows(source), name, **known, mapping=mapping or {})

    def _known(self) -> dict[str, Any]:
        """What the readers must know of the policy and the catalogue."""
        return known_of(self._plan, self._catalog)

    def assess(
        self,
        operator: Mapping[str, Any] | BaseModel,
        violations: Iterable[Any] | None = None,
        inspections: Iterable[Any] | None = None,
        *,
        as_of: date,
        engine: str | None = None,
    ) -> Assessment:
        """Grade one operator now.

        Args:
            operator: a mapping or :class:`riskengine.Operator` with at least ``operator_id``.
            violations: mappings or :class:`riskengine.Violation`; ``operator_id`` may be left out of them.
            inspections: likewise.
            as_of: the day on which everything is seen.
            engine: ``live`` or ``reference``; left out, ``live`` where it is installed. The grade is the same.

        Returns:
            the grade with everything behind it. Records that are not valid are left out, listed in ``problems`` and
            counted in ``quarantined_count``. ``engine`` says which engine answered, ``notices`` why another than live.

        Raises:
            InputError: the operator itself is not valid; every problem is listed.
            UsageError: the policy reads violations (or inspections) and none were given; ``[]`` says there are none. Or
                it compares operators with each other, so that one alone cannot be graded (RE-630).
            MissingExtraError: ``engine="live"`` and it is not installed (RE-613).
        """
        self._plan.require_no_peers()
        as_of = a_day(as_of)
        row = _one(operator)
        given = {"violations": violations, "inspections": inspections}
        self._answering.require([name for name, source in given.items() if source is not None])
        rows = {name: None if source is None else _plain(source) for name, source in given.items()}
        return self._answering.answer(self._answering.reader.read(row, as_of=as_of, **rows), as_of, engine)

    def open(
        self,
        operator: Mapping[str, Any] | BaseModel,
        as_of: date,
        violations: Iterable[Any] | None = None,
        inspections: Iterable[Any] | None = None,
    ) -> Case:
        """Open a case: an operator whose records arrive one by one, graded again after each.

        Args:
            operator: as :meth:`assess`.
            as_of: as :meth:`assess`.
            violations: those that are known already; ``[]`` says that there are none so far.
            inspections: likewise.
        """
        self._plan.require_no_peers()
        rows = [None if source is None else _plain(source) for source in (violations, inspections)]
        return Case(self._answering, dict(_one(operator)), a_day(as_of), *rows)

    def assess_many(self, cases: Iterable[Sequence[Any]], *, as_of: date) -> Iterator[Assessment]:
        """Assess one case after another, lazily.

        Args:
            cases: ``(operator, violations)`` or ``(operator, violations, inspections)``.
            as_of: as :meth:`assess`.
        """
        for case in cases:
            yield self.assess(*case, as_of=as_of)

    def grade(
        self,
        operators: Any,
        violations: Any = None,
        inspections: Any = None,
        *,
        as_of: date,
        engine: str | None = None,
        mapping: Mapping[str, str] | None = None,
        memory: int | None = None,
        master: str | None = None,
        work: str | None = None,
    ) -> Batch:
        """Grade a list of operators.

        Args:
            operators: as :meth:`read`.
            violations: as :meth:`read`.
            inspections: as :meth:`read`.
            as_of: as :meth:`read`.
            engine: ``reference``; ``duckdb``, which runs the plan as SQL; ``spark``, on a cluster; or ``live``.
                Left out, ``duckdb`` for files and frames where it is installed, and ``reference`` for lists.
            mapping: as :meth:`read`.
            memory: bytes that ``duckdb``, or ``spark`` on this machine, may take; the rest is kept in temporary files.
            master: for ``spark``: of the cluster, such as ``spark://host:7077``; left out, this machine's cores.
            work: for ``spark``: a folder that this machine and all workers see; a cluster needs one.

        Raises:
            InputError, UsageError: as :meth:`read`; UsageError also for an unknown engine (RE-606) and Spark's own.
        """
        listed = isinstance(operators, list | tuple)
        grader = engine_named(engine or (SIMPLE if listed else batch_engine()), master=master, work=work)
        as_of = a_day(as_of)
        given = {"operators": operators, "violations": violations, "inspections": inspections}
        self._answering.require([name for name, source in given.items() if source is not None])
        graded = grade_list(
            grader,
            self._plan,
            given,
            as_of,
            known=self._known(),
            mapping=mapping or {},
            memory=memory,
            read=self.read,
        )
        context = self.context(as_of)
        return Batch(grader.name, graded.outcome, graded.records, context, self.inputs(), graded.seconds)

    def inputs(self) -> dict[str, bytes]:
        """The policy, the catalogue edition and the law register, as files of a run folder."""
        return {"policy.yaml": self._file.content, **dict(files())}


def a_day(as_of: object) -> date:
    """The as-of date that a caller gave; the date part where it carries a time.

    Raises:
        UsageError: it is no date (RE-601).
    """
    if isinstance(as_of, datetime):
        return as_of.date()
    if isinstance(as_of, date):
        return as_of
    raise UsageError([Problem("RE-601", column="as_of", found=str(as_of))])


def _one(operator: Any) -> dict[str, Any]:
    if type(operator) is dict:
        return operator
    if not isinstance(operator, Mapping | BaseModel):
        raise UsageError([Problem("RE-612", found=type(operator).__name__)])
    return records_room.as_row(operator)


def _plain(rows: Any) -> list[Any]:
    """Records as mappings: models become plain.

    Raises:
        UsageError: it is no list of records: a path or a frame, say (RE-620).
    """
    is_frame = hasattr(rows, "__arrow_c_stream__") or hasattr(rows, "iloc")
    if is_frame or isinstance(rows, str | bytes | Mapping | BaseModel) or not isinstance(rows, Iterable):
        raise UsageError([Problem("RE-620", found=type(rows).__name__)])
    return [records_room.as_row(row) if type(row) is not dict and isinstance(row, BaseModel) else row for row in rows]


def _rows(source: Any) -> Any:
    """Models become mappings; everything else is the readers' business."""
    if isinstance(source, list | tuple):
        return [records_room.as_row(row) if isinstance(row, BaseModel) else row for row in source]
    return source
