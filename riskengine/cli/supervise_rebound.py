"""``riskengine supervise rebound``: who does it again, where and when more is found, what patrols and campaigns do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.catalog import load_shipped
from riskengine.cli.params import as_of_date, json_option, lang_option, print_json, say_problems
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.reports.rebound import lines_of, rebound_page, write_rebound
from riskengine.supervision.rebound import Rebound, ReboundRequest, analyse, read_rebound_rules
from riskengine.supervision.record import file_of

if TYPE_CHECKING:
    from riskengine.catalog import Catalog

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILES = {
    "violations": "violations",
    "inspections": "inspections",
    "operators": "operators",
    "times": "inspection_times",
    "campaigns": "campaigns",
}
"""Option → the file of the record that stands in for it."""


@click.command("rebound")
@click.argument("record", type=_FOLDER, required=False)
@click.option("--violations", type=_FILE, metavar="FILE", help="Violations; else those of RECORD.")
@click.option("--inspections", type=_FILE, metavar="FILE", help="Inspections; without them repeats alone are told.")
@click.option("--operators", type=_FILE, metavar="FILE", help="Operators, for campaigns of counties.")
@click.option("--times", type=_FILE, metavar="FILE", help="A table: inspection_id, time.")
@click.option("--campaigns", type=_FILE, metavar="FILE", help="A table: campaign_id, place, risk_point, from, until.")
@click.option("--as-of", "day", metavar="DATE", help="The day on which it is seen; today if left out.")
@click.option("--rules", type=_FILE, metavar="FILE", help="YAML: spans, kinds, limits; the shipped ones if left out.")
@click.option("--hours", type=click.IntRange(min=0), metavar="N", help="Officers' hours of a week of patrols.")
@click.option("--teams", type=click.IntRange(min=1), default=1, show_default=True, help="Patrols at once.")
@click.option("--out", type=_FOLDER, metavar="DIR", help="Write rebound.html, rebound.xlsx and pairs.csv there.")
@lang_option
@json_option
def command(
    record: Path | None,
    day: str | None,
    rules: Path | None,
    hours: int | None,
    teams: int,
    out: Path | None,
    lang: str,
    *,
    as_json: bool,
    **given: Path | None,
) -> None:
    """Tell rebound (违法反弹): repeats after penalty or repair; places and hours against the inspections made.

    RECORD is a folder with the files of a bureau's year; an option names another file.
    """
    files = _files(record, given)
    request = ReboundRequest(
        day=as_of_date(day),
        rules=read_rebound_rules(rules),
        hours=hours,
        teams=teams,
        pairs=None if out is None else out / "pairs.csv",
        **files,
    )
    catalog = load_shipped()
    try:
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
        found = analyse(request)
        written = [] if out is None else _write(found, catalog, out, lang)
    except OSError as error:
        reason = (("reason", error.strerror or str(error)),)
        raise UsageError([Problem("RE-609", found=str(out), params=reason)]) from None
    say_problems(found.problems, lang)
    if as_json:
        print_json({**found.to_dict(), "written": [str(path) for path in written]})
        return
    for line in lines_of(found, catalog, lang):
        click.echo(line)
    for path in written:
        click.echo(path)


def _files(record: Path | None, given: dict[str, Path | None]) -> dict[str, Any]:
    """The file of each source: as an option names it, else that of the record.

    Raises:
        UsageError: there are no violations (RE-957, RE-975).
    """
    found: dict[str, Any] = dict(given)
    if record is not None:
        found |= {key: file_of(record, name) for key, name in _FILES.items() if given[key] is None}
    if found["violations"] is None:
        code = "RE-975" if record is None else "RE-957"
        raise UsageError([Problem(code, source=None if record is None else str(record), found="violations")])
    return found


def _write(found: Rebound, catalog: Catalog, out: Path, lang: str) -> list[Path]:
    page, book = out / "rebound.html", out / "rebound.xlsx"
    page.write_text(rebound_page(found, catalog, lang), "utf-8")
    write_rebound(found, catalog, book, lang)
    return [page, book, out / "pairs.csv"]
