"""How the shelves are stocked: a level for every item at every site, and deliveries that fill up to it.

The rule is a buyer's plainest, periodic review and order up to a level:

- *Level.* What the site is planned to sell in its eight busiest weeks in a row, cancelled units taken off: two weeks
  more than the longest wait between two deliveries that come on time. The year's own sales stand for those of the year
  before, which no file holds. The books open with every shelf at its level.
- *Assortment.* The central warehouse (the site that can start most orders a day) keeps every item and is planned for
  all that no site abroad is planned for. A site abroad keeps what its region orders in six lines a year or more. Other
  sites at home keep the best sellers, 250 lines a year or more, on top and for their share of the country's orders; a
  store no more than a dozen of each.
- *Review.* Every Monday the buyer looks at a quarter of the items, so that each comes up every fourth week, and orders
  what is missing to the level wherever less than three quarters of it lie there or are on their way. Units that orders
  wait for count as missing in the central warehouse.
- *Delivery.* Due two weeks after the order, on a Monday; one line in twenty comes two weeks late.

So stock is short now and then: a delivery is late, a large order takes what was there for all, or customers abroad are
served from another site than planned. A Monday knows the levels and the books as they stand, nothing of what comes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from stockmesh.domain.network.locations import Location, LocationKind
from stockmesh.gateways.online_retail.chance import SEED, draw
from stockmesh.gateways.online_retail.credits import CANCELLATION
from stockmesh.gateways.retailer import IncomingSupply, Network, OpeningStock, Position, Retailer

COVER_WEEKS: Final = 8
REGION_LINES_MIN: Final = 6
SECOND_SITE_LINES_MIN: Final = 250
STORE_UNITS_MAX: Final = 12
REVIEW_WEEKS: Final = 4
ORDER_BELOW_PERCENT: Final = 75
LEAD: Final = timedelta(weeks=2)
LATE: Final = timedelta(weeks=2)
LATE_ONE_IN: Final = 20

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
    """A year of one item: the week and units of every line that asked for it, by destination country. What is
    cancelled stands as a line of negative units."""

    sku: str
    lines: dict[str, list[tuple[int, int]]]

    def of(self, countries: Iterable[str]) -> "Demand":
        """The part of these countries."""
        return Demand(self.sku, {country: self.lines[country] for country in countries if country in self.lines})

    @property
    def line_count(self) -> int:
        """Lines of all countries."""
        return sum(units > 0 for lines in self.lines.values() for _, units in lines)

    @property
    def busiest_weeks(self) -> int:
        """Units of the COVER_WEEKS weeks in a row that sell most."""
        by_week: defaultdict[int, int] = defaultdict(int)
        for lines in self.lines.values():
            for week, units in lines:
                by_week[week] += units
        starts = {week - back for week in by_week for back in range(COVER_WEEKS)}
        return max((sum(by_week.get(start + n, 0) for n in range(COVER_WEEKS)) for start in starts), default=0)


@dataclass(frozen=True)
class Replenishment:
    """The buyer's rule over a stretch of time, a pure function of what the books say on a Monday."""

    levels: tuple[OpeningStock, ...]
    central: str
    seed: int = SEED

    def reviewed(self, monday: date) -> list[OpeningStock]:
        """The levels whose items come up on a Monday."""
        turn = monday.toordinal() // 7 % REVIEW_WEEKS
        return [level for level in self.levels if draw(self.seed, "review", level.sku, below=REVIEW_WEEKS) == turn]

    def order(self, monday: date, positions: Sequence[Position]) -> list[IncomingSupply]:
        """What is bought on a Monday, given what lies and comes at the reviewed sites."""
        found = {(one.sku, one.location): one for one in positions}
        bought = []
        for level in self.reviewed(monday):
            there = found.get((level.sku, level.location), Position(level.sku, level.location, 0, 0))
            units = there.units - (there.waiting if level.location == self.central else 0)
            if units * 100 < level.quantity * ORDER_BELOW_PERCENT:
                bought.append(self._bought(level, monday, level.quantity - units))
        return bought

    def has_come(self, line: IncomingSupply, today: date) -> bool:
        """Whether a delivery that was advised for its day has come by today."""
        is_late = draw(self.seed, "late", line.reference, line.sku, line.location, below=LATE_ONE_IN) == 0
        return line.due_on + (LATE if is_late else timedelta()) <= today

    def _bought(self, level: OpeningStock, monday: date, units: int) -> IncomingSupply:
        return IncomingSupply(level.sku, level.location, units, monday + LEAD, reference=f"PO-{monday:%Y%m%d}")


