"""``riskengine catalog``: list and show the catalogue of risk points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from riskengine.catalog import load_shipped
from riskengine.cli import catalog_lint, completion
from riskengine.cli.catalog_discretion import discretion
from riskengine.cli.catalog_export import export, import_
from riskengine.cli.catalog_items import items
from riskengine.cli.catalog_verify import verify_command
from riskengine.cli.params import console, json_option, lang_option, print_json
from riskengine.cli.words import words as in_cli
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem, nearest
from riskengine.results import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.catalog import Catalog, RiskPoint


@click.group("catalog")
def command() -> None:
    """List, show, check, export and import the catalogue of risk points."""


command.add_command(catalog_lint.lint)
command.add_command(catalog_lint.diff)
command.add_command(verify_command)
command.add_command(items)
command.add_command(export)
command.add_command(import_)
command.add_command(discretion)


@command.command("list")
@click.option("--area", shell_complete=completion.areas, help="Only this area, for example HW.")
@lang_option
@json_option
def list_points(area: str | None, lang: str, *, as_json: bool) -> None:
    """List the risk points: code, area, level, title, measures."""
    catalog = load_shipped()
    if area is not None and area not in catalog.areas:
        raise UsageError([Problem("RE-611", found=area, near=tuple(catalog.areas), params=(("what", "area"),))])
    points = [point for point in catalog.risk_points.values() if area in {None, point.area}]
    if as_json:
        print_json([_entry(point) for point in points])
        return
    from riskengine.reports import Listing

    say = in_cli(lang)
    rows = [(point.code, words(lang)[point.level], point.title.get(lang), str(len(point.measures))) for point in points]
    headings = ("", say["level"], say["risk_point"], say["measures"])
    console().print(Listing(headings, rows, title=catalog.title.get(lang), right=frozenset({3})))


def _entry(point: RiskPoint) -> dict[str, Any]:
    return {
        "code": point.code,
        "area": point.area,
        "level": point.level,
        "title": point.title.to_dict(),
        "measures": list(point.measures),
    }


@command.command("show")
@click.argument("code", shell_complete=completion.codes)
@lang_option
@json_option
def show(code: str, lang: str, *, as_json: bool) -> None:
    """Show a risk point (HW-01) or a measure (HW-01-M1) whole."""
    catalog = load_shipped()
    code = code.strip().upper()
    if code in catalog.measures:
        measure, comments = catalog.measures[code], catalog_lint.comments_on(code)
        if as_json:
            print_json(catalog_lint.with_comments(measure, comments))
        else:
            lines = [*_measure_lines(catalog, code, lang), *catalog_lint.comment_lines(comments, lang)]
            click.echo("\n".join(lines))
        return
    point = catalog.risk_points.get(code)
    if point is None:
        known = [*catalog.risk_points, *catalog.measures]
        raise UsageError([Problem("RE-611", found=code, near=nearest(code, known), params=(("what", "risk point"),))])
    comments = catalog_lint.comments_on(code, *point.measures)
    if as_json:
        print_json(catalog_lint.with_comments(point, comments))
    else:
        click.echo("\n".join([*_point_lines(catalog, point, lang), *catalog_lint.comment_lines(comments, lang)]))


def _point_lines(catalog: Catalog, point: RiskPoint, lang: str) -> Iterator[str]:
    yield f"{point.code}  {point.title.get(lang)}  [{words(lang)[point.level]}]"
    yield point.conduct.get(lang)
    yield point.level_reason.get(lang)
    say = words(lang)
    for citation in point.citations:
        how = f"{citation.version}, {say[citation.sureness]}"
        yield f"  [{say[str(citation.role)]}] {citation.label(catalog.laws, lang)} ({how})"
    for measure in point.measures:
        yield from _measure_lines(catalog, measure, lang)


def _measure_lines(catalog: Catalog, code: str, lang: str) -> Iterator[str]:
    measure = catalog.measures[code]
    yield f"  {code}  {measure.text.get(lang)}"
    yield f"      {measure.who.get(lang)} · {measure.when.get(lang)}"
