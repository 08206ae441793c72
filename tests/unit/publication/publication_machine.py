"""Publications driven at random, beside a model that knows what was reviewed by whom, and what was ended when."""

from __future__ import annotations

import json
import re
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from small_record import ORGANISATION, PERSON, write_record

from riskengine import UsageError
from riskengine.ledger import Decision, Entry, amend, import_sources, init_ledger, verify_ledger
from riskengine.records import Known, read_to_keep
from riskengine.supervision.publication.due import TAKE_DOWN, UNKNOWN, due_list
from riskengine.supervision.publication.releasing import (
    export,
    log_table,
    propose_list,
    releases_in,
    rows_with_decisions,
)
from riskengine.supervision.publication.year import read_year
from riskengine.supervision.review.proceeding import Step
from riskengine.supervision.review.reviewing import take

RECORDS = ("罚1号", "罚2号", "罚3号")
PEOPLE = ("甲", "乙", "丙", " 乙")
FACTS = (
    "在示例公路超限行驶",
    f"当事人{PERSON}",
    "身份证 110105 1949 1231 002X",
    "电话１３８００１３８０００",
    "无",
    "驾驶人4110SL01510031",
)
SECRETS = (PERSON, "13800138000", "4110SL01510031")
REACHED: set[str] = set()
"""What the sequences got to: a machine that never displays, revokes or takes down proves nothing."""


def squeezed(text: str) -> str:
    """Letters and digits alone, in half width: what a number hidden by blanks comes to."""
    half = "".join(chr(ord(char) - 0xFEE0) if "！" <= char <= "～" else char for char in text)
    return re.sub(r"[^0-9A-Za-z]", "", half).upper()


