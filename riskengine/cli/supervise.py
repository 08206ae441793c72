"""``riskengine supervise``: from a run to what the bureau does; each part is a module that is imported when called."""

from __future__ import annotations

from importlib import import_module

import click

PARTS = {
    "plan": "what each operator is due, and what the inspectors of a period can cover",
    "draw": "whom to inspect and who does it, drawn so that anyone can verify it",
    "education": "a year of education for the risk points that fired, and what was held",
    "feedback": "what came of a plan: for each tier planned, done, found",
    "lists": "whom a run recommends for a list, and who is listed by decision",
    "review": "proceedings about operators' rights: proposed, heard, checked, decided",
    "tasks": "the bureau's work plan: what is done, due soon, late, and whom to remind",
    "cases": "case files: what is missing or late, a verifiable sample, scores and agreement",
    "publish": "what must be public: checked, due, reviewed, exported, taken down",
    "year": "the figures of a year from the bureau's record, each linked to its rows, as a report",
    "rebound": "who does it again, where and when more is found than elsewhere, what campaigns did",
    "outcomes": "what became of contested penalties, by risk point, unit and ground",
    "letters": "reminder, guidance, invitation to a talk, order to rectify",
}
"""Name of a part → what it does; the command is ``command`` of ``riskengine.cli.supervise_<name>``."""


class LazyParts(click.Group):
    """A group whose parts are imported when they are called: one needs a library that another does not."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """The parts in the order of the table."""
        return list(PARTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one part."""
        if cmd_name not in PARTS:
            return None
        found: click.Command = import_module(f"riskengine.cli.supervise_{cmd_name}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of parts from the table above: none is imported for it."""
        with formatter.section("Commands"):
            formatter.write_dl(list(PARTS.items()))


@click.group("supervise", cls=LazyParts)
def command() -> None:
    """From a run to what the bureau does: the engine recommends, people decide, the record shows who and why."""
