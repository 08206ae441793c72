"""Run folders: written once, whole or not at all, hashed, chained, and read back.

Not here: computing a grade (engines), explaining it (results), showing it (reports).
May import: results, engines, plan, policy, catalog, records, contract, kernel; pyarrow inside functions.
"""

from riskengine.runs.decided import decided_between, decisions_of
from riskengine.runs.forms import LOG, MANIFEST
from riskengine.runs.locking import Holder, Waiting
from riskengine.runs.reading import (
    Run,
    is_run_folder,
    no_run,
    open_run,
    require_comparable,
    run_folders,
    runs_in,
    survey,
)
from riskengine.runs.scanning import count_distinct, portions, record_batches, scan, scan_where, tally
from riskengine.runs.searching import near_operators
from riskengine.runs.verifying import is_rule_file, require_unaltered, verify, verify_chain, verify_run
from riskengine.runs.writing import RunRequest, write_quarantine, write_run

__all__ = [
    "LOG",
    "MANIFEST",
    "Holder",
    "Run",
    "RunRequest",
    "Waiting",
    "count_distinct",
    "decided_between",
    "decisions_of",
    "is_rule_file",
    "is_run_folder",
    "near_operators",
    "no_run",
    "open_run",
    "portions",
    "record_batches",
    "require_comparable",
    "require_unaltered",
    "run_folders",
    "runs_in",
    "scan",
    "scan_where",
    "survey",
    "tally",
    "verify",
    "verify_chain",
    "verify_run",
    "write_quarantine",
    "write_run",
]
