"""What a card adds to the base price: flat amounts, amounts by weight, shares with a minimum, and fuel on its basis."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from stockmesh.domain.carriers.boxes import UNLIMITED, Box


class Basis(StrEnum):
    """What a surcharge is counted on."""

    PARCEL = "parcel"
    CONSIGNMENT = "consignment"
    SHARE_OF_BASE = "share_of_base"
    WEIGHT = "weight"
    TABLE = "table"


class FuelBasis(StrEnum):
    """What the fuel rate is applied to: carriers differ, so the card declares it."""

    BASE = "base"
    BASE_AND_SURCHARGES = "base_and_surcharges"


class Break(NamedTuple):
    """A parcel up to this billable weight, inclusive, in thousandths of the card's unit, costs the price."""

    up_to: int
    price_minor: int


@dataclass(frozen=True)
class Surcharge:
    """One addition, with its conditions: it is due where all of them hold.

    `amount_minor` is the flat amount per parcel or per consignment; of WEIGHT for each started unit of billable weight;
    of SHARE_OF_BASE the minimum, so that the surcharge is max(share of the parcel's base, minimum). TABLE asks for the
    amount of the first break of `table` that reaches the billable weight, beyond the last for that of the last.

    `zones` empty means every zone. Where `volume_over` (the card's cubic unit) or `weight_over` (billable, thousandths
    of the card's unit) is given, the parcel must be strictly larger; where any of `longest_over_um`, `second_over_um`
    and `girth_over_um` (longest side and once around) is, strictly larger than one of them. `valid_from` and `valid_to`
    are days within the card's, both inclusive. Of those of one `group` a parcel pays the dearest only.
    """

    code: str
    basis: Basis
    amount_minor: int = 0
    share_ppm: int = 0
    zones: tuple[str, ...] = ()
    volume_over: int | None = None
    is_fuelable: bool = True
    weight_over: int | None = None
    longest_over_um: int | None = None
    second_over_um: int | None = None
    girth_over_um: int | None = None
    table: tuple[Break, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    group: str = ""
    is_taxable: bool = True

    def applies_in(self, zone: str) -> bool:
        """Whether parcels to the zone pay it (subject to its other conditions)."""
        return not self.zones or zone in self.zones

    def is_due_on(self, day: date) -> bool:
        """Whether it is asked for on a day of the card."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)

    @property
    def beyond(self) -> Box | None:
        """The box that a parcel must not fit to pay it, None where sides do not matter."""
        limits = (self.longest_over_um, self.second_over_um, None, self.girth_over_um)
        if limits == (None, None, None, None):
            return None
        return Box(*(UNLIMITED if limit is None else limit for limit in limits))


@dataclass(frozen=True)
class FuelWeek:
    """The rate from a day on, until the next one; carriers tell it week by week or month by month."""

    from_day: date
    rate_ppm: int


@dataclass(frozen=True)
class Fuel:
    """A rate in parts per million (18.25 % is 182,500) on its basis; from the days of `weeks` on another."""

    rate_ppm: int = 0
    basis: FuelBasis = FuelBasis.BASE
    weeks: tuple[FuelWeek, ...] = ()

    def covers(self, surcharge: Surcharge) -> bool:
        """Whether fuel is charged on the surcharge too."""
        return self.basis is FuelBasis.BASE_AND_SURCHARGES and surcharge.is_fuelable

    def rate_on(self, day: date) -> int:
        """The rate of a day, in parts per million."""
        return next((week.rate_ppm for week in reversed(self.weeks) if week.from_day <= day), self.rate_ppm)


@dataclass(frozen=True)
class Tax:
    """What the state takes on top (or within: `is_included`), in parts per million of what is taxable.

    A merchant who gets it back (`is_reclaimed`) bears no cost by it: it stands on the bill and decides nothing.
    """

    rate_ppm: int = 0
    is_included: bool = False
    is_reclaimed: bool = True


NO_FUEL: Final = Fuel()
NO_TAX: Final = Tax()
