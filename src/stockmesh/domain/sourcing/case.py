"""One decision to be explained: its market, destination and recorded facts, with names to speak by."""

from dataclasses import dataclass

from stockmesh.domain.carriers.boxes import Sides
from stockmesh.domain.kernel.money import Money
from stockmesh.domain.network.landmass import landmass_of
from stockmesh.domain.network.places import Fix
from stockmesh.domain.sourcing.market import Market, Unit
from stockmesh.domain.sourcing.seen_facts import SeenFacts


@dataclass(frozen=True)
class LineName:
    """What a line is called, and what one unit of it is made of when it is a kit (SKU, units)."""

    sku: str
    title: str
    parts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Case:
    """One decision to be explained: its market, destination, facts, and what its lines are called."""

    market: Market
    destination: Fix
    seen: SeenFacts
    names: tuple[LineName, ...]

    def money(self, minor: int) -> Money:
        """An amount of the book currency."""
        return Money(minor, self.market.facts.book_currency)

    def unit_of(self, line: int) -> Unit:
        """How large one unit of a line is."""
        demand = self.seen.demand
        return Unit(int(demand.weight_mg[line]), int(demand.volume_um3[line]), Sides(*demand.sides_um[line].tolist()))

    def kilometres(self, location: int) -> int:
        """Estimated road kilometres from a location to the destination, rounded."""
        return int(self.market.road_metres(self.destination)[location] + 500) // 1000

    def crosses_sea(self, location: int) -> bool:
        """Whether there is water between a location and the destination that no road crosses."""
        place = self.market.facts.locations[location]
        ground = landmass_of(place.country, place.postcode, place.latitude_e6, place.longitude_e6)
        return ground != self.destination.landmass
