"""Objections and repairs at random beside a model of them: no answer without a filing, none twice, none too early."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from riskengine import Engine, UsageError
from riskengine.facade.keeping import keep
from riskengine.ledger import (
    Answer,
    Decision,
    Filing,
    GradeOfRun,
    amend,
    answer_objection,
    file_objection,
    history,
    import_sources,
    init_ledger,
    known_at,
    objections,
    repair_of,
    verify_ledger,
)
from riskengine.ledger.changes import Entry

ENGINE = Engine.load()
OPERATORS = ("91411000MA40000A18", "91411000MA40000B2C")
RUNS = tuple(GradeOfRun("", f"p_2022-12-31_000{at}", str(at) * 64, "p", date(2022, 12, 31), 0, "D") for at in (1, 2))
FIRST = date(2023, 1, 1)
PENALTY, DECIDED, EARLIEST = "示例罚〔2022〕1号", date(2022, 1, 10), date(2022, 4, 10)
ACTIONS = {"apply": "repair_applied", "grant": "repaired", "refuse": "repair_refused", "withdraw": "repair_withdrawn"}

days = st.integers(0, 4).map(lambda number: FIRST + timedelta(days=number))
repair_days = st.integers(-2, 4).map(lambda number: EARLIEST + timedelta(days=number))
people = st.sampled_from(["甲", "乙"])


class ObjectingMachine(RuleBasedStateMachine):
    """File, answer; apply, grant, refuse, withdraw, take back."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="machine-")
        self.now, self.number = datetime(2023, 1, 1, tzinfo=UTC), 0
        self.filed: list[dict[str, Any]] = []
        self.decided: list[tuple[date, str]] = []

    def address(self) -> str:
        return str(Path(self.folder.name) / "l.db")

    @initialize()
    def start(self) -> None:
        self.ledger, _ = init_ledger(self.address())
        row = {"violation_id": PENALTY, "operator_id": OPERATORS[0], "risk_point": "HW-01", "occurred_on": "2022-01-05"}
        row |= {"decided_on": DECIDED.isoformat(), "penalty": "20000", "penalty_kind": "fine", "severity": "general"}
        import_sources(self.ledger, [keep(ENGINE, [row], "violations")], self.entry("甲"))
        self.number = 1

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            self.ledger.close()
        self.folder.cleanup()

    def entry(self, who: str) -> Entry:
        self.now += timedelta(seconds=1)
        return Entry(self.now, who, "test")

    def done(self, call: Any) -> str:
        """What a call came to: ``new``, ``known``, or the code of what was refused."""
        try:
            change = call()
        except UsageError as error:
            return error.problems[0].code
        if change is None:
            return "known"
        assert change.number == self.number + 1
        self.number = change.number
        return "new"

    def mine(self, operator: str, run: GradeOfRun) -> list[dict[str, Any]]:
        return [each for each in self.filed if (each["operator"], each["run"]) == (operator, run.run_id)]

    @rule(operator=st.sampled_from(OPERATORS), run=st.sampled_from(RUNS), day=days, who=people)
    def file(self, operator: str, run: GradeOfRun, day: date, who: str) -> None:
        about = GradeOfRun(operator, run.run_id, run.run_sha256, run.policy, run.as_of, 0, run.grade)
        filing = Filing(day, "异1号", day, "x", None, None)
        mine = self.mine(operator, run)
        blocked = [each for each in mine if each["outcome"] != "withdrawn" or each["day"] == day]
        same = [each for each in mine if (each["day"], each["who"]) == (day, who)]
        came = self.done(lambda: file_objection(self.ledger, about, filing, self.entry(who)))
        if blocked:
            first = next(each for each in mine if each in blocked or each in same)
            assert came == ("known" if first in same else "RE-895")
        else:
            assert came == "new"
            self.filed.append({"operator": operator, "run": run.run_id, "day": day, "who": who, "outcome": None})

    @rule(
        operator=st.sampled_from(OPERATORS),
        run=st.sampled_from(RUNS),
        day=days,
        who=people,
        outcome=st.sampled_from(["upheld", "dismissed", "withdrawn"]),
        named=st.booleans(),
    )
    def answer(self, operator: str, run: GradeOfRun, day: date, who: str, outcome: str, named: bool) -> None:
        answer = Answer(outcome, day, "复1号", day, "x", (1,) if named else ())
        mine = self.mine(operator, run)
        cells = (outcome, day, who, named)
        came = self.done(lambda: answer_objection(self.ledger, operator, run.run_id, answer, self.entry(who)))
        held = next((each for each in mine if each["outcome"] is None), None)
        if any(each.get("cells") == cells for each in mine):
            assert came == "known"
        elif held is None:
            assert came == "RE-896"
        elif who == held["who"]:
            assert came == "RE-897"
        elif day < held["day"]:
            assert came == "RE-899"
        elif (outcome == "upheld") != named:
            assert came == "RE-898"
        else:
            assert came == "new"
            held |= {"outcome": outcome, "by": who, "cells": cells}

    @rule(action=st.sampled_from(sorted(ACTIONS)), day=repair_days, take_back=st.integers(0, 3).map(lambda n: n == 0))
    def decide(self, action: str, day: date, take_back: bool) -> None:
        there = (day, action) in self.decided
        if take_back and not there:
            return
        decision = Decision(PENALTY, ACTIONS[action], day, "修1号", day)
        rest = [each for each in self.decided if each != (day, action)]
        came = self.done(lambda: amend(self.ledger, decision, self.entry("甲"), take_back=take_back))
        if there and not take_back:
            assert came == "known"
            return
        after = rest if take_back else [*rest, (day, action)]
        if came == "new":
            self.decided = after
        else:
            assert came.startswith("RE-82"), came
            assert not self.fits(after) or (not take_back and self.is_refused(day, action))

    def is_refused(self, day: date, action: str) -> bool:
        granted = any(each[1] == "grant" and each[0] <= day for each in self.decided)
        return action in {"apply", "grant"} and (day < EARLIEST or granted)

    @staticmethod
    def fits(decided: list[tuple[date, str]]) -> bool:
        """Whether every answer follows an application, none is given twice, and nothing follows a grant."""
        applied = granted = False
        for day, action in sorted(decided, key=lambda each: each[0]):  # of one day in the order of recording
            if action in {"apply", "grant"} and (granted or day < EARLIEST or (action == "apply" and applied)):
                return False
            if action in {"refuse", "withdraw"} and not applied:
                return False
            applied, granted = action == "apply", granted or action == "grant"
        return True

    @invariant()
    def nothing_contradicts_itself(self) -> None:
        if not hasattr(self, "ledger"):
            return
        assert self.fits(self.decided)
        for day in (EARLIEST - timedelta(days=1), EARLIEST, EARLIEST + timedelta(days=3)):
            found = repair_of(self.ledger, PENALTY, day)
            assert found.days.earliest == EARLIEST
            granted = any(action == "grant" and when <= day for when, action in self.decided)
            assert (found.state == "repaired") == granted
            assert found.state == "not_yet" or day >= EARLIEST

    @invariant()
    def no_objection_is_lost_or_answered_by_who_recorded_it(self) -> None:
        if not hasattr(self, "ledger"):
            return
        held = {(each.operator_id, each.run_id, each.filed_on): each for each in objections(self.ledger)}
        assert len(held) == len(self.filed)
        for each in self.filed:
            found = held[each["operator"], each["run"], each["day"]]
            assert (found.filed_by, found.outcome, found.answered_by) == (each["who"], each["outcome"], each.get("by"))
            assert found.answered_by != found.filed_by

    @invariant()
    def the_chain_holds(self) -> None:
        if hasattr(self, "ledger"):
            assert verify_ledger(self.ledger) == []
            assert known_at(self.ledger, None).number == self.number
            assert len(history(self.ledger, "violations", PENALTY)["versions"]) == 1
