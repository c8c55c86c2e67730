"""One world version on one day, compiled: who offers what, ready for the core, with names to read results by."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from stockmesh.domain.carriers.boxes import Sides, exceeded
from stockmesh.domain.carriers.cards import Carrier, Service, state_on
from stockmesh.domain.carriers.compilation import CompiledTariffs, compile_tariffs
from stockmesh.domain.carriers.limits import ParcelLimits
from stockmesh.domain.carriers.rating import ShipmentLine, find_misfit
from stockmesh.domain.carriers.refusals import Reason
from stockmesh.domain.carriers.zones import Trip
from stockmesh.domain.kernel.compiled import I32, I64
from stockmesh.domain.network.distance import road_metres, straight_metres_matrix
from stockmesh.domain.network.locations import Location
from stockmesh.domain.network.places import Fix
from stockmesh.domain.network.postcodes import postal_area
from stockmesh.domain.sourcing.arrays import NO_TARIFF, NO_TERMS, Sites, Terms, World
from stockmesh.domain.sourcing.fences import Fence
from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.domain.sourcing.seen_facts import Setting
from stockmesh.domain.sourcing.shortlisting import rank_for

ENTRIES_KEPT: Final = 20_000_000
SMALL_NETWORK: Final = 32


@dataclass(frozen=True)
class WorldFacts:
    """Everything a decision depends on besides stock, orders and the day. Locations in code order.

    fx_ppm: book minor units per minor unit of a currency, times 10^6. `engine` names the code that decides.
    """

    locations: tuple[Location, ...]
    carriers: tuple[Carrier, ...]
    fx_ppm: dict[str, int]
    book_currency: str
    policy: SourcingPolicy
    engine: str


@dataclass(frozen=True)
class Offer:
    """A service that may be handed parcels at a location (its index)."""

    location: int
    service: str


class Unit(NamedTuple):
    """How large a unit is: milligrams, cubic micrometres, sides."""

    weight_mg: int
    volume_um3: int
    sides: Sides


@dataclass(frozen=True, eq=False)
class Market:
    """The compiled world of a day. `tariff_row` remembers destinations, so keep a market as long as it is valid."""

    facts: WorldFacts
    world: World
    offers: tuple[Offer, ...]
    compiled: CompiledTariffs
    _rows: dict[tuple[str, str], I32] = field(default_factory=dict)
    _served: dict[tuple[str, str], bool] = field(default_factory=dict)
    _rankings: dict[tuple[str, str, int], I32] = field(default_factory=dict)

    def tariff_row(self, place: Fix) -> I32:
        """The tariff of every offer to the place's postal area, NO_TARIFF where it is not served: [offers]."""
        key = (place.country, place.area)
        row = self._rows.get(key)
        if row is None:
            if len(self._rows) * len(self.offers) >= ENTRIES_KEPT:
                self._rows.clear()
            row = np.array(
                [NO_TARIFF if isinstance(found, Reason | Fence) else found for found in self.outcomes(place)],
                dtype=np.int32,
            )
            self._rows[key] = row
        return row

    def exceeds(self, sides_um: I32) -> I64:
        """The boxes of the day's cards that units do not go into, as bits; sides [units, 3], longest first."""
        return exceeded(self.compiled.boxes, sides_um)

    def misfit(self, tariff: int, unit: Unit) -> Reason | None:
        """Why a unit goes into no parcel of a tariff, None where it does."""
        return find_misfit(self.compiled.limits[tariff], [ShipmentLine(unit.weight_mg, unit.volume_um3, 1, unit.sides)])

    def takes(self, unit: Unit) -> bool:
        """Whether a unit goes into a parcel of any tariff, wherever that leads."""
        line = ShipmentLine(unit.weight_mg, unit.volume_um3, 1, unit.sides)
        return any(find_misfit(limits, [line]) is None for limits in self._largest)

    def serves(self, place: Fix) -> bool:
        """Whether any service goes to the place at all."""
        key = (place.country, place.area)
        if key not in self._served:
            if len(self._served) >= ENTRIES_KEPT:
                self._served.clear()
            self._served[key] = bool((self.tariff_row(place) != NO_TARIFF).any())
        return self._served[key]

    def ranking(self, place: Fix, size: int) -> I32:
        """The locations that reach the place, best first for goods of a size (see `shortlisting`), then -1."""
        key = (place.country, place.area, size)
        found = self._rankings.get(key)
        if found is None:
            if len(self._rankings) * len(self.facts.locations) >= ENTRIES_KEPT:
                self._rankings.clear()
            found = self._rankings[key] = np.full(len(self.facts.locations), -1, dtype=np.int32)
            ranked = rank_for(self.world, self.tariff_row(place), self.road_metres(place), size)
            found[: len(ranked)] = ranked
        return found

    @cached_property
    def _areas(self) -> tuple[str, ...]:
        """The postal area of every location."""
        return tuple(postal_area(location.country, location.postcode).area for location in self.facts.locations)

    @property
    def is_wide(self) -> bool:
        """Whether the network is so large that orders first look at a shortlist."""
        return len(self.facts.locations) > SMALL_NETWORK

    @cached_property
    def _largest(self) -> tuple[ParcelLimits, ...]:
        """All different limits, the widest first."""
        found = dict.fromkeys(self.compiled.limits.values())
        return tuple(sorted(found, key=lambda one: (-one.weight_mg, -one.volume_um3)))

    def outcomes(self, place: Fix) -> list[int | Reason | Fence]:
        """For every offer the tariff to the place, or the reason why there is none."""
        metres = self.road_metres(place)
        return [self._outcome(offer, place, int(metres[offer.location])) for offer in self.offers]

    def road_metres(self, place: Fix) -> I64:
        """The estimated road distance from every location to the place: [locations]."""
        return road_metres(straight_metres_matrix(self.facts.locations, [place])[:, 0])

    def _outcome(self, offer: Offer, place: Fix, metres: int) -> int | Reason | Fence:
        location = self.facts.locations[offer.location]
        if not location.is_open:
            return Fence.CLOSED
        if location.serves and place.country not in location.serves:
            return Fence.NOT_SERVED
        trip = Trip(place.country, place.area, metres, location.country, self._areas[offer.location])
        return self.compiled.find_tariff(offer.service, trip)


