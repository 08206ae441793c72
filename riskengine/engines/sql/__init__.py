"""A plan as SQL: expressions, named steps, and the tables they read. Engines carry it out.

Not here: connections, files, whatever runs a query.
May import: plan, policy's expressions, contract, kernel.
"""
