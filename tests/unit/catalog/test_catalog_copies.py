"""A catalogue written out and read back is the same: as data, as the files of a run, as the schema beside the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from riskengine.catalog import Catalog, files, load_catalog, load_shipped, schema_text

ROOT = Path(__file__).parents[3]
CATALOG = load_shipped()


def test_what_to_dict_writes_from_dict_reads_back() -> None:
    data = json.loads(json.dumps(CATALOG.to_dict()))
    again = Catalog.from_dict(data)
    assert again == CATALOG
    assert again.sha256 == CATALOG.sha256


def test_a_catalogue_read_from_copied_files_has_the_same_hash(tmp_path: Path) -> None:
    for name, content in files():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    copied = load_catalog(tmp_path / "risk_catalog", tmp_path / "measures")
    assert copied.sha256 == CATALOG.sha256
    assert list(copied.risk_points) == list(CATALOG.risk_points)


def test_the_shipped_catalogue_is_read_once() -> None:
    assert load_shipped() is CATALOG


def shape(schema: Any) -> Any:
    """Keys, required keys and words of each form: what a schema says, however a version of pydantic writes it."""
    return {
        name: (
            {key: sorted(words(value)) for key, value in form.get("properties", {}).items()},
            sorted(form.get("required", [])),
            form.get("title"),
        )
        for name, form in schema["$defs"].items()
    }


def words(schema: Any) -> set[str]:
    if isinstance(schema, dict):
        own = {schema["const"]} if "const" in schema else set(schema.get("enum", []))
        return own.union(*(words(part) for key, part in schema.items() if key not in {"enum", "propertyNames"}))
    return set().union(*map(words, schema)) if isinstance(schema, list) else set()


@pytest.mark.parametrize("folder", ["risk_catalog", "measures"])
def test_the_schema_beside_the_files_is_the_one_of_the_models(folder: str) -> None:
    held = json.loads((ROOT / folder / "schema.json").read_text("utf-8"))
    made = json.loads(schema_text(folder))
    assert held["anyOf"] == made["anyOf"]
    assert shape(held) == shape(made), f"write schema_text({folder!r}) to {folder}/schema.json"


def _with_successors(**successors: str) -> Catalog:
    data: dict[str, Any] = CATALOG.to_dict()
    for code, successor in successors.items():
        data["risk_points"][code.replace("_", "-")]["succeeded_by"] = successor
    return Catalog.from_dict(data)


def test_a_code_leads_to_the_one_that_took_its_place() -> None:
    catalog = _with_successors(HW_01="HW-02", HW_02="HW-03")
    assert catalog.resolve("HW-01") == "HW-03"
    assert catalog.resolve("HW-03") == "HW-03"
    assert catalog.resolve("HW-99") is None


def test_a_circle_of_successors_leads_nowhere() -> None:
    assert _with_successors(HW_01="HW-02", HW_02="HW-01").resolve("HW-01") is None
