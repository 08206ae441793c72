"""Pseudonyms: what stands in the ledger's tables in the place of a personal number or name.

A pseudonym is ``PERSON-`` and 32 hexadecimal digits: the first half of an HMAC. It compares as the number does, holds
nothing of it, and no reader or mask takes it for a number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from riskengine.kernel.masking import mask_whole, personal_spans

if TYPE_CHECKING:
    from riskengine.ledger.keys import Keys

MARK = "PERSON-"
PSEUDONYM = re.compile(MARK + r"[0-9A-F]{32}")
"""One, anywhere in a text."""

SHORTEST = 11
"""Characters that the shortest personal number has."""

NUMBER, OWN = "number", "own"
"""Purposes: a number that identifies somebody; something else that belongs to one person."""


def is_pseudonym(text: str) -> bool:
    """Whether a text is a pseudonym and nothing else."""
    return PSEUDONYM.fullmatch(text) is not None


def is_natural(operator_id: str) -> bool:
    """Whether an operator's id is a natural person's, sealed or not."""
    return MARK in operator_id or bool(spans(operator_id))


def veiled(number: str) -> str:
    """A personal number masked as a whole, or the pseudonym that stands in its place."""
    return number if is_pseudonym(number) else mask_whole(number)


def pseudonym(keys: Keys, purpose: str, text: str) -> str:
    """The pseudonym of a text."""
    return MARK + keys.digest(purpose, text)[:16].hex().upper()


def spans(text: str) -> list[tuple[int, int]]:
    """Where personal numbers stand in a text, of which those that are pseudonyms already are no part."""
    if len(text) < SHORTEST:
        return []
    return personal_spans(text)
