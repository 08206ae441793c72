"""The part of the work under way, on stderr: a bar with rate and time left on a terminal, else a line now and then."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

import click

from riskengine.cli.params import console
from riskengine.cli.talk import talk
from riskengine.cli.words import words
from riskengine.kernel.formats import number
from riskengine.kernel.progress import listening

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import Task

PLAIN_SECONDS = 10.0
"""How often a line is printed where stderr is no terminal; short work prints none."""
_BAR_FROM = 60  # columns: on a narrower terminal the figures are worth more than the bar


class Progress:
    """Shows the steps of a command; what loops tell within (``kernel.progress``) becomes rate and time left.

    On a terminal it is a bar, which vanishes at the end. Elsewhere, and on one that is dumb, it is a plain line every
    :data:`PLAIN_SECONDS`. With ``--quiet`` it is nothing. The time of each step is kept for ``--verbose``.
    """

    def __init__(self, lang: str) -> None:
        self._say, self._talk = words(lang), talk()
        self._console = console(err=True)
        shown = self._console.is_terminal and not self._console.is_dumb_terminal and not self._talk.quiet
        self._bar = _bar(self._say, wide=self._console.width >= _BAR_FROM) if shown else None
        self._task = self._bar.add_task("", total=None, figures="") if self._bar else None
        self._step: str | None = None
        self._unit: str | None = None
        self._begun = self._said = time.perf_counter()
        self._listening = listening(self._told)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        self._listening.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.__exit__(None, None, None)
        if self._bar is not None:
            self._bar.stop()
        self._end()

    def step(self, name: str) -> None:
        """Name the step that begins: a key ``step_…`` of the words."""
        self._end()
        self._step, self._unit = name, None
        self._begun = self._said = time.perf_counter()
        if self._bar is not None and self._task is not None:
            self._bar.reset(self._task, total=None, description=self._say[f"step_{name}"], figures="")

    def _end(self) -> None:
        if self._step is not None:
            self._talk.add(f"step_{self._step}", time.perf_counter() - self._begun)
        self._step = None

    def _told(self, unit: str, done: int, total: int | None) -> None:
        if self._bar is not None and self._task is not None:
            if unit != self._unit or done == 0:
                self._bar.reset(self._task, total=total)
            self._bar.update(self._task, completed=done, total=total, figures=self._figures(unit, done, total))
        self._restart(unit, done)
        now = time.perf_counter()
        waited = done > 0 and self._step is not None and not self._talk.quiet
        if self._bar is None and waited and now - self._said >= PLAIN_SECONDS:
            self._said = now
            parts = [self._figures(unit, done, total), *self._speed(done, total, now - self._begun)]
            line = self._say["clause"].join(parts)
            click.echo(self._say["progress"].format(step=self._say[f"step_{self._step}"], figures=line), err=True)

    def _restart(self, unit: str, done: int) -> None:
        """Another unit begins anew; the seconds before are the step's all the same."""
        if unit != self._unit or done == 0:
            now = time.perf_counter()
            if self._step is not None:
                self._talk.add(f"step_{self._step}", now - self._begun)
            self._begun, self._unit = now, unit

    def _figures(self, unit: str, done: int, total: int | None) -> str:
        of = "figures" if total is None else "figures_of"
        counted = self._say[of].format(done=number(done), total=number(total or 0))
        return f"{counted}{self._say['unit_' + unit]}"

    def _speed(self, done: int, total: int | None, seconds: float) -> list[str]:
        return speed_words(self._say, done / seconds if seconds > 0 else None, done, total)


def speed_words(say: object, rate: float | None, done: int, total: int | None) -> list[str]:
    """Rate and time left in words; empty where nothing can be told yet.

    Args:
        say: the words.
        rate: units a second.
        done: units done.
        total: units in all, or None.
    """
    if not rate or not done:
        return []
    worded: dict[str, str] = say  # type: ignore[assignment]
    shown = number(round(rate)) if rate >= 10 else f"{rate:.1f}"
    parts = [worded["rate"].format(rate=shown)]
    if total:
        left = round(max(0, total - done) / rate)
        minutes, seconds = divmod(left, 60)
        hours, minutes = divmod(minutes, 60)
        clock = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
        parts.append(worded["time_left"].format(time=clock))
    return parts


def _bar(say: object, *, wide: bool) -> Bar:
    from rich.progress import BarColumn, ProgressColumn, SpinnerColumn, TextColumn
    from rich.progress import Progress as RichProgress
    from rich.text import Text as RichText

    class Speed(ProgressColumn):
        """Rate and time left."""

        def render(self, task: Task) -> RichText:
            total = None if task.total is None else int(task.total)
            rate = task.completed / task.elapsed if task.elapsed else None
            return RichText(" ".join(speed_words(say, rate, int(task.completed), total)))

    columns = [SpinnerColumn(), TextColumn("{task.description}")]
    if wide:
        columns.append(BarColumn(bar_width=20))
    columns += [TextColumn("{task.fields[figures]}"), Speed()]
    return RichProgress(*columns, console=console(err=True), transient=True)
