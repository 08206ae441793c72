"""What the readers of records must know of a policy and its catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from riskengine.catalog import Catalog
    from riskengine.plan.model import Plan


def known_of(plan: Plan, catalog: Catalog) -> dict[str, Any]:
    """What ``records.read_records`` must know of a policy and its catalogue, by the names of its arguments."""
    points = plan.risk_point_by_code
    return {
        "profile": plan.profile,
        "risk_points": catalog.resolve if points else None,
        "known_risk_points": tuple(points),
        "known_areas": tuple(catalog.areas) if points else (),
        "risk_point_area": {code: point.area for code, point in points.items()},
    }
