"""The consultation log: what was said of the catalogue when it was circulated, and what became of it."""

from datetime import date
from typing import Literal

from pydantic import Field

from riskengine.catalog.part import Part, Words

Sender = Literal["operator", "trade_association", "public", "other_authority", "own_unit", "legal_counsel", "expert"]
Answer = Literal["accepted", "partly", "declined"]


class Comment(Part):
    """One comment.

    Attributes:
        code: what it is about: a risk point (``HW-01``), a measure (``HW-01-M1``) or an area (``HW``).
        sender: from whom, by kind alone (the key ``from``): names and numbers of persons have no place here.
        received_on: the day on which it came in.
        comment: what it says, in short.
        answer: ``accepted``, ``partly`` or ``declined``.
        why: the reason of the answer.
    """

    code: str = Field(pattern=r"^[A-Z]{2}(-[0-9]{2}(-M[0-9]{1,2})?)?$")
    sender: Sender = Field(alias="from")
    received_on: date
    comment: Words
    answer: Answer
    why: Words


class ConsultationLog(Part):
    """``risk_catalog/consultation.yaml``: every comment, in the order in which they came in."""

    comments: tuple[Comment, ...] = ()

    def about(self, *codes: str) -> tuple[Comment, ...]:
        """The comments on any of the codes."""
        return tuple(comment for comment in self.comments if comment.code in codes)
