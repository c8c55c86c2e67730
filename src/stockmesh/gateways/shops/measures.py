"""Weights and lengths in the units shops write them in, exactly; what is finer than the books is rounded half up."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

MILLIGRAMS: Final = {
    "g": Decimal(1_000), "kg": Decimal(1_000_000), "oz": Decimal("28349.523125"), "lb": Decimal("453592.37"),
    "lbs": Decimal("453592.37"),
}  # fmt: skip
MICROMETRES: Final = {
    "m": Decimal(1_000_000), "cm": Decimal(10_000), "mm": Decimal(1_000), "in": Decimal(25_400), "yd": Decimal(914_400),
}  # fmt: skip
# Beyond this no scale and no ruler is meant: 1,000 tonnes, 1 km.
WEIGHT_MG_MAX: Final = 10**12
SIDE_UM_MAX: Final = 10**9


def milligrams(weight: Decimal, unit: str) -> int | None:
    """The weight; None when it is nothing, out of all bounds, or in a unit we do not know."""
    return _measured(weight, MILLIGRAMS.get(unit.strip().lower()), WEIGHT_MG_MAX)


def micrometres(side: Decimal, unit: str) -> int | None:
    """The length; None when it is nothing, out of all bounds, or in a unit we do not know."""
    return _measured(side, MICROMETRES.get(unit.strip().lower()), SIDE_UM_MAX)


def _measured(said: Decimal, factor: Decimal | None, largest: int) -> int | None:
    if factor is None:
        return None
    found = int((said * factor).to_integral_value(ROUND_HALF_UP))
    return found if 0 < found <= largest else None
