"""One year of one stream drawn as arrays: who orders when, what, and how much."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.kernel.compiled import I64
from stockmesh.gateways.online_retail.dates import uk_to_utc
from stockmesh.gateways.sample.calibration import Calibration, Spread
from stockmesh.gateways.sample.catalogue import Catalogue

LAST_DAY: Final = date(2026, 11, 22)
SECONDS_PER_HOUR: Final = 3_600
MILLION: Final = 1_000_000
GUEST: Final = -1
ROUNDS_AGAINST_DOUBLES: Final = 4


class Chance:
    """A seeded stream of draws; one uniform number for each, so that figures can change without shifting others."""

    def __init__(self, *seed: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64(seed))

    def uniform(self, count: int) -> NDArray[np.float64]:
        """So many numbers from 0 up to but not including 1."""
        return self._generator.random(count)

    def values(self, spread: Spread, count: int) -> I64:
        """So many values of a spread."""
        values, shares = (np.array(column, dtype=np.int64) for column in zip(*spread, strict=True))
        picked: I64 = values[_pick(np.cumsum(shares), self.uniform(count))]
        return picked

    def shuffled(self, values: I64) -> I64:
        """The values in random order."""
        return values[np.argsort(self.uniform(len(values)), kind="stable")]


@dataclass(frozen=True)
class Year:
    """N orders in the order of time with M lines. `customer` is GUEST for guests; `country` indexes the calibration's;
    the lines of order n are line_start[n] up to line_start[n + 1]; `item` indexes the catalogue."""

    placed_at: list[datetime]
    customer: I64
    country: I64
    line_start: I64
    item: I64
    quantity: I64


def draw_year(calibration: Calibration, catalogue: Catalogue, chance: Chance, *, orders: int, weeks: int) -> Year:
    """So many orders over the weeks that end on LAST_DAY."""
    is_guest = chance.uniform(orders) * MILLION < calibration.guest_orders
    lines = np.where(
        is_guest,
        chance.values(calibration.lines_per_guest_order, orders),
        chance.values(calibration.lines_per_order, orders),
    )
    order_of_line = np.repeat(np.arange(orders), lines)
    customer, country = _draw_customers(calibration, chance, is_guest)
    item = _draw_items(catalogue, chance, order_of_line)
    return Year(
        placed_at=_draw_instants(calibration, chance, orders=orders, weeks=weeks),
        customer=customer,
        country=country,
        line_start=np.concatenate([[0], np.cumsum(lines)]),
        item=item,
        quantity=_draw_quantities(calibration, catalogue, chance, item=item, is_guest=is_guest[order_of_line]),
    )


def _pick(edges: NDArray[np.int64], uniform: NDArray[np.float64]) -> I64:
    picked: I64 = np.searchsorted(edges, uniform * edges[-1], side="right").astype(np.int64)
    return picked


def _draw_instants(calibration: Calibration, chance: Chance, *, orders: int, weeks: int) -> list[datetime]:
    days = [LAST_DAY - timedelta(days=back) for back in reversed(range(7 * weeks))]
    week_share, weekday_share = dict(calibration.iso_weeks), dict(calibration.weekdays)
    weights = [
        week_share.get(min(day.isocalendar().week, 52), 0) * weekday_share.get(day.isoweekday(), 0) for day in days
    ]
    day = _pick(np.cumsum(np.array(weights, dtype=np.int64)), chance.uniform(orders))
    hour = chance.values(calibration.hours, orders)
    second = (chance.uniform(orders) * SECONDS_PER_HOUR).astype(np.int64)
    midnights = [datetime.combine(each, datetime.min.time()) for each in days]
    local = [
        midnights[at] + timedelta(seconds=seconds)
        for at, seconds in zip(day.tolist(), (hour * SECONDS_PER_HOUR + second).tolist(), strict=True)
    ]
    return sorted(uk_to_utc(at) for at in local)


def _draw_customers(calibration: Calibration, chance: Chance, is_guest: NDArray[np.bool_]) -> tuple[I64, I64]:
    """Per order the customer and the country. Customers keep their country; countries take their share of orders."""
    orders = int((~is_guest).sum())
    usual = sum(value * share for value, share in calibration.orders_per_customer)
    per_customer = chance.values(calibration.orders_per_customer, max(orders * MILLION // usual, 1))
    owners = np.resize(np.repeat(np.arange(len(per_customer)), per_customer), orders)
    customer = np.full(len(is_guest), GUEST, dtype=np.int64)
    customer[~is_guest] = chance.shuffled(owners)
    country_edges = np.cumsum([share for _, share in calibration.countries])
    country = _pick(country_edges, chance.uniform(len(is_guest)))
    counts = np.bincount(owners, minlength=len(per_customer))
    queue = chance.shuffled(np.arange(len(per_customer)))
    middles = np.cumsum(counts[queue]) - counts[queue] / 2
    home = np.empty(len(per_customer), dtype=np.int64)
    home[queue] = _pick(country_edges, middles / max(orders, 1))
    country[~is_guest] = home[customer[~is_guest]]
    return customer, country


def _draw_items(catalogue: Catalogue, chance: Chance, order_of_line: I64) -> I64:
    """An item per line; an item met twice in one order is drawn anew a few times, then left: real orders do repeat."""
    last = len(catalogue.items) - 1
    item = np.minimum(np.searchsorted(catalogue.line_shares, chance.uniform(len(order_of_line)), side="right"), last)
    for _ in range(ROUNDS_AGAINST_DOUBLES):
        key = order_of_line * len(catalogue.items) + item
        _, first = np.unique(key, return_index=True)
        doubles = np.ones(len(key), dtype=np.bool_)
        doubles[first] = False
        again = chance.uniform(int(doubles.sum()))
        item[doubles] = np.minimum(np.searchsorted(catalogue.line_shares, again, side="right"), last)
    return item.astype(np.int64)


def _draw_quantities(
    calibration: Calibration, catalogue: Catalogue, chance: Chance, *, item: I64, is_guest: NDArray[np.bool_]
) -> I64:
    prices = np.array([each.unit_price_minor for each in catalogue.items], dtype=np.int64)
    band = np.searchsorted(np.array(calibration.price_bands_minor), prices[item], side="right")
    quantity = chance.values(calibration.quantity_of_guests, len(item))
    for number, spread in enumerate(calibration.quantity_by_price):
        here = (band == number) & ~is_guest
        quantity[here] = chance.values(spread, int(here.sum()))
    return quantity
