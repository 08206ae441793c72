"""What the year reads beside the tables of the record: the catalogue, the work plan, draws, the grades of runs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from riskengine.contract.tables import GRADED
from riskengine.runs import scan
from riskengine.supervision.draw import forms, open_commitment, verify_draw
from riskengine.supervision.draw.previous import result_of
from riskengine.supervision.record import file_of
from riskengine.supervision.workplan import read_rules, read_work_plan, standing_of
from riskengine.supervision.yearly.held import HeldFile, HeldRow, RowRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from riskengine.runs import Run
    from riskengine.supervision.draw import Commitment
    from riskengine.supervision.yearly.context import Period, YearContext

UP, DOWN, SAME, NEW = "up", "down", "same", "new"
"""How a grade moved; ``new``: no grade before."""
RESULT = forms.DRAWN
_YAML = (".yaml", ".yml")


def risk_points(context: YearContext) -> HeldFile:
    """The risk points of the catalogue that are in use, in its order: ``code``, ``area``, ``level``."""
    points = (point for point in context.catalog.risk_points.values() if point.succeeded_by is None)
    cells = ({"code": point.code, "area": point.area, "level": point.level} for point in points)
    return _numbered("risk_catalog", cells)


def measures(context: YearContext) -> HeldFile:
    """The measures of the catalogue, in its order: ``code``, ``area``, ``channel``."""
    area_of = {code: point.area for point in context.catalog.risk_points.values() for code in point.measures}
    held = context.catalog.measures.values()
    cells = ({"code": each.code, "area": area_of.get(each.code), "channel": each.channel} for each in held)
    return _numbered("measures", cells)


def work_plan(context: YearContext) -> HeldFile:
    """The measures of the work plan as they stand at the year's end: ``state``, ``lead``, ``days_late``."""
    path = _work_plan_file(context.folder)
    if path is None:
        return HeldFile(missing=("work_plan",))
    standing = standing_of(read_work_plan(path), read_rules(), context.period.last)
    rows = tuple(
        HeldRow(
            (RowRef(path.name, each.measure.place),),
            {
                "measure": each.measure.measure,
                "state": each.state,
                "lead": each.measure.lead,
                "due_on": each.measure.due_on,
                "days_late": each.days_late,
                "was_late": each.days_late > 0,
            },
        )
        for each in standing.measures
    )
    return HeldFile(rows, {path.name: frozenset(row.refs[0].row for row in rows)})


def work_tasks(context: YearContext) -> HeldFile:
    """The tasks of the work plan: ``state``; each rests on the rows of its measures."""
    path = _work_plan_file(context.folder)
    if path is None:
        return HeldFile(missing=("work_plan",))
    standing = standing_of(read_work_plan(path), read_rules(), context.period.last)
    rows = tuple(
        HeldRow(
            tuple(RowRef(path.name, each.measure.place) for each in task.measures),
            {"task": task.task.task, "state": task.state},
        )
        for task in standing.tasks
    )
    return HeldFile(rows, {path.name: frozenset(ref.row for row in rows for ref in row.refs)})


def _work_plan_file(folder: Path) -> Path | None:
    found = [folder / f"work_plan{suffix}" for suffix in _YAML if (folder / f"work_plan{suffix}").is_file()]
    return found[0] if found else file_of(folder, "work_plan")


def draws(context: YearContext) -> HeldFile:
    """The draws of the record, folders with a commitment: ``drawn_on``, ``listed``, ``verified``.

    Each rests on the rows of its result.
    """
    folders = _draw_folders(context.folder)
    if not folders:
        return HeldFile(missing=("draws",))
    rows, accounts = [], {}
    for folder in folders:
        refs = _result_rows(folder, open_commitment(folder))
        accounts[f"{folder.name}/{RESULT}"] = frozenset(ref.row for ref in refs)
        found = verify_draw(folder)
        state = "verified" if found.is_drawn and not found.problems else "not_verified"
        cells = {"draw": folder.name, "drawn_on": _drawn_on(folder), "state": state, "listed": found.operators}
        rows.append(HeldRow(refs, cells))
    return HeldFile(tuple(rows), accounts)


