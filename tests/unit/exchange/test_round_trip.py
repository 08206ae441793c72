"""Out and back: the same files byte for byte, whatever the texts; a workbook that a bureau can work with."""

from __future__ import annotations

import copy
import random
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from riskengine.catalog import CatalogFile, catalog_files
from riskengine.catalog.canonical import plain_data
from riskengine.exchange import edits, json_text, read_export, write_csv, write_workbook
from riskengine.exchange.tables import all_tables
from riskengine.exchange.wording import sheet_name
from riskengine.exchange.workbook_in import unescaped
from riskengine.kernel.errors import CatalogError

if TYPE_CHECKING:
    from pathlib import Path

FORMS = ("zh.xlsx", "en.xlsx", "json", "csv", "zip")


def exported(files, form: str, folder: Path) -> Path:
    path = folder / f"catalogue.{form}"
    if form.endswith("xlsx"):
        write_workbook(files, path, form[:2])
    elif form == "json":
        path.write_text(json_text(files), "utf-8")
    else:
        write_csv(files, path)
    return path


def contents(files) -> dict[str, bytes]:
    return {file.name: file.content() for file in files}


@pytest.mark.parametrize("form", FORMS)
def test_the_shipped_catalogue_comes_back_byte_for_byte(form, tmp_path) -> None:
    files = catalog_files()
    received = read_export(exported(files, form, tmp_path))
    assert contents(received.files) == contents(files)
    assert [file.name for file in received.files] == [file.name for file in files]
    assert edits(files, received) == []
    assert received.findings == ()


@pytest.mark.parametrize("form", ["zh.xlsx", "json", "zip"])
def test_equal_catalogues_give_equal_bytes(form, tmp_path, small) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    assert exported(small, form, one).read_bytes() == exported(small, form, other).read_bytes()


def _texts(data, path=()):
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for at, value in enumerate(data):
            yield from _texts(value, (*path, at))
    elif isinstance(data, str):
        yield path


def with_text(file: CatalogFile, at: int, text: str) -> CatalogFile | None:
    """The file with one of its texts changed; None where the model does not take it."""
    data = copy.deepcopy(plain_data(file.model))
    paths = list(_texts(data))
    *above, last = paths[at % len(paths)]
    held = data
    for step in above:
        held = held[step]
    held[last] = text
    try:
        return CatalogFile(file.name, file.header, type(file.model).model_validate(data))
    except ValidationError:
        return None


ODD = (
    *(
        "=1+1",
        "+1",
        "-1",
        "@x",
        "'quoted",
        "'=1",
        "''=1",
        "\t=1",
        "＝１",
        "全角ＡＢＣ",
        " ahead",
        "behind ",
        " ",
        "\n",
        "a\nb",
    ),
    *(
        "a\r\nb",
        "\r",
        "_x000D_",
        "_x005F_x000D_",
        "_x005F_",
        "x005F_",
        "\x07",
        "\x0b",
        "\x85",
        "\u2028",
        "\ufeff",
        "\xa0",
    ),
    *(
        "<r>a</r>",
        "<b>&amp;</b>",
        "]]>",
        '"',
        "a,b;c",
        '"a","b"',
        "1",
        "1.50",
        "1e5",
        "TRUE",
        "2022-01-01",
        "64-1",
        "#N/A",
    ),
    *(
        "#REF!",
        "null",
        "~",
        "{{x}}",
        "{0}",
        "字" * 32_767,
        "🚚" * 16_383,
        "word " * 400,
        "- a: b",
        "# c",
        "%d",
        "\\n",
        "[1",
    ),
)
odd = st.sampled_from(ODD) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff"), min_size=1, max_size=60
)
apart = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(st.integers(0, 4), st.integers(0, 400), odd, st.sampled_from(FORMS))
@apart
def test_odd_texts_come_back_to_the_last_character(tmp_path, small, which, at, text, form) -> None:
    changed = with_text(small[which % len(small)], at, text)
    files = tuple(changed if changed and file.name == changed.name else file for file in small)
    path = exported(files, form, tmp_path)
    try:
        received = read_export(path)
    except CatalogError as error:  # the text broke a rule between the files: the loader would say the same
        codes = {problem.code for problem in error.problems}
        event(f"refused: {sorted(codes)}")
        if codes <= {"RE-405", "RE-406", "RE-407", "RE-410", "RE-413", "RE-414"}:
            return
        raise
    assert contents(received.files) == contents(files)
    assert edits(files, received) == []


