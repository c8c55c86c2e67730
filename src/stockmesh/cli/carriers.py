"""`stockmesh carriers`: list, show, check, export, quote."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from stockmesh.cli.output import AsJson, console, emit
from stockmesh.cli.running import running

if TYPE_CHECKING:
    from stockmesh.domain.carriers.cards import Carrier
    from stockmesh.flows.quote_values import WishedParcel

app = typer.Typer(no_args_is_help=True)
_PARCEL: Final = re.compile(
    r"(?P<weight>[0-9]+(?:[.,][0-9]+)?)(?P<unit>kg|g|lb|oz)"
    r":(?P<sides>[0-9.,]+x[0-9.,]+x[0-9.,]+)(?P<side>cm|mm|in)(?:\*(?P<count>[0-9]+))?"
)
_WEIGHTS_UG: Final = {"kg": 10**9, "g": 10**6, "lb": 453_592_370, "oz": 28_349_523}
_SIDES_UM: Final = {"cm": 10_000, "mm": 1_000, "in": 25_400}


@app.command("list")
def list_all(*, as_json: AsJson = False) -> None:
    """All carriers with their services, the card of each that holds today, and what to mind."""
    from stockmesh.cli.carrier_text import show_carriers
    from stockmesh.flows.carrier_views import list_carriers

    with running() as context:
        found = list_carriers(context)
    emit(found, as_json, lambda: show_carriers(found))


@app.command()
def show(
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="the code of a service")],
    *,
    version: Annotated[str, typer.Option(help="the card; the one that holds today unless said")] = "",
    as_json: AsJson = False,
) -> None:
    """A rate card: its zones with prices, surcharges and terms."""
    from stockmesh.cli.carrier_text import show_card
    from stockmesh.flows.carrier_views import get_card

    with running() as context:
        found = get_card(context, service, version or None)
    emit(found, as_json, lambda: show_card(found))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a carrier's card document: .toml or .json")],
    *,
    as_json: AsJson = False,
) -> None:
    """Whether a card document could be published: every problem, and what may not be meant. Nothing is changed."""
    from stockmesh.domain.carriers.notices import service_notices

    carrier = read_document(file)
    notices = {service.code: service_notices(service) for service in carrier.services}
    cards = sum(len(service.cards) for service in carrier.services)

    def render() -> None:
        console.print(f"{carrier.code} can be published: {cards:,} cards.", markup=False)
        for service, told in notices.items():
            for notice in told:
                console.print(f"  {service}: {notice}", markup=False)

    emit({"carrier": carrier.code, "cards": cards, "notices": notices}, as_json, render)


@app.command()
def export(
    carrier: Annotated[str, typer.Argument(metavar="CARRIER", help="the code of a carrier")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON instead of TOML")] = False,
) -> None:
    """A carrier with all its cards as a document, as `import rate-cards` reads it."""
    from stockmesh.flows.carrier_views import get_carrier
    from stockmesh.gateways.cards import carrier_to_json, carrier_to_toml

    with running() as context:
        found = get_carrier(context, carrier)
    typer.echo(carrier_to_json(found) if as_json else carrier_to_toml(found), nl=as_json)


@app.command()
def quote(
    goods: Annotated[list[str] | None, typer.Argument(metavar="SKU=QUANTITY...", help="goods to be sent")] = None,
    *,
    country: Annotated[str, typer.Option(help="where to: the country")],
    postcode: Annotated[str, typer.Option(help="where to: the postcode")] = "",
    parcel: Annotated[list[str] | None, typer.Option(help="a parcel: 2.5kg:40x30x20cm, or 6lb:24x12x12in*3")] = None,
    location: Annotated[list[str] | None, typer.Option(help="from where; from everywhere unless said")] = None,
    bills: Annotated[bool, typer.Option("--bills", help="every carrier's own bill")] = False,
    as_json: AsJson = False,
) -> None:
    """What every service asks for a shipment, cheapest first; those that do not take it, with the reason."""
    from stockmesh.cli.carrier_text import show_quotes
    from stockmesh.cli.promises import read_lines
    from stockmesh.domain.fulfilment.requests import Destination
    from stockmesh.flows.quote_values import Wish
    from stockmesh.flows.quoting import quote as ask

    parcels = tuple(read_parcel(text) for text in parcel or ())
    wish = Wish(Destination(country, postcode), read_lines(goods or []), parcels, tuple(location or ()))
    with running() as context:
        found = ask(context, wish)
    emit(found, as_json, lambda: show_quotes(found, bills=bills))


def read_parcel(text: str) -> "WishedParcel":
    """A parcel as somebody writes it. Raises BadParameter."""
    from stockmesh.domain.carriers.boxes import sort_sides
    from stockmesh.flows.quote_values import WishedParcel

    match = _PARCEL.fullmatch(text.replace(" ", ""))
    if match is None:
        raise typer.BadParameter(f"{text!r} is not such as 2.5kg:40x30x20cm", param_hint="--parcel")
    sides = [_times(side, _SIDES_UM[match["side"]]) for side in match["sides"].split("x")]
    weight_mg = -(-_times(match["weight"], _WEIGHTS_UG[match["unit"]]) // 1_000)
    return WishedParcel(weight_mg, sort_sides(sides[0], sides[1], sides[2]), int(match["count"] or 1))


def _times(number: str, unit: int) -> int:
    """A decimal number of units, rounded up: what is measured is never made smaller."""
    whole, _, part = number.replace(",", ".").partition(".")
    if not (whole + part).isdecimal() or len(whole) > 6:
        raise typer.BadParameter(f"{number!r} is not a size", param_hint="--parcel")
    scale: int = 10 ** len(part)
    return -(-int(whole + part) * unit // scale)


def read_document(file: Path) -> "Carrier":
    """The carrier of a document. Raises UnreadableSheet, UnreadableCard and what its cards are refused for."""
    from stockmesh.gateways.cards import carrier_from_json, carrier_from_toml
    from stockmesh.gateways.sheets import UnreadableSheet

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSheet(file=file.name, problem=str(error)) from error
    return carrier_from_toml(text) if file.suffix == ".toml" else carrier_from_json(text)
