"""Case files 案卷评查: what the file of a penalty case must hold, what is missing; a sample, scores, agreement.

Not here: what became of penalties that were contested (supervision.outcomes), publication (supervision.publication).
May import: supervision.draw, supervision.files, supervision.grounds, supervision.record, supervision.review, catalog,
records, contract, kernel.
"""
