"""The figures a stream of orders is drawn from, as small tables that ship with the package.

wholesale.toml is measured on the UCI "Online Retail" file by scripts/calibrate_sample.py and holds no row of it;
consumer.toml is stated by us. Shares are parts per million.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

Stream = Literal["wholesale", "consumer"]
STREAMS: Final[tuple[Stream, ...]] = ("wholesale", "consumer")

Spread = tuple[tuple[int, int], ...]
"""A distribution: (value, share), ascending in value, the shares adding up to a million."""


@dataclass(frozen=True)
class Calibration:
    """How one stream orders.

    `quantity_by_price` has one spread of units per line for each price band, cheapest first; `price_bands_minor` are
    the upper ends (exclusive) of all bands but the last. `popularity` is (share of the items, best sellers first;
    share of the lines they take). `iso_weeks`, `weekdays` (1 Monday to 7 Sunday), `hours` (UK local) and `countries`
    are shares of the orders. Credits are shares of the lines of customers who are known by number; `credited_part` is
    the part of the line's units that comes back.
    """

    source: str
    orders: int
    lines: int
    units: int
    items: int
    guest_orders: int
    lines_per_order: Spread
    lines_per_guest_order: Spread
    orders_per_customer: Spread
    price_bands_minor: tuple[int, ...]
    quantity_by_price: tuple[Spread, ...]
    quantity_of_guests: Spread
    item_price_minor: Spread
    popularity: Spread
    iso_weeks: Spread
    weekdays: Spread
    hours: Spread
    countries: tuple[tuple[str, int], ...]
    cancelled_lines: int
    returned_lines: int
    cancelled_after_minutes: Spread
    returned_after_days: Spread
    credited_part: Spread


@cache
def load_calibration(stream: Stream) -> Calibration:
    """The shipped figures of a stream."""
    table = tomllib.loads(files(__package__).joinpath(f"{stream}.toml").read_text(encoding="utf-8"))
    return Calibration(**{name: _frozen(value) for name, value in table.items()})


def as_toml(calibration: Calibration) -> str:
    """The figures as the text of a table: one line each, so that a change shows as one line."""
    return "".join(f"{name} = {_written(value)}\n" for name, value in vars(calibration).items())


def _written(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, tuple):
        return f"[{', '.join(_written(part) for part in value)}]"
    return str(value)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(part) for part in value) if isinstance(value, list) else value
