"""Scenarios are text tables that a planner can review: this reads their words into values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from stockmesh.domain.carriers.cards import Carrier, RateCard
from stockmesh.domain.fulfilment.requests import Destination, OrderLine, Wish
from stockmesh.domain.network.channels import Channel
from stockmesh.domain.network.items import Item, Kit
from stockmesh.domain.network.locations import Location
from worlds import carrier, flat_card, item, location, percent, volumetric

# What a scenario begins with; everything else happens or is expected.
HEADER: Final = ("book", "fx", "policy", "location", "card", "prices", "item", "kit", "channel", "stock")


@dataclass(frozen=True)
class Line:
    """One line of a scenario: its first word, the rest, and where it stands."""

    word: str
    rest: str
    where: str


Cells = dict[tuple[str, str], int]  # units by (location, SKU)


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a scenario without remarks."""
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        said = text.split("#")[0].strip()
        if said:
            word, _, rest = said.partition(" ")
            yield Line(word, " ".join(rest.split()), f"{path.name}:{number}: {said}")


def parts(rest: str) -> list[str]:
    """What stands between commas."""
    return [part.strip() for part in rest.split(",") if part.strip()]


def grams(text: str) -> int:
    """`2.001kg` is 2001."""
    return int(Decimal(text.removesuffix("kg")) * 1_000)


def minor(text: str) -> int:
    """`11.80` is 1180."""
    return int(Decimal(text) * 100)


def units(text: str) -> dict[str, int]:
    """`tent 3, lamp 2` as units by SKU; a SKU named twice is summed."""
    found: dict[str, int] = {}
    for part in parts(text):
        sku, quantity = part.split()
        found[sku] = found.get(sku, 0) + int(quantity)
    return found


def cells(text: str) -> Cells:
    """`LEJ tent 3, lamp 2 | AMS tent 1` as units by location and SKU; `nothing` is none."""
    found: Cells = {}
    if text != "nothing":
        for group in text.split("|"):
            place, _, rest = group.strip().partition(" ")
            found |= {(place, sku): quantity for sku, quantity in units(rest).items()}
    return found


