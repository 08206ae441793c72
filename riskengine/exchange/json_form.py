"""The catalogue as one JSON file: header and content of each file; and back, with the line of every problem."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from riskengine.catalog.canonical import plain_data
from riskengine.kernel.errors import CatalogError
from riskengine.kernel.problems import Problem
from riskengine.kernel.yaml_document import YamlDocument, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.catalog import CatalogFile

SCHEMA = "riskengine.catalog/1"

_MOST_BYTES = 50_000_000
# Line separators and what YAML cannot hold as it stands: escaped, so that either kind of reader takes the file.
_ODD = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def json_text(files: Sequence[CatalogFile]) -> str:
    """A catalogue as JSON; equal catalogues give equal text. Dates and decimals are texts."""
    data = {
        "schema": SCHEMA,
        "files": {file.name: {"header": list(file.header), "data": plain_data(file.model)} for file in files},
    }
    text = json.dumps(data, ensure_ascii=False, indent=1, default=str)
    return _ODD.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def read_json(
    content: bytes, source: str, problems: list[Problem]
) -> tuple[list[tuple[str, YamlDocument]], dict[str, tuple[str, ...]]]:
    """The documents of a JSON export, by the name of their file, and the headers.

    Args:
        content: of the file.
        source: how messages name it.
        problems: added to: keys that stand twice, files that are no part of a catalogue.

    Raises:
        CatalogError: it is not such a file (RE-391).
    """
    data = _loaded(content, source, problems)
    held = data.get("files") if isinstance(data, dict) else None
    if not isinstance(held, dict) or data.get("schema") != SCHEMA:
        raise _unreadable(source, f"it has no files, or its schema is not {SCHEMA}")
    places = parse_yaml(content, source).places
    documents, headers = [], {}
    for name, entry in held.items():
        if not isinstance(entry, dict) or not re.fullmatch(r"(risk_catalog|measures)/[A-Za-z_]{2,20}\.yaml", name):
            problems.append(Problem("RE-393", source=source, found=name))
            continue
        prefix = ("files", name, "data")
        document = YamlDocument(f"{source}#{name}", entry.get("data"))
        document.places = {path[3:]: place for path, place in places.items() if path[:3] == prefix}
        documents.append((name, document))
        header = entry.get("header")
        headers[name] = tuple(map(str, header)) if isinstance(header, list) else ()
    return documents, headers


def _loaded(content: bytes, source: str, problems: list[Problem]) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                problems.append(Problem("RE-405", source=source, found=key))
            found[key] = value
        return found

    def refused(word: str) -> Any:
        raise ValueError(f"{word} is no number")

    if len(content) > _MOST_BYTES:
        raise _unreadable(source, f"larger than {_MOST_BYTES} bytes")
    try:
        text = content.decode("utf-8-sig")
        data = json.loads(text, parse_float=Decimal, parse_constant=refused, object_pairs_hook=once)
        json.dumps(data, ensure_ascii=False, default=str).encode()  # half a character may be escaped, and is no text
    except UnicodeError:
        raise _unreadable(source, "not UTF-8") from None
    except RecursionError:
        raise _unreadable(source, "nested too deeply") from None
    except ValueError as error:
        raise _unreadable(source, str(error)) from None
    else:
        return data


def _unreadable(source: str, reason: str) -> CatalogError:
    return CatalogError([Problem("RE-391", source=source, params=(("reason", reason),))])
