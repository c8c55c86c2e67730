"""A small world to test with: a few locations, flat-rate carriers, a handful of items, put in the books."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Final

from stockmesh.domain.carriers.cards import Carrier, DimensionalRule, RateCard, Service, WeightUnit, ZoneRates
from stockmesh.domain.carriers.surcharges import Break, Fuel
from stockmesh.domain.carriers.zones import CountryRule, ZoneScheme
from stockmesh.domain.fulfilment.requests import Destination, OrderLine, OrderRequest, Wish
from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.domain.network.items import Item, Kit
from stockmesh.domain.network.locations import Location, LocationKind
from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.flows.context import Context
from stockmesh.flows.set_up import open_stock, publish_network, save_items, save_merchant
from stockmesh.gateways.retailer import Network, OpeningStock

TIMEZONES: Final = {
    "DE": "Europe/Berlin",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "NL": "Europe/Amsterdam",
    "US": "America/New_York",
}
POSITIONS: Final = {"DE": (51_340_000, 12_370_000), "NL": (52_370_000, 4_890_000), "FR": (50_630_000, 3_060_000)}
MONDAY_MORNING: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Prices = Mapping[str, Sequence[tuple[int, int]]]  # by country: (grams, minor units)


def flat_card(version: str, prices: Prices, **changes: object) -> RateCard:
    """A card in euros and kilograms with one zone per country, valid for a century unless told otherwise."""
    card = RateCard(
        version=version,
        valid_from=date(2000, 1, 1),
        valid_to=date(2099, 12, 31),
        currency="EUR",
        weight_unit=WeightUnit.KG,
        scheme=ZoneScheme(tuple(CountryRule(country, (country,)) for country in prices)),
        rates=tuple(
            ZoneRates(country, tuple(Break(grams, minor) for grams, minor in breaks))
            for country, breaks in prices.items()
        ),
        synthetic=True,
        source="made for a test",
    )
    return replace(card, **changes)  # type: ignore[arg-type]


def carrier(code: str, origins: Sequence[str], cards: Sequence[RateCard], *, limit_grams: int = 30_000) -> Carrier:
    """A carrier with one service of the same code."""
    service = Service(code, code, code, tuple(origins), limit_grams * 1_000, 10**18, 3_000_000, tuple(cards))
    return Carrier(code, code, cards[0].currency if cards else "EUR", (service,))


def location(code: str, country: str, postcode: str, carriers: Sequence[str], **changes: object) -> Location:
    """A warehouse that works Monday to Friday until 14:00, handles for nothing and has room for 1,000 orders a day."""
    latitude, longitude = POSITIONS.get(country, (50_000_000, 8_000_000))
    place = Location(
        code=code,
        name=code,
        kind=LocationKind.WAREHOUSE,
        country=country,
        postcode=postcode,
        latitude_e6=latitude,
        longitude_e6=longitude,
        timezone=TIMEZONES[country],
        calendar=country,
        working_days=(1, 2, 3, 4, 5),
        cutoff_local=time(14),
        handling_order_micro=0,
        handling_line_micro=0,
        handling_unit_micro=0,
        daily_orders_max=1_000,
        carriers=tuple(carriers),
    )
    return replace(place, **changes)  # type: ignore[arg-type]


def item(sku: str, grams: int, *, price_minor: int = 0, sides_cm: tuple[int, int, int] = (10, 10, 10)) -> Item:
    """An item of this weight and size."""
    length, width, height = (side * 10_000 for side in sides_cm)
    return Item(sku, sku, grams * 1_000, length, width, height, price_minor, "", "DE")


def order(reference: str, lines: Mapping[str, int], to: str = "DE-10115", **changes: object) -> OrderRequest:
    """An order through the web channel, placed on Monday morning. `to` is a country and a postcode."""
    country, _, postcode = to.partition("-")
    request = OrderRequest(
        reference=reference,
        channel="web",
        placed_at=MONDAY_MORNING,
        destination=Destination(country, postcode),
        lines=tuple(OrderLine(sku, quantity, 1_000) for sku, quantity in lines.items()),
        wish=Wish.BACKORDER,
    )
    return replace(request, **changes)  # type: ignore[arg-type]


EVERYWHERE: Final = {
    "DE": [(2_000, 500), (30_000, 800)],
    "NL": [(2_000, 700), (30_000, 1_000)],
    "FR": [(30_000, 1_400)],
}


@dataclass(frozen=True)
class SmallWorld:
    """Leipzig, Amsterdam and Lille; one carrier, dearer from Amsterdam and dearest from Lille by their handling."""

    locations: tuple[Location, ...] = (
        location("LEJ", "DE", "04103", ["parcel"], handling_order_micro=500_000),
        location("AMS", "NL", "1012", ["parcel"], handling_order_micro=600_000),
        location("LIL", "FR", "59000", ["parcel"], handling_order_micro=700_000),
    )
    carriers: tuple[Carrier, ...] = (carrier("parcel", ["DE", "NL", "FR"], [flat_card("parcel-1", EVERYWHERE)]),)
    items: tuple[Item, ...] = (item("tent", 3_000), item("lamp", 1_000), item("mug", 500))
    kits: tuple[Kit, ...] = ()
    channels: tuple[Channel, ...] = (Channel("web", "Web"),)
    policy: SourcingPolicy = field(default_factory=SourcingPolicy)
    currency: str = "EUR"
    fx_ppm: Mapping[str, int] = field(default_factory=lambda: {"EUR": 1_000_000})

    @property
    def network(self) -> Network:
        """Locations, carriers and exchange rates as one value."""
        return Network(self.locations, self.carriers, dict(self.fx_ppm))


def put_in_books(context: Context, world: SmallWorld, stock: Mapping[tuple[str, str], int]) -> int:
    """The owner's number; the world and its opening stock, by (location, SKU), are in the books."""
    owner_id = save_merchant(context, Owner("shop", "Shop", world.currency), world.channels)
    publish(context, world)
    save_items(context, owner_id, world.items, world.kits)
    opening = [OpeningStock(sku, place, units) for (place, sku), units in stock.items()]
    open_stock(context, owner_id, opening, occurred_at=datetime(2026, 1, 1, tzinfo=UTC))
    return owner_id


def publish(context: Context, world: SmallWorld) -> int:
    """The number of the world version now in force."""
    return publish_network(context, world.network, world.policy, world.currency)


def percent(rate: str) -> Fuel:
    """A fuel rate written as people write it: `12.5` per cent."""
    whole, _, part = rate.partition(".")
    return Fuel(int(whole) * 10_000 + int(part.ljust(4, "0") or 0))


def volumetric(divisor: int) -> tuple[DimensionalRule, ...]:
    """Volumetric weight with this divisor, from the first cubic centimetre."""
    return (DimensionalRule(divisor),)
