"""The ledger: operators, violations, inspections and what was decided about them, stored as versions in a database.

Nothing is changed in place: a correction is a further version, with who recorded it, when and why.
Not here: reading cells and checking rows (records), grading (engines), run folders (runs).
Personal numbers and names stand in it as pseudonyms; what was read lies in the vault, under a key that lies outside.
May import: results, engines (who follows whom), records, contract, kernel; SQLAlchemy, Alembic, psycopg and
cryptography, which are imported with this room.
"""

from riskengine.kernel.errors import MissingExtraError
from riskengine.kernel.problems import Problem

try:
    import alembic  # noqa: F401 - asked for here, so that its absence is said once and plainly
    import cryptography  # noqa: F401
    import sqlalchemy  # noqa: F401
except ModuleNotFoundError as error:
    raise MissingExtraError(
        [Problem("RE-850", found=str(error.name).partition(".")[0], params=(("extra", "ledger"),))]
    ) from None

from riskengine.ledger.amending import Decision, amend, decisions_known
from riskengine.ledger.answering import attribute
from riskengine.ledger.asking import OpenQuestion, open_questions
from riskengine.ledger.attribution import SAID
from riskengine.ledger.changes import Change, Entry, changes, known_at, verify_chain
from riskengine.ledger.checking import overview, verify_ledger
from riskengine.ledger.contested import ChallengeStep, challenge_steps
from riskengine.ledger.counts import Reached, counts_on, reached
from riskengine.ledger.decided import decided_statuses
from riskengine.ledger.extracting import Extract, extract, places
from riskengine.ledger.history import history, left_out_rows
from riskengine.ledger.holdings import driver_history, tie_cells, vehicle_history
from riskengine.ledger.importing import Correction, Imported, SourceImport, import_sources
from riskengine.ledger.kinds import Kind, kinds
from riskengine.ledger.limits import Question, limits, questions
from riskengine.ledger.objecting import (
    OUTCOMES,
    Answer,
    Filing,
    GradeOfRun,
    Objection,
    answer_objection,
    file_objection,
    objection_terms,
    objections,
)
from riskengine.ledger.opening import Ledger, init_ledger, open_ledger
from riskengine.ledger.proceedings import NewStep, RecordedStep, Shelf, record_step, recorded_steps
from riskengine.ledger.pruning import erase, prune, rekey
from riskengine.ledger.pseudonyms import is_pseudonym
from riskengine.ledger.reading_with import is_said, read_with
from riskengine.ledger.registers import Overlap
from riskengine.ledger.repairing import STATES, Repair, repair_of, repairs, repairs_known
from riskengine.ledger.retention import Due, asked, due, rules
from riskengine.ledger.sealing import comparing
from riskengine.ledger.touching import touched_since
from riskengine.ledger.under_way import clear_staged, staged
from riskengine.ledger.unsealing import shown_persons
from riskengine.ledger.words import wording

__all__ = [
    "OUTCOMES",
    "SAID",
    "STATES",
    "Answer",
    "ChallengeStep",
    "Change",
    "Correction",
    "Decision",
    "Due",
    "Entry",
    "Extract",
    "Filing",
    "GradeOfRun",
    "Imported",
    "Kind",
    "Ledger",
    "NewStep",
    "Objection",
    "OpenQuestion",
    "Overlap",
    "Question",
    "Reached",
    "RecordedStep",
    "Repair",
    "Shelf",
    "SourceImport",
    "amend",
    "answer_objection",
    "asked",
    "attribute",
    "challenge_steps",
    "changes",
    "clear_staged",
    "comparing",
    "counts_on",
    "decided_statuses",
    "decisions_known",
    "driver_history",
    "due",
    "erase",
    "extract",
    "file_objection",
    "history",
    "import_sources",
    "init_ledger",
    "is_pseudonym",
    "is_said",
    "kinds",
    "known_at",
    "left_out_rows",
    "limits",
    "objection_terms",
    "objections",
    "open_ledger",
    "open_questions",
    "overview",
    "places",
    "prune",
    "questions",
    "reached",
    "read_with",
    "record_step",
    "recorded_steps",
    "rekey",
    "repair_of",
    "repairs",
    "repairs_known",
    "rules",
    "shown_persons",
    "staged",
    "tie_cells",
    "touched_since",
    "vehicle_history",
    "verify_chain",
    "verify_ledger",
    "wording",
]
