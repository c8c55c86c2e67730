"""What a card adds to the base price: flat amounts, shares with a minimum, and fuel on its declared basis."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Basis(StrEnum):
    """What a surcharge is counted on."""

    PARCEL = "parcel"
    CONSIGNMENT = "consignment"
    SHARE_OF_BASE = "share_of_base"


class FuelBasis(StrEnum):
    """What the fuel rate is applied to: carriers differ, so the card declares it."""

    BASE = "base"
    BASE_AND_SURCHARGES = "base_and_surcharges"


@dataclass(frozen=True)
class Surcharge:
    """One addition, with its condition.

    `amount_minor` is the flat amount per parcel or per consignment; for SHARE_OF_BASE it is the minimum, so the
    surcharge is max(share of the parcel's base, minimum). `zones` empty means every zone; `volume_over` (the card's
    cubic unit) asks for a parcel strictly larger, and belongs to parcels only.
    """

    code: str
    basis: Basis
    amount_minor: int = 0
    share_ppm: int = 0
    zones: tuple[str, ...] = ()
    volume_over: int | None = None
    is_fuelable: bool = True

    def applies_in(self, zone: str) -> bool:
        """Whether parcels to the zone pay it (subject to the volume condition)."""
        return not self.zones or zone in self.zones


@dataclass(frozen=True)
class Fuel:
    """A rate in parts per million (18.25 % is 182,500) on its basis."""

    rate_ppm: int = 0
    basis: FuelBasis = FuelBasis.BASE

    def covers(self, surcharge: Surcharge) -> bool:
        """Whether fuel is charged on the surcharge too."""
        return self.basis is FuelBasis.BASE_AND_SURCHARGES and surcharge.is_fuelable


NO_FUEL: Final = Fuel()
