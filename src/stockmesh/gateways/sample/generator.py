"""The sample retailer: two streams of orders over one range of goods, drawn with a seed, needing no file."""

from typing import Final

from stockmesh.domain.fulfilment.requests import OrderLine, OrderRequest, Wish
from stockmesh.domain.kernel.checks import ensure
from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.gateways.gazetteer import load_gazetteer
from stockmesh.gateways.online_retail.chance import SEED, draw
from stockmesh.gateways.online_retail.destinations import Destinations, Towns
from stockmesh.gateways.retailer import CreditLine, Retailer
from stockmesh.gateways.sample.calibration import STREAMS, Stream, load_calibration
from stockmesh.gateways.sample.catalogue import Catalogue, sample_catalogue
from stockmesh.gateways.sample.credits import draw_credits
from stockmesh.gateways.sample.drawing import GUEST, Chance, Year, draw_year

OWNER: Final = Owner("sample", "Sample giftware company", "GBP")
CHANNELS: Final = {
    "wholesale": Channel("wholesale", "Trade customers"),
    "consumer": Channel("consumer", "Online shop for households", buffer_units=1),
}
ITEMS: Final = 3_000
# The demonstration: 20,000 orders at scale 1, three fifths of them of households.
DEMO_ORDERS: Final = {"wholesale": 8_000, "consumer": 12_000}
DEMO_ITEMS: Final = 2_000
NOTE: Final = "All of it is generated: orders, customers, goods and credits stand for no real ones."
ASSUMED_OF_ORDERS: Final = frozenset({"destination"})
# What households want when stock is short, in hundredths; the trade always waits.
CONSUMER_WISHES: Final = [Wish.BACKORDER] * 80 + [Wish.PART] * 14 + [Wish.REFUSE] * 6


def generate_sample(
    stream: Stream,
    *,
    seed: int = SEED,
    weeks: int = 52,
    orders: int | None = None,
    items: int = ITEMS,
    gazetteer: Towns | None = None,
) -> Retailer:
    """One stream as a retailer of its own. Without `orders` as many as the calibration has in a year, by the weeks.

    The weeks end on 22 November 2026; the year's seasons are those of the calibration. Same arguments, same retailer.
    """
    wanted = load_calibration(stream).orders * weeks // 52 if orders is None else orders
    return _retailer({stream: wanted}, items=items, seed=seed, weeks=weeks, towns=gazetteer or load_gazetteer())


def sample_retailer(*, seed: int = SEED, scale: float = 1.0, gazetteer: Towns | None = None) -> Retailer:
    """The demonstration's retailer: both streams as two channels over one range, 20,000 orders at scale 1."""
    orders = {stream: max(round(DEMO_ORDERS[stream] * scale), 1) for stream in STREAMS}
    items = min(round(DEMO_ITEMS * scale), ITEMS)
    return _retailer(orders, items=items, seed=seed, weeks=52, towns=gazetteer or load_gazetteer())


def _retailer(orders: dict[Stream, int], *, items: int, seed: int, weeks: int, towns: Towns) -> Retailer:
    ensure(weeks > 0 and all(wanted > 0 for wanted in orders.values()), "a sample has at least one week and one order")
    catalogue = sample_catalogue(load_calibration("wholesale"), items, seed=seed)
    destinations = Destinations(towns, seed)
    placed: list[OrderRequest] = []
    credited: list[CreditLine] = []
    for stream, wanted in orders.items():
        calibration = load_calibration(stream)
        chance = Chance(seed, STREAMS.index(stream))
        year = draw_year(calibration, catalogue, chance, orders=wanted, weeks=weeks)
        of_stream = _orders(stream, year, catalogue, destinations, seed=seed)
        placed += of_stream
        credited += draw_credits(of_stream, calibration, chance)
    return Retailer(
        owner=OWNER,
        channels=tuple(CHANNELS[stream] for stream in orders),
        items=catalogue.items,
        kits=catalogue.kits,
        orders=tuple(sorted(placed, key=lambda order: (order.placed_at, order.reference))),
        credits=tuple(sorted(credited, key=lambda credit: (credit.credited_at, credit.reference, credit.sku))),
        notes=(NOTE, *(f"{stream}: {load_calibration(stream).source}" for stream in orders)),
        lines_read=sum(len(order.lines) for order in placed) + len(credited),
    )


def _orders(
    stream: Stream, year: Year, catalogue: Catalogue, destinations: Destinations, *, seed: int
) -> list[OrderRequest]:
    countries = [country for country, _ in load_calibration(stream).countries]
    skus = [item.sku for item in catalogue.items]
    prices = [item.unit_price_minor for item in catalogue.items]
    lines = [
        OrderLine(skus[at], units, prices[at])
        for at, units in zip(year.item.tolist(), year.quantity.tolist(), strict=True)
    ]
    ends = year.line_start.tolist()
    initial = stream[0].upper()
    orders = []
    for number, (at, buyer, country) in enumerate(
        zip(year.placed_at, year.customer.tolist(), year.country.tolist(), strict=True)
    ):
        reference = f"{initial}{number + 1:06d}"
        customer = "" if buyer == GUEST else f"{initial}C{buyer + 1:05d}"
        orders.append(
            OrderRequest(
                reference=reference,
                channel=CHANNELS[stream].code,
                placed_at=at,
                destination=destinations.assume((countries[country],), customer or f"invoice {reference}"),
                lines=tuple(lines[ends[number] : ends[number + 1]]),
                wish=_wish(stream, reference, seed),
                customer=customer,
                assumed=ASSUMED_OF_ORDERS,
            )
        )
    return orders


def _wish(stream: Stream, reference: str, seed: int) -> Wish:
    if stream == "wholesale":
        return Wish.BACKORDER
    return CONSUMER_WISHES[draw(seed, "wish", reference, below=len(CONSUMER_WISHES))]