def instant(text: str) -> datetime:
    """`2026-03-02 09:00` in UTC, or with an offset: `2026-01-01 00:30+01:00`."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def destination(text: str) -> Destination:
    """`DE-10115` as country and postcode."""
    country, _, postcode = text.partition("-")
    return Destination(country, postcode)


def order_lines(text: str) -> tuple[OrderLine, ...]:
    """`tent 1, lamp 2` as lines in the order given, at ten a unit."""
    return tuple(OrderLine(part.split()[0], int(part.split()[1]), 1_000) for part in parts(text))


def read_order(rest: str) -> tuple[str, dict[str, Any]]:
    """`O1 tent 4, lamp 1 to DE-10115, part, via shop, at 2026-03-02 15:00`: the reference and what is asked."""
    said, _, target = rest.partition(" to ")
    reference, _, wanted = said.partition(" ")
    where, *options = parts(target)
    asked: dict[str, Any] = {"lines": order_lines(wanted), "destination": destination(where)}
    for option in options:
        word, _, value = option.partition(" ")
        match word:
            case "via":
                asked["channel"] = value
            case "at":
                asked["placed_at"] = instant(value)
            case _:
                asked["wish"] = Wish(word)
    return reference, asked


def read_item(rest: str) -> Item:
    """`tent 3kg, 40x20x20cm, sells 80.00`."""
    name, *options = parts(rest)
    sku, weight = name.split()
    sides, price = (10, 10, 10), 0
    for option in options:
        if option.startswith("sells "):
            price = minor(option.removeprefix("sells "))
        else:
            length, width, height = map(int, option.removesuffix("cm").split("x"))
            sides = (length, width, height)
    return item(sku, grams(weight), price_minor=price, sides_cm=sides)


def read_kit(rest: str) -> Kit:
    """`camp tent 1, lamp 2`."""
    sku, _, inside = rest.partition(" ")
    return Kit(sku, tuple(units(inside).items()))


def read_channel(rest: str) -> Channel:
    """`web, buffer 2, only LEJ+AMS`."""
    code, *options = parts(rest)
    said = dict(option.split() for option in options)
    return Channel(code, code, int(said.get("buffer", 0)), tuple(said["only"].split("+")) if "only" in said else ())


def read_location(rest: str) -> Location:
    """`LEJ DE-04103, by blue+red, handling 0.50+0.20+0.05, capacity 100, cutoff 14:00, serves DE+NL, closed`.

    Handling is for the shipment, each line and each unit.
    """
    name, *options = parts(rest)
    code, place = name.split()
    country, _, postcode = place.partition("-")
    carriers: list[str] = []
    facts: dict[str, Any] = {}
    for option in options:
        word, _, value = option.partition(" ")
        match word:
            case "by":
                carriers = value.split("+")
            case "handling":
                names = ("handling_order_micro", "handling_line_micro", "handling_unit_micro")
                facts |= zip(names, (minor(amount) * 10_000 for amount in value.split("+")), strict=True)
            case "capacity":
                facts["daily_orders_max"] = int(value)
            case "cutoff":
                facts["cutoff_local"] = time.fromisoformat(value)
            case "serves":
                facts["serves"] = tuple(value.split("+"))
            case "closed":
                facts["is_open"] = False
            case _:
                raise ValueError(option)
    return location(code, country, postcode, carriers, **facts)


@dataclass
class CardDraft:
    """A card as its line says, waiting for its prices.

    `blue from DE+NL, EUR, since 2026-01-01, until 2026-12-31, limit 10kg, volumetric 5000, fuel 10%`
    """

    code: str
    origins: tuple[str, ...]
    limit_grams: int
    terms: dict[str, Any]
    prices: dict[str, list[tuple[int, int]]]

    @staticmethod
    def read(rest: str) -> "CardDraft":
        name, *options = parts(rest)
        code, _, origins = name.split()
        draft = CardDraft(code, tuple(origins.split("+")), 30_000, {}, {})
        for option in options:
            word, _, value = option.partition(" ")
            match word:
                case "since":
                    draft.terms["valid_from"] = date.fromisoformat(value)
                case "until":
                    draft.terms["valid_to"] = date.fromisoformat(value)
                case "limit":
                    draft.limit_grams = grams(value)
                case "volumetric":
                    draft.terms["dimensional"] = volumetric(int(value))
                case "fuel":
                    draft.terms["fuel"] = percent(value.removesuffix("%"))
                case _:
                    draft.terms["currency"] = option
        return draft

    def add_prices(self, rest: str) -> None:
        """`DE 2kg 5.00, 10kg 8.00 | FR 2kg 9.00`: by country, each up to and including the weight."""
        for group in rest.split("|"):
            country, _, steps = group.strip().partition(" ")
            self.prices[country] = [(grams(weight), minor(price)) for weight, price in map(str.split, parts(steps))]

    def card(self, number: int) -> RateCard:
        """The finished card; its number tells apart the cards of one carrier."""
        return flat_card(f"{self.code}-{number}", self.prices, **self.terms)


def carriers_of(drafts: list[CardDraft]) -> tuple[Carrier, ...]:
    """Carriers with all their cards."""
    by_code: dict[str, list[CardDraft]] = {}
    for draft in drafts:
        by_code.setdefault(draft.code, []).append(draft)
    return tuple(
        carrier(
            code,
            mine[0].origins,
            [draft.card(number) for number, draft in enumerate(mine, 1)],
            limit_grams=mine[0].limit_grams,
        )
        for code, mine in by_code.items()
    )


PLAN: Final = re.compile(
    r"(?P<reference>\S+) (?P<cells>.+?)(?: cost (?P<cost>[0-9.]+))?(?: in (?P<parcels>\d+) parcels?)?"
)


def read_plan(rest: str) -> tuple[str, Cells, int | None, int | None]:
    """`O1 LEJ tent 3 | AMS tent 1 cost 11.80 in 2 parcels`."""
    said = PLAN.fullmatch(rest)
    if said is None:
        raise ValueError(rest)
    cost, parcels = said["cost"], said["parcels"]
    return said["reference"], cells(said["cells"]), minor(cost) if cost else None, int(parcels) if parcels else None
