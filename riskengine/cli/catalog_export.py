"""``riskengine catalog export``: the catalogue as files for others."""

from __future__ import annotations

from pathlib import Path

import click

from riskengine.catalog import catalog_files, write_catalog
from riskengine.cli.catalog_lint import must_be_a_catalogue
from riskengine.cli.params import json_option, lang_option, print_json
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem

FORMATS = ("yaml",)


@click.command("export")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="What to write.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="PATH", help="The file or folder to write."
)
@click.option("--force", is_flag=True, help="Write over what is there.")
@lang_option
@json_option
def export(folder: Path | None, form: str, out: Path, lang: str, *, force: bool, as_json: bool) -> None:  # noqa: ARG001
    """Write the catalogue for others.

    DIR holds risk_catalog/ and measures/ in the shape of the shipped ones, which are written where it is left out.
    yaml: the same files in canonical form.
    """
    if folder is not None:
        must_be_a_catalogue(folder)
    files = catalog_files(folder)
    taken = [path for file in files if (path := out / file.name).exists()]
    if taken and not force:
        reason = (("reason", "it exists; --force writes over it"),)
        raise UsageError([Problem("RE-609", found=str(path), params=reason) for path in taken])
    try:
        written = write_catalog(files, out)
    except OSError as error:
        raise UsageError([Problem("RE-609", found=str(out), params=(("reason", str(error)),))]) from None
    if as_json:
        print_json({"format": form, "written": [str(path) for path in written]})
    else:
        click.echo("\n".join(str(path) for path in written))
