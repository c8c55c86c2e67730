"""Writing files for imports and bringing them in, for the tests of this folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stockmesh.domain.fulfilment.sheets import SHEETS
from stockmesh.flows.context import Context
from stockmesh.flows.importing.history import import_file
from stockmesh.flows.importing.running import Imported, Wishes
from stockmesh.gateways.sheets import Manner, SheetFile, open_sheet


def sheet_file(folder: Path, kind: str, text: str | bytes, manner: Manner | None = None) -> SheetFile:
    """A file of some kind with this content."""
    path = folder / f"{kind}.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return open_sheet(path, SHEETS[kind], manner or Manner())


def bring(context: Context, folder: Path, kind: str, text: str | bytes, **wishes: Any) -> Imported:
    """What an import of this content came to."""
    return import_file(context, sheet_file(folder, kind, text), Wishes(**wishes))


def reasons(imported: Imported) -> list[tuple[int, str, str, str]]:
    """Every listed problem as row, column, reason and suggestion."""
    return [(one.row, one.column, one.reason, one.suggestion) for one in imported.findings.sorted()]


def item_rows(skus: Sequence[str]) -> str:
    """A file of items that all weigh and measure the same."""
    lines = [f"{sku},{sku},1.5,200,100,50,9.90" for sku in skus]
    return "\n".join(["sku,title,weight_kg,length_mm,width_mm,height_mm,price", *lines]) + "\n"
