"""Make policies/policy.schema.json and "Every key" of the page of the policy language from the models.

``python tests/docs/make_policy_schema.py``
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from riskengine.policy import policy_schema, schema_text
from riskengine.policy.sections import Based

ROOT = Path(__file__).parents[2]
FILE = ROOT / "policies" / "policy.schema.json"
PAGE = ROOT / "docs" / "policy-language.md"
BEGIN = "<!-- every key: made by tests/docs/make_policy_schema.py -->\n"
END = "<!-- end of every key -->\n"

BASED = tuple(Based.model_fields)
LINKS = {"expression": "expressions", "window": "windows"}
MANY = 6  # words; a longer list is told by the meaning and stands in the schema


def every_key() -> str:
    """The tables of all sections, in the order in which a policy leads to them."""
    schema = policy_schema()
    places = _sections(schema)
    parts = [_table("a policy file", schema, places)]
    parts += [_table(f"`{path}`", schema["$defs"][name], places, about=True) for name, path in places.items()]
    some = schema["$defs"]["Parameter"]["properties"]
    parts.append(_table("law and basis", {"properties": {key: some[key] for key in BASED}}, places, fold=False))
    parts.append(_table("a text in both languages", schema["$defs"]["Bilingual"], places))
    return "\n".join(parts)


def _sections(schema: dict[str, Any]) -> dict[str, str]:
    """The name of each section in the schema, and where it stands: ``facts.NAME``, ``grades.table[]``."""
    found: dict[str, str] = {}

    def walk(section: dict[str, Any], path: str) -> None:
        for key, shape in section["properties"].items():
            name, way = _held(shape)
            here = f"{path}.{key}{way}".lstrip(".")
            if name in schema["$defs"] and "properties" in schema["$defs"][name] and name != "Bilingual":
                found.setdefault(name, here)
                walk(schema["$defs"][name], here)

    walk(schema, "")
    return found


def _held(shape: dict[str, Any]) -> tuple[str, str]:
    """The definition that a key holds, and how: by itself, by name, in a list."""
    for inner, way in ((shape, ""), (shape.get("additionalProperties"), ".NAME"), (shape.get("items"), "[]")):
        if isinstance(inner, dict) and "$ref" in inner:
            return inner["$ref"].removeprefix("#/$defs/"), way
    return "", ""


def _table(
    title: str, section: dict[str, Any], places: dict[str, str], *, about: bool = False, fold: bool = True
) -> str:
    keys = section["properties"]
    fold = fold and set(BASED) <= keys.keys()
    one_of = {key for rule in section.get("allOf", ()) for part in rule.get("oneOf", ()) for key in part["required"]}
    lines = [f"### Keys of {title}\n"]
    lines += [f"{section['description']}\n"] if about else []
    lines += ["| key | type | required | meaning |", "| --- | --- | --- | --- |"]
    for key, shape in keys.items():
        if not (fold and key in BASED):
            needed = "yes" if key in section.get("required", ()) else "exactly one" if key in one_of else _else(shape)
            lines.append(_row(f"`{key}`", _type(shape, places), needed, _meaning(shape)))
    if fold:
        lines.append(_row(f"`{BASED[0]}` … `{BASED[-1]}`", "", "`law` or `basis`", _link("see there", "law and basis")))
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _link(words: str, title: str) -> str:
    return f"[{words}](#keys-of-{re.sub(r'[^a-z -]', '', title.lower()).replace(' ', '-')})"


def _meaning(shape: dict[str, Any]) -> str:
    """What a key means; of a section, which has a table of its own, the first sentence."""
    return shape["description"] if not _held(shape)[0] else shape["description"].partition(". ")[0].rstrip(".") + "."


def _else(shape: dict[str, Any]) -> str:
    if "default" not in shape:
        return ""
    given = shape["default"]
    return f"else `[{', '.join(given)}]`" if isinstance(given, list) else f"else `{given}`"


def _type(shape: dict[str, Any], places: dict[str, str]) -> str:
    """The kind of value in words; a spelling that only the reader allows, a number in quotes, is not told."""
    if _held(shape)[0] in places:
        return _named(_held(shape)[0], places)
    if "enum" in shape:
        return "a column" if len(shape["enum"]) > MANY else ", ".join(f"`{word}`" for word in shape["enum"])
    if "$ref" in shape:
        return _named(shape["$ref"].removeprefix("#/$defs/"), places)
    if "anyOf" in shape:
        kinds = [part for part in shape["anyOf"] if "pattern" not in part]
        if kinds[-1].get("items") == kinds[0]:
            return f"{_type(kinds[0], places)}, or a list"
        return " or ".join(dict.fromkeys(_type(part, places) for part in kinds))
    if shape["type"] == "array":
        return f"list of {_type(shape['items'], places)}"
    if shape["type"] == "object":
        return f"{_type(shape['additionalProperties'], places)} by name"
    return f"{shape['minimum']} to {shape['maximum']}" if shape["type"] == "integer" else "text"


def _named(name: str, places: dict[str, str]) -> str:
    if name == "Bilingual":
        return _link("`zh`, `en`", "a text in both languages")
    if name in places:
        return _link(f"`{places[name]}`", places[name])
    return f"[{name}](#{LINKS[name]})" if name in LINKS else {"points": "number"}.get(name, name)


def page(text: str) -> str:
    """The page with its part between the two comments made anew."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + "\n" + every_key() + "\n" + END + rest.split(END)[1]


if __name__ == "__main__":
    FILE.write_text(schema_text(), "utf-8")
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
