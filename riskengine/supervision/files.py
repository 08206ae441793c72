"""The YAML files that supervision reads: as models, every problem of a file with its place."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from riskengine.kernel.errors import InputError
from riskengine.kernel.models import ModelCodes, validated
from riskengine.kernel.problems import Problem, in_order
from riskengine.kernel.yaml_document import parse_yaml, refuse_hidden

if TYPE_CHECKING:
    from pathlib import Path

CODES = ModelCodes(unknown="RE-900", missing="RE-901", wrong="RE-902", inconsistent="RE-902")

Model = TypeVar("Model", bound=BaseModel)


def model_in(content: bytes, source: str, model: type[Model]) -> Model:
    """What a file holds, as a model.

    Args:
        content: of the file.
        source: how messages name it.
        model: the model.

    Raises:
        InputError: it does not hold together (RE-3xx, RE-900 to RE-902).
    """
    document = parse_yaml(content, source)
    refuse_hidden(document)
    problems: list[Problem] = []
    found = validated(document, model, CODES, problems)
    if found is None:
        raise InputError(in_order(problems))
    return found


def read_model(path: Path, model: type[Model]) -> Model:
    """A file as a model.

    Raises:
        InputError: it cannot be read (RE-102), or as :func:`model_in`.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError([Problem("RE-102", source=str(path), params=(("reason", reason),))]) from None
    return model_in(content, path.name, model)


def given_or_shipped(path: Path | None, room: str, file: str, model: type[Model]) -> Model:
    """A file as a model; where none is given, the one that a room of supervision ships.

    Raises:
        InputError: as :func:`read_model`.
    """
    if path is not None:
        return read_model(path, model)
    return model_in((resources.files(f"{__package__}.{room}") / file).read_bytes(), file, model)
