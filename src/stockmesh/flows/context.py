"""What every flow needs from outside: the database, the clock, the gazetteer, and what is known of the world."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from stockmesh.domain.fulfilment.requests import Destination
from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.network.gazetteer import Gazetteer
from stockmesh.domain.network.places import Fix
from stockmesh.domain.network.postcodes import ensure_postcode
from stockmesh.domain.sourcing.market import Market, WorldFacts, cards_in_force, open_market
from stockmesh.flows.catalogue import Catalogue, load_catalogue
from stockmesh.flows.promise_routes import Routes
from stockmesh.gateways.worlds import world_from_json
from stockmesh.store import world as world_store
from stockmesh.store.database import Database, Session, next_blocks
from stockmesh.store.secret_keys import SetKeys, Vault
from stockmesh.store.world import Directory

DAYS_KEPT: Final = 1_000
WORLDS_KEPT: Final = 16
PLACES_KEPT: Final = 200_000
NO_KEYS: Final = Vault(SetKeys(""))


@dataclass(frozen=True)
class Present:
    """The world and the catalogue in force; `numbers` are their versions in the database."""

    numbers: tuple[int, int]
    facts: WorldFacts
    catalogue: Catalogue
    directory: Directory

    @property
    def world_id(self) -> int:
        """The number of the world version."""
        return self.numbers[0]


@dataclass(eq=False)
class IdBlocks:
    """Ids from blocks that a database sequence hands out; unique across processes, dense within one."""

    sequence: str
    size: int
    _next: int = 0
    _end: int = 0
    _lock: Lock = field(default_factory=Lock)

    def take(self, session: Session, count: int) -> I64:
        """`count` fresh ids, ascending."""
        with self._lock:
            parts = [self._within_block(count)]
            missing = count - len(parts[0])
            for first in next_blocks(session, self.sequence, ceil(missing / self.size)) if missing else ():
                self._next, self._end = first, first + self.size
                parts.append(self._within_block(missing))
                missing -= len(parts[-1])
            return np.concatenate(parts)

    def _within_block(self, count: int) -> I64:
        end = min(self._next + count, self._end)
        ids = np.arange(self._next, end, dtype=np.int64)
        self._next = end
        return ids


@dataclass(frozen=True)
class HoldLimits:
    """How long carts are held unless said and at most, how many at once, and with how many units."""

    minutes: int = 15
    minutes_max: int = 60
    units_max: int = 1_000
    of_customer: int = 10
    of_caller: int = 100_000


@dataclass(eq=False)
class Context:
    """Handed to every flow by the composition root. Safe to share between threads."""

    database: Database
    clock: Callable[[], datetime]
    load_gazetteer: Callable[[], Gazetteer]  # called when first needed; answers the same one each time
    engine: str
    vault: Vault = NO_KEYS
    hold_limits: HoldLimits = HoldLimits()
    keys_kept: timedelta = timedelta(hours=24)
    order_ids: IdBlocks = field(default_factory=lambda: IdBlocks("order_id_block", 1_000))
    movement_ids: IdBlocks = field(default_factory=lambda: IdBlocks("movement_id_block", 10_000))
    event_ids: IdBlocks = field(default_factory=lambda: IdBlocks("event_id_block", 1_000))
    actor_numbers: dict[object, int] = field(default_factory=dict)  # by actor, for good: numbers never change
    _present: Present | None = None
    _worlds: dict[int, WorldFacts] = field(default_factory=dict)
    _markets: dict[tuple[int, tuple[object, ...]], Market] = field(default_factory=dict)
    _markets_by_day: dict[tuple[int, date], Market] = field(default_factory=dict)
    _places: dict[tuple[str, str], Fix] = field(default_factory=dict)
    _routes: WeakKeyDictionary[Market, Routes] = field(default_factory=WeakKeyDictionary)

    @property
    def gazetteer(self) -> Gazetteer:
        """The compiled postal table."""
        return self.load_gazetteer()

    def present(self, session: Session) -> Present:
        """The world in force; read anew only when another version was published. Raises EmptyNetwork."""
        numbers = world_store.get_current(session)
        known = self._present
        if known is not None and known.numbers == numbers:
            return known
        with session.transaction():
            return self.hold_present(session)

    def lately(self) -> Present:
        """The world as last read; whoever acts on it compares it with the one in force. Raises EmptyNetwork."""
        if self._present is None:
            with self.database.session() as session:
                return self.present(session)
        return self._present

    def hold_present(self, session: Session) -> Present:
        """The world in force, held until the transaction ends. Raises EmptyNetwork."""
        return self._read_present(session, world_store.hold_current(session))

    def _read_present(self, session: Session, numbers: tuple[int, int]) -> Present:
        """The world and catalogue of these numbers, read anew when others are known."""
        if self._present is None or self._present.numbers != numbers:
            facts = self.world(session, numbers[0])
            self._present = Present(
                numbers=numbers,
                facts=facts,
                catalogue=load_catalogue(session),
                directory=world_store.load_directory(session, [location.code for location in facts.locations]),
            )
        return self._present

    def world(self, session: Session, world_id: int) -> WorldFacts:
        """One world version; versions never change, so the latest few read are kept."""
        facts = self._worlds.get(world_id)
        if facts is None:
            if len(self._worlds) >= WORLDS_KEPT:
                self._forget_worlds()
            facts = self._worlds[world_id] = world_from_json(world_store.get_world(session, world_id))
        return facts

    def routes(self, market: Market) -> Routes:
        """The ways goods can go in a market, kept as long as it."""
        found = self._routes.get(market)
        if found is None:
            found = self._routes[market] = Routes(market.facts, market.offers)
        return found

    def _forget_worlds(self) -> None:
        """Markets go with their worlds: they hold a tariff for every destination seen."""
        self._worlds.clear()
        self._markets.clear()
        self._markets_by_day.clear()

    def locate(self, destination: Destination) -> Fix:
        """The place of a destination, remembered. Raises UnknownCountry and UnknownPostcode."""
        key = (destination.country, destination.postcode)
        place = self._places.get(key)
        if place is None:
            if len(self._places) >= PLACES_KEPT:
                self._places.clear()
            area = ensure_postcode(destination.country, destination.postcode)
            place = self._places[key] = self.gazetteer.locate(area.country, area.area)
        return place

    def market(self, world_id: int, facts: WorldFacts, day: date) -> Market:
        """The compiled market of a world on a day; kept, since days with the same cards share one."""
        market = self._markets_by_day.get((world_id, day))
        if market is None:
            if len(self._markets_by_day) >= DAYS_KEPT:
                self._markets_by_day.clear()
                self._markets.clear()
            key = (world_id, cards_in_force(facts, day))
            market = self._markets.get(key)
            if market is None:
                market = self._markets[key] = open_market(facts, day)
            self._markets_by_day[world_id, day] = market
        return market
