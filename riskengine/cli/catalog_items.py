"""``riskengine catalog items``: the enforcement items, as a regulator's list of powers has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from riskengine.catalog import enforcement_items, load_enforcement, load_shipped
from riskengine.catalog.wording import say
from riskengine.cli import completion
from riskengine.cli.params import as_of_date, console, json_option, lang_option, print_json
from riskengine.cli.words import words
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem, nearest
from riskengine.kernel.wording import listed

if TYPE_CHECKING:
    from riskengine.catalog import Catalog, EnforcementItem

_HEADINGS = ("risk_point", "act", "item", "basis", "body")


@click.command("items")
@click.option("--area", shell_complete=completion.areas, help="Only this area, for example HW.")
@click.option("--as-of", "as_of", metavar="DATE", help="Only articles in force on this day.")
@lang_option
@json_option
def items(area: str | None, as_of: str | None, lang: str, *, as_json: bool) -> None:
    """List the enforcement items: what a body may do about a risk point, and under which article."""
    catalog = load_shipped()
    if area is not None and area not in catalog.areas:
        near = nearest(area, catalog.areas)
        raise UsageError([Problem("RE-611", found=area, near=near, params=(("what", "area"),))])
    on = None if as_of is None else as_of_date(as_of)
    found = enforcement_items(catalog, load_enforcement(), area=area, on=on)
    if as_json:
        print_json([item.to_dict(catalog) for item in found])
        return
    from riskengine.reports import Listing

    rows = [_row(catalog, item, lang) for item in found]
    console().print(Listing([words(lang)[key] for key in _HEADINGS], rows, lines=True))


def _row(catalog: Catalog, item: EnforcementItem, lang: str) -> tuple[str, ...]:
    kinds = listed((say("words", kind).get(lang) for kind in item.kinds), lang)
    act = say("acts", item.act).get(lang)
    basis = f"{item.basis.label(catalog.laws, lang)} ({item.basis.version})"
    bodies = listed((body.get(lang) for body in item.bodies), lang)
    return (
        item.risk_point,
        f"{act} ({kinds})" if item.act == "penalty" else act,
        item.subject.get(lang),
        basis,
        bodies,
    )
