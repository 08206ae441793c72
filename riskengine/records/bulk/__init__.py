"""Reading many records by a database: the grammar, the checks and the accounts of ``records``, as SQL.

What is plainly written is recognised and typed by the database; each other cell goes, once for its text, to the reader
that all sources share. A file that is odd as a whole is not read here: the caller reads it row by row.

Not here: opening a database (the caller's), grading.
May import: the rest of records, contract, kernel; pyarrow inside.
"""

from riskengine.records.bulk.putting import put, put_columns
from riskengine.records.bulk.reading import Bulk, read_bulk

__all__ = ["Bulk", "put", "put_columns", "read_bulk"]
