"""Outcomes: what became of penalties that were contested in reconsideration or court, by risk point, unit and kind.

Not here: whether a file is in order (supervision.cases), the taking down of what is revoked (supervision.publication).
May import: supervision.cases, supervision.files, supervision.grounds, supervision.record, catalog, records, contract,
kernel.
"""
