"""YAML files that the package ships: data of ours, held right by tests, so they are read without places or problems."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C is some ten times as fast as the one in Python, and every command reads wording."""


def shipped_yaml(package: str, file: str) -> Any:
    """What a YAML file of a package holds.

    Args:
        package: the package that it lies in, ``riskengine.reports``.
        file: its name there.
    """
    return yaml_in(resources.files(package) / file)


def yaml_in(file: Traversable) -> Any:
    """What a shipped YAML file holds; None where it is empty."""
    return yaml.load(file.read_bytes(), Loader=_LOADER)  # noqa: S506 - a safe loader, as yaml.safe_load has
