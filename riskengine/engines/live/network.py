"""The one place that touches durable-rules: plain definitions in, the names of the rules that fired out.

durable-rules is used through ``durable_rules_engine``, the extension module of its own distribution, not through the
``Host`` of its Python layer: a host swallows what actions raise, starts two timer threads, and takes most of the time
of a call (docs/decisions/0010). There are no actions here: the engine says which rules fired, and nothing is run.

What was measured of version 2.0.28 and is held here:

- a ruleset is never freed, not by ``delete_ruleset`` either (some 230 KiB each): equal definitions share one, for as
  long as the process lives;
- a fact that no rule matches leaves a session whose deletion corrupts memory: every ruleset has a rule that any fact
  matches, and the fact is retracted instead, which keeps the session and is eight times faster;
- a ruleset may serve one thread at a time: one lock serves all, the work under it holds the interpreter anyway;
- a process that forks keeps whatever its parent was in the middle of: the child makes its own rulesets.
"""

from __future__ import annotations

import json
import os
import threading
from functools import cache
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import InternalError, MissingExtraError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

ASKED = "asked"
_BEGIN = f'{{"id":"1","sid":"1","{ASKED}":1'
_ANY_FACT = {"all": [{"m": {"$gt": {ASKED: 0}}}]}


class _Process:
    """What belongs to this process and not to its parent."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget every ruleset and take a lock that nobody holds."""
        self.gate = threading.Lock()
        self.rulesets: dict[str, Ruleset] = {}
        self.identity = object()


class Ruleset:
    """Rules that are asked about one fact at a time. Make one with :func:`ruleset`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._process: object = None
        self._handle = 0

    def fired(self, fields: str) -> list[str]:
        """The names of the rules whose conditions the fact meets, in no stated order.

        Args:
            fields: the fields of the fact as the inside of a JSON object, each preceded by a comma.

        Raises:
            InternalError: the engine did not answer as it must.
        """
        engine = extension()
        fact = f"{_BEGIN}{fields}}}"
        with _process.gate:
            handle = self._handle if self._process is _process.identity else self._create(engine)
            try:
                found = _ask(engine, handle, fact)
            except BaseException as error:
                self._process = None  # whatever it holds now is not asked again
                if isinstance(error, Exception):
                    raise InternalError(message=f"durable-rules: {error}") from error
                raise
        found.remove(ASKED)
        return found

    def _create(self, engine: ModuleType) -> int:
        self._handle = engine.create_ruleset("riskengine", self._text)
        self._process = _process.identity
        return self._handle


def _ask(engine: ModuleType, handle: int, fact: str) -> list[str]:
    """Assert a fact, hear every rule that it fires, and take it back."""
    code, state = engine.assert_fact(handle, fact)
    if code:
        raise ValueError(f"a fact was answered with code {code}")
    found = []
    message = engine.start_action_for_state(handle, state)[1]
    while message:
        found.append(message[2 : message.index('"', 2)])
        message = engine.complete_and_start_action(handle, state)
    engine.retract_fact(handle, fact)
    return found


_process = _Process()
os.register_at_fork(after_in_child=_process.reset)


def ruleset(rules: Mapping[str, Mapping[str, Any]]) -> Ruleset:
    """The ruleset of these rules in this process; equal rules give the same one.

    Args:
        rules: name → the comparisons that must hold, as durable-rules writes them: ``{"$gt": {"counted": 0}}``.
        Empty comparisons always hold.
    """
    definition: dict[str, Any] = {name: {"all": [{"m": test}]} if test else _ANY_FACT for name, test in rules.items()}
    text = json.dumps({**definition, ASKED: _ANY_FACT}, sort_keys=True)
    with _process.gate:
        return _process.rulesets.setdefault(text, Ruleset(text))


def ruleset_count() -> int:
    """How many rulesets this process holds."""
    return len(_process.rulesets)


@cache
def extension() -> ModuleType:
    """durable-rules.

    Raises:
        MissingExtraError: it is not installed (RE-613).
    """
    try:
        import durable_rules_engine
    except ImportError:
        raise MissingExtraError([Problem("RE-613", found="live", params=(("extra", "live"),))]) from None
    module: ModuleType = durable_rules_engine
    return module
