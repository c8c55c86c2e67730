"""Money is an integer of minor units with its currency; micro-units inside; one stated rounding: half up.

A micro-unit is a millionth of the major unit. Rates are parts per million.
"""

from dataclasses import dataclass
from typing import Final

from stockmesh.domain.kernel.refusals import UnknownCurrency

PPM: Final = 1_000_000
MICRO_PER_MAJOR: Final = 1_000_000

# ISO 4217 minor-unit exponents of the currencies a card or an owner may use.
EXPONENTS: Final = {
    "AUD": 2, "BGN": 2, "CAD": 2, "CHF": 2, "CZK": 2, "DKK": 2, "EUR": 2, "GBP": 2, "HUF": 2, "ISK": 0,
    "JPY": 0, "NOK": 2, "NZD": 2, "PLN": 2, "RON": 2, "SEK": 2, "USD": 2,
}  # fmt: skip


@dataclass(frozen=True, order=True)
class Money:
    """An amount in minor units of one currency."""

    minor: int
    currency: str

    def __str__(self) -> str:
        return f"{format_minor(self.minor, self.currency)} {self.currency}"


def micro_per_minor(currency: str) -> int:
    """How many micro-units one minor unit holds: 10,000 for pence and cents. Raises UnknownCurrency."""
    if currency not in EXPONENTS:
        raise UnknownCurrency(currency=currency)
    return MICRO_PER_MAJOR // int(10 ** EXPONENTS[currency])


def divide_half_up(numerator: int, denominator: int) -> int:
    """The quotient rounded to the nearest integer, halves away from zero. The denominator is positive."""
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((-2 * numerator + denominator) // (2 * denominator))


def share_ppm(amount: int, rate_ppm: int) -> int:
    """A share of an amount, rounded half up: 18.25 % is 182,500 parts per million."""
    return divide_half_up(amount * rate_ppm, PPM)


def format_minor(minor: int, currency: str) -> str:
    """The amount as people write it, without the currency: 1234 pence is `12.34`."""
    exponent = EXPONENTS[currency]
    if exponent == 0:
        return str(minor)
    sign = "-" if minor < 0 else ""
    whole, part = divmod(abs(minor), 10**exponent)
    return f"{sign}{whole}.{part:0{exponent}d}"
