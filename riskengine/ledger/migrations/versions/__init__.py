"""The steps, one module each, in the order of their numbers. One that was released is never edited.

Not here: how they are run (opening).
May import: alembic, sqlalchemy.
"""
