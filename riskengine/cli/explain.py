"""``riskengine explain``: why an operator has its grade, from the run folder alone."""

from __future__ import annotations

from pathlib import Path

import click

from riskengine.cli import completion
from riskengine.cli.params import json_option, lang_option, personal_option, print_json
from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import mask_within
from riskengine.kernel.problems import Problem
from riskengine.records import id_of
from riskengine.results import Context, explain, explanation_text, masked, view_of
from riskengine.runs import is_rule_file, near_operators, open_run, require_unaltered


@click.command("explain")
@click.argument("run", type=click.Path(path_type=Path), shell_complete=completion.runs)
@click.argument("operator_id", shell_complete=completion.operators)
@lang_option
@personal_option
@json_option
def command(run: Path, operator_id: str, lang: str, *, show_personal: bool, as_json: bool) -> None:
    """Say why OPERATOR_ID has its grade in RUN: what fired on which records, what did not and why."""
    opened = open_run(run)
    require_unaltered(opened, only=is_rule_file)
    asked = id_of(operator_id)
    view = view_of(opened, operator_id) or (view_of(opened, asked) if isinstance(asked, str) else None)
    if view is None:
        near = near_operators(opened, asked if isinstance(asked, str) else operator_id, operator_id)
        raise UsageError([Problem("RE-603", source=str(run), found=operator_id, near=near)])
    context = Context(opened.plan, opened.policy.policy, opened.catalog, opened.as_of)
    explanation = explain(view if show_personal else masked(view), context)
    said = explanation.to_dict() if as_json else explanation_text(explanation, lang)
    # The numbers of cases and the plates of evidence may hold what is personal as well.
    said = said if show_personal else mask_within(said)
    if as_json:
        print_json(said)
    else:
        click.echo(said)
