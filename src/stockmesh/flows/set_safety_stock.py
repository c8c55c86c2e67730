"""Setting what is kept back from every channel: a threshold, not a movement; available changes with it at once."""

from collections.abc import Sequence
from dataclasses import replace

from stockmesh.domain.stock.arrivals import SafetyStock
from stockmesh.domain.stock.books import Key
from stockmesh.domain.stock.counting import QUANTITY_MAX
from stockmesh.domain.stock.refusals import BadStockQuantity
from stockmesh.flows.context import Context
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.stock_books import Gain, Named, close_books, gains, get_cells, open_books
from stockmesh.store.database import Session


def set_safety_stock(
    context: Context, settings: Sequence[SafetyStock], *, reach: Reach = EVERYTHING
) -> tuple[Gain, ...]:
    """What can give more than before, all settings being in force; the last row of a cell counts.

    Rows count from 1. Raises BadStockQuantity, and what `resolve` answers for a name without a cell; then nothing is
    set.
    """
    for row, setting in enumerate(settings, start=1):
        if not 0 <= setting.units <= QUANTITY_MAX:
            raise BadStockQuantity(row=row, quantity=setting.units, smallest=0, largest=QUANTITY_MAX)

    def work(session: Session) -> tuple[Gain, ...]:
        named = [Named(row, one.sku, one.location, one.owner) for row, one in enumerate(settings, start=1)]
        cells = get_cells(session, named, reach)
        wanted: dict[Key, int] = {cell.key: one.units for cell, one in zip(cells, settings, strict=True)}
        books = open_books(session, wanted)
        for key, units in wanted.items():
            books.cells[key] = replace(books.cells[key], safety_stock=units)
        close_books(session, context, books, cause="safety_stock", reference="")
        return gains(books, zip(named, cells, strict=True))

    return context.database.transact(work)
