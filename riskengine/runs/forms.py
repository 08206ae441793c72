"""How ``manifest.json`` and ``log.jsonl`` are written, byte for byte: what is not in this form has been touched.

The log stands outside every hash, since its times and host are others in each replay. So that damage to it is noticed
all the same, each of its lines says which line of how many it is and ends with a checksum that rests on the manifest's
hash: a line of another run, a missing line and a changed one do not fit.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MANIFEST, LOG = "manifest.json", "log.jsonl"
_ADDED = ("line", "lines", "sha256")


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """A manifest as its file holds it."""
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def log_text(manifest_sha256: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """The whole of ``log.jsonl``: a line for each entry.

    A line is the entry as a JSON object with three more members, the last of which, ``sha256``, is the SHA-256 of the
    manifest's own hash, a line feed, and the line without that member.

    >>> log_text("", [{"event": "graded"}]).split(', "sha256"')[0]
    '{"event": "graded", "line": 1, "lines": 1'
    """
    lines = []
    for number, entry in enumerate(entries, start=1):
        body = json.dumps({**entry, "line": number, "lines": len(entries)}, ensure_ascii=False)
        checksum = hashlib.sha256(f"{manifest_sha256}\n{body}".encode()).hexdigest()
        lines.append(f'{body[:-1]}, "sha256": "{checksum}"}}\n')
    return "".join(lines)


def is_log(content: bytes, manifest_sha256: str) -> bool:
    """Whether a log is as :func:`log_text` wrote it for a manifest: at least one line, each as it was."""
    try:
        entries = [json.loads(line) for line in content.decode("utf-8").split("\n")[:-1]]
        bare = [{key: value for key, value in entry.items() if key not in _ADDED} for entry in entries]
        return bool(bare) and log_text(manifest_sha256, bare).encode() == content
    except (ValueError, AttributeError, RecursionError):
        return False


def is_manifest(content: bytes, manifest: Mapping[str, Any]) -> bool:
    """Whether the bytes of ``manifest.json`` are those of a manifest, to the last white space."""
    return manifest_text(manifest).encode() == content
