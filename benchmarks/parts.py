"""Where the time of assess goes: its parts, called one by one on the same cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cases import AS_OF

from riskengine.engines.base import is_current
from riskengine.engines.live import LiveEngine
from riskengine.engines.live.judging import Judged, findings_of, judge, verdict_of
from riskengine.engines.live.network import Ruleset
from riskengine.engines.live.program import program_for
from riskengine.engines.live.standing import Standing
from riskengine.engines.live.tables import OperatorTables

if TYPE_CHECKING:
    from collections.abc import Callable

    from cases import Case

    from riskengine import Engine
    from riskengine.contract.records import Records

READ, FACTS, RULES, VERDICT = "reading the records", "facts", "rules", "verdict and row of grades"
ASKED, GRADED = "durable-rules alone", "live engine as a whole"
SUMMED = (READ, FACTS, RULES, VERDICT)
NOTES = {
    READ: "typing and checking every cell",
    FACTS: "which records count, windows, weights, sums",
    RULES: "stages asked of durable-rules, points, what is unknown",
    VERDICT: "score, grade, ceilings; the row that .grade and .score read",
    ASKED: "of the rules and the verdict: the questions alone, asked again",
    GRADED: "facts, rules and verdict in one call, without the row",
}


@dataclass(frozen=True)
class Ready:
    """A case with what each part is given."""

    records: Records
    standing: Standing
    judging: tuple[Any, ...]
    findings: tuple[Any, ...]
    questions: list[tuple[Ruleset, str]]


class Parts:
    """The parts of assess for one engine, called by the functions that assess itself calls."""

    def __init__(self, engine: Engine) -> None:
        self._reader, self._plan, self._live = engine._answering.reader, engine.plan, LiveEngine()  # noqa: SLF001
        self._program = program_for(engine.plan)
        self._day = self._program.day(AS_OF)

    def ready(self, case: Case) -> Ready:
        """What each part is given of a case."""
        records = self.read(case)
        standing, judging = self.facts(records)
        findings = self.rules(standing, judging)
        return Ready(records, standing, judging, findings, self._asked_by(standing))

    def of(self, ready: Ready, case: Case) -> dict[str, Callable[[], Any]]:
        """Part → a call that carries it out once."""
        return {
            READ: lambda: self.read(case),
            FACTS: lambda: self.facts(ready.records),
            RULES: lambda: self.rules(ready.standing, ready.judging),
            VERDICT: lambda: self.verdict(ready),
            ASKED: lambda: [asked.fired(fact) for asked, fact in ready.questions],
            GRADED: lambda: self._live.grade(self._plan, ready.records, AS_OF),
        }

    def read(self, case: Case) -> Records:
        """The records of a case, typed and checked."""
        return self._reader.read(case.operator, case.violations, None, AS_OF)

    def facts(self, records: Records) -> tuple[Standing, tuple[Any, ...]]:
        """The operator with its records placed, and the names, facts and facts of risk points."""
        (operator,) = records.operators.records
        assert is_current(operator, AS_OF)  # noqa: S101 - cases hold none that is not
        standing = Standing(self._program, self._day, operator)
        for record in records.violations.records if records.violations else ():
            if self._day.unused("violations", record) is None:
                standing.add("violations", record)
        names, facts = standing.facts()
        return standing, (names, facts, dict(standing.points(names, facts)))

    def rules(self, standing: Standing, judging: tuple[Any, ...]) -> tuple[Any, ...]:
        """Every rule that fired or cannot be told."""
        return tuple(findings_of(standing.program, *judging))

    def verdict(self, ready: Ready) -> dict[str, Any]:
        """The row of the table `grades`."""
        names, facts, points = ready.judging
        verdict = verdict_of(self._program, dict(names), facts, ready.findings, 0)
        own = {code: values for code, (_, values) in points.items()}
        return OperatorTables(ready.standing, Judged(facts, own, ready.findings, verdict), 0).grade()

    def _asked_by(self, standing: Standing) -> list[tuple[Ruleset, str]]:
        """The questions that judging an operator asks of durable-rules."""
        questions: list[tuple[Ruleset, str]] = []
        asking = Ruleset.fired

        def noting(asked: Ruleset, fact: str) -> list[str]:
            questions.append((asked, fact))
            return asking(asked, fact)

        Ruleset.fired = noting  # type: ignore[method-assign, assignment]
        try:
            judge(standing, 0)
        finally:
            Ruleset.fired = asking  # type: ignore[method-assign]
        return questions
