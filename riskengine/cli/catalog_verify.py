"""``riskengine catalog verify``: each citation of the catalogue held against the law's text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.catalog import Citation, load_enforcement, load_shipped
from riskengine.catalog.lawtext import PARSER, read_law_texts
from riskengine.catalog.textcache import TextCache, cache_folder
from riskengine.catalog.threats import KINDS
from riskengine.catalog.verification import RESULTS, changes_since, last_result, lost_since
from riskengine.catalog.verify import verify
from riskengine.catalog.wording import say as kind_in_words
from riskengine.cli.main import DONE, FOUND
from riskengine.cli.params import console, json_option, lang_option, print_json
from riskengine.kernel.canonical import canonical_json
from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.kernel.wording import words_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.catalog import Catalog
    from riskengine.catalog.verification import Checked, Place, Verification

_ROOM, _WORDS = "riskengine.cli", "verify.yaml"


@click.command("verify")
@click.option(
    "--laws",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="A folder of law texts, one file per version.",
)
@click.option("--all", "show_all", is_flag=True, help="List what is verified, too.")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Write the result as canonical JSON.")
@click.option("--no-cache", is_flag=True, help="Parse every text anew; keep nothing in the cache folder.")
@lang_option
@json_option
def verify_command(laws: Path, out: Path | None, lang: str, *, show_all: bool, no_cache: bool, as_json: bool) -> None:
    """Hold each citation of the catalogue against the law's text.

    Exit code 1 where anything that has a text is not verified, a figure or a kind of penalty of a
    liability article is not in the catalogue, or a citation differs
    from the last result or was taken out since.
    """
    catalog = load_shipped()
    cache = None if no_cache else TextCache(cache_folder() / "lawtexts.json", PARSER)
    result = verify(catalog, read_law_texts(laws, cache), load_enforcement())
    new, other_words = changes_since(result, last_result())
    lost = lost_since(result, last_result())
    if out is not None:
        _write(out, result)
    if as_json:
        data = result.to_dict()
        data["since_last"] = {
            "new": [entry.to_dict() for entry in new],
            "other_words": [entry.to_dict() for entry in other_words],
            "lost": lost,
        }
        print_json(data)
    else:
        _print(catalog, result, new, other_words, lang, show_all=show_all)
        for entry in lost:
            told = {name: entry.get(name) for name in ("at", "law", "version", "article")}
            click.echo(words_in(_ROOM, lang, _WORDS)["lost"].format(**told))
        if out is not None:
            click.echo(words_in(_ROOM, lang, _WORDS)["written"].format(file=out))
    recorded = out is not None or not (new or other_words or lost)
    click.get_current_context().exit(DONE if result.is_clean and recorded else FOUND)


def _write(out: Path, result: Verification) -> None:
    try:
        out.write_bytes(canonical_json(result.to_dict()) + b"\n")
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError([Problem("RE-609", found=str(out), params=(("reason", reason),))]) from error


def _print(
    catalog: Catalog,
    result: Verification,
    new: list[Checked],
    other_words: list[Checked],
    lang: str,
    *,
    show_all: bool,
) -> None:
    from riskengine.reports import Listing

    say = words_in(_ROOM, lang, _WORDS)
    counts = [(say[kind], str(number)) for kind, number in result.counts().items()]
    rows = list(_rows(catalog, result, new, other_words, lang))
    rows = rows if show_all else [row for row in rows if row[0] != say["verified"]]
    if rows:
        console().print(Listing([say[key] for key in ("result", "where", "place", "why")], rows, head=1))
    console().print(Listing([say["result"], say["number"]], counts, title=say["title"], right=frozenset({1})))
    citations, with_text = result.liability()
    click.echo(say["share"].format(citations=citations, with_text=with_text))
    counted = {name: len(getattr(result, name)) for name in ("uncovered", "uncited", "unneeded")}
    click.echo(say["reverse"].format(threats=result.threats, **counted))
    if new or other_words:
        click.echo(say["hint"])
    if result.is_clean:
        click.echo(say["clean"])


def _rows(
    catalog: Catalog, result: Verification, new: list[Checked], other_words: list[Checked], lang: str
) -> Iterator[tuple[str, str, str, str]]:
    say = words_in(_ROOM, lang, _WORDS)

    def row(kind: str, at: str, place: Place, why: str = "") -> tuple[str, str, str, str]:
        return say[kind], at, f"{_label(catalog, place, lang)} ({place.version})", why

    for kind in RESULTS:
        for entry in result.checked:
            if entry.result == kind:
                yield row(kind, entry.at, entry.place, say["clause"].join(say.get(why, why) for why in entry.why))
    for missing in result.uncovered:
        why = kind_in_words("words", missing.what).get(lang) if missing.what in KINDS else say.get(missing.what)
        why = why or missing.what
        why = say["elsewhere"].format(what=why) if missing.elsewhere else why
        yield row("uncovered", missing.at, missing.place, why)
    places = {entry.at: entry.place for entry in result.checked}
    for name in ("uncited", "unneeded"):
        for at in getattr(result, name):
            yield row(name, at, places[at])
    for entry in new:
        yield row("new", entry.at, entry.place)
    for entry in other_words:
        yield row("other_words", entry.at, entry.place)


def _label(catalog: Catalog, place: Place, lang: str) -> str:
    cited: dict[str, Any] = {**place._asdict(), "sureness": "text"}
    return Citation.model_validate(cited).label(catalog.laws, lang)
