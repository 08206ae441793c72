"""Run folders: written once, whole or not at all, hashed, chained, and read back.

Not here: computing a grade (engines), explaining it (results), showing it (reports).
May import: results, engines, plan, policy, catalog, records, contract, kernel; pyarrow inside functions.
"""

from riskengine.runs.reading import MANIFEST, Run, open_run, runs_in
from riskengine.runs.scanning import require_unaltered, scan
from riskengine.runs.verifying import verify, verify_chain, verify_run
from riskengine.runs.writing import RunRequest, write_run

__all__ = [
    "MANIFEST",
    "Run",
    "RunRequest",
    "open_run",
    "require_unaltered",
    "runs_in",
    "scan",
    "verify",
    "verify_chain",
    "verify_run",
    "write_run",
]
