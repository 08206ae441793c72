"""Supervision: from grades to whom an inspector visits, drawn so that anyone can verify it, and what came of it.

The engine recommends, people decide, and what they did is on record.
Not here: computing a grade (engines), pages and workbooks (reports), the stored record of violations (ledger).
May import: ledger, runs, results, engines, plan, policy, catalog, records, contract, kernel.
"""
