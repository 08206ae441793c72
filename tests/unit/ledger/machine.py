"""A ledger driven at random beside a model of it: lists of what was said, searched by hand."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from machine_ties import SaidOfTies, ties
from pyarrow import parquet

from riskengine import Engine, UsageError
from riskengine.facade.keeping import from_ledger, keep
from riskengine.facade.regrading import regraded
from riskengine.ledger import (
    Decision,
    Entry,
    amend,
    asked,
    attribute,
    extract,
    import_sources,
    init_ledger,
    kinds,
    known_at,
    open_ledger,
    prune,
    verify_ledger,
)

if TYPE_CHECKING:
    from riskengine.runs import Run

NATURAL = "411002198001010019"
OPERATORS = ("91411000MA40000A18", NATURAL)
DRIVERS = ("4110SL00000001", "4110SL00000002")
FIRST, DAYS, STEP = date(2022, 1, 1), 10, 40  # few days, so that what is said meets on one
ENGINE = Engine.load()


@cache
def empty_ledger() -> bytes:
    """The file of a ledger in which nothing is recorded."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "l.db"
        init_ledger(str(file))[0].close()  # the last connection puts all of it into the file
        return file.read_bytes()


days = st.integers(0, DAYS).map(lambda number: FIRST + timedelta(days=number * STEP))
DECIDING = [kind.name for kind in kinds().values()]


@st.composite
def violations(draw: Any) -> dict[str, str]:
    occurred = draw(st.integers(0, 1)) * STEP
    row = {
        "violation_id": f"示例罚{draw(st.integers(1, 2))}号",
        "operator_id": draw(st.sampled_from(OPERATORS)),
        "risk_point": draw(st.sampled_from(["HW-01", "RT-03"])),
        "occurred_on": (FIRST + timedelta(days=occurred)).isoformat(),
        "decided_on": (FIRST + timedelta(days=occurred + 9)).isoformat(),
        "penalty": draw(st.sampled_from(["500", "20000"])),
        "severity": draw(st.sampled_from(["general", "serious"])),
        "penalty_kind": "fine",
        "vehicle": draw(st.sampled_from(["豫K12345", "豫K54321"])),
        "driver": draw(st.sampled_from(DRIVERS)),
    }
    if draw(st.booleans()):
        del row["operator_id"]
    if draw(st.booleans()):
        row["plate_colour"] = "黄"
    if draw(st.booleans()):
        row["status"] = draw(st.sampled_from(["pending", "revoked", "final"]))
        if draw(st.booleans()):
            row["status_on"] = (FIRST + timedelta(days=draw(st.integers(2, DAYS)) * STEP)).isoformat()
    return row


@st.composite
def operators(draw: Any) -> dict[str, str]:
    row = {"operator_id": draw(st.sampled_from(OPERATORS)), "fleet_size": str(draw(st.integers(1, 3)))}
    return {**row, "name": "示例运输", "licensed_on": "2015-01-01"}


