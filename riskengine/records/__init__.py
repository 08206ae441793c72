"""What comes in: readers of files and frames, the grammar of cells, the checks, the account of every row.

Not here: the catalogue and the policy (handed in as codes, areas and columns), grading, whatever computes.
May import: contract and kernel; openpyxl, pyarrow and XlsxWriter inside the functions that need them.
"""

from riskengine.records.bulk.relation import read_twice
from riskengine.records.case import CaseReader, add_headings, as_read, problems_of
from riskengine.records.columns import Known
from riskengine.records.excel_file import sources_in
from riskengine.records.grammar import id_of
from riskengine.records.mend import guard, write_mend
from riskengine.records.models import Inspection, Operator, Violation, as_row
from riskengine.records.quarantine import quarantine_rows, raw_json
from riskengine.records.reading import read_records, read_source
from riskengine.records.registers import vehicle_key
from riskengine.records.shapes import Drawn, UnusualError
from riskengine.records.stored_form import Kept, StoredRow, read_to_keep
from riskengine.records.template import write_form, write_template
from riskengine.records.words import colour_of, plate_of

__all__ = [
    "CaseReader",
    "Drawn",
    "Inspection",
    "Kept",
    "Known",
    "Operator",
    "StoredRow",
    "UnusualError",
    "Violation",
    "add_headings",
    "as_read",
    "as_row",
    "colour_of",
    "guard",
    "id_of",
    "plate_of",
    "problems_of",
    "quarantine_rows",
    "raw_json",
    "read_records",
    "read_source",
    "read_to_keep",
    "read_twice",
    "sources_in",
    "vehicle_key",
    "write_form",
    "write_mend",
    "write_template",
]
