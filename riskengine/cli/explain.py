"""``riskengine explain``: why an operator has its grade, from the run folder alone."""

from __future__ import annotations

from pathlib import Path

import click

from riskengine.cli.params import json_option, lang_option, personal_option, print_json
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem, nearest
from riskengine.records import id_of
from riskengine.results import Context, explain, explanation_text, masked, view_of
from riskengine.runs import open_run


@click.command("explain")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("operator_id")
@lang_option
@personal_option
@json_option
def command(run: Path, operator_id: str, lang: str, *, show_personal: bool, as_json: bool) -> None:
    """Say why OPERATOR_ID has its grade in RUN: what fired on which records, what did not and why."""
    opened = open_run(run)
    known = [row["operator_id"] for row in opened.rows("grades")]
    meant = next((known_id for known_id in known if id_of(known_id) == id_of(operator_id)), operator_id)
    view = view_of(opened, meant)
    if view is None:
        raise UsageError([Problem("RE-603", source=str(run), found=operator_id, near=nearest(operator_id, known))])
    context = Context(opened.plan, opened.policy.policy, opened.catalog, opened.as_of)
    explanation = explain(view if show_personal else masked(view), context)
    if as_json:
        print_json(explanation.to_dict())
    else:
        click.echo(explanation_text(explanation, lang))
