"""``riskengine policy``: list and check policies; the schema of their files."""

from __future__ import annotations

from pathlib import Path

import click

from riskengine.cli import completion
from riskengine.cli.main import DONE, FOUND
from riskengine.cli.params import json_option, lang_option, leveled, print_json
from riskengine.cli.policy_show import command as show
from riskengine.cli.policy_sql import command as sql
from riskengine.cli.policy_test import command as test
from riskengine.cli.talk import talk, talk_options
from riskengine.cli.words import words
from riskengine.kernel.errors import PolicyError
from riskengine.policy import read_policy, schema_text, shipped_policies


@click.group("policy")
def command() -> None:
    """List, show, check and test policies; the schema of their files."""


@command.command("list")
@lang_option
@json_option
def list_policies(lang: str, *, as_json: bool) -> None:
    """List the shipped policies: name, version, since when, title."""
    policies = [read_policy(name).policy for name in shipped_policies()]
    if as_json:
        print_json(
            [
                {
                    "policy": policy.policy,
                    "version": policy.version,
                    "since": policy.effective.since.isoformat(),
                    "title": policy.title.text.to_dict(),
                    "summary": policy.summary.text.to_dict(),
                    "catalog": policy.catalog,
                    "grades": [row.grade for row in policy.grades.table],
                }
                for policy in policies
            ]
        )
        return
    for policy in policies:
        click.echo(
            f"{policy.policy}  {policy.version}  {policy.effective.since.isoformat()}  {policy.title.text.get(lang)}"
        )
        click.echo(f"    {policy.summary.text.get(lang)}")


@command.command("lint")
@click.argument("names", nargs=-1, shell_complete=completion.policies)
@lang_option
@json_option
def lint(names: tuple[str, ...], lang: str, *, as_json: bool) -> None:
    """Check policies, all shipped ones where none is named: every problem with its line.

    Exit code 1 if any, warnings too.
    """
    from riskengine.catalog import load_shipped
    from riskengine.policy import Known, check_policy

    catalog = load_shipped()
    problems = []
    for name in names or shipped_policies():
        try:
            file = read_policy(Path(name) if "/" in name else name)
            points = tuple(catalog.risk_points) if file.policy.catalog else None
            problems += check_policy(file, Known(tuple(catalog.laws.laws), points)).warnings
        except PolicyError as error:
            problems += error.problems
    if as_json:
        print_json([problem.to_dict(lang) for problem in problems])
    else:
        for problem in problems:
            click.echo(leveled(problem, lang))
        if not problems and not talk().quiet:
            click.echo(words(lang)["no_problems"])
    click.get_current_context().exit(FOUND if problems else DONE)


@command.command("schema")
@talk_options
def schema() -> None:
    """Print the JSON Schema of a policy file, with which an editor completes and checks its keys."""
    click.echo(schema_text(), nl=False)


command.add_command(show)
command.add_command(sql)
command.add_command(test)
