"""One suite for all engines: an engine that joins is one more parameter here."""

from __future__ import annotations

import pytest

from riskengine.engines.duckdb import DuckDBEngine
from riskengine.engines.live import LiveEngine
from riskengine.engines.reference import ReferenceEngine

ENGINES = {"duckdb": DuckDBEngine, "live": LiveEngine, "reference": ReferenceEngine}


@pytest.fixture(params=sorted(ENGINES))
def engine(request):
    return ENGINES[request.param]()
