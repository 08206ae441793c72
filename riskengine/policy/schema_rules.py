"""What the schema says beside the models: plain kinds of values, keys that name a column, keys that go together."""

from __future__ import annotations

from typing import Any

from riskengine.policy.fact import ALL_KEYS, HEEDED, OF_RISK_POINTS_ALONE, OPERATIONS
from riskengine.policy.parser import MAX_LENGTH
from riskengine.policy.scope import ROW_COLUMNS, ROW_DATES
from riskengine.policy.sections import NAME_PATTERN

Schema = dict[str, Any]

PLAIN: dict[str, Schema] = {
    "date": {"description": "A day.", "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "expression": {
        "description": "An expression of the policy language.",
        "type": ["string", "number", "boolean"],
        "minLength": 1,
        "maxLength": MAX_LENGTH,
    },
    "integer": {"description": "A whole number.", "type": "integer"},
    "name": {"description": "A name: small letters, digits, low lines.", "type": "string", "pattern": NAME_PATTERN},
    "number": {"description": "An exact number.", "type": "number"},
    "points": {
        "description": "An exact number of at most twelve digits before the point and six after it.",
        "type": "number",
        "exclusiveMinimum": -(10**12),
        "exclusiveMaximum": 10**12,
    },
    "window": {
        "description": "A length of time that ends on the as-of date.",
        "type": "string",
        "pattern": r"^(\s*[1-9][0-9]{0,4}\s+(day|month|year)s?\s*|calendar_year)$",
        "examples": ["365 days", "12 months", "3 years", "calendar_year"],
    },
}
"""Kinds of values that several keys have."""


def _columns(*kinds: str) -> list[str]:
    """The columns of all records that are of one of these types."""
    return list(dict.fromkeys(n for rows in ROW_COLUMNS.values() for n, kind in rows.items() if kind.kind in kinds))


_ALL_COLUMNS = _columns(*{kind.kind for rows in ROW_COLUMNS.values() for kind in rows.values()} - {"texts"})


_OF_CONTRACT: dict[tuple[str, str], list[str]] = {
    ("Weight", "by"): ["age", *_columns("text"), "penalty"],
    ("Fact", "by"): [day for days in ROW_DATES.values() for day in days],
    ("Fact", "count_distinct"): _ALL_COLUMNS,
    ("Fact", "per"): _ALL_COLUMNS,
    ("Fact", "once"): _ALL_COLUMNS,
}
"""Keys that name a column of a record → those of the contract that fit."""


def _or_name(names: list[str]) -> Schema:
    return {"anyOf": [{"enum": names}, {"$ref": "#/$defs/name"}]}


COLUMNS: dict[tuple[str, str], Schema] = {
    **{key: _or_name(names) for key, names in _OF_CONTRACT.items()},
    ("Fact", "days_since"): _or_name([*ROW_DATES, "licensed_on"]),
}
"""Keys that name a column, which the models hold as any text and ``check`` looks up: the policy may declare it."""


def _of_contract(model: str) -> Schema:
    keys = {key: {"enum": names} for (kind, key), names in _OF_CONTRACT.items() if kind == model}
    return {"additionalProperties": {"properties": keys}}


def _not_with(key: str, *others: str) -> Schema:
    return {"dependentSchemas": {key: {"properties": dict.fromkeys(others, False)}}}


def _any_of(*keys: str) -> Schema:
    return {"anyOf": [{"required": [key]} for key in keys]}


def _exactly_one(*keys: str) -> Schema:
    return {"oneOf": [{"required": [key]} for key in keys]}


_UNHEEDED = {
    "integer": ("places", "words"),
    "decimal": ("words",),
    "text": ("places", "min", "max", "unit"),
    "date": ("places", "min", "max", "unit", "words"),
    "bool": ("places", "min", "max", "unit", "words"),
}
TOGETHER: dict[str, list[Schema]] = {
    "Policy": [
        {  # Without columns of its own a policy has those of the contract.
            "if": {"not": {"required": ["columns"]}},
            "then": {"properties": {"facts": _of_contract("Fact"), "weights": _of_contract("Weight")}},
        }
    ],
    "Based": [
        {"anyOf": [{"required": ["law"]}, {"required": ["basis"]}]},
        {
            "if": {"required": ["law"], "properties": {"law": {"not": {"const": "from_catalog"}}}},
            "then": {"required": ["article"]},
            "else": {"properties": dict.fromkeys(("article", "paragraph", "item"), False)},
        },
    ],
    "ProfileField": [
        {"properties": {"words": {"uniqueItems": True}}},
        *(
            {
                "if": {"required": ["type"], "properties": {"type": {"const": kind}}},
                "then": {"properties": dict.fromkeys(keys, False)},
            }
            for kind, keys in _UNHEEDED.items()
        ),
    ],
    "Parameter": [_exactly_one("value", "values")],
    "Bracket": [_not_with("within", "at_least", "below"), _any_of("within", "at_least", "below")],
    "Weight": [
        {
            "if": {"required": ["by"], "properties": {"by": {"const": "age"}}},
            "then": {
                "required": ["brackets"],
                "properties": {
                    "table": False,
                    "divide": False,
                    "missing": False,
                    "brackets": {"items": {"required": ["within"]}},
                },
            },
            "else": {"properties": {"brackets": {"items": {"properties": {"within": False}}}}},
        },
        _exactly_one("table", "brackets", "divide"),
        {"dependentRequired": {"places": ["divide"]}},
    ],
    "Fact": [
        _exactly_one(*OPERATIONS),
        *(_not_with(operation, *(key for key in ALL_KEYS if key not in HEEDED[operation])) for operation in OPERATIONS),
        {
            "dependentRequired": {
                "share": ["places"],
                "table": ["hit"],
                "rank": ["best"],
                "percentile": ["best", "places"],
                "then": ["per"],
                "having": ["then"],
                "group_cap": ["then"],
                "once": ["then"],
            }
        },
        {"if": {"required": ["once"]}, "then": _any_of("sum", "count")},
        {
            "if": {"required": ["in_any"]},
            "then": {"properties": {"per": False, "missing": {"const": "ignore"}}},
        },
        {
            "if": {"required": ["per"], "properties": {"per": {"not": {"const": "risk_point"}}}},
            "then": {"required": ["then"], "properties": dict.fromkeys(OF_RISK_POINTS_ALONE, False)},
        },
        {"if": {"required": ["having"]}, "then": {"properties": {"then": {"const": "count"}}}},
    ],
    "Signal": [
        _not_with("deduct", "add"),
        _not_with("each", "risk_point"),
        {"properties": {"cap": {"minimum": 0}}},
        *({"if": {"required": [key]}, "then": _any_of("deduct", "add")} for key in ("to", "cap", "places")),
        {
            "if": {"required": ["law"], "properties": {"law": {"const": "from_catalog"}}},
            "then": {"anyOf": [{"required": ["each"]}, {"required": ["risk_point"]}]},
        },
    ],
    "GradeRow": [_not_with("at_least", "when")],
    "Assignment": [
        _exactly_one("grade", "status", "rule"),
        {
            "if": {"required": ["rule"]},
            "then": {"properties": {"tier": False}},
            "else": {"required": ["tier", "actions"]},
        },
    ],
}
"""Which keys go together: what the models' validators of a whole section say, written once more as a schema."""