class PublicationMachine(RuleBasedStateMachine):
    """Any step by anybody, any change of the record; every export is held against the model."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="publication-")
        self.now = datetime(2022, 10, 10, 2, tzinfo=UTC)
        self.rows = {key: {"facts": FACTS[0], "status": "final", "status_on": "", "person": False} for key in RECORDS}
        self.steps: dict[str, list[tuple[str, str]]] = {}
        self.listed: dict[str, dict[str, str]] = {}
        self.ended: dict[str, date] = {}
        self.display: set[str] = set()
        self.exports = 0

    def address(self) -> str:
        return str(Path(self.folder.name) / "l.db")

    @initialize()
    def start(self) -> None:
        self.ledger, _ = init_ledger(self.address(), Path(self.folder.name) / "l.key")
        self.write()
        kept = [read_to_keep(self.record / f"{name}.csv", name, Known()) for name in ("operators", "violations")]
        import_sources(self.ledger, kept, self.entry("示例"))

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            assert verify_ledger(self.ledger) == []
            self.ledger.close()
        self.folder.cleanup()

    @property
    def today(self) -> date:
        return (self.now + timedelta(hours=8)).date()

    def entry(self, who: str) -> Entry:
        self.now += timedelta(seconds=1)
        return Entry(self.now, who, "test")

    def write(self) -> None:
        people = {True: PERSON, False: ORGANISATION}
        violations = [
            {
                "violation_id": key,
                "operator_id": people[row["person"]],
                "status": row["status"],
                "status_on": row["status_on"],
                "driver": SECRETS[2],
            }
            for key, row in self.rows.items()
        ]
        self.record = write_record(
            Path(self.folder.name) / "record",
            operators=[{}, {"operator_id": PERSON, "name": "示例甲"}],
            violations=violations,
            penalties=[{"violation_id": key, "facts": row["facts"]} for key, row in self.rows.items()],
            inspections=[{}],
        )
        self.year = read_year(self.record)

    @rule(days=st.sampled_from([1, 1, 2, 5]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(key=st.sampled_from(RECORDS), facts=st.sampled_from(FACTS), person=st.booleans())
    def the_record_changes(self, key: str, facts: str, person: bool) -> None:
        self.rows[key] |= {"facts": facts, "person": person}
        self.write()

    @rule(key=st.sampled_from(RECORDS), status=st.sampled_from(["revoked", "repaired"]))
    def it_ends_in_the_record(self, key: str, status: str) -> None:
        if key not in self.ended:
            self.rows[key] |= {"status": status, "status_on": self.today.isoformat()}
            self.ended[key] = self.today
            self.write()

    @rule(key=st.sampled_from(RECORDS))
    def the_ledger_records_that_a_court_revoked_it(self, key: str) -> None:
        if key not in self.ended and self.court(key):
            self.ended[key] = self.today

    def court(self, key: str) -> bool:
        """Whether the ledger could record it."""
        decision = Decision(key, "revoked_by_court", self.today, "示例判1号", self.today)
        try:
            amend(self.ledger, decision, self.entry("示例"))
        except UsageError:
            return False
        return True

    @rule(who=st.sampled_from(PEOPLE))
    def propose(self, who: str) -> None:
        try:
            filed, rows = propose_list(self.ledger, self.year, self.today, self.entry(who), "zh")
        except UsageError:
            return
        number = filed.proceeding.id
        self.steps[number] = [("propose", who.strip())]
        self.listed[number] = {row.record_id: json.dumps(row.cells.get("facts", "")) for row in rows}

    @rule(
        action=st.sampled_from(["check", "check", "decide", "decide", "refuse", "send_back", "withdraw", "revoke"]),
        who=st.sampled_from(PEOPLE),
        data=st.data(),
    )
    def review(self, action: str, who: str, data: Any) -> None:
        if self.steps:
            self.step(data.draw(st.sampled_from(sorted(self.steps))), action, who)

    def step(self, number: str, action: str, who: str) -> None:
        try:
            step = Step(action, who, self.today, {"text": "示例", "document": "示例1号"})
            take(self.ledger, number, step, self.entry(who))
        except UsageError:
            return
        self.steps[number].append((action, who.strip()))

    @rule()
    def the_whole_way(self) -> None:
        before = set(self.steps)
        self.propose("甲")
        for number in set(self.steps) - before:
            self.step(number, "check", "乙")
            self.step(number, "decide", "丙")
        self.export(0)

    @rule(data=st.data())
    def a_walk(self, data: Any) -> None:
        """A record changed, a list walked through review with steps left out or by the same person, exports between."""
        key, person = data.draw(st.sampled_from(RECORDS)), data.draw(st.booleans())
        self.the_record_changes(key, data.draw(st.sampled_from(FACTS)), person)
        self.export(0)
        before = set(self.steps)
        self.propose("甲")
        for number in set(self.steps) - before:
            for action, people in (("check", ("乙", "乙", "甲")), ("decide", ("丙", "丙", "乙", "甲"))):
                if data.draw(st.integers(0, 5)):
                    self.step(number, action, data.draw(st.sampled_from(people)))
                if data.draw(st.integers(0, 3)) == 0:
                    self.export(0)
            self.export(0)
            if data.draw(st.booleans()):
                self.step(number, "revoke", "丙")
                self.export(0)
        if data.draw(st.booleans()):
            self.time_passes(data.draw(st.sampled_from([0, 2])))
            end = data.draw(st.sampled_from(["revoked", "repaired", "court"]))
            if end == "court":
                self.the_ledger_records_that_a_court_revoked_it(key)
            else:
                self.it_ends_in_the_record(key, end)
            self.time_passes(data.draw(st.sampled_from([0, 2])))
            self.export(data.draw(st.sampled_from([0, 1, 3])))

    @rule(number=st.integers(0, 3), key=st.sampled_from(RECORDS), who=st.sampled_from(PEOPLE))
    def somebody_writes_into_the_log(self, number: int, key: str, who: str) -> None:
        """A step of the log past the export: it displays nothing by itself."""
        known = sorted(self.steps)
        if number < len(known):
            cells = {"records": json.dumps([["penalty", key]])}
            try:
                take(self.ledger, known[number], Step("publish", who, self.today, cells), self.entry(who))
            except UsageError:
                return
            self.logged_by_hand(known[number])

    def logged_by_hand(self, number: str) -> None:
        assert self.reviewed(number), "what was not decided cannot even be called published"

    @rule(back=st.sampled_from([0, 0, 0, 1, 3]))
    def export(self, back: int) -> None:
        self.exports += 1
        out = Path(self.folder.name) / f"out-{self.exports}"
        day = self.today - timedelta(days=back)
        try:
            export(self.ledger, self.year, day, self.entry("甲"), out, "zh")
        except UsageError:
            assert not out.exists(), "an export that is refused writes nothing"
            return
        self.display = set()
        for file in out.iterdir():
            text = file.read_text("utf-8")
            for secret in SECRETS:
                assert secret not in squeezed(text), (file.name, secret)
        for row in json.loads((out / "penalty.json").read_text("utf-8"))["rows"]:
            self.holds(row["decision_no"], row)
        REACHED.update(["displayed"] if self.display else [])

    def holds(self, key: str, row: dict[str, str]) -> None:
        """The three rules, said without the program's words."""
        self.display.add(key)
        assert key not in self.ended, "nothing that was revoked or repaired is on display"
        deciding = [
            number for number, said in self.steps.items() if self.reviewed(number) and key in self.listed[number]
        ]
        assert deciding, "nothing is on display that three persons have not reviewed"
        assert any(self.listed[number][key] == json.dumps(row["facts"]) for number in deciding), "as it was reviewed"

    def reviewed(self, number: str) -> bool:
        """Whether three different persons proposed, checked and decided, and nobody took it back."""
        said = self.steps[number]
        by = dict(said)
        names = [action for action, _ in said]
        three = {by.get("propose"), by.get("check"), by.get("decide")}
        return None not in three and len(three) == 3 and not {"revoke", "refuse", "send_back", "withdraw"} & set(names)

    @invariant()
    def what_ended_on_display_is_told(self) -> None:
        if not hasattr(self, "year") or not self.display & set(self.ended):
            return
        rows = rows_with_decisions(self.ledger, self.year, self.today)
        found = due_list(rows, releases_in(self.ledger).log, self.today, self.year.calendar)
        told = {item.record_id for item in found.items if item.what in {TAKE_DOWN, UNKNOWN}}
        REACHED.add("to come down")
        assert self.display & set(self.ended) <= told

    @invariant()
    def the_log_adds_up(self) -> None:
        if not hasattr(self, "ledger"):
            return
        releases = releases_in(self.ledger)
        if any(each.taken_down_on for each in releases.log):
            REACHED.add("taken down")
        text = log_table(releases, self.year).decode("utf-8-sig")
        assert text.count("\r\n") == len(releases.log) + 1
        assert not any(secret in squeezed(text) for secret in SECRETS)
