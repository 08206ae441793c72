"""The catalogue as others hold it: a workbook, CSV, JSON, and back from each of them; a handbook to read.

Not here: what a catalogue must hold (``catalog``); this room lays it out, and reads it back through the same checks.
May import: catalog, records (how CSV is guarded), contract, kernel; jinja2, openpyxl and
XlsxWriter, where they are used.
"""

from riskengine.exchange.csv_form import csv_names, write_csv
from riskengine.exchange.edits import Edit, edits
from riskengine.exchange.handbook import handbook, markdown
from riskengine.exchange.importing import read_export
from riskengine.exchange.json_form import json_text
from riskengine.exchange.receive import Received
from riskengine.exchange.workbook import write_workbook

__all__ = [
    "Edit",
    "Received",
    "csv_names",
    "edits",
    "handbook",
    "json_text",
    "markdown",
    "read_export",
    "write_csv",
    "write_workbook",
]