def replenishment(retailer: Retailer, network: Network, *, seed: int = SEED) -> Replenishment:
    """The levels of every item at every site, none of them zero, and the rule that keeps them."""
    places = _Places.of(network.locations)
    levels = [
        OpeningStock(need.sku, location, units)
        for need in yearly_demand(retailer)
        for location, units in places.levels(need).items()
        if units > 0
    ]
    return Replenishment(tuple(levels), places.central, seed)


def yearly_demand(retailer: Retailer) -> list[Demand]:
    """The demand of every stocked item, kits taken apart, by SKU."""
    recipes = {kit.sku: kit.components for kit in retailer.kits}
    found = {item.sku: Demand(item.sku, {}) for item in retailer.items if item.sku not in recipes}
    home: dict[str, str] = {}

    def add(sku: str, country: str, at: datetime, units: int) -> None:
        for part, each in recipes.get(sku, ((sku, 1),)):
            found[part].lines.setdefault(country, []).append((at.date().toordinal() // 7, units * each))

    for order in retailer.orders:
        home[order.customer] = order.destination.country
        for line in order.lines:
            add(line.sku, order.destination.country, order.placed_at, line.quantity)
    for credit in retailer.credits:
        if credit.kind == CANCELLATION:
            add(credit.sku, home[credit.customer], credit.credited_at, -credit.quantity)
    return [found[sku] for sku in sorted(found)]


@dataclass(frozen=True)
class _Places:
    """The sites as the rule sees them: the central one, those abroad by country, and the others at home."""

    central: str
    abroad: dict[str, list[Location]]
    at_home: list[Location]
    home: str
    home_orders: int

    @classmethod
    def of(cls, locations: Sequence[Location]) -> "_Places":
        stocked = [location for location in locations if location.kind is not LocationKind.RETURNS_HUB]
        central = min(stocked, key=lambda location: (-location.daily_orders_max, location.code))
        abroad: dict[str, list[Location]] = defaultdict(list)
        at_home = []
        for location in sorted(stocked, key=lambda location: location.code):
            if location.country != central.country:
                abroad[location.country].append(location)
            elif location is not central:
                at_home.append(location)
        orders = central.daily_orders_max + sum(location.daily_orders_max for location in at_home)
        return cls(central.code, dict(abroad), at_home, central.country, orders)

    def levels(self, need: Demand) -> dict[str, int]:
        """Units by site."""
        found: dict[str, int] = {}
        kept_abroad: set[str] = set()
        regions: defaultdict[str, list[str]] = defaultdict(list)
        for country in need.lines:
            regions[country if country in self.abroad else HOME_OF.get(country, "")].append(country)
        for site_country, sites in self.abroad.items():
            region = need.of(regions[site_country])
            if region.line_count >= REGION_LINES_MIN:
                kept_abroad.update(regions[site_country])
                orders = sum(site.daily_orders_max for site in sites)
                found |= {site.code: _level(region, site.daily_orders_max, orders) for site in sites}
        found[self.central] = _level(need.of(country for country in need.lines if country not in kept_abroad))
        here = need.of([self.home])
        if here.line_count >= SECOND_SITE_LINES_MIN:
            for site in self.at_home:
                level = _level(here, site.daily_orders_max, self.home_orders)
                found[site.code] = min(level, STORE_UNITS_MAX) if site.kind is LocationKind.STORE else level
        return found


def _level(need: Demand, part: int = 1, whole: int = 1) -> int:
    """The busiest weeks' units of a part of the demand."""
    return -(-need.busiest_weeks * part // whole)