def drawn(context: YearContext) -> HeldFile:
    """The operators that were drawn: ``drawn_on``, ``county``, ``pair``: whether two inspectors were drawn for them."""
    folders = _draw_folders(context.folder)
    if not folders:
        return HeldFile(missing=("draws",))
    rows, accounts = [], {}
    for folder in folders:
        commitment = open_commitment(folder)
        refs, day = _result_rows(folder, commitment), _drawn_on(folder)
        result = commitment.other_rows(RESULT, None) if refs else []
        accounts[f"{folder.name}/{RESULT}"] = frozenset(ref.row for ref in refs)
        for ref, row in zip(refs, result, strict=True):
            pair = "pair" if row["inspector_1"] and row["inspector_2"] else "no_pair"
            rows.append(HeldRow((ref,), {"drawn_on": day, "county": row["county"] or None, "pair": pair}))
    return HeldFile(tuple(rows), accounts)


def _draw_folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if (path / "published" / "commitment.json").is_file())


def _drawn_on(folder: Path) -> date | None:
    """The day of a draw; None where it was not carried out yet."""
    if not (folder / forms.RESULT).is_file():
        return None
    return date.fromisoformat(result_of(folder)["drawn_on"])


def _result_rows(folder: Path, commitment: Commitment) -> tuple[RowRef, ...]:
    """The rows of a result; none where nothing was drawn yet."""
    if not (folder / RESULT).is_file():
        return ()
    count = len(commitment.other_rows(RESULT, None))
    return tuple(RowRef(f"{folder.name}/{RESULT}", number) for number in range(2, count + 2))


def grades(context: YearContext) -> HeldFile:
    """The grades at the year's end: ``grade``, ``status``, ``move`` against the run before the year.

    The newest run whose day lies in the year is that of its end; it is compared with the newest run of the same policy
    before the year, else with the first one in it.
    """
    runs = context.runs
    if runs is None:
        return HeldFile(missing=("runs",))
    within = [run for run in runs if context.period.first <= run.as_of <= context.period.last]
    if not within:
        return HeldFile(missing=("runs",))
    end = max(within, key=lambda run: (run.as_of, run.manifest["counter"]))
    before = _before(runs, end, context.period)
    earlier = {} if before is None else dict(scan(before, "grades", ("operator_id", "grade")))
    rows, name = [], f"{end.run_id}/grades.parquet"
    for number, (operator, grade, status) in enumerate(scan(end, "grades", ("operator_id", "grade", "status")), 1):
        move = None if before is None or grade is None else _move(end.plan.grades, earlier.get(operator), grade)
        cells = {"grade": grade, "status": status, "graded": status == GRADED, "move": move}
        rows.append(HeldRow((RowRef(name, number),), cells))
    note = {"run": end.run_id, "compared_with": "" if before is None else before.run_id}
    numbers = {name: frozenset(range(1, len(rows) + 1))}
    return HeldFile(tuple(rows), numbers, note=note, orders={"grade": tuple(end.plan.grades)})


def _before(runs: Sequence[Run], end: Run, period: Period) -> Run | None:
    policy = end.policy.policy.policy
    same = [run for run in runs if run.policy.policy.policy == policy and run.as_of < end.as_of]
    ahead = [run for run in same if run.as_of < period.first]
    if ahead:
        return max(ahead, key=lambda run: (run.as_of, run.manifest["counter"]))
    return min(same, key=lambda run: (run.as_of, run.manifest["counter"]), default=None)


def _move(ranking: Sequence[str], before: str | None, now: str) -> str:
    if before is None:
        return NEW
    if now not in ranking or before not in ranking or now == before:
        return SAME
    return UP if ranking.index(now) < ranking.index(before) else DOWN


def _numbered(name: str, cells: Iterable[dict[str, Any]]) -> HeldFile:
    rows = tuple(HeldRow((RowRef(name, number),), each) for number, each in enumerate(cells, 1))
    return HeldFile(rows, {name: frozenset(range(1, len(rows) + 1))})
