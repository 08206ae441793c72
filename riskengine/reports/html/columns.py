"""The list of operators as the page carries it: a list of values for each column, in the order of their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import FIRED, GRADED, LEVELS, NOT_CURRENT, NOT_EVALUABLE
from riskengine.kernel.decimals import plain
from riskengine.reports.contested import UNDER_OBJECTION
from riskengine.reports.figures import worst_first

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from riskengine.reports.privacy import Privacy
    from riskengine.results import Context, Explanation, OperatorView

STATUSES = (GRADED, NOT_EVALUABLE, NOT_CURRENT, UNDER_OBJECTION)
_GRADE = ("grade", "score", "ceiling_rule", "previous_grade")
_COLUMNS = (
    "id",
    "name",
    "status",
    "grade",
    "score",
    "ceiling",
    "level",
    "unknown",
    "left_out",
    "tier",
    "before",
    "county",
    "areas",
    "points",
)


class Places:
    """Values stored once: a value's number, given at first sight; None is -1."""

    def __init__(self, known: Sequence[Any] = ()) -> None:
        self._places: dict[Any, int] = {value: at for at, value in enumerate(known)}

    def of(self, value: Any) -> int:
        """The number of a value."""
        return -1 if value is None else self._places.setdefault(value, len(self._places))

    @property
    def all(self) -> list[Any]:
        """The values by number."""
        return list(self._places)


class Columns:
    """The list in columns; what repeats is a number that points into one of the lists beside it.

    Args:
        context: of the run.
        privacy: what may be shown.
        grades: every grade, in the order of the figures.
    """

    def __init__(self, context: Context, privacy: Privacy, grades: Sequence[str]) -> None:
        self._context, self._privacy = context, privacy
        self._grades = Places(grades)
        self._points = Places(tuple(context.plan.risk_point_by_code))
        self._areas = Places(tuple(context.catalog.areas) if context.policy.catalog else ())
        self.counties, self.tiers = Places(), Places()
        self._cells: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
        self._order: list[tuple[Any, ...]] = []
        self._objected: list[int] = []

    def add(
        self, view: OperatorView, explanation: Explanation, strata: Mapping[str, Any], *, hidden: bool = False
    ) -> None:
        """Add an operator.

        Args:
            view: the rows about it.
            explanation: of its grade.
            strata: its ``county`` (or None) and ``areas``.
            hidden: whether its grade, and what follows from it, is not shown, for an objection to it is open.
        """
        grade = {**view.grade, **dict.fromkeys(_GRADE)} if hidden else view.grade
        if view.objection is not None:
            self._objected.append(len(self._order))
        self._order.append(worst_first(grade, self._context.plan))
        ceiling = grade["ceiling_rule"]
        fired = {row["risk_point"] for row in view.signals if row["status"] == FIRED and row["risk_point"]}
        cells = (
            self._privacy.text(grade["operator_id"]),
            self._privacy.name(grade["operator_id"], grade["name"]),
            STATUSES.index(UNDER_OBJECTION if hidden else grade["status"]),
            self._grades.of(grade["grade"]),
            "" if grade["score"] is None else plain(grade["score"]),
            self._grades.of(self._context.steps[ceiling].grade if ceiling else None),
            LEVELS.index(grade["risk_level"]) if grade["risk_level"] else -1,
            grade["unknown_count"],
            grade["quarantined_count"],
            self.tiers.of(None if hidden else explanation.tier),
            self._grades.of(grade["previous_grade"]),
            self.counties.of(strata.get("county")),
            [self._areas.of(code) for code in strata.get("areas") or ()],
            sorted(self._points.of(code) for code in fired),
        )
        for name, cell in zip(_COLUMNS, cells, strict=True):
            self._cells[name].append(cell)

    def content(self) -> dict[str, Any]:
        """The columns, and ``order``: the operators by the order of lists, those to look at first.

        ``objected`` are the operators whose objection is open.
        """
        order = sorted(range(len(self._order)), key=self._order.__getitem__)
        return {**self._cells, "order": order, "objected": self._objected}

    @property
    def lists(self) -> dict[str, list[Any]]:
        """What the numbers in the columns point to, but for tiers: codes of grades, risk points and areas, counties."""
        return {
            "grades": self._grades.all,
            "points": self._points.all,
            "areas": self._areas.all,
            "counties": [self._privacy.text(county) for county in self.counties.all],
        }
