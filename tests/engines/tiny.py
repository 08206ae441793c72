"""What the tests of all engines share: tiny policies as plain data, a catalogue of three risk points, one call."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from riskengine.plan import compile_plan
from riskengine.policy import read_policy
from riskengine.records import read_records

AS_OF = date(2022, 12, 31)
BOTH = {"zh": "某", "en": "something"}
TABLE = [
    {"grade": "AA", "at_least": 90},
    {"grade": "A", "at_least": 80},
    {"grade": "B", "at_least": 60},
    {"grade": "D"},
]


def policy(**sections):
    """A policy with the given sections; ``grades`` are added to score from 100 and four grades."""
    grades = {
        "score": {"from": 100, "floor": 0},
        "table": TABLE,
        "basis": "local_policy",
        **sections.pop("grades", {}),
    }
    return {
        "policy": "tiny",
        "version": "1",
        "title": BOTH,
        "summary": BOTH,
        "effective": {"since": date(2000, 1, 1)},
        "catalog": "transport",
        **sections,
        "grades": grades,
    }


def rule(name, when, **more):
    """A signal or ceiling; unknown is passed over unless said otherwise."""
    return {"rule": name, "title": BOTH, "when": when, "if_unknown": "skip", "basis": "local_policy", **more}


def _version(name, since, until=None):
    return SimpleNamespace(version=name, effective_from=since, effective_to=until)


def _citation(law, article, version, role="liability"):
    return SimpleNamespace(law=law, article=article, version=version, role=role)


class _Laws:
    laws = ("old_law", "road_law")

    def versions(self, law):
        if law == "old_law":
            return [_version("2000", date(2000, 1, 1), date(2021, 1, 1))]
        return [_version("2010", date(2010, 1, 1), date(2022, 7, 1)), _version("2022", date(2022, 7, 1))]


def _point(code, level, measures, citations=()):
    return SimpleNamespace(code=code, area=code[:2], level=level, measures=measures, citations=citations)


ROAD = (
    _citation("road_law", "1", "2010", role="duty"),
    _citation("road_law", "71", "2010"),
    _citation("road_law", "64", "2022"),
)
CATALOG = SimpleNamespace(
    id="transport",
    version="1",
    sha256="0" * 64,
    laws=_Laws(),
    risk_points={
        "HW-01": _point("HW-01", "red", ("HW-01-1", "HW-01-2"), ROAD),
        "RT-01": _point("RT-01", "yellow", ("RT-01-1",), ROAD),
        "UP-01": _point("UP-01", "blue", ("UP-01-1",), (_citation("old_law", "5", "2000"),)),
    },
)


def violation(number=1, **cells):
    """A violation of operator A: HW-01, in the middle of the year."""
    return {
        "violation_id": f"V{number}",
        "operator_id": "A",
        "risk_point": "HW-01",
        "occurred_on": date(2022, 6, 1),
        **cells,
    }


def violations(*rows):
    """Violations numbered from 1, each given by the cells that matter."""
    return [violation(number, **cells) for number, cells in enumerate(rows, 1)]


def plan_of(data):
    return compile_plan(read_policy(data), CATALOG)


def grade(engine, data, *, operators=None, violations=(), inspections=(), as_of=AS_OF):
    """Grade ``operators`` (A alone where none are given) under a policy given as plain data."""
    plan = plan_of(data)
    records = read_records(
        operators=[{"operator_id": "A"}] if operators is None else operators,
        violations=list(violations),
        inspections=list(inspections),
        as_of=as_of,
        profile=plan.profile,
    )
    return engine.grade(plan, records, as_of)


def fact(engine, definition, *, rows=(), operator=None, as_of=AS_OF, **sections):
    """The value of one fact of operator A, over its violations or inspections."""
    source = definition.get("of") or definition.get("count") or definition.get("latest") or definition.get("days_since")
    given = {"inspections": rows} if source == "inspections" else {"violations": rows}
    outcome = grade(
        engine,
        policy(facts={"f": definition}, **sections),
        operators=[{"operator_id": "A", **(operator or {})}],
        as_of=as_of,
        **given,
    )
    return outcome.rows("facts")[0]["f"]


def only(outcome, table, **where):
    """The one row of a table, or the one that ``where`` picks."""
    found = [row for row in outcome.rows(table) if all(row[key] == value for key, value in where.items())]
    assert len(found) == 1, found
    return found[0]
