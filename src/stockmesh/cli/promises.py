"""`stockmesh promise`: what a cart would be promised if it were ordered now, and why."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from stockmesh.cli.output import AsJson, console, emit, one_of
from stockmesh.cli.running import running
from stockmesh.domain.kernel.words import count_of

if TYPE_CHECKING:
    from stockmesh.domain.carriers.promising import Step
    from stockmesh.domain.fulfilment.requests import OrderLine
    from stockmesh.flows.promise_values import Delivery, Promise, PromiseOption

HOUR_SECONDS = 3_600
MISSING = {
    "transit_days": "nobody told how long the lane takes",
    "supply": "not enough is on its way for what waits",
    "working_days": "no working day comes within a year",
}


def promise(
    lines: Annotated[list[str], typer.Argument(metavar="SKU=QUANTITY...", help="what the cart holds")],
    *,
    country: Annotated[str, typer.Option(help="where to: the country")],
    postcode: Annotated[str, typer.Option(help="where to: the postcode")] = "",
    channel: Annotated[str, typer.Option(help="through which channel it would be ordered")],
    wish: Annotated[str, typer.Option(help="backorder, part or refuse, where stock is short")] = "backorder",
    steps: Annotated[bool, typer.Option("--steps", help="every step from the order to the door, and why")] = False,
    as_json: AsJson = False,
) -> None:
    """What a cart would be promised if it were ordered now: the cheapest plan and the fastest, with their days."""
    from stockmesh.domain.fulfilment.requests import Destination, OrderRequest, Wish
    from stockmesh.domain.kernel.refusals import Refusal
    from stockmesh.flows.promise import promise as promise_carts

    wanted = read_lines(lines)
    with running() as context:
        to = Destination(country, postcode)
        cart = OrderRequest("cart", channel, context.clock(), to, wanted, one_of(Wish, wish, "--wish"))
        [found] = promise_carts(context, [cart])
    if isinstance(found, Refusal):
        raise found
    emit(found, as_json, lambda: _show(found, steps=steps))


def read_lines(written: Sequence[str]) -> "tuple[OrderLine, ...]":
    """What a cart holds, as SKU=QUANTITY. Raises BadParameter."""
    from stockmesh.domain.fulfilment.requests import OrderLine

    found = []
    for line in written:
        sku, separator, units = line.rpartition("=")
        if not separator or not units.isdecimal():
            raise typer.BadParameter(f"{line!r} is not SKU=QUANTITY", param_hint="SKU=QUANTITY")
        found.append(OrderLine(sku, int(units)))
    return tuple(found)


def _show(found: "Promise", *, steps: bool) -> None:
    for option in found.options:
        _show_option(option, steps=steps)


def _show_option(option: "PromiseOption", *, steps: bool) -> None:
    kinds = " and ".join(option.kinds).capitalize()
    console.print(f"[bold]{kinds}[/bold]  {option.cost}, {delivery_text(option.delivery)}{_countdown(option)}")
    if not option.shipments:
        console.print("  no location sends anything")
    for shipment in option.shipments:
        units = ", ".join(f"{one.units:,} x {one.sku}" for one in shipment.units)
        console.print(
            f"  {shipment.location} by {shipment.service}: {units}; {count_of(shipment.parcels, 'parcel')}, "
            f"{shipment.cost}, {delivery_text(shipment.delivery)}",
            markup=False,
        )
        show_steps(shipment.steps if steps else ())
    for line in option.lines:
        if line.waiting and line.delivery is not None:
            until = f"until supply comes on {line.waits_until}" if line.waits_until else "for supply"
            told = f"  {line.waiting:,} x {line.sku} wait {until}, {delivery_text(line.delivery)}"
            console.print(told, markup=False)
            show_steps(line.steps if steps else ())
        if line.dropped:
            console.print(f"  {line.dropped:,} x {line.sku} are dropped", markup=False)


def show_steps(steps: "Sequence[Step]") -> None:
    """Each step from the order to the door on a line: the day, and why."""
    for step in steps:
        days = f"{step.earliest:%a %d %b}" + (f" - {step.latest:%a %d %b}" if step.latest != step.earliest else "")
        console.print(f"    {step.kind.value:<10} {days:<23} {step.reason}", markup=False)


def delivery_text(delivery: "Delivery") -> str:
    """Between which days it is delivered, or why nobody can say."""
    if delivery.earliest is None or delivery.latest is None:
        why = "; ".join(MISSING.get(name, name) for name in delivery.missing)
        return f"no day known ({why})" if why else "no day known"
    if delivery.earliest == delivery.latest:
        return f"delivered {delivery.earliest:%a %d %b %Y}"
    return f"delivered {delivery.earliest:%a %d %b} - {delivery.latest:%a %d %b %Y}"


def _countdown(option: "PromiseOption") -> str:
    """`; order within 2 h 13 min`."""
    if option.order_within_seconds is None:
        return ""
    hours, rest = divmod(option.order_within_seconds, HOUR_SECONDS)
    return f"; order within {hours} h {rest // 60} min"
