"""The carriers of the sample network: synthetic, built around published figures, each card naming its sources."""

from typing import Final

from stockmesh.domain.carriers.cards import Carrier
from stockmesh.gateways.sample.cards_british import northroad, pennypost
from stockmesh.gateways.sample.cards_european import european_carriers
from stockmesh.gateways.sample.cards_worldwide import meridian, prairie
from stockmesh.gateways.sample.transit import with_transit

# Assumed, fixed for the whole sample: book currency pounds; 0.86 GBP for a euro, 0.79 GBP for a dollar.
SAMPLE_FX_PPM: Final = {"GBP": 1_000_000, "EUR": 860_000, "USD": 790_000}


def sample_carriers() -> tuple[Carrier, ...]:
    """Eight carriers by code: two British, French, German, Benelux, Irish, American, and one for the world."""
    carriers = (pennypost(), northroad(), *european_carriers(), prairie(), meridian())
    return tuple(sorted(map(with_transit, carriers), key=lambda carrier: carrier.code))