class Model:
    """What was said, in the order in which it was said; nothing is ever computed ahead."""

    def __init__(self) -> None:
        self.operators: list[tuple[int, date, dict[str, str]]] = []
        self.violations: list[tuple[int, dict[str, str]]] = []
        self.decisions: list[tuple[int, Decision, bool]] = []
        self.given: list[tuple[int, str]] = []
        self.of_ties = SaidOfTies()
        self.gone: dict[str, str] = {}

    def speaks_of(self, person: str) -> bool:
        """Whether any row ever named a person."""
        rows = [row for _, _, row in self.operators] + [row for _, row in self.violations]
        rows += [row for _, row in self.of_ties.ties]
        return any(person in {row.get("operator_id"), row.get("driver")} for row in rows)

    def now(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row as it stands since persons were deleted, whenever it was known."""
        found = {column: self.gone.get(cell, cell) for column, cell in row.items()}
        if row.get("operator_id") in self.gone and "name" in row:
            found["name"] = self.gone[row["operator_id"]]
        return found

    def operators_at(self, known: int, day: date) -> list[dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        slices: dict[tuple[str, date], dict[str, str]] = {}
        for change, since, row in self.operators:
            if change <= known and since <= day:
                slices[row["operator_id"], since] = row
        for (operator, _), row in sorted(slices.items(), key=lambda item: item[0][1]):
            found[operator] = row
        return list(found.values())

    def violations_at(self, known: int, day: date) -> list[dict[str, str]]:
        rows: dict[str, dict[str, str]] = {}
        for change, row in self.violations:
            if change <= known:
                rows[row["violation_id"]] = row
        return [self.of_ties.placed(self._on(row, known, day), known) for row in rows.values()]

    def _on(self, row: dict[str, str], known: int, day: date) -> dict[str, str]:
        """The record with the status of the day: what took effect last, and of one day what was said last."""
        standing: dict[tuple[str, date, str], tuple[int, bool, Decision]] = {}
        for order, (change, decision, taken_back) in enumerate(self.decisions):
            if change <= known and decision.violation_id == row["violation_id"]:
                standing[decision.kind, decision.effective_on, decision.document or ""] = (order, taken_back, decision)
        events = []
        for order, taken_back, decision in standing.values():
            kind = kinds()[decision.kind]
            day_of = date.min if kind.from_the_start else decision.effective_on
            if kind.status is not None and not taken_back and day_of <= day:
                events.append((day_of, order, kind.status))
        if not events:
            return row
        last = max(events)
        said = date.fromisoformat(row["status_on"]) if "status_on" in row and "status" in row else None
        if said is not None and last[0] < said <= day:
            return row
        rest = {name: text for name, text in row.items() if name not in {"status", "status_on"}}
        effect = {} if last[0] == date.min else {"status_on": last[0].isoformat()}
        return {**rest, "status": last[2], **effect}

    def has(self, source: str, known: int) -> bool:
        return any(name == source and change <= known for change, name in self.given)


class LedgerMachine(RuleBasedStateMachine):
    """Import, correct, amend, sell vehicles, answer, grade, replay, delete persons, look at any day at any change."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="machine-")
        self.model, self.now, self.number = Model(), datetime(2023, 1, 1, tzinfo=UTC), 0
        self.seen: dict[tuple[date, int], Any] = {}
        self.graded: dict[tuple[date, int], str] = {}
        self.run: Run | None = None

    def address(self) -> str:
        """The address of a ledger that is new: a copy of one that was made once, since making one costs most."""
        copy = Path(self.folder.name) / "l.db"
        copy.write_bytes(empty_ledger())
        return str(copy)

    @initialize()
    def start(self) -> None:
        self.ledger = open_ledger(self.address())

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            self.ledger.close()
        self.folder.cleanup()

    def entry(self) -> Entry:
        self.now += timedelta(seconds=1)
        return Entry(self.now, "示例登记员", "test")

    def done(self, change: Any) -> int:
        """The number under which what was just said is known."""
        if change is not None:
            assert change.number == self.number + 1
            self.number = change.number
        return self.number

    @rule(rows=st.lists(violations(), max_size=2, unique_by=lambda row: row["violation_id"]))
    def import_violations(self, rows: list[dict[str, str]]) -> None:
        done = import_sources(self.ledger, [keep(ENGINE, rows, "violations")], self.entry())
        known = {row["violation_id"]: row for _, row in self.model.violations}
        counts = [
            sum(known.get(row["violation_id"]) == row for row in rows),
            sum(r["violation_id"] in known for r in rows),
        ]
        assert (done.sources[0].unchanged, done.sources[0].corrected) == (counts[0], counts[1] - counts[0])
        number = self.done(done.change)
        self.model.violations += [(number, row) for row in rows]
        self.model.given.append((number, "violations"))

    @rule(
        rows=st.lists(operators(), min_size=1, max_size=2, unique_by=lambda row: row["operator_id"]),
        since=st.none() | days,
    )
    def import_operators(self, rows: list[dict[str, str]], since: date | None) -> None:
        done = import_sources(self.ledger, [keep(ENGINE, rows, "operators")], self.entry(), valid_from=since)
        start = since or date.min
        there = {row["operator_id"]: row for row in self.model.operators_at(self.number, start)}
        number = self.done(done.change)
        # What holds on the first day already is no slice of its own.
        self.model.operators += [(number, start, row) for row in rows if there.get(row["operator_id"]) != row]
        self.model.given.append((number, "operators"))

    def refused(self, call: Any) -> bool:
        """Whether a call is refused as one about a repair; what else came of it is kept."""
        self.came = None
        try:
            self.came = call()
        except UsageError as error:
            if not all(problem.code.startswith("RE-82") for problem in error.problems):
                raise
            return True
        return False

    @precondition(lambda self: self.model.violations)
    @rule(
        data=st.data(),
        kind=st.sampled_from(DECIDING),
        wait=st.integers(0, 5),
        document=st.sampled_from(["甲", "乙"]),
        take_back=st.booleans(),
    )
    def decide(self, data: Any, kind: str, wait: int, document: str, take_back: bool) -> None:
        _, row = data.draw(st.sampled_from(self.model.violations))
        row = [each for _, each in self.model.violations if each["violation_id"] == row["violation_id"]][-1]
        day = date.fromisoformat(row["occurred_on"]) + timedelta(days=wait * STEP)
        decision = Decision(row["violation_id"], kind, day, document, day)
        same = [
            taken for _, other, taken in self.model.decisions
            if (other.violation_id, other.kind, other.effective_on, other.document)
            == (decision.violation_id, kind, day, document)
        ]  # fmt: skip
        if take_back and (not same or same[-1]):
            return
        refused = self.refused(lambda: amend(self.ledger, decision, self.entry(), take_back=take_back))
        if kinds()[kind].repair and refused:  # a repair has days and an order, which a machine of its own holds
            return
        assert not refused
        number = self.done(self.came)
        self.model.decisions.append((number, decision, take_back))

    @rule(rows=st.lists(ties(OPERATORS, FIRST, DAYS, STEP), min_size=1, max_size=2))
    def import_ties(self, rows: list[dict[str, str]]) -> None:
        rows = list(
            {
                (*[row[name] for name in ("vehicle", "plate_colour", "operator_id", "since")],): row for row in rows
            }.values()
        )
        number = self.done(import_sources(self.ledger, [keep(ENGINE, rows, "ties")], self.entry()).change)
        self.model.of_ties.ties += [(number, row) for row in rows]

    @precondition(lambda self: self.model.violations)
    @rule(data=st.data(), operator=st.sampled_from([*OPERATORS, None]))
    def answer(self, data: Any, operator: str | None) -> None:
        """A person answers, or takes the answer back where there is one; the operator must be known by then."""
        _, row = data.draw(st.sampled_from(self.model.violations))
        name, said = row["violation_id"], self.model.of_ties.answers
        held = [each for _, violation, each in said if violation == name][-1:]
        known = {each["operator_id"] for _, _, each in self.model.operators}
        if operator not in known if operator else held in ([], [None]):
            return
        number = self.done(attribute(self.ledger, name, operator, self.entry(), take_back=operator is None))
        said.append((number, name, operator))

    @rule(person=st.sampled_from((NATURAL, *DRIVERS)))
    def prune(self, person: str) -> None:
        """What is known of a person is deleted; nothing else changes, now or in what was known before."""
        if not self.model.speaks_of(person):
            with pytest.raises(UsageError, match="RE-886"):
                asked(self.ledger, [person])
            return
        found = asked(self.ledger, [person])
        change = prune(self.ledger, found, self.entry())
        assert (change is None) == (person in self.model.gone)
        self.done(change)
        self.model.gone[person] = found[0].person
        if person == NATURAL and change is not None:
            self.graded.clear()  # it stands under another id now; a driver is in no table of a grading

    @precondition(lambda self: self.number)
    @rule(data=st.data(), graded=days)
    def look(self, data: Any, graded: date) -> None:
        """Every day as known at any change is as the model says, and stays so for ever."""
        known = data.draw(st.integers(max(1, self.number - 1), self.number))
        for number in range(0, DAYS + 1, 2):
            self._look(known, FIRST + timedelta(days=number * STEP), graded)

    def _look(self, known: int, day: date, graded: date) -> None:
        made = extract(self.ledger, Path(self.folder.name), as_of=day, known=known)
        rows = {name: parquet.read_table(file).to_pylist() for name, file in made.files.items()}
        assert set(rows) == {name for name in ("operators", "violations") if self.model.has(name, known)}
        expected = {
            "operators": [self.model.now(row) for row in self.model.operators_at(known, day)],
            "violations": [self.model.now(row) for row in self.model.violations_at(known, day)],
        }
        for name, found in rows.items():
            filled = [{column: cell for column, cell in row.items() if cell is not None} for row in found]
            assert _sorted(filled) == _sorted(expected[name]), (name, known, day)
        assert self._seen(day, known, rows) == rows
        if rows.get("operators") and day == graded:
            self._grade(rows, expected, day)

    def _grade(self, rows: dict[str, Any], expected: dict[str, Any], day: date) -> None:
        graded = [
            ENGINE.grade(given["operators"], given.get("violations", []), as_of=day, engine="reference").content_hash
            for given in (rows, {name: expected[name] for name in rows})
        ]
        assert graded[0] == graded[1]

    @precondition(lambda self: self.number)
    @rule(data=st.data())
    def replay(self, data: Any) -> None:
        """What was looked at before is the same now."""
        if not self.seen:
            return
        day, known = data.draw(st.sampled_from(sorted(self.seen)))
        made = extract(self.ledger, Path(self.folder.name), as_of=day, known=known)
        rows = {name: parquet.read_table(file).to_pylist() for name, file in made.files.items()}
        assert rows == self._seen(day, known, rows)

    def _seen(self, day: date, known: int, rows: dict[str, Any]) -> dict[str, Any]:
        """What was seen of a day the first time, under the names of now."""
        first = self.seen.setdefault((day, known), rows)
        return {name: [self.model.now(row) for row in held] for name, held in first.items()}

    @precondition(lambda self: self.model.has("operators", self.number))
    @rule(day=days)
    def grade(self, day: date) -> None:
        """A grading of the ledger is one of what the model says; its hash is what later ones are held against."""
        rows = {"operators": self.model.operators_at(self.number, day),
                "violations": self.model.violations_at(self.number, day)}  # fmt: skip
        expected = {name: [self.model.now(row) for row in held] for name, held in rows.items()}
        if not expected["operators"]:
            return
        found = self._hash(day, self.number)
        assert found == _graded(expected["operators"], expected["violations"], day=day).content_hash
        assert self.graded.setdefault((day, self.number), found) == found

    @precondition(lambda self: self.graded)
    @rule(data=st.data())
    def replay_grading(self, data: Any) -> None:
        """What was graded before has the same hash now, whatever was recorded since."""
        day, known = data.draw(st.sampled_from(sorted(self.graded)))
        assert self._hash(day, known) == self.graded[day, known]

    def _hash(self, day: date, known: int) -> str:
        files = self._files(day, known)
        return _graded(files["operators"], files.get("violations", []), day=day).content_hash

    def _files(self, day: date, known: int) -> dict[str, Any]:
        return dict(extract(self.ledger, Path(self.folder.name), as_of=day, known=known).files)

    @precondition(lambda self: self.graded)
    @rule(data=st.data(), anew=st.booleans())
    def grade_only_affected(self, data: Any, anew: bool) -> None:
        """Those of whom something was recorded since a run are graded again: the run is that of all."""
        runs = Path(self.folder.name) / "runs"
        if self.run is None or anew:
            day, known = data.draw(st.sampled_from(sorted(self.graded)))
            folder = Path(self.folder.name) / "files"
            folder.mkdir(exist_ok=True)
            made = from_ledger(self.ledger.name if self.ledger.is_sqlite else self.url, folder, as_of=day, known=known)
            batch = _graded(made.sources["operators"], made.sources.get("violations", []), day=day)
            self.run = batch.write(runs, keep=made.inputs, previous=None)
        day, number = self.run.as_of, self.number
        if not self.model.operators_at(number, day):
            return
        grade = partial(_graded, day=day)
        with regraded(ENGINE, self.ledger, self.run, grade, as_of=day, none=["violations"]) as found:
            assert found.batch is None or found.batch.content_hash == self._hash(day, number), found.reason
            if found.batch is not None:
                self.run = found.batch.write(runs, keep=found.inputs, previous=None)

    @invariant()
    def the_chain_holds(self) -> None:
        if hasattr(self, "ledger"):
            assert verify_ledger(self.ledger) == []
            last = known_at(self.ledger, None)
            assert (last.number if last else 0) == self.number


def _sorted(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(rows, key=lambda row: sorted(row.items()))


def _graded(operators: Any, violations: Any, inspections: Any = None, *, day: date) -> Any:
    return ENGINE.grade(operators, violations, inspections, as_of=day, engine="reference")
