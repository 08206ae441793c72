"""Proceedings about operators' rights: notice, hearing, legal check and decision by three persons; what came of them.

Pure: ``proceeding.py``, ``permitting.py``, ``hearing.py``. ``reviewing.py`` alone needs the extra ledger.
Not here: the chain of changes (ledger), whom a run recommends (supervision.lists), letters (reports.letters).
May import: ledger, records, catalog, kernel.
"""
