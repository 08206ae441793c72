"""``riskengine runs diff``: who moved between two runs of a policy, by which rules and records, and why."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli import completion
from riskengine.cli.main import DONE, FOUND
from riskengine.cli.params import console, json_option, lang_option, personal_option
from riskengine.cli.runs_diff_decisions import decided_lines, named_by, with_decisions
from riskengine.contract.tables import GRADED
from riskengine.kernel.decimals import plain
from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem
from riskengine.reports import Listing
from riskengine.results import NO_FILE, Context, Side, compare, words
from riskengine.results.rule_changes import OTHER_RECORDS
from riskengine.results.why import value_text
from riskengine.runs import decided_between, open_run, require_unaltered, scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from riskengine.results import Comparison, Mover, RuleChange, State
    from riskengine.runs import Run

_SHOWN_MOVERS = 20
_SHOWN_RECORDS = 4
_SOURCES = ("operators", "violations", "inspections")


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path), shell_complete=completion.runs)
@click.argument("new", type=click.Path(path_type=Path), shell_complete=completion.runs)
@lang_option
@personal_option
@json_option
@click.option("--fail", is_flag=True, help="Exit code 1 when any grade or status moved.")
def diff(old: Path, new: Path, lang: str, *, show_personal: bool, as_json: bool, fail: bool) -> None:
    """Say what changed between the runs OLD and NEW of one policy: who moved grade, and why."""
    before, after = open_run(old), open_run(new)
    policies = [str(run.manifest["policy"]["id"]) for run in (before, after)]
    if policies[0] != policies[1]:
        raise UsageError([Problem("RE-621", source=str(new), found=", ".join(policies))])
    for run in (before, after):
        require_unaltered(run)
    context = Context(before.plan, before.policy.policy, before.catalog, before.as_of)
    later = (
        replace(context, as_of=after.as_of)
        if _inputs(before) == _inputs(after)
        else Context(after.plan, after.policy.policy, after.catalog, after.as_of)
    )
    comparison = compare(_side(before, context), _side(after, later), show_personal=show_personal)
    decided = decided_between(before, after)
    if not show_personal:
        decided = [{**each, "violation_id": mask_personal(each["violation_id"])} for each in decided]
    if as_json:
        _print_json(comparison, decided)
    else:
        for part in _parts(comparison, named_by(decided, lang), lang):
            console().print(part)
    click.get_current_context().exit(FOUND if fail and len(comparison.movers) else DONE)


def _print_json(comparison: Comparison, decided: Sequence[Mapping[str, Any]]) -> None:
    """``to_dict`` as JSON, one mover a line, so that a long list is never held as a whole."""
    head = json.dumps({**comparison.summary(), "decisions": decided, "movers": []}, ensure_ascii=False, indent=1)
    click.echo(head.removesuffix("]\n}"), nl=False)
    for at, mover in enumerate(comparison.movers_as_dicts()):
        click.echo(("," if at else "") + "\n  " + json.dumps(mover, ensure_ascii=False), nl=False)
    click.echo("\n ]\n}")


def _inputs(run: Run) -> dict[str, str]:
    """The hashes of the policy, the catalogue and the laws: where they are equal, they are read once."""
    kept = ("inputs/policy", "inputs/risk_catalog", "inputs/measures")
    return {name: sha256 for name, sha256 in run.manifest["files"].items() if name.startswith(kept)}


def _side(run: Run, context: Context) -> Side:
    files = {name: _file(run.manifest["sources"].get(name)) for name in _SOURCES}
    return Side(run.run_id, context, files, partial(scan, run))


def _file(source: Mapping[str, Any] | None) -> str | None:
    return str(source["sha256"]) if source and source["sha256"] else None if source and source["rows"] else NO_FILE


def _parts(comparison: Comparison, named: Mapping[str, str], lang: str) -> Iterator[RenderableType]:
    from rich.text import Text as RichText

    say, old, new = words(lang), comparison.old, comparison.new
    yield RichText(f"{say['policy']} {comparison.policy}: {old.run_id} → {new.run_id}", style="bold")
    yield RichText(f"{say['diff_differs']}: {'; '.join(_differences(comparison, lang)) or say['diff_same']}")
    if comparison.policy_and_day:
        yield RichText(f"! {say['diff_both']}", style="yellow")
    unmoved = new.operators - sum(count for kind, count in comparison.kinds.items() if kind != "left")
    counts = [f"{say['diff_' + kind]} {count}" for kind, count in comparison.kinds.items() if count]
    counts.append(f"{say['diff_unmoved']} {unmoved} ({say['diff_rescored']} {comparison.rescored})")
    yield RichText(f"{say['diff_totals']} {old.operators} → {new.operators}: {' · '.join(counts)}")
    for line in decided_lines(named, lang):
        yield RichText(line)
    yield RichText()
    yield _matrix(comparison, lang)
    yield RichText()
    yield _rules(comparison, lang)
    yield RichText()
    if not len(comparison.movers):
        yield RichText(say["diff_nobody"])
        return
    yield _movers([with_decisions(mover, named) for mover in comparison.movers.first(_SHOWN_MOVERS)], lang)
    if len(comparison.movers) > _SHOWN_MOVERS:
        yield RichText("… " + say["diff_more"].format(count=len(comparison.movers) - _SHOWN_MOVERS))


def _differences(comparison: Comparison, lang: str) -> Iterator[str]:
    say, old, new = words(lang), comparison.old, comparison.new
    values = {
        "as_of": f" {old.as_of.isoformat()} → {new.as_of.isoformat()}",
        "policy": _versions(old.policy_version, new.policy_version, lang),
        "policy_text": _versions(old.policy_version, new.policy_version, lang),
        "catalog": _versions(old.catalog_version, new.catalog_version, lang),
    }
    for name in comparison.differs:
        parts = f" ({', '.join(_policy_parts(comparison, lang))})" if name == "policy" else ""
        yield f"{say['diff_' + name]}{values.get(name, '')}{parts}"


def _versions(old: str | None, new: str | None, lang: str) -> str:
    return f" {words(lang)['diff_version']} {old} → {new}" if old != new else ""


def _policy_parts(comparison: Comparison, lang: str) -> Iterator[str]:
    say = words(lang)
    for section in dict.fromkeys(section for section, _ in comparison.policy_parts):
        names = [name for other, name in comparison.policy_parts if other == section and name]
        title = say.get(f"diff_{section}_part") or say[f"diff_{section}"]
        yield f"{title} {' '.join(names)}".strip()


def _state(state: State, lang: str) -> str:
    return str(state.grade) if state.status == GRADED else words(lang)[f"diff_state_{state.status}"]


def _matrix(comparison: Comparison, lang: str) -> Listing:
    from rich.text import Text as RichText

    say = words(lang)
    states = [_state(state, lang) for state in comparison.states]
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


def _rules(comparison: Comparison, lang: str) -> Listing:
    say = words(lang)
    headings = [say[f"diff_{key}"] for key in ("rule", "before", "now", "newly", "no_longer")]
    rows = [
        [rule.title.get(lang), *map(str, (rule.old, rule.new, rule.fires, rule.ceased))] for rule in comparison.rules
    ]
    return Listing(headings, rows, title=say["diff_rules"], right=frozenset({1, 2, 3, 4}))


def _movers(movers: Sequence[Mover], lang: str) -> Listing:
    from rich.text import Text as RichText

    say, rows = words(lang), []
    for mover in movers:
        name = mover.name if mover.name == mover.operator_id else f"{mover.name}\n{mover.operator_id}"
        move = f"{_state(mover.old, lang)} → {_state(mover.new, lang)}\n{say['diff_' + mover.kind]}"
        scores = " → ".join(plain(score) if score is not None else "–" for score in (mover.old_score, mover.new_score))
        rows.append((name, RichText(move, style="bold"), scores, "\n".join(_why(mover, lang))))
    headings = [say[key] for key in ("diff_operator", "diff_move", "score", "diff_why")]
    return Listing(headings, rows, title=say["diff_movers"], lines=True)


def _why(mover: Mover, lang: str) -> Iterator[str]:
    say = words(lang)
    yield from _causes(mover, lang)
    if mover.missing:
        yield f"{say['missing']}: {', '.join(text.get(lang) for text in mover.missing)}"
    if mover.left_out[0] != mover.left_out[1]:
        yield f"{say['diff_left_out']}: {mover.left_out[0]} → {mover.left_out[1]}"
    titles = {rule.rule: rule.title.get(lang) for rule in mover.rules}
    if mover.old_ceiling != mover.new_ceiling and mover.rules:
        ceilings = (
            titles.get(rule, rule) if rule else say["diff_no_ceiling"]
            for rule in (mover.old_ceiling, mover.new_ceiling)
        )
        yield f"{say['diff_ceiling']}: {' → '.join(ceilings)}"
    for rule in mover.rules:
        if rule.change != OTHER_RECORDS:
            yield from _rule(rule, lang)


def _rule(rule: RuleChange, lang: str) -> Iterator[str]:
    say = words(lang)
    about = f" · {rule.risk_point}" if rule.risk_point else ""
    points = ""
    if rule.old_points != rule.new_points and (rule.old_points or rule.new_points):
        points = " " + " → ".join(plain(value or 0) for value in (rule.old_points, rule.new_points))
    yield f"- {rule.title.get(lang)}{about}: {say['diff_change_' + rule.change]}{points}"
    for key, records in (("diff_come", rule.come), ("diff_gone", rule.gone)):
        if records:
            more = f" … ({len(records)})" if len(records) > _SHOWN_RECORDS else ""
            yield f"  {say[key]}: {', '.join(records[:_SHOWN_RECORDS])}{more}"
    if not rule.come and not rule.gone:
        for fact in rule.facts[:_SHOWN_RECORDS]:
            before, after = (value_text(value).get(lang) for value in (fact.old, fact.new))
            yield f"  {fact.title.get(lang)}: {before} → {after}"
    yield from (f"  {line}" for line in _causes(rule, lang))


def _causes(change: Mover | RuleChange, lang: str) -> Iterator[str]:
    say = words(lang)
    beside = "diff_also" if change.causes else "diff_possible"
    for key, causes in (("diff_cause", change.causes), (beside, change.possible)):
        if causes:
            yield f"{say[key]}: {', '.join(say['diff_by_' + cause] for cause in causes)}"
