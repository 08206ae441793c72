"""Recommendations for the red list and the list of the seriously untrustworthy, from a run and a policy's conditions.

Not here: who is listed, which a decision alone brings about (supervision.review).
May import: supervision.review, runs, results, plan, policy, catalog, records, contract, kernel.
"""
