"""A proceeding for its readers: plain values for JSON, what is owed and what may follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.kernel.canonical import sha256_of
from riskengine.kernel.masking import is_personal, mask_name, mask_personal
from riskengine.kernel.wording import catalogue
from riskengine.supervision.review.hearing import not_heard
from riskengine.supervision.review.listed import RECORDS, count_of
from riskengine.supervision.review.procedure import DECIDE, NOTICE, PROPOSE, SERVE, procedure
from riskengine.supervision.review.working_days import Calendar, last_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from riskengine.kernel.problems import Problem
    from riskengine.supervision.review.procedure import Kind
    from riskengine.supervision.review.proceeding import Proceeding
    from riskengine.supervision.review.reviewing import Filed

ROOM, FILE = "riskengine.supervision.review", "words.yaml"


def notice_cells(proceeding: Proceeding, lang: str) -> dict[str, str]:
    """What a notice says where nothing else is given: the proposal's facts, grounds and discipline, and the rights."""
    say = catalogue(ROOM, FILE)
    kept = {name: proceeding.proposal.cells.get(name, "") for name in ("facts", "grounds", "discipline")}
    key = "default_rights" if proceeding.kind_of.notice == "hearing" else "default_objection"
    return {**{name: text for name, text in kept.items() if text}, "rights": say[key][lang]}


def fields_of(action: str, kind: Kind | None = None) -> tuple[str, ...]:
    """The fields that a step may fill in."""
    held = procedure().actions[action]
    kinds = procedure().kinds.values() if kind is None else (kind,)
    noticed = [each for each in kinds if action != NOTICE or each.notice is not None]
    further = dict.fromkeys(name for each in noticed for name in each.must) if action in {NOTICE, PROPOSE} else ()
    return tuple(dict.fromkeys((*held.needs, *held.may, *further)))


def possible(proceeding: Proceeding) -> tuple[str, ...]:
    """The steps that the state allows; whether their time has come is another question."""
    rules = procedure()
    return tuple(
        name
        for name, action in rules.actions.items()
        if proceeding.state in action.states and proceeding.kind_of.has(action)
    )


def owed(proceeding: Proceeding, day: date) -> list[Problem]:
    """What the operator is owed before a decision on a day."""
    decided = proceeding.step(DECIDE) is not None
    return [] if decided or not procedure().is_open(proceeding.state) else list(not_heard(proceeding, day))


def served_late(proceeding: Proceeding) -> date | None:
    """The day by which the decision had to be served, where it was served later."""
    decided, served = proceeding.step(DECIDE), proceeding.step(SERVE)
    length = procedure().terms["service"].on(decided.on) if decided is not None else None
    if decided is None or served is None or length is None:
        return None
    due = last_day(decided.on, length, Calendar())
    return due if served.on > due else None


def filed_plain(filed: Filed) -> dict[str, Any]:
    """A proceeding with its trail as JSON-ready values, what is personal masked."""
    held = filed.proceeding
    return {
        "proceeding": held.id,
        "kind": held.kind,
        "operator_id": mask_personal(held.operator_id),
        "state": held.state,
        "until": _iso(held.until),
        "since": _iso(held.since),
        "lasts_until": _iso(held.lasts_until),
        "possible": list(possible(held)),
        "steps": [
            {
                "step": each.step,
                "action": each.said.action,
                "who": each.said.who,
                "on": each.said.done_on.isoformat(),
                "cells": shown_cells(held, each.said.cells),
                "change": each.change,
                "recorded_at": each.recorded_at,
            }
            for each in filed.recorded
        ],
    }


def shown_cells(proceeding: Proceeding, cells: Mapping[str, str]) -> dict[str, str]:
    """The cells of a step with what is personal masked."""
    shown = {name: mask_personal(text) for name, text in cells.items() if name != RECORDS}
    if RECORDS in cells:  # a day's list may be long: how many, and the hash by which it is known again
        shown[RECORDS] = f"{count_of(cells[RECORDS])} ({sha256_of(cells[RECORDS])})"
    if "name" in shown and is_personal(proceeding.operator_id):
        shown["name"] = mask_name(cells["name"])
    return shown


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
