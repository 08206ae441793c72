"""Finding and reading a policy: a shipped name, a folder with ``policy.yaml``, or a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from riskengine.kernel.errors import PolicyError
from riskengine.kernel.problems import Problem, in_order, nearest
from riskengine.kernel.yaml_document import Path_, YamlDocument, parse_yaml
from riskengine.policy.model import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DEFAULT_POLICY = "xuchang-transport"


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy with the file it came from: the bytes (for the run folder) and the places of its keys (for messages)."""

    policy: Policy
    document: YamlDocument
    content: bytes


def shipped_policies() -> tuple[str, ...]:
    """The names of the shipped policies, sorted."""
    folder = resources.files("riskengine.policies")
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.joinpath("policy.yaml").is_file()))


def shipped_file(name: str, file: str) -> bytes:
    """The bytes of a file of a shipped policy (``policy.yaml``, ``tests.yaml``)."""
    return resources.files("riskengine.policies").joinpath(name, file).read_bytes()


def read_policy(policy: str | Path | Mapping[str, Any]) -> PolicyFile:
    """Read a policy and check that every section is well formed (not yet what its expressions mean).

    Args:
        policy: a shipped name, the path of a file or of a folder that holds ``policy.yaml``, or plain data.

    Raises:
        PolicyError: there is none of that name, or its file is not a policy; every problem is listed.
    """
    if isinstance(policy, str | Path):
        if isinstance(policy, str) and policy in shipped_policies():
            return _read_shipped(policy)
        content, source = _read_path(policy)
        return parse_policy(content, source)
    return _from_data(policy)


@lru_cache(maxsize=16)
def _read_shipped(name: str) -> PolicyFile:
    return parse_policy(shipped_file(name, "policy.yaml"), f"{name}/policy.yaml")


def _read_path(policy: str | Path) -> tuple[bytes, str]:
    path = Path(policy)
    file = path / "policy.yaml" if path.is_dir() else path
    try:
        return file.read_bytes(), "/".join(file.parts[-2:])
    except (OSError, ValueError):
        name = str(policy)
        raise PolicyError([Problem("RE-501", found=name, near=nearest(name, shipped_policies()))]) from None


def _from_data(data: Mapping[str, Any]) -> PolicyFile:
    import yaml

    class PlainDumper(yaml.SafeDumper):
        """Writes a shared value out each time, as the reader allows no aliases."""

        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
            return True

    def represent_decimal(dumper: PlainDumper, value: Decimal) -> yaml.Node:
        text = f"{value:f}"
        return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)

    PlainDumper.add_representer(Decimal, represent_decimal)
    try:
        text = yaml.dump(dict(data), Dumper=PlainDumper, allow_unicode=True, sort_keys=False)
    except (yaml.YAMLError, RecursionError):
        reason = "plain data is texts, numbers, dates, true, false, lists and mappings"
        raise PolicyError([Problem("RE-504", source="policy", found="policy", params=(("reason", reason),))]) from None
    return parse_policy(text.encode(), "policy")


def parse_policy(content: bytes, source: str) -> PolicyFile:
    """Parse the bytes of a policy file.

    Raises:
        PolicyError: as :func:`read_policy`.
    """
    document = parse_yaml(content, source)
    if document.problems or not isinstance(document.data, dict):
        problems = document.problems or [
            document.problem("RE-504", (), found="", reason="a policy is a mapping of sections")
        ]
        raise PolicyError(in_order(problems))
    try:
        return PolicyFile(Policy.model_validate(document.data), document, content)
    except ValidationError as error:
        raise PolicyError(in_order(_one_each(_problem(document, item) for item in error.errors()))) from None


_MARKS = frozenset({"int", "decimal", "str", "date", "bool", "literal['ignore']", "function-before[as_text(), str]"})


def _problem(document: YamlDocument, error: Any) -> Problem:
    """A pydantic error as a problem at its place; unknown keys get the nearest known ones."""
    path: Path_ = _path_in(document.data, error["loc"])
    kind, words = error["type"], str(error["msg"]).removeprefix("Value error, ")
    if kind == "extra_forbidden":
        key = str(path[-1])
        return document.problem("RE-502", path, found=key, near=nearest(key, _known_keys(path)))
    if kind == "missing":
        return document.problem("RE-503", path, found=path[-1])
    if kind == "value_error":
        return document.problem("RE-505", path, reason=words)
    return document.problem("RE-504", path, found=error["input"], reason=words)


def _one_each(problems: Iterable[Problem]) -> Iterator[Problem]:
    """One problem for each value: a union names every kind that the value is not."""
    held: dict[tuple[str, str | None], Problem] = {}
    for problem in problems:
        key = (problem.code, problem.column)
        before = held.get(key)
        if before is not None and problem.code == "RE-504":
            reason = "; ".join(dict.fromkeys([dict(before.params)["reason"], dict(problem.params)["reason"]]))
            problem = replace(problem, params=(("reason", reason),))  # noqa: PLW2901
        held[key] = problem
    yield from held.values()


def _path_in(data: Any, loc: tuple[str | int, ...]) -> Path_:
    """The part of pydantic's location that is in the data: union branches and validators are its own words."""
    path: list[str | int] = []
    for at, part in enumerate(loc):
        inside = (isinstance(data, dict) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        )
        if inside:
            path.append(part)
            data = data[part]
        elif at == len(loc) - 1 and isinstance(data, dict) and str(part) not in _MARKS and part != "[key]":
            path.append(part)
    return tuple(path)


def _known_keys(path: Path_) -> tuple[str, ...]:
    """The keys that the section at ``path`` may have."""
    from typing import get_args

    from pydantic import BaseModel

    model: Any = Policy
    for part in path[:-1]:
        if isinstance(part, int) or not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if part not in fields:
            continue
        inner = fields[str(part)].annotation
        while get_args(inner):
            models = [item for item in get_args(inner) if isinstance(item, type) and issubclass(item, BaseModel)]
            inner = models[-1] if models else get_args(inner)[-1]
        model = inner
    if isinstance(model, type) and issubclass(model, BaseModel):
        return tuple(field.alias or name for name, field in model.model_fields.items())
    return ()
