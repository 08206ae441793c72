"""The exceptions, one small tree by what the caller can do about them.

::

    RiskEngineError            every exception of this package
    ├── InputError             mend the records (files, frames, dicts)
    ├── PolicyError            mend the policy file
    ├── CatalogError           mend the catalogue, the measures or the law register
    ├── UsageError             call it differently (an argument, an option, a path)
    │   └── EngineLimitError   choose another engine: this one cannot compute it, and says so
    ├── MissingExtraError      install an optional part; the message holds the line that does it
    ├── RunError               a run folder is missing, incomplete or altered
    └── InternalError          a defect of this package: report it
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.kernel.problems import Problem


class RiskEngineError(Exception):
    """The base of all exceptions of this package; ``problems`` lists everything that was found, in order."""

    def __init__(self, problems: Sequence[Problem] = (), message: str | None = None) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        self._message = message
        super().__init__(self.text())

    def text(self, lang: str = "en") -> str:
        """All problems, one line each."""
        if self._message is not None and not self.problems:
            return self._message
        return "\n".join(problem.text(lang) for problem in self.problems)


class InputError(RiskEngineError):
    """Records that cannot be read as a whole, or too many rows left out."""


class PolicyError(RiskEngineError):
    """A policy that does not say what it must; every problem of the file is listed."""


class CatalogError(RiskEngineError):
    """A catalogue that does not hold together; every problem of its files is listed."""


class UsageError(RiskEngineError):
    """An argument, option or path that cannot be used."""


class EngineLimitError(UsageError):
    """Something that the chosen engine cannot compute exactly; another one can."""


class MissingExtraError(RiskEngineError):
    """An optional part is not installed."""


class RunError(RiskEngineError):
    """A run folder is missing, incomplete or altered."""


class InternalError(RiskEngineError):
    """A defect of this package, with what is needed to report it."""
