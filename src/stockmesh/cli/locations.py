"""`stockmesh locations`: where stock lies."""

from typing import TYPE_CHECKING

import typer

from stockmesh.cli.output import AsJson, console, emit, table
from stockmesh.cli.running import running
from stockmesh.domain.fulfilment.refusals import UnknownLocation
from stockmesh.domain.kernel.money import Money, divide_half_up, micro_per_minor

if TYPE_CHECKING:
    from stockmesh.domain.network.locations import Location

app = typer.Typer(no_args_is_help=True)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """All locations, by code."""
    found, _ = _locations()

    def render() -> None:
        table(
            ["code", "name", "kind", "where", "cut-off", "time zone", "orders a day", "open", "carriers"],
            [
                (
                    place.code,
                    place.name,
                    _kind(place),
                    f"{place.country} {place.postcode}",
                    f"{place.cutoff_local:%H:%M}",
                    place.timezone,
                    place.daily_orders_max,
                    "yes" if place.is_open else "no",
                    " ".join(place.carriers),
                )
                for place in found
            ],
            right=["orders a day"],
            fold=["name", "carriers"],
            spare=["time zone", "carriers", "kind", "open"],
        )

    emit(found, as_json, render)


@app.command()
def show(code: str, *, as_json: AsJson = False) -> None:
    """One location with its hours, costs and carriers."""
    places, currency = _locations()
    found = next((place for place in places if place.code == code), None)
    if found is None:
        raise UnknownLocation(location=code)
    emit(found, as_json, lambda: _show(found, currency))


def _show(place: "Location", currency: str) -> None:
    def pay(micro: int) -> Money:
        return Money(divide_half_up(micro, micro_per_minor(currency)), currency)

    said = {
        "kind": _kind(place),
        "where": f"{place.country} {place.postcode} ({place.latitude_e6 / 1e6:.3f}, {place.longitude_e6 / 1e6:.3f})",
        "open": "yes" if place.is_open else "no: takes no orders",
        "working days": f"{' '.join(WEEKDAYS[day - 1] for day in place.working_days)}, holidays of {place.calendar}",
        "cut-off": f"{place.cutoff_local:%H:%M} {place.timezone}",
        "capacity": f"{place.daily_orders_max:,} orders a working day",
        "handling": f"{pay(place.handling_order_micro)} an order, {pay(place.handling_line_micro)} a line, "
        f"{pay(place.handling_unit_micro)} a unit",
        "carriers": " ".join(place.carriers) or "none",
        "ships to": " ".join(place.serves) or "wherever its carriers go",
    }
    console.print(f"{place.code}  {place.name}", style="bold", markup=False)
    for name, text in said.items():
        console.print(f"  {name:13} {text}", markup=False)


def _kind(place: "Location") -> str:
    return place.kind.replace("_", " ")


def _locations() -> "tuple[tuple[Location, ...], str]":
    """All locations and the currency their costs are in."""
    with running() as context, context.database.session() as session:
        facts = context.present(session).facts
        return facts.locations, facts.book_currency