@pytest.mark.parametrize("form", ["zh.xlsx", "csv", "json"])
@pytest.mark.parametrize("text", ODD)
def test_each_odd_text_comes_back(tmp_path, small, text, form) -> None:
    at = next(at for at, file in enumerate(small) if file.name == "measures/HW.yaml")
    paths = list(_texts(plain_data(small[at].model)))
    place = next(number for number, path in enumerate(paths) if path[-2:] == ("who", "en"))
    changed = with_text(small[at], place, text)
    if changed is None:
        assert not text.strip()
        return
    files = (*small[:at], changed, *small[at + 1 :])
    received = read_export(exported(files, form, tmp_path))
    assert contents(received.files) == contents(files)


def test_a_text_that_fits_into_no_cell_is_refused_with_its_place(tmp_path, small) -> None:
    changed = tuple(with_text(file, 0, "字" * 32_768) or file for file in small)
    with pytest.raises(CatalogError) as caught:
        write_workbook(changed, tmp_path / "x.xlsx", "zh")
    assert {problem.code for problem in caught.value.problems} == {"RE-397"}
    assert "longer than 32767 characters" in caught.value.text("en")
    assert not (tmp_path / "x.xlsx").exists()
    read_export(exported(changed, "json", tmp_path))


def test_escaped_characters_are_read_as_the_format_says() -> None:
    assert unescaped("_x005F_x005F_") == "_x005F_"
    assert unescaped("_x0041__x00e4_") == "Aä"
    assert unescaped("_x000_ _xZZZZ_") == "_x000_ _xZZZZ_"


def test_rows_may_be_sorted_columns_moved_and_headings_be_in_either_language(tmp_path, small, by_hand) -> None:
    def shuffled(book) -> None:
        dice = random.Random(7)  # noqa: S311 - an order, no secret
        for sheet in book:
            if sheet.title in {"填写说明", "目录版本"}:
                continue
            rows = [list(row) for row in sheet.iter_rows(values_only=True)]
            order = list(range(len(rows[0])))
            dice.shuffle(order)
            below = rows[1:]
            dice.shuffle(below)
            for at, row in enumerate([rows[0], *below], 1):
                for column, place in enumerate(order, 1):
                    cell = sheet.cell(at, column)
                    cell.number_format = "General"
                    cell.value = row[place]
        book["措施" if "措施" in book.sheetnames else "防范措施"].title = "Measures"

    received = read_export(by_hand(exported(small, "zh.xlsx", tmp_path), {}, shuffled))
    assert contents(received.files) == contents(small)


def test_a_catalogue_without_a_consultation_log_gets_none(tmp_path, small) -> None:
    without = tuple(file for file in small if "consultation" not in file.name)
    for form in FORMS:
        received = read_export(exported(without, form, tmp_path))
        assert contents(received.files) == contents(without)


@pytest.mark.parametrize(("lang", "level"), [("zh", "风险等级"), ("en", "level")])
def test_the_workbook_is_fit_to_work_with_and_to_print(tmp_path, lang, level) -> None:
    write_workbook(catalog_files(), tmp_path / "x.xlsx", lang)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    names = [sheet_name(table.name, lang) for table in all_tables().values() if not table.optional]
    assert book.sheetnames[0] == sheet_name("help", lang)
    assert set(names) < set(book.sheetnames)
    for sheet in book.worksheets[1:]:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight in {"0", 0}
        if sheet.title in {"目录版本", "Edition"}:
            continue
        assert sheet.freeze_panes.endswith("2")
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.print_title_rows == "$1:$1"
        for row in sheet.iter_rows(min_row=2, max_row=3):
            assert all(cell.alignment.wrap_text for cell in row if cell.value is not None)
    points = book.worksheets[1]
    headings = [cell.value for cell in points[1]]
    letter = openpyxl.utils.get_column_letter(headings.index(level) + 1)
    lists = [rule for rule in points.data_validations.dataValidation if f"{letter}2" in rule.sqref]
    assert [rule.formula1 for rule in lists] == ['"红,橙,黄,蓝"' if lang == "zh" else '"red,orange,yellow,blue"']
    comments = book["征求意见记录" if lang == "zh" else "Consultation log"]
    assert all(cell.value is None for row in comments.iter_rows(min_row=2) for cell in row)
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_the_zip_holds_the_files_of_the_folder(tmp_path, small) -> None:
    folder, packed = exported(small, "csv", tmp_path), exported(small, "zip", tmp_path)
    with zipfile.ZipFile(packed) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            file.name: file.read_bytes() for file in folder.iterdir()
        }
