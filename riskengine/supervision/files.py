"""The YAML files that supervision reads: as models, every problem of a file with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from riskengine.kernel.models import ModelCodes, validated
from riskengine.kernel.problems import Problem
from riskengine.kernel.yaml_document import parse_yaml, refuse_hidden

if TYPE_CHECKING:
    from pathlib import Path

CODES = ModelCodes(unknown="RE-900", missing="RE-901", wrong="RE-902", inconsistent="RE-902")

Model = TypeVar("Model", bound=BaseModel)


def read_model(path: Path, model: type[Model]) -> tuple[Model | None, list[Problem]]:
    """A file as a model, and every problem of it; None where it is none."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        return None, [Problem("RE-102", source=str(path), params=(("reason", reason),))]
    return model_of(content, path.name, model)


def model_of(content: bytes, source: str, model: type[Model]) -> tuple[Model | None, list[Problem]]:
    """As :func:`read_model`, of bytes that are there already.

    Args:
        content: of the file.
        source: how messages name it.
        model: the model.
    """
    document = parse_yaml(content, source)
    refuse_hidden(document)
    problems: list[Problem] = []
    return validated(document, model, CODES, problems), problems
