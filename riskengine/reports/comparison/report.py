"""The comparison of two runs as a file: what a page, a workbook and Markdown have in common, and which is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.reports.comparison.decisions import decided_lines, named_by, with_decisions
from riskengine.reports.comparison.telling import Telling
from riskengine.results.causes import CAUSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from riskengine.results import Comparison, Mover
    from riskengine.runs import Run

ENDINGS = (".html", ".xlsx", ".md")
"""What a comparison can be written as."""

GROUPS = {
    "down": "fell",
    "status": "status_moved",
    "regraded": "regraded_ones",
    "up": "rose",
    "entered": "newcomers",
    "left": "gone_ones",
}
"""Kinds of moves, what asks for attention first, with the key of their title."""


@dataclass(frozen=True)
class ComparisonReport:
    """What is written of a comparison.

    Attributes:
        comparison: the comparison; its masking is that of the report.
        old, new: the runs that were compared.
        decided: what was decided between them about records, masked where the report is.
        lang: ``zh`` or ``en``.
    """

    comparison: Comparison
    old: Run
    new: Run
    decided: Sequence[Mapping[str, Any]]
    lang: str

    def write(self, path: Path) -> None:
        """Write it as a page (``.html``), a workbook (``.xlsx``) or Markdown (``.md``).

        Equal runs give equal files. The page fetches nothing and runs no script.

        Raises:
            UsageError: the ending is another (RE-820), or the file cannot be written (RE-609).
        """
        ending = path.suffix.lower()
        if ending not in ENDINGS:
            raise UsageError([Problem("RE-820", column="--out", found=str(path), params=(("endings", ENDINGS),))])
        try:
            if ending == ".xlsx":
                from riskengine.reports.comparison.workbook import write_workbook

                write_workbook(self, path)
                return
            if ending == ".html":
                from riskengine.reports.comparison.page import page as text
            else:
                from riskengine.reports.comparison.document import document as text
            path.write_text(text(self), "utf-8", newline="\n")
        except OSError as error:
            reason = (("reason", error.strerror or str(error)),)
            raise UsageError([Problem("RE-609", found=str(path), params=reason)]) from None

    @property
    def telling(self) -> Telling:
        """Says its parts."""
        return Telling(self.lang)

    @property
    def title(self) -> str:
        """What the policy is called."""
        return self.new.policy.policy.title.text.get(self.lang)

    @property
    def decided_lines(self) -> list[str]:
        """What was decided between the runs."""
        return decided_lines(self._named, self.lang)

    def movers(self) -> Iterator[Mover]:
        """All that moved, those that fell furthest first, their records with what was decided about them."""
        return (with_decisions(mover, self._named) for mover in self.comparison.movers)

    @property
    def _named(self) -> Mapping[str, str]:
        return named_by(self.decided, self.lang)


def cause_counts(movers: Sequence[Mover]) -> list[tuple[str, int, int]]:
    """For each cause that occurs: how many movers it is proven for, and how many it cannot be ruled out for."""
    told = Counter(cause for mover in movers for cause in mover.causes)
    possible = Counter(cause for mover in movers for cause in mover.possible)
    return [(cause, told[cause], possible[cause]) for cause in CAUSES if told[cause] or possible[cause]]
