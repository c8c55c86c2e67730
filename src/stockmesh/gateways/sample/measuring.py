"""What a retailer's year looks like in figures: the same measure for the real file and for what we generate."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from stockmesh.domain.fulfilment.requests import OrderLine, OrderRequest
from stockmesh.gateways.online_retail.credits import CANCELLATION, RETURN
from stockmesh.gateways.online_retail.dates import UK
from stockmesh.gateways.retailer import CreditLine, Retailer
from stockmesh.gateways.sample.calibration import Calibration, Spread

MILLION: Final = 1_000_000
PRICE_BANDS: Final = 5
# Middles of 99 hundredths, 9 thousandths and 10 ten-thousandths: fine where the largest orders are.
FINE: Final = (
    [(10_000 * step + 5_000, 10_000) for step in range(99)]
    + [(990_000 + 1_000 * step + 500, 1_000) for step in range(9)]
    + [(999_000 + 100 * step + 50, 100) for step in range(10)]
)
COARSE: Final = [(50_000 * step + 25_000, 50_000) for step in range(20)]
RANKS: Final = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 35_000, 50_000, 75_000, *range(100_000, MILLION + 1, 50_000))


@dataclass(frozen=True)
class Credited:
    """A credit beside the sale it gives back: how long after, and which part of the units (ppm)."""

    kind: str
    after: timedelta
    part: int


def measure(retailer: Retailer, source: str, *, moved_by: timedelta = timedelta(0)) -> Calibration:
    """The figures of a retailer. `moved_by` is what its dates were shifted by, taken back for the weeks of the year."""
    orders = retailer.orders
    known, guests = _known_and_guests(orders)
    lines, known_lines = _lines_of(orders), _lines_of(known)
    local = [order.placed_at.astimezone(UK) - moved_by for order in orders]
    bands = price_bands(known_lines)
    credited = match_credits(known, retailer.credits)
    kinds = Counter(credit.kind for credit in retailer.credits if credit.customer)
    return Calibration(
        source=source,
        orders=len(orders),
        lines=len(lines),
        units=sum(_quantities(lines)),
        items=len({line.sku for line in lines}),
        guest_orders=MILLION * len(guests) // len(orders),
        lines_per_order=spread(_sizes(known)),
        lines_per_guest_order=spread(_sizes(guests)),
        orders_per_customer=spread(list(Counter(order.customer for order in known).values())),
        price_bands_minor=bands,
        quantity_by_price=_quantity_by_price(known_lines, bands),
        quantity_of_guests=spread(_quantities(_lines_of(guests))),
        item_price_minor=spread([item.unit_price_minor for item in retailer.items]),
        popularity=_popularity(lines),
        iso_weeks=shares(min(at.isocalendar().week, 52) for at in _one_year(local)),
        weekdays=shares(at.isoweekday() for at in local),
        hours=shares(at.hour for at in local),
        countries=_countries(orders),
        cancelled_lines=MILLION * kinds[CANCELLATION] // max(len(known_lines), 1),
        returned_lines=MILLION * kinds[RETURN] // max(len(known_lines), 1),
        cancelled_after_minutes=spread(_minutes_to_cancellation(credited), COARSE),
        returned_after_days=spread(_days_to_return(credited), COARSE),
        credited_part=spread([credit.part for credit in credited], COARSE),
    )


def spread(values: Sequence[int], middles: list[tuple[int, int]] = FINE) -> Spread:
    """The distribution of values by the middles of equal shares, equal values together; of no values, 1 for all."""
    ranked = sorted(values) or [1]
    found: Counter[int] = Counter()
    for middle, share in middles:
        found[ranked[len(ranked) * middle // MILLION]] += share
    return tuple(sorted(found.items()))


def shares(keys: Iterable[int]) -> Spread:
    """How often each key comes, in parts per million; what rounding leaves goes to the most frequent."""
    counts = Counter(keys)
    total = max(sum(counts.values()), 1)
    parts = {key: MILLION * count // total for key, count in sorted(counts.items())}
    if parts:
        parts[max(counts, key=lambda key: (counts[key], key))] += MILLION - sum(parts.values())
    return tuple(parts.items())


def price_bands(lines: Sequence[OrderLine]) -> tuple[int, ...]:
    """The prices that part the lines into bands of equal size."""
    ranked = sorted(line.unit_price_minor for line in lines) or [1]
    return tuple(ranked[len(ranked) * band // PRICE_BANDS] for band in range(1, PRICE_BANDS))


def match_credits(orders: Sequence[OrderRequest], credits_of_all: Sequence[CreditLine]) -> list[Credited]:
    """Each credit of a known customer whose sale lies in the same stretch, beside the last sale before it."""
    sales: dict[tuple[str, str], list[tuple[datetime, int]]] = defaultdict(list)
    for order in orders:
        for line in order.lines:
            sales[order.customer, line.sku].append((order.placed_at, line.quantity))
    found = []
    for credit in credits_of_all:
        sold = sales.get((credit.customer, credit.sku), [])
        place = bisect_right(sold, credit.credited_at, key=lambda sale: sale[0])
        if place:
            at, quantity = sold[place - 1]
            part = min(MILLION * credit.quantity // quantity, MILLION)
            found.append(Credited(credit.kind, credit.credited_at - at, part))
    return found


def _known_and_guests(orders: Sequence[OrderRequest]) -> tuple[list[OrderRequest], list[OrderRequest]]:
    return [order for order in orders if order.customer], [order for order in orders if not order.customer]


def _lines_of(orders: Sequence[OrderRequest]) -> list[OrderLine]:
    return [line for order in orders for line in order.lines]


def _sizes(orders: Sequence[OrderRequest]) -> list[int]:
    return [len(order.lines) for order in orders]


def _quantities(lines: Sequence[OrderLine]) -> list[int]:
    return [line.quantity for line in lines]


def _quantity_by_price(lines: Sequence[OrderLine], bands: tuple[int, ...]) -> tuple[Spread, ...]:
    quantities: list[list[int]] = [[] for _ in range(PRICE_BANDS)]
    for line in lines:
        quantities[bisect_right(bands, line.unit_price_minor)].append(line.quantity)
    return tuple(spread(band) for band in quantities)


def _popularity(lines: Sequence[OrderLine]) -> Spread:
    ranked = sorted(Counter(line.sku for line in lines).values(), reverse=True)
    taken = [0]
    for count in ranked:
        taken.append(taken[-1] + count)
    return tuple((rank, MILLION * taken[len(ranked) * rank // MILLION] // taken[-1]) for rank in RANKS)


def _countries(orders: Sequence[OrderRequest]) -> tuple[tuple[str, int], ...]:
    counts = Counter(order.destination.country for order in orders)
    ranked = sorted(counts, key=lambda country: (-counts[country], country))
    parts = shares(ranked.index(order.destination.country) for order in orders)
    return tuple((ranked[rank], share) for rank, share in parts)


def _one_year(local: Sequence[datetime]) -> list[datetime]:
    """The last 52 whole weeks, so that no week of the year counts twice."""
    last = max(local).date()
    end = last + timedelta(days=1) if last.isoweekday() == 7 else last - timedelta(days=last.isoweekday() - 1)
    return [at for at in local if end - timedelta(weeks=52) <= at.date() < end]


def _minutes_to_cancellation(credited: Sequence[Credited]) -> list[int]:
    return [credit.after // timedelta(minutes=1) for credit in credited if credit.kind == CANCELLATION]


def _days_to_return(credited: Sequence[Credited]) -> list[int]:
    return [credit.after.days for credit in credited if credit.kind == RETURN]
