"""What the page's script reads: JSON that stands inside a script element, as it is or compressed."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markupsafe import Markup

PLAIN, GZIP = "application/json", "application/gzip"
_LEVEL = 9


@dataclass(frozen=True, slots=True)
class Block:
    """A block of data: how it is written (``application/json`` or ``application/gzip`` in base64), and its text."""

    kind: str
    text: Markup


def block(content: Any, *, compressed: bool) -> Block:
    """A block of data for a script element; equal contents give equal blocks.

    Args:
        content: JSON-ready.
        compressed: the browser then needs ``DecompressionStream`` to read it.
    """
    from markupsafe import Markup

    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    if compressed:
        packed = base64.b64encode(gzip.compress(text.encode("utf-8"), _LEVEL, mtime=0))
        return Block(GZIP, Markup(packed.decode("ascii")))  # noqa: S704 - base64 holds no markup
    # Only a ``<`` can end a script element.
    return Block(PLAIN, Markup(text.replace("<", "\\u003c")))  # noqa: S704 - escaped here
