"""``riskengine runs diff``: who moved between two runs of a policy, by which rules and records, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli import completion
from riskengine.cli.main import DONE, FOUND
from riskengine.cli.params import console, json_option, lang_option, personal_option
from riskengine.cli.talk import talk
from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import mask_within
from riskengine.kernel.problems import Problem
from riskengine.reports import Listing
from riskengine.reports.compared import compare_runs
from riskengine.reports.comparison import ENDINGS, ComparisonReport, Telling, with_decisions
from riskengine.reports.comparison.decisions import decided_lines, named_by
from riskengine.runs import decided_between, open_run, require_unaltered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from riskengine.results import Comparison, Mover

_SHOWN_MOVERS = 20
_MARKS = ("", "- ", "  ")  # before lines of reasons, by their depth


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path), shell_complete=completion.runs)
@click.argument("new", type=click.Path(path_type=Path), shell_complete=completion.runs)
@click.option(
    "--out",
    "outs",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help=f"Write the comparison as a report ({', '.join(ENDINGS)}); may be repeated.",
)
@lang_option
@personal_option
@json_option
@click.option("--fail", is_flag=True, help="Exit code 1 when any grade or status moved.")
def diff(
    old: Path, new: Path, outs: tuple[Path, ...], lang: str, *, show_personal: bool, as_json: bool, fail: bool
) -> None:
    """Say what changed between the runs OLD and NEW of one policy: who moved grade, and why."""
    _require_endings(outs)
    before, after = open_run(old), open_run(new)
    policies = [str(run.manifest["policy"]["id"]) for run in (before, after)]
    if policies[0] != policies[1]:
        raise UsageError([Problem("RE-621", source=str(new), found=", ".join(policies))])
    for run in (before, after):
        require_unaltered(run)
    with talk().part("step_compare"):
        comparison = compare_runs(before, after, show_personal=show_personal)
    decided = decided_between(before, after)
    if not show_personal:
        decided = mask_within(decided)
    with talk().part("step_report"):
        for out in outs:
            ComparisonReport(comparison, before, after, decided, lang).write(out)
    if as_json:
        _print_json(comparison, decided)
    elif not (outs and talk().quiet):
        for part in _parts(comparison, named_by(decided, lang), lang):
            console().print(part)
    for out in outs if not as_json else ():
        click.echo(out)
    click.get_current_context().exit(FOUND if fail and len(comparison.movers) else DONE)


def _require_endings(outs: Sequence[Path]) -> None:
    """Refuse files that cannot be written before the work, not after it (RE-820)."""
    wrong = [out for out in outs if out.suffix.lower() not in ENDINGS]
    if wrong:
        raise UsageError(
            [Problem("RE-820", column="--out", found=str(out), params=(("endings", ENDINGS),)) for out in wrong]
        )


def _print_json(comparison: Comparison, decided: Sequence[Mapping[str, Any]]) -> None:
    """``to_dict`` as JSON, one mover a line, so that a long list is never held as a whole."""
    head = json.dumps({**comparison.summary(), "decisions": decided, "movers": []}, ensure_ascii=False, indent=1)
    click.echo(head.removesuffix("]\n}"), nl=False)
    for at, mover in enumerate(comparison.movers_as_dicts()):
        click.echo(("," if at else "") + "\n  " + json.dumps(mover, ensure_ascii=False), nl=False)
    click.echo("\n ]\n}")


def _parts(comparison: Comparison, named: Mapping[str, str], lang: str) -> Iterator[RenderableType]:
    from rich.text import Text as RichText

    telling, old, new = Telling(lang), comparison.old, comparison.new
    say, pair = telling.say, telling.say["pair"]
    runs = f"{old.run_id} → {new.run_id}"
    yield RichText(pair.format(name=f"{say['policy']} {comparison.policy}", value=runs), style="bold")
    differences = say["clause"].join(telling.differences(comparison)) or say["diff_same"]
    yield RichText(pair.format(name=say["diff_differs"], value=differences))
    if comparison.policy_and_day:
        yield RichText(f"! {say['diff_both']}", style="yellow")
    totals = f"{say['diff_totals']} {old.operators} → {new.operators}"
    yield RichText(pair.format(name=totals, value=telling.counts(comparison)))
    for line in decided_lines(named, lang):
        yield RichText(line)
    yield RichText()
    yield _matrix(comparison, telling)
    yield RichText()
    yield _rules(comparison, telling)
    yield RichText()
    if not len(comparison.movers):
        yield RichText(say["diff_nobody"])
        return
    yield _movers([with_decisions(mover, named) for mover in comparison.movers.first(_SHOWN_MOVERS)], telling)
    if len(comparison.movers) > _SHOWN_MOVERS:
        yield RichText("… " + say["diff_more"].format(count=len(comparison.movers) - _SHOWN_MOVERS))


def _matrix(comparison: Comparison, telling: Telling) -> Listing:
    from rich.text import Text as RichText

    say = telling.say
    states = [telling.state(state) for state in comparison.states]
    rows: list[list[str | RichText]] = []
    for at, (name, row) in enumerate(zip(states, comparison.matrix, strict=True)):
        cells = (
            RichText(str(count or "."), style="bold" if count and at != column else "")
            for column, count in enumerate(row)
        )
        rows.append([name, *cells, str(sum(row))])
    columns = [sum(column) for column in zip(*comparison.matrix, strict=True)]
    rows.append([say["diff_sum"], *map(str, columns), str(sum(columns))])
    headings = ["", *states, say["diff_sum"]]
    return Listing(headings, rows, title=say["diff_matrix"], right=frozenset(range(1, len(headings))))


def _rules(comparison: Comparison, telling: Telling) -> Listing:
    say = telling.say
    headings = [say[f"diff_{key}"] for key in ("rule", "before", "now", "newly", "no_longer")]
    rows = [
        [rule.title.get(telling.lang), *map(str, (rule.old, rule.new, rule.fires, rule.ceased))]
        for rule in comparison.rules
    ]
    return Listing(headings, rows, title=say["diff_rules"], right=frozenset({1, 2, 3, 4}))


def _movers(movers: Sequence[Mover], telling: Telling) -> Listing:
    from rich.text import Text as RichText

    say, rows = telling.say, []
    for mover in movers:
        name = mover.name if mover.name == mover.operator_id else f"{mover.name}\n{mover.operator_id}"
        move = f"{telling.move(mover)}\n{say['diff_' + mover.kind]}"
        reasons = "\n".join(f"{_MARKS[depth]}{line}" for depth, line in telling.why(mover))
        rows.append((name, RichText(move, style="bold"), telling.scores(mover), reasons))
    headings = [say[key] for key in ("diff_operator", "diff_move", "score", "diff_why")]
    return Listing(headings, rows, title=say["diff_movers"], lines=True)
