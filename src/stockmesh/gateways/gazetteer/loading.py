"""The gazetteer from the package's own table."""

from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from stockmesh.domain.kernel.compiled import I32, I64
from stockmesh.domain.network.cities import Cities, CityTable
from stockmesh.domain.network.gazetteer import Gazetteer, Spots, area_of_key
from stockmesh.gateways.gazetteer.packing import Packed, unpack

TABLE: Final = "postal_areas.bin"
NO_AREA: Final = -1
MICRO_PER_STEP: Final = 1_000  # positions are kept to a thousandth of a degree: 80 metres at most


@cache
def load_gazetteer() -> Gazetteer:
    """The compiled gazetteer of this package, read once per process."""
    return from_packed(unpack((files(__package__) / TABLE).read_bytes()))


def from_packed(packed: Packed) -> Gazetteer:
    """The gazetteer of unpacked columns."""
    column = packed.columns
    codes = _spots(column, "code")
    areas = [area_of_key(int(codes.key[row])) if row != NO_AREA else "" for row in column["city_code"]]
    cities = Cities(
        country=column["city_country"].astype(np.int32),
        name=packed.texts["city_name"],
        area=areas,
        latitude_e6=_micro(column["city_latitude"]),
        longitude_e6=_micro(column["city_longitude"]),
        radius_km=column["city_radius"].astype(np.int32),
        population=column["city_population"],
        also=list(zip(column["also_city"].tolist(), packed.texts["also_name"], strict=True)),
    )
    return Gazetteer(
        countries=tuple(packed.texts["country"]),
        codes=codes,
        prefixes=_spots(column, "prefix"),
        centroids=_spots(column, "country"),
        city_table=CityTable(cities),
    )


def _spots(column: dict[str, I64], name: str) -> Spots:
    return Spots(
        key=column[f"{name}_key"],
        latitude_e6=_micro(column[f"{name}_latitude"]),
        longitude_e6=_micro(column[f"{name}_longitude"]),
        radius_km=column[f"{name}_radius"].astype(np.int32),
    )


def _micro(steps: I64) -> I32:
    micro: I32 = (steps * MICRO_PER_STEP).astype(np.int32)
    return micro
