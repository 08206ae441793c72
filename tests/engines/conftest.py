"""One suite for all engines: an engine that joins is one more parameter here."""

from __future__ import annotations

import os
import shutil

import pytest

from riskengine.engines.duckdb import DuckDBEngine
from riskengine.engines.live import LiveEngine
from riskengine.engines.reference import ReferenceEngine

ENGINES = {"duckdb": DuckDBEngine, "live": LiveEngine, "reference": ReferenceEngine}


@pytest.fixture(params=sorted(ENGINES))
def engine(request):
    return ENGINES[request.param]()


@pytest.fixture(scope="session")
def spark():
    """The master of the one Spark that the tests share; it lives as long as they do."""
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("there is no Java on this machine")
    return "local[2]"
