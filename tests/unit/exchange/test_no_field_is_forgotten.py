"""Every field of the catalogue's models goes out and comes back: fields that are added later, too."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from riskengine.catalog import CatalogFile
from riskengine.catalog.canonical import plain_data
from riskengine.exchange.flatten import rows_of
from riskengine.exchange.gather import Gathering, Given, Place
from riskengine.exchange.tables import all_tables, model_of
from riskengine.exchange.wording import heading, sheet_name, shown_headings, word_of
from riskengine.kernel.languages import LANGUAGES, Text

NAMES = {
    "risk_catalog/edition.yaml": "edition",
    "risk_catalog/laws.yaml": "law_register",
    "risk_catalog/HW.yaml": "areas",
    "measures/HW.yaml": "measure_files",
    "risk_catalog/consultation.yaml": "consultation",
}
GUESSES = ("x", "HW", "HW-01", "HW-01-M1", "2022-01-01", "64-1", 7, Decimal("1.5"), date(2022, 3, 1), True)


def filled(annotation: Any, limits: Any = ()) -> Any:
    """A value with every field given, made without the shapes that the export goes by."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if _is_model(annotation):
        hints = get_type_hints(annotation, include_extras=True)
        fields = annotation.model_fields.items()
        return {field.alias or name: filled(hints[name], field.metadata) for name, field in fields}
    models = [part for part in inner if _is_model(part) or get_origin(part) in {tuple, dict}]
    if origin not in {tuple, dict} and models:
        return filled(models[0])
    if origin is tuple:
        return [filled(inner[0])]
    if origin is dict:
        return {filled(inner[0]): filled(inner[1])}
    for guess in ({"zh": "字", "en": "word"}, *_literals(annotation), *GUESSES):
        try:
            TypeAdapter(Annotated[(annotation, *limits)] if limits else annotation).validate_python(guess)
        except ValidationError:
            continue
        return guess
    raise AssertionError(f"no guess fits {annotation}")


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _literals(annotation: Any) -> list[str]:
    if isinstance(annotation, str):
        return [annotation]
    return [word for part in get_args(annotation) for word in _literals(part)]


def full(root: str) -> Any:
    data = filled(model_of(root))
    if root == "areas":
        discretion = data["risk_points"][0]["discretion"]
        discretion["grades"] = discretion["grades"] * 4
    return data


@pytest.fixture(scope="module")
def whole() -> tuple[CatalogFile, ...]:
    models = {name: model_of(root).model_validate(full(root)) for name, root in NAMES.items()}
    return tuple(CatalogFile(name, ("# top",), model) for name, model in models.items())


def _given_fields(value: Any) -> set[tuple[str, str]]:
    """(model, field) of everything that is not empty."""
    found: set[tuple[str, str]] = set()
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            held = getattr(value, name)
            if held not in (None, (), {}):
                found.add((type(value).__name__, name))
            found |= _given_fields(held)
    elif isinstance(value, dict):
        found |= {pair for item in value.values() for pair in _given_fields(item)}
    elif isinstance(value, tuple) and not isinstance(value, Text):
        found |= {pair for item in value for pair in _given_fields(item)}
    return found


def test_the_full_catalogue_gives_every_field_of_every_model(whole) -> None:
    given = {pair for file in whole for pair in _given_fields(file.model)}

    def fields(annotation: Any) -> set[tuple[str, str]]:
        if _is_model(annotation):
            hints = get_type_hints(annotation, include_extras=True)
            own = {(annotation.__name__, name) for name in annotation.model_fields}
            return own.union(*(fields(hints[name]) for name in annotation.model_fields))
        return set().union(*(fields(part) for part in get_args(annotation)))

    assert given == set().union(*(fields(model_of(root)) for root in NAMES.values()))


def test_every_field_goes_into_the_tables_and_comes_back(whole) -> None:
    rows = rows_of(whole)
    given = {
        name: [Given(row.values, {key: Place("x", at, key) for key in row.values}) for at, row in enumerate(held)]
        for name, held in rows.items()
    }
    problems: list[Any] = []
    documents = dict(Gathering(given, "x", problems).documents())
    assert problems == []
    assert list(documents) == [file.name for file in whole]
    for file in whole:
        assert type(file.model).model_validate(documents[file.name].data) == file.model
        assert plain_data(file.model) == plain_data(type(file.model).model_validate(documents[file.name].data))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("table", all_tables().values(), ids=lambda table: table.name)
def test_every_table_column_and_word_has_a_name_of_its_own(table, lang) -> None:
    other = next(name for name in LANGUAGES if name != lang)
    assert sheet_name(table.name, lang) != sheet_name(table.name, other), "add it to words.yaml"
    assert len(sheet_name(table.name, lang)) <= 31
    headings = [heading(table.name, column.key, lang) for column in table.columns]
    assert len({text.casefold() for text in headings}) == len(headings)
    for column in table.columns:
        if lang == "zh" and column.key not in LANGUAGES:
            assert any("一" <= char <= "鿿" for char in heading(table.name, column.key, "zh")), "add it to words.yaml"
            for part in column.key.split("."):
                assert part in LANGUAGES or not heading(table.name, part, "zh").isascii(), "add it to words.yaml"
        words = [word_of(table.name, column, choice, lang) for choice in column.leaf.choices]
        assert len({word.casefold() for word in words}) == len(words)
        assert not any("," in word for word in words), "a drop-down parts its words at commas"
        assert sum(len(word) + 1 for word in words) <= 255, "a drop-down holds no more"
        if lang == "zh":
            assert not any(word.isascii() for word in words), "add it to words.yaml"


def test_the_names_of_sheets_and_of_made_columns_are_their_own() -> None:
    made = shown_headings()
    assert len(made) == len(LANGUAGES) * len(set(made.values()))
    for lang in LANGUAGES:
        names = [sheet_name(name, lang) for name in (*all_tables(), "files", "help")]
        assert len(set(names)) == len(names)
