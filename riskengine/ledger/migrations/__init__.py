"""How a ledger's tables came to be, step by step: Alembic runs what a database lacks.

Not here: what the tables are now (schema).
May import: alembic, sqlalchemy; a step imports nothing of the package, for it must stay what it was.
"""
