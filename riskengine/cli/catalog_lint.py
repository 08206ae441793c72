"""``riskengine catalog lint`` and ``catalog diff``, and how ``catalog show`` tells of comments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.catalog import difference, lint_catalog, lint_form, load_catalog, load_consultation, load_shipped
from riskengine.catalog.bands import check_bands
from riskengine.cli.main import DONE, FOUND
from riskengine.cli.params import json_option, lang_option, leveled, print_json
from riskengine.cli.talk import talk
from riskengine.cli.words import words
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.catalog import Catalog, Comment, Measure, RiskPoint

_FOLDER = click.Path(path_type=Path)


@click.command("lint")
@click.argument("folder", metavar="[DIR]", type=_FOLDER, required=False)
@click.option(
    "--bands",
    multiple=True,
    type=_FOLDER,
    metavar="FILE",
    help="A bureau's discretionary bands, held against the catalogue; may be repeated.",
)
@lang_option
@json_option
def lint(folder: Path | None, bands: tuple[Path, ...], lang: str, *, as_json: bool) -> None:
    """Check the catalogue: every problem with its line. Exit code 1 if any, warnings too.

    DIR holds risk_catalog/ and measures/ in the shape of the shipped ones, which are checked where it is left out.
    Bands are parts of the catalogue's statutory fines, so they are checked once the catalogue can be read.
    """
    if folder is not None:
        must_be_a_catalogue(folder)
    problems = lint_catalog(folder) or lint_form(folder)  # the form of what is whole
    for file in bands if not any(problem.is_error for problem in problems) else ():
        problems = [*problems, *check_bands(file, _catalog(folder))[1]]
    if as_json:
        print_json([problem.to_dict(lang) for problem in problems])
    else:
        for problem in problems:
            click.echo(leveled(problem, lang))
        if not problems and not talk().quiet:
            click.echo(words(lang)["no_problems"])
    click.get_current_context().exit(FOUND if problems else DONE)


@click.command("diff")
@click.argument("before", metavar="OLD", type=_FOLDER)
@click.argument("after", metavar="[NEW]", type=_FOLDER, required=False)
@click.option("--fail", is_flag=True, help="Exit code 1 if anything changed.")
@lang_option
@json_option
def diff(before: Path, after: Path | None, lang: str, *, fail: bool, as_json: bool) -> None:
    """Say in words what changed between two catalogues.

    OLD and NEW hold risk_catalog/ and measures/, as the folder inputs/ of a run does; where NEW is left out it is the
    shipped catalogue.
    """
    old, new = _catalog(before), _catalog(after)
    changes = difference(old, new)
    if as_json:
        print_json(
            {"before": _edition(old), "after": _edition(new), "changes": [change.to_dict() for change in changes]}
        )
    else:
        click.echo(f"{old.title.get(lang)}, {old.version} → {new.title.get(lang)}, {new.version}")
        for change in changes:
            click.echo(change.text(lang))
        if not changes:
            click.echo(words(lang)["no_difference"])
    click.get_current_context().exit(FOUND if fail and changes else DONE)


def must_be_a_catalogue(folder: Path) -> None:
    """Refuse a folder without an edition (RE-401)."""
    edition = folder / "risk_catalog" / "edition.yaml"
    if not edition.is_file():
        raise UsageError([Problem("RE-401", found=str(edition))])


def _catalog(folder: Path | None) -> Catalog:
    if folder is None:
        return load_shipped()
    must_be_a_catalogue(folder)
    return load_catalog(folder / "risk_catalog", folder / "measures")


def _edition(catalog: Catalog) -> dict[str, Any]:
    return {"catalog": catalog.id, "version": catalog.version, "sha256": catalog.sha256}


def comments_on(*codes: str) -> tuple[Comment, ...]:
    """The comments of the shipped consultation log on any of the codes."""
    return load_consultation().about(*codes)


def with_comments(part: RiskPoint | Measure, comments: tuple[Comment, ...]) -> dict[str, Any]:
    """A risk point or measure as JSON, the comments on it at its end."""
    return part.model_dump(mode="json") | {
        "comments": [comment.model_dump(mode="json", by_alias=True) for comment in comments]
    }


def comment_lines(comments: tuple[Comment, ...], lang: str) -> Iterator[str]:
    """Comments in words: what was said by whom, and what became of it and why; nothing where there are none."""
    say = words(lang)
    for comment in comments:
        sender, answer = say[f"sender_{comment.sender}"], say[f"answer_{comment.answer}"]
        told = say["comment"].format(
            code=comment.code, day=comment.received_on.isoformat(), sender=sender, text=comment.comment.get(lang)
        )
        yield f"  {told}"
        yield f"      {say['answered'].format(answer=answer, why=comment.why.get(lang))}"
