"""Programs that carry out a plan. Each is a folder beside the others and knows none of them.

Not here: what a policy means (plan), what is shown of a result (results, reports).
May import: plan, policy, catalog, records, contract, kernel.
"""
