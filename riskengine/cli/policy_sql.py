"""``riskengine policy sql``: what a policy is as SQL, for who wants to read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from riskengine.cli import completion
from riskengine.cli.params import as_of_date, json_option, lang_option, print_json
from riskengine.engines.sql.dialects import DIALECTS, in_dialect
from riskengine.engines.sql.inputs import PLAN_TABLES, operator_columns, source_columns
from riskengine.engines.sql.pipeline import pipeline
from riskengine.engines.sql.printing import columns_in, statement
from riskengine.facade import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.plan import Plan


@click.command("sql")
@click.argument("name", shell_complete=completion.policies)
@click.option("--as-of", "as_of", metavar="DATE", help="The day of the windows and parameters; today if left out.")
@click.option("--dialect", type=click.Choice(DIALECTS), default="duckdb", show_default=True, help="Whose SQL.")
@lang_option
@json_option
def command(name: str, as_of: str | None, dialect: str, lang: str, *, as_json: bool) -> None:  # noqa: ARG001 - of notes
    """Print the SQL that policy NAME becomes on a day: step after step, each a table.

    Numbers are whole: a value of p digits stands times 10^p. Beside each rule stand its law and article.
    """
    engine = Engine.load(Path(name) if "/" in name or name.endswith((".yaml", ".yml")) else name)
    day = as_of_date(as_of)
    plan = engine.plan
    steps = pipeline(plan, day, few_joins=dialect == "spark").steps
    inputs = _inputs(plan, dialect)
    if as_json:
        given = {"policy": plan.policy, "version": plan.policy_version, "plan": plan.sha256, "as_of": day.isoformat()}
        listed = [{"name": step.name, "note": step.note, "sql": in_dialect(step.sql, dialect)} for step in steps]
        print_json({"schema": "riskengine.sql/1", **given, "dialect": dialect, "inputs": inputs, "steps": listed})
        return
    click.echo(f"-- {plan.policy} {plan.policy_version}, as of {day.isoformat()}; plan {plan.sha256}")
    for line in _rules(plan):
        click.echo(f"-- {line}")
    for table, columns in inputs.items():
        click.echo(f"-- reads {table}({', '.join(f'{column} {kind}' for column, kind in columns.items())})")
    for step in steps:
        click.echo("")
        click.echo(statement(step, dialect))


def _rules(plan: Plan) -> Iterator[str]:
    for number, rule in enumerate(plan.rules):
        law = "the risk point's liability article" if rule.from_catalog else "local policy"
        if rule.law is not None:
            law = f"{rule.law}, article {rule.article}" if rule.article else rule.law
        yield f"rule {number}: {rule.rule} ({rule.stage}): {law}"


def _inputs(plan: Plan, dialect: str) -> dict[str, dict[str, str]]:
    """The tables that the steps read, with the types of their columns."""
    sources = {source: source_columns(plan, source) for source in plan.reads}
    tables = {"operators": operator_columns(plan), **sources, **PLAN_TABLES}
    return {name: columns_in(columns, dialect) for name, columns in tables.items()}
