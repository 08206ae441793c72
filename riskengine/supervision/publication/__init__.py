"""Publication 双公示: inspections, permits, penalties and coercive measures as they are made public, and taken down.

Not here: proceedings (supervision.review), tables of ids and grades for readers (reports).
May import: supervision.record, supervision.numbered, supervision.review, ledger, engines.reference, records, catalog,
contract, kernel; the ledger in ``releasing.py`` alone.
"""

ROOM, FILE = "riskengine.supervision.publication", "words.yaml"
"""Where the wording of publication lies."""
