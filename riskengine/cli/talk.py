"""How much a command says: ``--quiet`` and ``--verbose``, on every command; the parts that took its time."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli.words import words
from riskengine.kernel.formats import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_KEY = "riskengine.talk"


@dataclass
class Talk:
    """What the user wants to hear, and what ``--verbose`` has to tell at the end.

    Attributes:
        quiet: only the result is printed, and errors.
        verbose: durations of the parts and numbers of rows are told on stderr.
        parts: wording key of a part → seconds it took.
        rows: name of a source or table → rows.
    """

    quiet: bool = False
    verbose: bool = False
    begun: float = field(default_factory=time.perf_counter)
    parts: dict[str, float] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def part(self, key: str) -> Iterator[None]:
        """Time a part of the work."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.add(key, time.perf_counter() - begun)

    def add(self, key: str, seconds: float) -> None:
        """Count seconds for a part."""
        self.parts[key] = self.parts.get(key, 0.0) + seconds

    def note(self, text: str) -> None:
        """Say something beside the result, on stderr; not where only the result is wanted."""
        if not self.quiet:
            click.echo(text, err=True)

    def tell(self, lang: str) -> None:
        """The durations and rows, on stderr."""
        say = words(lang)
        for key, seconds in self.parts.items():
            click.echo(say["took"].format(part=say[key], seconds=f"{seconds:.3f}"), err=True)
        click.echo(say["took"].format(part=say["whole"], seconds=f"{time.perf_counter() - self.begun:.3f}"), err=True)
        for name, count in self.rows.items():
            click.echo(say["rows_of"].format(name=name, count=number(count)), err=True)


def talk() -> Talk:
    """How much the command under way says."""
    context = click.get_current_context(silent=True)
    if context is None:
        return Talk()
    found: Talk = context.meta.setdefault(_KEY, Talk())
    return found


def talk_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--quiet`` and ``--verbose``."""

    @wraps(function)
    def talking(*arguments: Any, quiet: bool, verbose: bool, **options: Any) -> Any:
        if quiet and verbose:
            raise click.UsageError("--quiet and --verbose exclude each other.")
        how = talk()
        how.quiet, how.verbose = quiet, verbose
        try:
            return function(*arguments, **options)
        finally:
            if verbose:
                how.tell(str(options.get("lang") or "zh"))

    quiet_option = click.option("--quiet", "-q", is_flag=True, help="Print the result alone.")
    verbose_option = click.option("--verbose", "-v", is_flag=True, help="Say on stderr what took how long, and rows.")
    return quiet_option(verbose_option(talking))
