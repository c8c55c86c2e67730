"""Reading what `orders change` is asked for: the lines named are set, the others stay."""

import typer

from stockmesh.domain.fulfilment.requests import Destination, OrderLine
from stockmesh.flows.context import Context
from stockmesh.flows.order_detail import DestinationView, OrderDetail, get_order
from stockmesh.flows.order_life import OrderChange


def read_change(context: Context, order_id: int, *, country: str, postcode: str, lines: list[str]) -> OrderChange:
    """The change; raises typer.BadParameter when a line is not SKU=QUANTITY or nothing is asked for."""
    if not country and not postcode and not lines:
        raise typer.BadParameter("say what changes: --postcode, --country or --line SKU=QUANTITY")
    order = get_order(context, order_id)
    return OrderChange(
        destination=_destination(order.destination, country, postcode) if country or postcode else None,
        lines=_lines(order, lines) if lines else None,
    )


def _destination(now: DestinationView, country: str, postcode: str) -> Destination:
    if not postcode and country.upper() != now.country:
        raise typer.BadParameter("another country needs its --postcode")
    return Destination(country or now.country, postcode or now.area)


def _lines(order: OrderDetail, changes: list[str]) -> tuple[OrderLine, ...]:
    """The lines as they are to be; a quantity of 0 removes one."""
    wanted = {line.sku: OrderLine(line.sku, line.quantity, line.unit_price.minor) for line in order.lines}
    for change in changes:
        sku, separator, units = change.rpartition("=")
        if not separator or not units.isdecimal():
            raise typer.BadParameter(f"{change!r} is not SKU=QUANTITY", param_hint="--line")
        price = wanted[sku].unit_price_minor if sku in wanted else 0
        wanted[sku] = OrderLine(sku, int(units), price)
    return tuple(line for line in wanted.values() if line.quantity > 0)
