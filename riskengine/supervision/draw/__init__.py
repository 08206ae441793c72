"""A draw that anyone can verify: a function of a list published and hashed before, and of numbers nobody controls.

RFC 3797 says how: the commitment before, the numbers after, and everybody computes the same.
Not here: the proof as a page (reports), the plan of a period (supervision.planning).
May import: supervision.sources, runs, policy, catalog, records, contract, kernel.
"""

from riskengine.supervision.draw.basis import Basis, basis_on
from riskengine.supervision.draw.committing import CommitRequest, commit
from riskengine.supervision.draw.drawing import Drawn, draw
from riskengine.supervision.draw.folder import Commitment, open_commitment
from riskengine.supervision.draw.numbers import parse_numbers
from riskengine.supervision.draw.outcomes import Entered, enter_outcomes
from riskengine.supervision.draw.proving import Proof
from riskengine.supervision.draw.rfc3797 import key_string, selections
from riskengine.supervision.draw.running import Done, proof_again, run_draw
from riskengine.supervision.draw.seeds import SeedSource, read_seeds
from riskengine.supervision.draw.shares import Shares, read_shares, sample_size
from riskengine.supervision.draw.verifying import Verified, verify_draw

__all__ = [
    "Basis",
    "CommitRequest",
    "Commitment",
    "Done",
    "Drawn",
    "Entered",
    "Proof",
    "SeedSource",
    "Shares",
    "Verified",
    "basis_on",
    "commit",
    "draw",
    "enter_outcomes",
    "key_string",
    "open_commitment",
    "parse_numbers",
    "proof_again",
    "read_seeds",
    "read_shares",
    "run_draw",
    "sample_size",
    "selections",
    "verify_draw",
]
