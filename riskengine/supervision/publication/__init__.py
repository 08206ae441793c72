"""Publication 双公示: inspections, permits, penalties and coercive measures as they are made public, and taken down.

Pure: columns, rows, masking, terms. ``releasing.py`` alone needs the extra ledger; tables for readers are in reports.
May import: supervision.record, supervision.review, ledger, engines.reference, records, catalog, contract, kernel.
"""

ROOM, FILE = "riskengine.supervision.publication", "words.yaml"
"""Where the wording of publication lies."""
