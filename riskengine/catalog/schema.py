"""The JSON schemas of the catalogue's folders, made from the models, for editors that check YAML while one writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

from riskengine.catalog.bands import BandsFile
from riskengine.catalog.consultation import ConsultationLog
from riskengine.catalog.edition import Edition
from riskengine.catalog.enforcement import EnforcementItems
from riskengine.catalog.laws import LawRegister
from riskengine.catalog.measure import MeasuresFile
from riskengine.catalog.risk_point import AreaFile

if TYPE_CHECKING:
    from pydantic import BaseModel

_FILES: dict[str, tuple[type[BaseModel], ...]] = {
    "risk_catalog": (Edition, AreaFile, LawRegister, ConsultationLog, EnforcementItems),
    "measures": (MeasuresFile,),
}


def bands_schema_text() -> str:
    """The text of ``bands.schema.json`` of ``risk_catalog``: the form of a bureau's file of discretionary bands."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **BandsFile.model_json_schema()}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def schema_text(folder: str) -> str:
    """The text of ``schema.json`` of ``risk_catalog`` or ``measures``: a file there has one of these forms."""
    models = _FILES[folder]
    places, definitions = models_json_schema([(model, "validation") for model in models], title=folder)
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "anyOf": [places[model, "validation"] for model in models],
        **definitions,
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
