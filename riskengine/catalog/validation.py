"""From plain data of a YAML file to a model; what pydantic finds becomes problems with file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from riskengine.kernel.problems import Problem, nearest

if TYPE_CHECKING:
    from riskengine.kernel.yaml_document import Path_, YamlDocument

Model = TypeVar("Model", bound=BaseModel)


def validated(document: YamlDocument, model: type[Model], problems: list[Problem]) -> Model | None:
    """The document as a model; None, with the problems added, where it is none."""
    if document.problems:
        problems += document.problems
        return None
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        problems += dict.fromkeys(_problem(document, model, item) for item in error.errors())
        return None


def _problem(document: YamlDocument, model: type[BaseModel], item: Any) -> Problem:
    path = _path_in(document.data, item["loc"])
    kind, words = item["type"], str(item["msg"]).removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return document.problem("RE-402", path, path[-1], near=nearest(str(path[-1]), _known_keys(model, path)))
    if kind == "missing":
        return document.problem("RE-403", path, path[-1])
    found = path[-1] if path and isinstance(item["input"], dict | list) else item["input"]
    return document.problem("RE-404", path, found, reason=words)


def _path_in(data: Any, loc: tuple[str | int, ...]) -> Path_:
    """The part of pydantic's location that is in the data, and the name of a missing key at its end.

    The branches of a union are pydantic's own words, and so is the mark of a bad key.
    """
    path: list[str | int] = []
    for at, part in enumerate(loc):
        inside = (isinstance(data, dict) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        )
        if inside:
            path.append(part)
            data = data[part]
        elif at == len(loc) - 1 and isinstance(data, dict) and part != "[key]":
            path.append(part)
    return tuple(path)


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
