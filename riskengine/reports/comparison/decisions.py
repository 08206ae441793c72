"""Decisions in ``runs diff``: a record that counts no longer says beside it by which decision."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from riskengine.results import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from riskengine.results import Mover


_SHOWN = 20


def named_by(decided: Iterable[Mapping[str, Any]], lang: str) -> dict[str, str]:
    """Record → the record and what was decided about it, the last decision where there are several."""
    say = words(lang)
    named = {}
    for each in decided:
        parts = [each["title"][lang], each["effective_on"] or say["diff_from_the_start"], each["document"]]
        named[each["violation_id"]] = f"{each['violation_id']} [{', '.join(part for part in parts if part)}]"
    return named


def decided_lines(named: Mapping[str, str], lang: str) -> list[str]:
    """What was decided between the runs, in one line; no line where nothing was."""
    shown = ", ".join(list(named.values())[:_SHOWN]) + (f" … ({len(named)})" if len(named) > _SHOWN else "")
    return [words(lang)["diff_decided"].format(records=shown)] if named else []


def with_decisions(mover: Mover, named: Mapping[str, str]) -> Mover:
    """A mover whose records say what was decided about them."""
    rules = tuple(
        replace(
            rule,
            come=tuple(named.get(record, record) for record in rule.come),
            gone=tuple(named.get(record, record) for record in rule.gone),
        )
        for rule in mover.rules
    )
    return replace(mover, rules=rules)
