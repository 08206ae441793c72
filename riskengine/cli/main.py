"""The entry point: the group of commands, and how errors reach the user."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "report": "grade a list and write report.html and report.xlsx: the main job",
    "grade": "grade a list into a new run folder",
    "assess": "a filter of JSON lines: one operator in, one grade out",
    "explain": "why an operator has its grade, from a run folder alone",
    "notice": "what operators are told about their grades: a page for each",
    "brief": "the five things that matter in a run, on one page",
    "validate": "every problem of input files, nothing graded",
    "template": "write an Excel form to fill in",
    "policy": "list, show, check and test policies, print them as SQL",
    "catalog": "list, show, check and verify the catalogue of risk points",
    "ledger": "the stored record of violations: import, show, amend, repair, objections, …",
    "supervise": "from a run to what the bureau does: a plan, a draw, lists, reviews, letters, education",
    "runs": "list, show, verify and compare run folders",
    "completion": "print the completion script of a shell",
}

DONE, FOUND, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: done; a check found something; bad usage or input; stopped by Ctrl-C."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that ``--help`` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """The commands, the main job first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"riskengine.cli.{cmd_name}").command
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The names that begin so, from the table above; options as click has them."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [CompletionItem(name, help=said) for name, said in COMMANDS.items() if name.startswith(incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands from the table above: none is imported for it."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        """Call the command; that the reader of its output has gone (`… | head`) is no fault."""
        try:
            result: object = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return DONE
        return result

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Say which command was probably meant."""
        from riskengine.kernel.problems import nearest

        known = not args or args[0] in COMMANDS or args[0].startswith("-")
        if not known and not ctx.resilient_parsing:
            near = nearest(args[0], COMMANDS)
            hint = f" Did you mean: {', '.join(near)}?" if near else ""
            ctx.fail(f"No such command '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="riskengine", prog_name="riskengine")
def cli() -> None:
    """Credit grades for regulated operators: exact, explained, replayable.

    Exit codes: 0 done; 1 a check found something; 2 bad usage or input, with every problem listed; 130 stopped by
    Ctrl-C.
    """


def main(argv: list[str] | None = None) -> None:
    """Run the command line; no traceback reaches the user unless ``RISKENGINE_DEBUG`` is set."""
    from riskengine.kernel.errors import RiskEngineError

    try:
        code = cli.main(args=argv, prog_name="riskengine", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):  # before a command was there to say it in its language
        from riskengine.cli.params import say_interrupted

        say_interrupted()
        sys.exit(INTERRUPTED)
    except RiskEngineError as error:
        from riskengine.cli.params import say_error

        say_error(error)
        sys.exit(BAD_INPUT)
    except Exception as error:
        if os.environ.get("RISKENGINE_DEBUG"):
            raise
        click.echo(
            f"riskengine: an unexpected error, a defect of the program: {type(error).__name__}: {error}\n"
            "Please report it with the command; RISKENGINE_DEBUG=1 shows where it happened.",
            err=True,
        )
        sys.exit(BAD_INPUT)
    sys.exit(code if isinstance(code, int) else DONE)
