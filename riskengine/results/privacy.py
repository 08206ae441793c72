"""Masking of what is personal in the rows about an operator, before they are shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from riskengine.kernel.masking import mask_name, mask_personal

if TYPE_CHECKING:
    from riskengine.results.view import OperatorView, Row


def masked(view: OperatorView) -> OperatorView:
    """The view with a natural person's id and name masked; an organisation's stay as they are."""
    return replace(view, grade=masked_grade(view.grade))


def masked_grade(row: Row) -> Row:
    """A row of ``grades`` with a natural person's id and name masked."""
    shown = mask_personal(row["operator_id"])
    if shown == row["operator_id"]:
        return {**row, "name": mask_personal(row["name"])}
    name = shown if row["name"] == row["operator_id"] else mask_name(row["name"])
    return {**row, "operator_id": shown, "name": name}
