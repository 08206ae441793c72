"""``riskengine policy test``: the tests that a policy carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from riskengine.cli import completion
from riskengine.cli.main import DONE, FOUND
from riskengine.cli.params import json_option, lang_option, print_json
from riskengine.cli.progress import Progress
from riskengine.cli.talk import talk
from riskengine.engines.registry import ENGINES
from riskengine.kernel.errors import PolicyError
from riskengine.policy import shipped_policies
from riskengine.trials import TrialReport, report_dict, report_lines, run_policy_tests, wording

if TYPE_CHECKING:
    from riskengine.kernel.problems import Problem


@click.command("test")
@click.argument("names", nargs=-1, shell_complete=completion.policies)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="reference",
    show_default=True,
    help="The engine that grades; all give the same.",
)
@click.option(
    "--coverage",
    "demanded",
    type=click.IntRange(0, 100),
    default=0,
    metavar="PERCENT",
    help="Exit code 1 where the tests cover less of a policy.",
)
@lang_option
@json_option
def command(names: tuple[str, ...], engine: str, demanded: int, lang: str, *, as_json: bool) -> None:
    """Run the tests.yaml beside each policy NAME (or path); those of all shipped policies where none is named.

    A test that fails says what it expected, what was found, and why. Then, by name, what the tests leave untried:
    rules, grades, thresholds, branches, rows. Exit code 1 if a test fails.
    """
    reports: list[TrialReport] = []
    problems: list[Problem] = []
    with Progress(lang) as progress:
        progress.step("test")
        for name in names or shipped_policies():
            try:
                reports.append(run_policy_tests(name, engine))
            except PolicyError as error:
                problems += error.problems
    if problems:
        raise PolicyError(problems)
    if as_json:
        print_json([report_dict(report, lang) for report in reports])
    else:
        for report in [report for report in reports if not (report.passed and talk().quiet)]:
            for line in report_lines(report, lang):
                click.echo(line)
    short = [report.policy for report in reports if report.coverage.percent < demanded]
    if short:
        said = wording(lang)["below_demand"].format(percent=demanded, names=", ".join(short))
        click.echo(said, err=True)
    failed = short or not all(report.passed for report in reports)
    click.get_current_context().exit(FOUND if failed else DONE)