def cards_in_force(facts: WorldFacts, day: date) -> tuple[object, ...]:
    """What holds of all cards valid on a day: two days with the same answer share a market."""
    return tuple(
        state_on(card, day)
        for carrier in facts.carriers
        for service in carrier.services
        for card in service.cards
        if card.valid_from <= day <= card.valid_to
    )


def open_market(facts: WorldFacts, day: date) -> Market:
    """The market of a day. Offers stand by location, then carrier, then service code: ties fall to the first.

    Raises OverlappingCards and NoExchangeRate.
    """
    services = sorted(
        (service for carrier in facts.carriers for service in carrier.services),
        key=lambda service: (service.carrier, service.code),
    )
    compiled = compile_tariffs(services, day, facts.fx_ppm)
    by_location = [_offers_at(index, location, services) for index, location in enumerate(facts.locations)]
    offers = tuple(offer for offers_here in by_location for offer in offers_here)
    return Market(
        facts=facts,
        world=World(
            sites=_sites(facts.locations, [len(offers) for offers in by_location]),
            tariffs=compiled.tariffs,
            policy=facts.policy.limits(facts.book_currency),
        ),
        offers=offers,
        compiled=compiled,
    )


def setting_of(market: Market, tariffs: I32, terms: Terms = NO_TERMS) -> Setting:
    """What facts written in the market are read with; `tariffs` is the row of their destination."""
    return Setting(
        tariffs=tariffs,
        locations=len(market.facts.locations),
        wait_days_max=market.facts.policy.wait_days_max,
        boxes=market.compiled.boxes,
        terms=terms,
    )


def _offers_at(index: int, location: Location, services: list[Service]) -> list[Offer]:
    return [
        Offer(index, service.code)
        for service in services
        if service.carrier in location.carriers and service.picks_up_in(location.country)
    ]


def _sites(locations: tuple[Location, ...], offers: list[int]) -> Sites:
    return Sites(
        handling_order_micro=np.array([place.handling_order_micro for place in locations], dtype=np.int64),
        handling_line_micro=np.array([place.handling_line_micro for place in locations], dtype=np.int64),
        handling_unit_micro=np.array([place.handling_unit_micro for place in locations], dtype=np.int64),
        offer_start=np.cumsum([0, *offers], dtype=np.int64),
    )
