"""Proceedings driven at random, beside a model that knows only what was said and the rule that must never be broken."""

from __future__ import annotations

import tempfile
import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cases import CELLS, FIRST, KIND_CELLS
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from riskengine import UsageError
from riskengine.ledger import Entry, changes, init_ledger, verify_ledger
from riskengine.supervision.review.listings import listed_on
from riskengine.supervision.review.proceeding import Step
from riskengine.supervision.review.reviewing import proceeding_of, proceedings, propose, take

OPERATORS = ("91411000MA40000A18", "OP-2")
PEOPLE = ("甲", "乙", "丙", " 乙", "Ann", "ANN ", "ann", "丁")
KINDS = ("serious_list", "red_list", "serious_list_removal", "rectification", "publication")
MORE = (*OPERATORS, "OP-3", "OP-4", "OP-5", "OP-6", "OP-7", "OP-8")
CAST = {"check": ("乙", "丙", "甲", " ann "), "decide": ("丙", "丁", "乙", " 乙", "ANN", "甲 ")}
WALKED = ("serious_list", "red_list", *KINDS)
STEPS = [name for name in CELLS if name != "propose"]
# In the order in which they lead to a decision, so that a walk at random gets there now and then.
LIKELY = [
    *STEPS,
    "notice",
    "notice",
    "check",
    "check",
    "check",
    "decide",
    "decide",
    "decide",
    "serve",
    "serve",
    "serve",
]

LISTED: set[str] = set()
"""The lists on which somebody came to stand: a machine that never gets there proves nothing."""

days = st.sampled_from([0, 1, 3, 6, 9, 14, 20, 45])
people = st.sampled_from(PEOPLE)


def same(name: str) -> str:
    """A person, as the model compares names."""
    return "".join(unicodedata.normalize("NFKC", name).lower().split())


class ReviewMachine(RuleBasedStateMachine):
    """Any step by anybody on any day; whatever is not refused is remembered."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="review-")
        self.now = datetime(2040, 1, 1, tzinfo=UTC)
        self.said: dict[str, list[tuple[str, str, date, dict[str, str]]]] = {}
        self.about: dict[str, tuple[str, str]] = {}
        self.today = FIRST

    def address(self) -> str:
        return str(Path(self.folder.name) / "l.db")

    @initialize()
    def start(self) -> None:
        self.ledger, _ = init_ledger(self.address())

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            assert verify_ledger(self.ledger) == []
            assert len(changes(self.ledger)) == sum(map(len, self.said.values())), "no step is lost, none is added"
            self.ledger.close()
        self.folder.cleanup()

    def entry(self, who: str) -> Entry:
        self.now += timedelta(seconds=1)
        return Entry(self.now, who or "-", "test")

    @rule(ahead=days)
    def time_passes(self, ahead: int) -> None:
        self.today += timedelta(days=ahead)

    @rule(kind=st.sampled_from(KINDS), operator=st.sampled_from(OPERATORS), who=people, data=st.data())
    def begin(self, kind: str, operator: str, who: str, data: Any) -> None:
        cells = self.cells("propose", kind, data)
        step = Step("propose", who, self.today, cells)
        try:
            filed = propose(self.ledger, kind, operator, step, self.entry(who))
        except UsageError:
            return
        self.about[filed.proceeding.id] = (kind, operator)
        self.said[filed.proceeding.id] = [("propose", who, self.today, cells)]

    def cells(self, action: str, kind: str, data: Any) -> dict[str, str]:
        cells = {**CELLS[action], **(KIND_CELLS.get(kind, {}) if action in {"propose", "notice"} else {})}
        if action == "hearing_call":
            cells["hearing_on"] = (self.today + timedelta(days=data.draw(st.sampled_from([3, 30])))).isoformat()
        lacking = data.draw(st.sampled_from([None] * 90 + sorted(cells)))
        return {name: text for name, text in cells.items() if name != lacking}

    @rule(action=st.sampled_from(LIKELY), who=people, back=st.sampled_from([0] * 9 + [5]), data=st.data())
    def go_on(self, action: str, who: str, back: int, data: Any) -> None:
        if not self.said:
            return
        number = data.draw(st.sampled_from(sorted(self.said)))
        self.step(number, action, who, self.today - timedelta(days=back), data)

    @rule(kind=st.sampled_from(WALKED), operator=st.sampled_from(MORE), data=st.data())
    def walk(self, kind: str, operator: str, data: Any) -> None:
        """The way to a decision with whatever comes between: by anybody, too soon or in time, with steps left out."""
        before = set(self.said)
        self.begin(kind, operator, data.draw(st.sampled_from(("甲", "Ann"))), data)
        for number in set(self.said) - before:
            between = data.draw(st.sampled_from([None, None, *STEPS]))
            for action in filter(None, ("notice", between, "answer", "check", "decide", "serve")):
                self.today += timedelta(days=data.draw(st.sampled_from([0, 2, 21, 25])))
                if data.draw(st.integers(0, 12)):
                    who = data.draw(st.sampled_from(CAST.get(action, PEOPLE)))
                    self.step(number, action, who, self.today, data)

    def step(self, number: str, action: str, who: str, on: date, data: Any) -> None:
        """Take a step, and remember it where it is not refused."""
        cells = self.cells(action, self.about[number][0], data)
        try:
            take(self.ledger, number, Step(action, who, on, cells), self.entry(who))
        except UsageError:
            return
        self.said[number].append((action, who, on, cells))

    @invariant()
    def nothing_is_lost(self) -> None:
        for number, said in self.said.items():
            kept = proceeding_of(self.ledger, number)
            assert [(each.said.action, each.said.who, each.said.done_on) for each in kept.recorded] == [
                (action, who, on) for action, who, on, _ in said
            ]
            for each, (_, _, _, cells) in zip(kept.recorded, said, strict=True):
                assert {name: each.said.cells.get(name) for name in cells} == cells

    @invariant()
    def nobody_is_listed_without_notice_term_and_three_persons(self) -> None:
        for ahead in (0, 400):
            held = [filed.proceeding for filed in proceedings(self.ledger)]
            for found in listed_on(held, self.today + timedelta(days=ahead)):
                LISTED.add(found.list)
                assert self.about[found.proceeding][1] == found.operator_id
                self.held_rightly(self.said[found.proceeding], self.about[found.proceeding][0])

    def held_rightly(self, said: list[tuple[str, str, date, dict[str, str]]], kind: str) -> None:
        """The rule of the law, said again without the program's words."""
        last = {action: (who, on, cells) for action, who, on, cells in said}
        notice, decided = last["notice"], last["decide"]
        assert all(notice[2][name].strip() for name in ("facts", "grounds", "rights", "document"))
        three = {same(said[0][1]), same(last["check"][0]), same(decided[0])}
        assert len(three) == 3
        names = [action for action, *_ in said]
        assert names.index("notice") < names.index("check") < names.index("decide") < names.index("serve")
        # Five working days are a week, seven of them nine days at least, wherever they begin.
        shortest = {"serious_list": 7, "red_list": 9}[kind]
        if "waive" not in last:
            assert decided[1] - notice[1] > timedelta(days=shortest)
        else:
            assert kind == "serious_list"
        assert names.count("answer") == names.count("statement")
        if "hearing_request" in last and "waive" not in last:
            assert "hearing_held" in last
        after = [name for name in names[names.index("decide") :] if name != "serve"]
        assert after == ["decide"]
        assert not {"withdraw", "refuse", "send_back", "revoke"} & set(names)
