"""Finding and reading a policy: a shipped name, a folder with ``policy.yaml``, or a file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskengine.kernel.errors import PolicyError
from riskengine.kernel.models import ModelCodes, validated
from riskengine.kernel.problems import Problem, in_order, nearest
from riskengine.kernel.yaml_document import YamlDocument, parse_yaml, refuse_hidden
from riskengine.policy.model import Policy

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES = ModelCodes(unknown="RE-502", missing="RE-503", wrong="RE-504", inconsistent="RE-505")
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
        raise PolicyError(
            [
                Problem(
                    "RE-501",
                    found=name,
                    near=nearest(name, (*shipped_policies(), *_beside(path))),
                    params=(("known", ", ".join(shipped_policies())),),
                )
            ]
        ) from None


def _beside(path: Path) -> list[str]:
    """The policies in the folder in which a path was looked for, as they would be written."""
    try:
        return [str(file.parent) for file in sorted(path.parent.glob("*/policy.yaml"))]
    except (OSError, ValueError):
        return []


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
    refuse_hidden(document)
    if not document.problems and not isinstance(document.data, dict):
        document.problems.append(document.problem("RE-504", (), found="", reason="a policy is a mapping of sections"))
    problems: list[Problem] = []
    policy = validated(document, Policy, CODES, problems)
    if policy is None:
        raise PolicyError(in_order(problems))
    return PolicyFile(policy, document, content)
