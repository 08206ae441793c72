"""A bureau's discretionary bands: read strictly, and held within the law."""

from __future__ import annotations

import copy
import json
from importlib import resources
from pathlib import Path

import pytest
import yaml

from riskengine.catalog import load_shipped
from riskengine.catalog.bands import BandsFile, check_bands, read_bands
from riskengine.catalog.schema import bands_schema_text
from riskengine.kernel.errors import CatalogError

EXAMPLE = Path(__file__).parents[3] / "examples" / "discretion-bands.yaml"


def changed(tmp_path, change):
    """The example, its data changed by a function, as a file."""
    data = yaml.safe_load(EXAMPLE.read_text("utf-8"))
    change(data)
    file = tmp_path / "bands.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    return file


def problems_of(file):
    return [(problem.code, problem.text("en")) for problem in check_bands(file, load_shipped())[1]]


def test_the_example_is_whole_says_that_it_is_invented_and_lies_within_the_law():
    assert problems_of(EXAMPLE) == []
    file = read_bands(EXAMPLE, load_shipped())
    assert file.source == "invented"
    assert "虚构" in file.title.zh
    assert {band.severity for band in file.rows} == {"minor", "general", "serious"}


def test_the_project_ships_no_bands():
    for folder in ("risk_catalog", "measures", "policies"):
        for entry in resources.files(f"riskengine.{folder}").iterdir():
            if entry.name.endswith(".yaml"):
                assert "bands" not in (yaml.safe_load(entry.read_text("utf-8")) or {}), entry.name


CASES = [
    ("above the law", lambda d: d["rows"][1].update(max=2001), "RE-462", "1500–2001 yuan lies outside"),
    ("below the law", lambda d: d["rows"][0].update(min="999.99"), "RE-462", "999.99–1500"),
    ("no such article", lambda d: d["rows"][0].update(article=12), "RE-461", "article 12"),
    ("the article of another paragraph", lambda d: d["rows"][0].update(paragraph=9), "RE-461", "RT-02"),
    ("another version", lambda d: d["rows"][0].update(version="2022-03-29"), "RE-461", "2022-03-29"),
    ("counted by another thing", lambda d: d["rows"][0].update(per="vehicle"), "RE-461", "RT-02"),
    ("an unknown law", lambda d: d["rows"][0].update(law="road_transport_regulatio"), "RE-407", "Did you mean"),
    ("an unknown risk point", lambda d: d["rows"][0].update(risk_point="RT-99"), "RE-406", "RT-99"),
    ("min above max", lambda d: d["rows"][0].update(min=1600), "RE-464", "min is above max"),
    ("one figure", lambda d: d["rows"][0].pop("min"), "RE-464", "both needed"),
    ("no fine with figures", lambda d: d["rows"][2].update(min=0, max=0), "RE-464", "no figures"),
    ("no fine for a grave case", lambda d: d["rows"][2].update(severity="major"), "RE-464", "minor alone"),
    ("the same step twice", lambda d: d["rows"].append(copy.deepcopy(d["rows"][0])), "RE-463", "twice"),
    ("an unknown key", lambda d: d["rows"][0].update(maximum=3), "RE-402", "maximum"),
    ("an unknown severity", lambda d: d["rows"][0].update(severity="severe"), "RE-404", "severe"),
    ("no source", lambda d: d.pop("source"), "RE-403", "source"),
    ("no rows", lambda d: d.update(rows=[]), "RE-404", "rows"),
]


@pytest.mark.parametrize(("change", "code", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_wrong_is_named_with_its_line_and_refused(tmp_path, change, code, words):
    file = changed(tmp_path, change)
    found = problems_of(file)
    assert [code for code, _ in found] == [code]
    assert words in found[0][1]
    assert "bands.yaml, line " in found[0][1]
    with pytest.raises(CatalogError):
        read_bands(file, load_shipped())


def test_every_problem_is_named_at_once(tmp_path):
    def change(data):
        data["rows"][0]["article"] = 12
        data["rows"][1]["max"] = 5000

    assert [code for code, _ in problems_of(changed(tmp_path, change))] == ["RE-461", "RE-462"]


def test_a_graver_step_that_ends_lower_is_a_warning(tmp_path):
    def change(data):
        data["rows"][1].update(min=1000, max=1200)

    file = changed(tmp_path, change)
    assert [code for code, _ in problems_of(file)] == ["RE-465"]
    assert read_bands(file, load_shipped()).rows


def test_no_such_file_is_a_problem_of_its_own(tmp_path):
    assert [code for code, _ in problems_of(tmp_path / "none.yaml")] == ["RE-401"]


def test_the_schema_beside_the_catalogue_is_that_of_the_model():
    held = json.loads((resources.files("riskengine.risk_catalog") / "bands.schema.json").read_text("utf-8"))
    made = json.loads(bands_schema_text())
    assert held["properties"].keys() == made["properties"].keys() == BandsFile.model_fields.keys()
    assert held["$defs"]["Band"]["required"] == made["$defs"]["Band"]["required"]
    assert held["$defs"]["Band"]["properties"].keys() == made["$defs"]["Band"]["properties"].keys()
