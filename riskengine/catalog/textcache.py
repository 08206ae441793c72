"""Parsed law texts kept from one time to the next in the user's cache folder, by the SHA-256 of their files.

A cache that cannot be read or written is passed over: it saves time and never changes a result.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from riskengine.catalog.lawtext import Articles


def cache_folder() -> Path:
    """Where this user's caches belong: ``XDG_CACHE_HOME``, or what the system has for it."""
    if named := os.environ.get("XDG_CACHE_HOME"):
        return Path(named) / "riskengine"
    if sys.platform == "win32":  # pragma: no cover - not run on this system
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "riskengine" / "cache"
    if sys.platform == "darwin":  # pragma: no cover - not run on this system
        return Path.home() / "Library" / "Caches" / "riskengine"
    return Path.home() / ".cache" / "riskengine"


class TextCache:
    """Parsed articles by the SHA-256 of their file, in one JSON file."""

    def __init__(self, path: Path, parser: str) -> None:
        self.path = path
        self._key = f"riskengine.lawtexts/{parser}"
        self._held: dict[str, Any] = {}
        self._used: dict[str, Any] = {}
        self._changed = False
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            data = json.loads(path.read_bytes())
            body = data["texts"]
            if data["schema"] == self._key and data["sha256"] == _hash(body):
                self._held = json.loads(body)

    def get(self, sha256: str) -> Articles | None:
        """What was kept for a file; None where nothing was."""
        found = self._held.get(sha256)
        if found is None:
            return None
        self._used[sha256] = found
        return {
            name: tuple((lead, tuple((number, words) for number, words in items)) for lead, items in paragraphs)
            for name, paragraphs in found.items()
        }

    def put(self, sha256: str, articles: Articles) -> None:
        """Keep what a file was read into."""
        self._used[sha256] = articles
        self._changed = True

    def save(self) -> None:
        """Write what was used this time, if anything is new; as a whole or not at all."""
        if not self._changed:
            return
        body = json.dumps(self._used, ensure_ascii=False, separators=(",", ":"))
        whole = json.dumps({"schema": self._key, "sha256": _hash(body), "texts": body}, ensure_ascii=False)
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=self.path.parent, delete=False) as file:
                file.write(whole)
            Path(file.name).replace(self.path)


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
