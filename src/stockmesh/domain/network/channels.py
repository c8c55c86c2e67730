"""Through what a merchant sells, and what each channel may not see."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Owner:
    """The merchant whose goods they are, with the currency of the books."""

    code: str
    name: str
    book_currency: str


@dataclass(frozen=True)
class Channel:
    """A way of selling. `buffer_units` of every item at every location are withheld from it; no location listed
    means all may serve it."""

    code: str
    name: str
    buffer_units: int = 0
    locations: tuple[str, ...] = ()
