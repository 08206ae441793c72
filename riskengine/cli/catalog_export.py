"""``riskengine catalog export`` and ``catalog import``: the catalogue as others hold it, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.catalog import catalog_files, load_catalog, load_shipped, write_catalog
from riskengine.catalog.verification import last_result
from riskengine.cli.catalog_lint import must_be_a_catalogue
from riskengine.cli.params import json_option, lang_option, print_json, say_problems
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from riskengine.catalog import CatalogFile

FORMATS = ("xlsx", "csv", "json", "yaml", "html", "md")


@click.command("export")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), help="What to write; by the ending of PATH if left out.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="PATH", help="The file or folder to write."
)
@click.option("--force", is_flag=True, help="Write over what is there.")
@lang_option
@json_option
def export(folder: Path | None, form: str | None, out: Path, lang: str, *, force: bool, as_json: bool) -> None:
    """Write the catalogue for others: to be changed and imported again, or to be read.

    DIR holds risk_catalog/ and measures/ in the shape of the shipped ones, which are written where it is left out.

    \b
    xlsx  a workbook to circulate: a sheet for each table, drop-downs, ready to print
    csv   a file for each table, in a folder, or in a zip where PATH ends in .zip
    json  one file with everything
    yaml  the catalogue's own files in canonical form
    html  a handbook to publish and to print: one page, nothing else needed
    md    the same as Markdown; neither is imported
    """  # noqa: D301 - \b keeps the lines of the list apart
    form = form or _form_of(out)
    if folder is not None:
        must_be_a_catalogue(folder)
    files = catalog_files(folder)
    _must_be_free(_targets(form, files, out), force=force)
    try:
        if form not in {"yaml", "csv"} or out.suffix.lower() == ".zip":
            out.parent.mkdir(parents=True, exist_ok=True)
        written = _write_page(form, folder, out, lang) if form in {"html", "md"} else _write(form, files, out, lang)
    except OSError as error:
        raise _not_written(out, error) from None
    _say_written(written, {"format": form}, as_json=as_json)


@click.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Where the catalogue is written."
)
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The catalogue that edits are told against; the shipped one if left out.",
)
@click.option("--force", is_flag=True, help="Write over what is there.")
@lang_option
@json_option
def import_(file: Path, out: Path, against: Path | None, lang: str, *, force: bool, as_json: bool) -> None:
    """Read an exported catalogue back, tell every edit with its cell, and write it as YAML below DIR.

    FILE is what `catalog export` wrote as xlsx, csv (folder or zip) or json. It is held to everything that a catalogue
    is held to when it is loaded: each problem is named with its cell, and then nothing is written. An export that
    nobody edited gives the same files, byte for byte.
    """
    from riskengine.exchange import edits, read_export

    if against is not None:
        must_be_a_catalogue(against)
    received = read_export(file)
    before = catalog_files(against)
    _must_be_free([out / part.name for part in received.files], force=force)
    try:
        written = write_catalog(received.files, out)
    except OSError as error:
        raise _not_written(out, error) from None
    found = edits(before, received)
    if as_json:
        problems = [problem.to_dict(lang) for problem in received.findings]
        data = {"edits": [edit.to_dict() for edit in found], "findings": problems}
        _say_written(written, data, as_json=True)
        return
    for edit in found:
        click.echo(edit.text(lang))
    if not found:
        from riskengine.exchange.wording import edit_form

        click.echo(edit_form("none", lang))
    say_problems(received.findings, lang)
    _say_written(written, {}, as_json=False)


def _form_of(out: Path) -> str:
    endings = {".xlsx": "xlsx", ".json": "json", ".zip": "csv", ".html": "html", ".htm": "html", ".md": "md"}
    ending = endings.get(out.suffix.lower())
    if ending is None:
        raise click.UsageError(f"--format is needed: {', '.join(FORMATS)}")
    return ending


def _targets(form: str, files: Iterable[CatalogFile], out: Path) -> list[Path]:
    """What would be written."""
    if form == "yaml":
        return [out / file.name for file in files]
    if form == "csv" and out.suffix.lower() != ".zip":
        from riskengine.exchange import csv_names

        return [out / name for name in csv_names()]
    return [out]


def _write(form: str, files: tuple[CatalogFile, ...], out: Path, lang: str) -> list[Path]:
    from riskengine import exchange

    if form == "yaml":
        return write_catalog(files, out)
    if form == "csv":
        return exchange.write_csv(files, out)
    if form == "xlsx":
        exchange.write_workbook(files, out, lang)
    else:
        out.write_text(exchange.json_text(files), "utf-8", newline="\n")
    return [out]


def _write_page(form: str, folder: Path | None, out: Path, lang: str) -> list[Path]:
    """The handbook, with what the last verification of the same folder said."""
    from riskengine import exchange

    catalog = load_catalog(folder / "risk_catalog", folder / "measures") if folder else load_shipped()
    write = exchange.handbook if form == "html" else exchange.markdown
    out.write_text(write(catalog, last_result(folder), lang), "utf-8", newline="\n")
    return [out]


def _must_be_free(paths: Iterable[Path], *, force: bool) -> None:
    taken = [path for path in paths if path.exists()]
    if taken and not force:
        reason = (("reason", "it exists; --force writes over it"),)
        raise UsageError([Problem("RE-609", found=str(path), params=reason) for path in taken])


def _not_written(out: Path, error: OSError) -> UsageError:
    return UsageError([Problem("RE-609", found=str(out), params=(("reason", error.strerror or str(error)),))])


def _say_written(written: Iterable[Path], more: dict[str, Any], *, as_json: bool) -> None:
    paths = [str(path) for path in written]
    if as_json:
        print_json({**more, "written": paths})
    else:
        click.echo("\n".join(paths))
