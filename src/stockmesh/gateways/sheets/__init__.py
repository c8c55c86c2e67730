"""Files of rows as merchants have them: any encoding, any delimiter, packed or plain, read stretch by stretch."""

from stockmesh.gateways.sheets.reading import Manner, SheetFile, Written, open_sheet
from stockmesh.gateways.sheets.refusals import UnreadableSheet
from stockmesh.gateways.sheets.rejects import write_rejects
from stockmesh.gateways.sheets.tables import as_table
from stockmesh.gateways.sheets.templates import template, write_template

__all__ = [
    "Manner",
    "SheetFile",
    "UnreadableSheet",
    "Written",
    "as_table",
    "open_sheet",
    "template",
    "write_rejects",
    "write_template",
]
