"""`stockmesh locations`: where stock lies."""

import typer

from stockmesh.cli.output import AsJson, console, emit, table
from stockmesh.cli.running import running
from stockmesh.domain.fulfilment.refusals import UnknownLocation
from stockmesh.domain.network.locations import Location

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """All locations, by code."""
    found = _locations()

    def render() -> None:
        table(
            ["code", "name", "kind", "where", "cut-off", "orders a day", "open", "carriers"],
            [
                (
                    place.code,
                    place.name,
                    place.kind,
                    f"{place.country} {place.postcode}",
                    f"{place.cutoff_local:%H:%M} {place.timezone}",
                    place.daily_orders_max,
                    "yes" if place.is_open else "no",
                    " ".join(place.carriers),
                )
                for place in found
            ],
            right=["orders a day"],
        )

    emit(found, as_json, render)


@app.command()
def show(code: str, *, as_json: AsJson = False) -> None:
    """One location with its hours, costs and carriers."""
    found = next((place for place in _locations() if place.code == code), None)
    if found is None:
        raise UnknownLocation(location=code)

    def render() -> None:
        for name in Location.__dataclass_fields__:
            console.print(f"{name.replace('_', ' '):22} {getattr(found, name)}")

    emit(found, as_json, render)


def _locations() -> tuple[Location, ...]:
    with running() as context, context.database.session() as session:
        return context.present(session).facts.locations
