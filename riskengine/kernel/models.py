"""From plain data of a YAML file to a model; what pydantic finds becomes problems with file, line and nearest keys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from riskengine.kernel.problems import Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from riskengine.kernel.yaml_document import Path_, YamlDocument

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ModelCodes:
    """The codes for an unknown key, a missing key, a wrong value, and values that do not fit each other."""

    unknown: str
    missing: str
    wrong: str
    inconsistent: str


def validated(document: YamlDocument, model: type[Model], codes: ModelCodes, problems: list[Problem]) -> Model | None:
    """The document as a model; None, with the problems added, where it is none.

    Args:
        document: the YAML file; its own problems are added first.
        model: the model.
        codes: how the problems of this kind of file are numbered.
        problems: added to.
    """
    if document.problems:
        problems += document.problems
        return None
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        found = [item for item in error.errors() if not _only_by_others(item)]
        problems += _one_each(_problem(document, model, codes, item) for item in found)
        return None


def _only_by_others(item: Any) -> bool:
    """Whether a list is called too short for those of its items alone that are told by themselves."""
    return bool(item["type"] == "too_short" and len(item["input"]) >= item["ctx"]["min_length"])


def _one_each(problems: Iterable[Problem]) -> list[Problem]:
    """One problem for each value and code: a union names every kind that the value is not."""
    held: dict[tuple[str, str | None], Problem] = {}
    for problem in problems:
        key = (problem.code, problem.column)
        reasons = [dict(item.params).get("reason") for item in (held.get(key), problem) if item is not None]
        words = "; ".join(dict.fromkeys(str(reason) for reason in reasons if reason))
        held[key] = replace(problem, params=(("reason", words),)) if words else problem
    return list(held.values())


def _problem(document: YamlDocument, model: type[BaseModel], codes: ModelCodes, item: Any) -> Problem:
    kind, words = item["type"], str(item["msg"]).removeprefix("Value error, ")
    path = _path_in(document.data, item["loc"], missing=kind == "missing")
    if kind == "extra_forbidden":
        return document.problem(codes.unknown, path, path[-1], near=nearest(str(path[-1]), _known_keys(model, path)))
    if kind == "missing":
        return document.problem(codes.missing, path, path[-1])
    words = words.replace("an instance of Decimal", "a valid decimal")
    whole = isinstance(item["input"], dict | list)
    found = path[-1] if path and whole else _written(item["input"])
    if kind == "value_error" and whole:
        return document.problem(codes.inconsistent, path, path[-1] if path else None, reason=words)
    return document.problem(codes.wrong, path, found, reason=words)


def _written(value: Any) -> Any:
    """A value as it stands in the file."""
    return str(value).lower() if isinstance(value, bool) else value


def _path_in(data: Any, loc: tuple[str | int, ...], *, missing: bool) -> Path_:
    """The part of pydantic's location that is in the data, and the name of a missing key at its end.

    The branches of a union are pydantic's own words, and so is the mark of a bad key.
    """
    path: list[str | int] = []
    for part in loc:
        inside = (isinstance(data, dict) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        )
        if inside:
            path.append(part)
            data = data[part]
    return (*path, loc[-1]) if missing else tuple(path)


def _known_keys(model: type[BaseModel], path: Path_) -> tuple[str, ...]:
    """The keys that the mapping around the end of ``path`` may have."""
    inner: Any = model
    for part in path[:-1]:
        if not _is_model(inner):
            inner = _model_within(inner)  # a list's position or a mapping's own key
        elif str(part) in (fields := _fields(inner)):
            inner = fields[str(part)]
    inner = inner if _is_model(inner) else _model_within(inner)
    return tuple(_fields(inner)) if _is_model(inner) else ()


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _model_within(annotation: Any) -> Any:
    """The model that a list, a mapping or a union holds, or None."""
    if _is_model(annotation):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_within(part)) is not None), None)
