"""``riskengine policy show``: a policy as a page for its readers."""

from __future__ import annotations

import click

from riskengine.cli import completion
from riskengine.cli.params import json_option, lang_option, print_json
from riskengine.results import Context
from riskengine.trials import Subject


@click.command("show")
@click.argument("name", shell_complete=completion.policies)
@click.option(
    "--format",
    "form",
    type=click.Choice(("md", "html")),
    default="md",
    show_default=True,
    help="Markdown, or one HTML file that fetches nothing.",
)
@lang_option
@json_option
def command(name: str, form: str, lang: str, *, as_json: bool) -> None:
    """Print policy NAME (or the one at a path) as a page: what it rates, its rules, limits, facts, numbers and law."""
    from riskengine.reports.policy import blocks_dict, html_page, markdown_page, policy_blocks

    subject = Subject.load(name)
    policy = subject.file.policy
    context = Context(subject.plan, policy, subject.catalog, policy.effective.since)
    blocks = policy_blocks(context, subject.checked, lang)
    if as_json:
        print_json(blocks_dict(policy.policy, policy.version, lang, blocks))
        return
    click.echo(html_page(blocks, lang) if form == "html" else markdown_page(blocks), nl=False)
