"""What comes in: readers of files and frames, the grammar of cells, the checks, and the account of every row.

Not here: the catalogue and the policy (they are handed in as codes, areas and columns), grading, anything that computes.
May import: contract and kernel; openpyxl, pyarrow and XlsxWriter inside the functions that need them.
"""

from riskengine.records.mend import write_mend
from riskengine.records.reading import read_records, read_source

__all__ = ["read_records", "read_source", "write_mend"]
