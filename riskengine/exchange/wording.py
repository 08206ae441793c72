"""Names of sheets, headings and words of values, in both languages, from ``words.yaml`` and the catalogue's wording."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

from riskengine.catalog.wording import say
from riskengine.exchange.tables import all_tables
from riskengine.kernel.languages import LANGUAGES
from riskengine.kernel.wording import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskengine.exchange.tables import Column


def sheet_name(table: str, lang: str) -> str:
    """What a table is called."""
    entry = _entries()["tables"].get(table)
    return str(entry[lang]) if entry else table[-31:]


def heading(table: str, key: str, lang: str) -> str:
    """The heading of a column: the words of its keys, one after the other.

    >>> heading("measures", "basis.note.zh", "zh"), heading("measures", "basis.note.zh", "en")
    ('依据·备注（中文）', 'basis: note (zh)')
    """
    entries = _entries()
    special = entries["special"].get(f"{table}.{key}")
    if special:
        return str(special[lang])
    *before, last = key.split(".")
    if last in LANGUAGES and before:
        return heading(table, ".".join(before), lang) + _form("suffix", lang).format(
            language=entries["keys"][last][lang]
        )
    parts = [entries["keys"].get(part, {}).get(lang, part.replace("_", " ")) for part in (*before, last)]
    return _form("parting", lang).join(str(part) for part in parts)


def _form(key: str, lang: str) -> str:
    return str(_entries()["forms"][key][lang])


def shown_heading(key: str, lang: str) -> str:
    """The heading of a column that is made from others."""
    return str(_entries()["shown"][key][lang])


@cache
def shown_headings() -> dict[str, str]:
    """Every heading of a column that is made from others, as :func:`keys_of_headings` writes them, to its key."""
    return {_folded(shown_heading(key, lang)): key for key in _entries()["shown"] for lang in LANGUAGES}


@cache
def keys_of_headings(name: str, keys: tuple[str, ...]) -> dict[str, str]:
    """Every heading that a column of a table may stand under, half-width and in small letters, to its key."""
    found = {_folded(heading(name, key, lang)): key for key in keys for lang in LANGUAGES}
    return found | {key: key for key in keys}


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@cache
def words_of(table: str, column: Column, choice: str) -> tuple[str, str]:
    """The words of a value, Chinese and English."""
    entries = _entries()
    special = entries["special_values"].get(f"{table}.{column.key}", {}).get(choice)
    entry = special or entries["values"].get(choice)
    if entry:
        return str(entry["zh"]), str(entry["en"])
    said = say("words", choice)
    return said.zh, said.en


def word_of(table: str, column: Column, choice: str, lang: str) -> str:
    """The word of a value in one language."""
    return words_of(table, column, choice)[LANGUAGES.index(lang)]


def key_of_word(table: str, column: Column, text: str) -> str | None:
    """The value that a cell names, by its key or by a word of either language; None where there is none."""
    return _keys_of_words(table, column).get(text.casefold())


@cache
def _keys_of_words(table: str, column: Column) -> dict[str, str]:
    words = {word.casefold(): choice for choice in column.leaf.choices for word in words_of(table, column, choice)}
    return words | {choice: choice for choice in column.leaf.choices}


def tables_of_names() -> dict[str, str]:
    """Every name that a sheet may have, keys included, to the table."""
    names = [*all_tables(), "files", "help"]
    return {sheet_name(name, lang).casefold(): name for name in names for lang in LANGUAGES} | {n: n for n in names}


def edit_form(kind: str, lang: str) -> str:
    """How an edit of a kind is told, to be formatted."""
    return str(_entries()["edits"][kind][lang])


def help_lines(lang: str) -> list[str]:
    """The lines of the sheet that says how to fill in the others, to be formatted with title and version."""
    return list(_entries()["help"][lang])


def _entries() -> Mapping[str, Any]:
    return catalogue("riskengine.exchange")
