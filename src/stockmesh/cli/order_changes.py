"""Reading what `orders change` is asked for: the lines named are set, the others stay."""

import typer

from stockmesh.domain.fulfilment.requests import Destination, OrderLine
from stockmesh.flows.context import Context
from stockmesh.flows.order_detail import get_order
from stockmesh.flows.order_life import OrderChange


def read_change(context: Context, order_id: int, *, country: str, postcode: str, lines: list[str]) -> OrderChange:
    """The change; raises typer.BadParameter when a line is not SKU=QUANTITY or nothing is asked for."""
    if not country and not postcode and not lines:
        raise typer.BadParameter("say what changes: --postcode, --country or --line SKU=QUANTITY")
    detail = get_order(context, order_id)
    if country and not postcode and country.upper() != detail.destination.country:
        raise typer.BadParameter("another country needs its --postcode")
    destination = None
    if country or postcode:
        destination = Destination(country or detail.destination.country, postcode or detail.destination.area)
    if not lines:
        return OrderChange(destination=destination)
    quantities = {line.sku: OrderLine(line.sku, line.quantity, line.unit_price.minor) for line in detail.lines}
    for text in lines:
        sku, separator, units = text.rpartition("=")
        if not separator or not units.isdecimal():
            raise typer.BadParameter(f"{text!r} is not SKU=QUANTITY", param_hint="--line")
        price = quantities[sku].unit_price_minor if sku in quantities else 0
        quantities[sku] = OrderLine(sku, int(units), price)
    return OrderChange(destination, tuple(line for line in quantities.values() if line.quantity > 0))
