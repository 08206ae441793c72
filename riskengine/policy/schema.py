"""The JSON Schema of a policy file (draft 2020-12), made from the models, for editors and for other programs.

It holds what can be said of one section by itself: keys, types, words, and which keys go together. What an expression
means, whether a name leads anywhere and the order of limits are the business of ``check``. A key with nothing after it
is refused, where the reader takes it for left out.
"""

from __future__ import annotations

import inspect
import json
import re
from datetime import date
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BeforeValidator

from riskengine.policy.model import Policy
from riskengine.policy.schema_rules import COLUMNS, PLAIN, TOGETHER, Schema
from riskengine.policy.schema_words import WORDS
from riskengine.policy.sections import NAME_PATTERN, Exact, Section, Whole, as_text, fits_the_score, number_as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_LIMITS = {
    "ge": "minimum",
    "le": "maximum",
    "max_length": "maxLength",
    "min_length": "minLength",
    "pattern": "pattern",
}


def policy_schema() -> Schema:
    """The JSON Schema of a policy file, as plain data of its own on every call.

    >>> policy_schema()["required"]
    ['policy', 'version', 'title', 'summary', 'effective', 'grades']
    """
    sections: dict[str, Schema] = {}
    _section(Policy, sections)
    whole = sections.pop(Policy.__name__)
    schema = {"$schema": DIALECT, **whole, "$defs": {**sections, **PLAIN}}
    return json.loads(json.dumps(schema))  # type: ignore[no-any-return]


def schema_text() -> str:
    """The schema as it is shipped in ``policies/policy.schema.json``: keys in the order of the models, two spaces."""
    return json.dumps(policy_schema(), ensure_ascii=False, indent=2) + "\n"


def _section(model: type[Section], sections: dict[str, Schema]) -> None:
    """Add a section, and those that it holds, under the names of their models."""
    if model.__name__ in sections:
        return
    made: Schema = {}
    sections[model.__name__] = made
    properties: Schema = {}
    for name, field in model.model_fields.items():
        shape = _field_shape(model, name, field)
        held = list(_held(field.annotation))
        words = _about_key(model, field.alias or name) or (_about(held[0]) if held else "")
        given = field.get_default(call_default_factory=True)
        default = {"default": list(given) if isinstance(given, tuple) else given}
        shown = isinstance(given, str | int) or (isinstance(given, tuple) and len(given) > 0)
        properties[field.alias or name] = {
            "title": (field.alias or name).replace("_", " "),
            "description": words,
            **shape,
            **(default if shown else {}),
        }
        for inner in held:
            _section(inner, sections)
    together = [rule for kind in model.__mro__ for rule in TOGETHER.get(kind.__name__, ())]
    made |= {
        "title": re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__),
        "description": _about(model),
        "type": "object",
        "additionalProperties": model.model_config.get("extra") != "forbid",
        "required": [field.alias or name for name, field in model.model_fields.items() if field.is_required()],
        "properties": properties,
        **({"allOf": together} if together else {}),
    }


def _held(annotation: Any) -> Iterator[type[Section]]:
    """The sections within an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for part in get_args(annotation):
        yield from _held(part)


def _field_shape(model: type[Section], name: str, field: FieldInfo) -> Schema:
    for kind in model.__mro__:
        if (kind.__name__, name) in COLUMNS:
            return COLUMNS[kind.__name__, name]
    # Aliases such as Expr and WindowText are one type to Python; only the source text tells them apart.
    written = next(notes[name] for kind in model.__mro__ if name in (notes := inspect.get_annotations(kind)))
    return _shape(field.annotation, field.metadata, re.findall(r"\w+", str(written)))


def _shape(annotation: Any, metadata: list[Any], written: list[str]) -> Schema:
    """The schema of one annotation with what stands beside it; None is not written."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _shape(parts[0], [*metadata, *parts[1:]], written)
    if origin in {Union, UnionType}:
        return _union([part for part in parts if part is not type(None)], metadata, written)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin is dict:
        keys = _shape(parts[0], [], written)
        names = {} if keys == {"type": "string"} else {"propertyNames": keys}
        return {"type": "object", **names, "additionalProperties": _shape(parts[1], [], written)}
    if origin is tuple:
        items = _shape(parts[0], [], written)
        listed = {"type": "array", "items": items, **_limits(metadata, min_length="minItems")}
        alone = any(isinstance(item, BeforeValidator) for item in metadata)
        return {"anyOf": [items, listed]} if alone else listed
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return {"$ref": f"#/$defs/{annotation.__name__}"}
    return _scalar(annotation, metadata, written)


def _scalar(annotation: Any, metadata: list[Any], written: list[str]) -> Schema:
    if annotation is date:
        return {"$ref": "#/$defs/date"}
    limits = _limits(metadata)
    if annotation is int:
        return {"type": "integer", **limits} if limits else {"$ref": "#/$defs/integer"}
    if annotation is not str:
        raise TypeError(f"no schema for {annotation}")
    if any(isinstance(item, BeforeValidator) and item.func in {as_text, number_as_text} for item in metadata):
        alias = {"Expr": "expression", "WindowText": "window"}
        named = next((alias[word] for word in written if word in alias), None)
        return {"$ref": f"#/$defs/{named}"} if named else {"type": ["string", "number"], **limits}
    return {"$ref": "#/$defs/name"} if limits == {"pattern": NAME_PATTERN} else {"type": "string", **limits}


def _union(parts: list[Any], metadata: list[Any], written: list[str]) -> Schema:
    shapes = []
    if {Whole, Exact} <= set(parts):
        points = any(isinstance(item, AfterValidator) and item.func is fits_the_score for item in metadata)
        shapes.append({"$ref": "#/$defs/points" if points else "#/$defs/number"})
        parts = [part for part in parts if part not in {Whole, Exact}]
    shapes += [_shape(part, metadata, written) for part in parts]
    return shapes[0] if len(shapes) == 1 else {"anyOf": shapes}


def _limits(metadata: list[Any], **renamed: str) -> Schema:
    words = {**_LIMITS, **renamed}
    return {
        word: limit
        for item in metadata
        for name, word in words.items()
        if (limit := getattr(item, name, None)) is not None
    }


def _plain(text: str) -> str:
    return " ".join(text.replace("``", "`").split())


def _about(model: type[Section]) -> str:
    """What a section is: its docstring up to the list of its keys."""
    return _plain(inspect.cleandoc(model.__doc__ or "").partition("\nAttributes:")[0])


def _about_key(model: type[Section], key: str) -> str:
    """What a key means: the docstring's own line about it, or else the words kept beside."""
    for kind in model.__mro__:
        if kind is not Section and issubclass(kind, Section):
            words = documented_keys(kind).get(key) or WORDS.get(kind.__name__, {}).get(key)
            if words:
                return words
    return ""


def documented_keys(model: type[Section]) -> dict[str, str]:
    """The keys that a model's docstring explains, each with a line of its own, and what it says of them."""
    text = _plain(inspect.cleandoc(vars(model).get("__doc__") or "").partition("\nAttributes:")[2])
    keys = "|".join(re.escape(field.alias or name) for name, field in model.model_fields.items())
    parts = re.split(rf"(?:\A|(?<=\. ))((?:{keys})(?:, (?:{keys}))*): ", text)
    lines = zip(parts[1::2], parts[2::2], strict=True)
    return {key: words.strip()[:1].upper() + words.strip()[1:] for key, words in lines if "," not in key}
