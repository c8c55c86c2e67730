"""What lies on the shelves when the books open, and what is on its way: by a stated rule, sometimes too little."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from stockmesh.domain.network.locations import Location, LocationKind
from stockmesh.gateways.online_retail.chance import SEED, draw
from stockmesh.gateways.online_retail.credits import CANCELLATION
from stockmesh.gateways.retailer import IncomingSupply, Network, OpeningStock, Retailer

# One item in five is bought short: 70 to 95 % of the year's demand; all others at 105 to 140 %.
SHORT_OF_HUNDRED: Final = 20
SHORT_PERCENT: Final = (70, 95)
AMPLE_PERCENT: Final = (105, 140)
# Below so many lines a year an item lies in the central warehouse alone.
SLOW_LINES: Final = 12
# A share smaller than this is not worth a shelf of its own: it stays in the central warehouse.
SHELF_UNITS_MIN: Final = 3
# A shop has no room for more of one item.
STORE_UNITS_MAX: Final = 12
# Of the items bought short, so many in a hundred are ordered anew, for 20 % of the year's demand.
REORDERED_OF_HUNDRED: Final = 40
REORDER_PERCENT: Final = 20

# Whose stock serves a country that has no site, by country of the site; all others: the central warehouse.
NEIGHBOURS: Final = {
    "FR": ("ES", "PT", "IT", "CH", "MC", "AD", "MT"),
    "DE": ("AT", "PL", "CZ", "DK", "SE", "NO", "FI", "HU", "SK", "LT", "LV", "EE", "SI", "HR", "LI"),
    "NL": ("BE", "LU"),
    "US": ("CA", "MX", "BR"),
}
HOME_OF: Final = {country: home for home, countries in NEIGHBOURS.items() for country in countries}


@dataclass(frozen=True)
class Demand:
    """A year of one item: lines that ask for it, units by destination country (cancelled units taken off)."""

    sku: str
    lines: int
    units_by_country: dict[str, int]

    @property
    def units(self) -> int:
        """Units of all countries."""
        return sum(self.units_by_country.values())


def opening_stock(retailer: Retailer, network: Network, *, seed: int = SEED) -> tuple[OpeningStock, ...]:
    """Units of every item at every site, none of them zero.

    The rule: a year's demand of an item (kits as their components, cancelled units taken off) times a coverage drawn
    for the item: one item in five 70 to 95 %, all others 105 to 140 %, so that some lines come too late. The central
    warehouse is the site that can start most orders a day. Items of fewer than 12 lines a year lie there alone. All
    others are spread as demand is: a country's share goes to the sites in it, in proportion to their daily orders, or
    to the country's neighbour with a site; a store holds at most 12 units of an item; shares below three units and what
    rounding leaves stay central.
    """
    places = _Places.of(network.locations)
    found = []
    for need in yearly_demand(retailer):
        units = -(-need.units * coverage_percent(need.sku, seed=seed) // 100)
        for location, quantity in places.spread(need, units).items():
            if quantity:
                found.append(OpeningStock(need.sku, location, quantity))
    return tuple(found)


def incoming_supply(retailer: Retailer, network: Network, *, seed: int = SEED) -> tuple[IncomingSupply, ...]:
    """Deliveries to the central warehouse, by day: two in five of the items bought short come again, 20 % of a year's
    demand on a weekday in the second half of the orders' time, under one purchase order a day."""
    central = _Places.of(network.locations).central
    first, last = retailer.orders[0].placed_at.date(), retailer.orders[-1].placed_at.date()
    found = []
    for need in yearly_demand(retailer):
        is_reordered = draw(seed, "reorder", need.sku, below=100) < REORDERED_OF_HUNDRED
        if coverage_percent(need.sku, seed=seed) < 100 and is_reordered and need.units:
            half = max((last - first).days // 2, 1)
            day = _weekday(last - timedelta(days=draw(seed, "due", need.sku, below=half)))
            units = -(-need.units * REORDER_PERCENT // 100)
            found.append(IncomingSupply(need.sku, central, units, day, reference=f"PO-{day:%Y%m%d}"))
    return tuple(sorted(found, key=lambda supply: (supply.due_on, supply.sku)))


def yearly_demand(retailer: Retailer) -> list[Demand]:
    """The demand of every stocked item, kits taken apart, by SKU."""
    recipes = {kit.sku: kit.components for kit in retailer.kits}
    lines: dict[str, int] = defaultdict(int)
    units: dict[str, dict[str, int]] = {item.sku: {} for item in retailer.items if item.sku not in recipes}
    home: dict[str, str] = {}
    for order in retailer.orders:
        country = home[order.customer] = order.destination.country
        for line in order.lines:
            for sku, each in recipes.get(line.sku, ((line.sku, 1),)):
                lines[sku] += 1
                units[sku][country] = units[sku].get(country, 0) + line.quantity * each
    for credit in retailer.credits:
        if credit.kind == CANCELLATION:
            for sku, each in recipes.get(credit.sku, ((credit.sku, 1),)):
                country = home[credit.customer]
                units[sku][country] = max(units[sku].get(country, 0) - credit.quantity * each, 0)
    return [Demand(sku, lines[sku], units[sku]) for sku in sorted(units)]


def coverage_percent(sku: str, *, seed: int) -> int:
    """How much of a year's demand is bought of an item, drawn by its SKU."""
    is_short = draw(seed, "short", sku, below=100) < SHORT_OF_HUNDRED
    low, high = SHORT_PERCENT if is_short else AMPLE_PERCENT
    return low + draw(seed, "coverage", sku, below=high - low + 1)


@dataclass(frozen=True)
class _Places:
    """The sites as the rule sees them: the central one, and the sites of each country with their weights."""

    central: str
    sites: dict[str, list[Location]]
    stores: frozenset[str]

    @classmethod
    def of(cls, locations: Sequence[Location]) -> "_Places":
        stocked = [location for location in locations if location.kind is not LocationKind.RETURNS_HUB]
        sites: dict[str, list[Location]] = defaultdict(list)
        for location in sorted(stocked, key=lambda location: location.code):
            sites[location.country].append(location)
        central = min(stocked, key=lambda location: (-location.daily_orders_max, location.code))
        stores = frozenset(location.code for location in stocked if location.kind is LocationKind.STORE)
        return cls(central.code, dict(sites), stores)

    def spread(self, need: Demand, units: int) -> dict[str, int]:
        """Units by site; together exactly `units`."""
        shares: dict[str, int] = defaultdict(int)
        if need.lines >= SLOW_LINES and need.units:
            for country, wanted in sorted(need.units_by_country.items()):
                here = self.sites.get(country) or self.sites.get(HOME_OF.get(country, ""), [])
                orders = sum(location.daily_orders_max for location in here)
                for location in here:
                    shares[location.code] += units * wanted * location.daily_orders_max // (need.units * orders)
        outside = {
            code: min(share, STORE_UNITS_MAX) if code in self.stores else share
            for code, share in shares.items()
            if share >= SHELF_UNITS_MIN and code != self.central
        }
        return {self.central: units - sum(outside.values())} | outside


def _weekday(day: date) -> date:
    return day - timedelta(days=max(day.isoweekday() - 5, 0))
