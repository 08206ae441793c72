"""``riskengine completion``: for bash, zsh and fish; and what is completed: names, codes, runs, operators."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, get_completion_class

from riskengine.cli.talk import talk_options

if TYPE_CHECKING:
    from collections.abc import Iterable

PROGRAM, VARIABLE = "riskengine", "_RISKENGINE_COMPLETE"
_MOST = 200  # proposals: a shell asks before it shows more


@click.command("completion")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@talk_options
def command(shell: str) -> None:
    """Print the completion script of SHELL; its first lines say where it belongs.

    bash: riskengine completion bash > ~/.local/share/bash-completion/completions/riskengine

    zsh: riskengine completion zsh > ~/.zfunc/_riskengine (a folder of fpath)

    fish: riskengine completion fish > ~/.config/fish/completions/riskengine.fish
    """
    from riskengine.cli.main import cli

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(shell)
    completer = found(cli, {}, PROGRAM, VARIABLE)
    click.echo(completer.source_template % completer.source_vars())


def policies(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Shipped policies, and files and folders where the text is a path."""
    from riskengine.policy import shipped_policies

    if "/" in incomplete or incomplete.startswith("."):
        return [CompletionItem(incomplete, type="file")]
    return _matching(((name, None) for name in shipped_policies()), incomplete)


def areas(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Areas of the catalogue with their titles."""
    from riskengine.catalog import load_shipped

    entries = load_shipped().areas.items()
    return _matching(((code, area.title.get(_lang())) for code, area in entries), incomplete.upper())


def codes(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Risk points with their titles; their measures once a risk point is written out."""
    from riskengine.catalog import load_shipped

    catalog, asked = load_shipped(), incomplete.upper()
    points = ((code, point.title.get(_lang())) for code, point in catalog.risk_points.items())
    measures = ((code, None) for code in catalog.measures if asked.count("-") > 1)
    return _matching([*points, *measures], asked)


def runs(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Run folders of the folder that is written, or else the folders on the way there, which the shell knows."""
    folder, begun = _split(incomplete)
    held = [path for path in _folders(folder) if path.name.startswith(begun) and _is_run(path)]
    return [CompletionItem(str(path)) for path in held[:_MOST]] or [CompletionItem(incomplete, type="dir")]


def operators(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of the operators of the run that was named before; none where it is no run: nothing is said while typing."""
    from riskengine.kernel.errors import RunError
    from riskengine.runs import open_run, scan

    try:
        rows = scan(open_run(Path(context.params.get("run") or "")), "grades", ("operator_id", "grade"))
        return _matching(((str(own), grade and str(grade)) for own, grade in rows), incomplete)
    except (RunError, OSError):
        return []


def _matching(entries: Iterable[tuple[str, str | None]], incomplete: str) -> list[CompletionItem]:
    fitting = (CompletionItem(value, help=said) for value, said in entries if value.startswith(incomplete))
    return list(islice(fitting, _MOST))


def _split(incomplete: str) -> tuple[Path, str]:
    head, slash, begun = incomplete.rpartition("/")
    return Path(f"{head}/") if slash else Path(), begun


def _folders(folder: Path) -> list[Path]:
    """Folders that are runs or may hold some; the names as the user writes them."""
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError:
        return []


def _is_run(path: Path) -> bool:
    return (path / "manifest.json").is_file()


def _lang() -> str:
    from riskengine.cli.params import current_lang

    return current_lang()
