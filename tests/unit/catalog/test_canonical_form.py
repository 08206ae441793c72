"""The canonical form: the shipped files have it, every text survives it, and whatever stands otherwise is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from riskengine.catalog import catalog_files, lint_form, load_catalog, write_catalog
from riskengine.catalog.canonical import canonical_yaml, header_of, plain_data
from riskengine.catalog.load import folders
from riskengine.catalog.measure import MeasureEntry
from riskengine.catalog.shapes import record_of
from riskengine.kernel.errors import CatalogError
from riskengine.kernel.yaml_document import parse_yaml

WHOLE = Path(__file__).parents[2] / "bad" / "lint" / "whole"
FILES = catalog_files()


def test_the_shipped_files_are_in_canonical_form() -> None:
    assert [problem.text() for problem in lint_form()] == []
    shipped = {folder.name: folder for folder in folders()}
    for file in FILES:
        folder, name = file.name.split("/")
        assert shipped[folder].joinpath(name).read_bytes() == file.content(), file.name


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_written_anew_holds_the_same_for_this_reader_and_for_others(file) -> None:
    content = file.content()
    document = parse_yaml(content, file.name)
    assert document.problems == []
    assert type(file.model).model_validate(document.data) == file.model
    assert header_of(content) == file.header
    for text, other in zip(_texts(document.data), _texts(yaml.safe_load(content)), strict=True):
        assert text == other


def _texts(data):
    if isinstance(data, dict):
        for item in data.values():
            yield from _texts(item)
    elif isinstance(data, list):
        for item in data:
            yield from _texts(item)
    elif isinstance(data, str):
        yield data


ODD = (
    *(
        "no",
        "~",
        "1",
        "0.50",
        "2022-01-01",
        "- x",
        "a: b",
        "a #b",
        "a:",
        "=1",
        "'",
        '"',
        "x\ny",
        " x",
        "x ",
        "<<",
        "1_0",
    ),
    *(
        "12:30",
        "%a",
        "@",
        "`",
        "\t",
        "\r\n",
        "\x85",
        "\u2028",
        "\ufeff",
        "？ 全角",
        "---",
        "...",
        "&a",
        "*a",
        "!a",
        "[",
    ),
    *("word " * 60 + "end", "a: " + "word " * 60 + "end", "字" * 400, "字 " * 200 + "末"),
)
odd = st.sampled_from(ODD) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=300)


@given(odd, st.text("ab :#-", max_size=400))
@settings(max_examples=300, deadline=None)
def test_every_text_survives_at_every_depth(one: str, other: str) -> None:
    data = {"a": one, "b": {"c": other, "d": [one, other, {"e": one, "f": {"g": other}}]}, "list": [{"x": {"y": one}}]}
    content = canonical_yaml(data, ("# header",))
    document = parse_yaml(content, "x")
    assert document.problems == []
    assert document.data == data
    assert canonical_yaml(document.data, header_of(content)) == content


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda text: text.replace("    kind: operator", "    kind:  operator", 1), 9),
        (lambda text: text.replace("area: HW\n", "area: HW\n# by hand\n", 1), 5),
        (lambda text: text.replace("\n", "\r\n"), 1),
        (lambda text: text + "\n", None),
    ],
)
def test_what_stands_otherwise_is_found_with_its_line(tmp_path, change, line) -> None:
    write_catalog(FILES, tmp_path)
    assert lint_form(tmp_path) == []
    file = tmp_path / "measures" / "HW.yaml"
    text = file.read_text("utf-8")
    file.write_bytes(change(text).encode())
    (problem,) = lint_form(tmp_path)
    assert (problem.code, problem.source) == ("RE-390", "measures/HW.yaml")
    assert problem.line == (line or text.count("\n") + 1)


def test_writing_a_catalogue_anew_changes_its_form_alone(tmp_path) -> None:
    shutil.copytree(WHOLE, tmp_path / "old")
    assert {problem.code for problem in lint_form(tmp_path / "old")} == {"RE-390"}
    write_catalog(catalog_files(tmp_path / "old"), tmp_path / "new")
    assert lint_form(tmp_path / "new") == []
    old, new = (load_catalog(tmp_path / name / "risk_catalog", tmp_path / name / "measures") for name in ("old", "new"))
    assert old == new


def test_a_catalogue_that_cannot_be_read_is_not_written(tmp_path) -> None:
    shutil.copytree(WHOLE, tmp_path / "old")
    edition = tmp_path / "old" / "risk_catalog" / "edition.yaml"
    edition.write_text(edition.read_text("utf-8").replace("catalog:", "catalogue:", 1), "utf-8")
    with pytest.raises(CatalogError, match="RE-402"):
        catalog_files(tmp_path / "old")


def test_what_is_not_given_is_left_out_and_numbers_have_one_form() -> None:
    model = type(FILES[2].model)
    point = FILES[2].model.risk_points[0].model_dump(mode="json", by_alias=True)
    point["penalties"][0] |= {"min": "200.50", "max": "1000.0", "cap": None, "note": None}
    data = plain_data(model.model_validate({"area": "RT", "title": point["title"], "risk_points": [point]}))
    penalty = data["risk_points"][0]["penalties"][0]
    assert (str(penalty["min"]), penalty["max"]) == ("200.5", 1000)
    assert not {"cap", "note"} & set(penalty)


def test_a_field_of_a_kind_that_no_export_knows_is_refused() -> None:
    class Odd(BaseModel):
        grid: tuple[tuple[int, ...], ...]

    with pytest.raises(TypeError, match="no export knows"):
        record_of(Odd)
    assert [field.key for field in record_of(MeasureEntry).fields][:3] == ["risk_point", "kind", "phase"]
