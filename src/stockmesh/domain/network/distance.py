"""How far it is: the great circle, the road it stands for, and whether there is water in between."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.kernel.money import PPM

EARTH_RADIUS_METRES: Final = 6_371_008.8  # mean radius, IUGG
CIRCUITY_PPM: Final = 1_300_000  # road over straight: median 1.285 between 21 European cities on the road table
ROAD_METRES_PER_SECOND: Final = 20  # 72 km/h, a lorry over a whole trip; an estimate

Flags = NDArray[np.bool_]


class Position(Protocol):
    """Anything with a place on the globe, in micro-degrees: a `Fix`, a `Location`."""

    @property
    def latitude_e6(self) -> int: ...
    @property
    def longitude_e6(self) -> int: ...


@dataclass(frozen=True)
class Point:
    """A bare position in micro-degrees."""

    latitude_e6: int
    longitude_e6: int


@dataclass(frozen=True)
class Roads:
    """Ways from N origins to M destinations. Where `is_available` is false the other figures are 0 and mean nothing."""

    metres: I64
    seconds: I64
    is_available: Flags


class RoadRouter(Protocol):
    """Whoever knows road distances: the estimate below, or a routing service behind a gateway."""

    def roads(self, origins: Sequence[Position], destinations: Sequence[Position]) -> Roads:
        """The ways from each origin (rows) to each destination (columns)."""
        ...


@dataclass(frozen=True)
class StraightLineEstimate:
    """Roads without a road map: the great circle times a circuity. Blind to water: see `crosses_sea`."""

    circuity_ppm: int = CIRCUITY_PPM
    metres_per_second: int = ROAD_METRES_PER_SECOND

    def roads(self, origins: Sequence[Position], destinations: Sequence[Position]) -> Roads:
        """The estimated ways from each origin (rows) to each destination (columns); all available."""
        metres = road_metres(straight_metres_matrix(origins, destinations), self.circuity_ppm)
        return Roads(metres, metres // self.metres_per_second, np.ones(metres.shape, dtype=np.bool_))


def straight_metres(start: Position, end: Position) -> int:
    """The great-circle distance in metres (haversine), rounded."""
    south, north = radians(start.latitude_e6 / 1e6), radians(end.latitude_e6 / 1e6)
    across = radians((end.longitude_e6 - start.longitude_e6) / 1e6)
    chord = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(across / 2) ** 2
    return round(2 * EARTH_RADIUS_METRES * asin(min(1.0, sqrt(chord))))


def straight_metres_matrix(origins: Sequence[Position], destinations: Sequence[Position]) -> I64:
    """The great-circle distances in metres: one row per origin, one column per destination."""
    return haversine_metres(
        _micro([place.latitude_e6 for place in origins])[:, None],
        _micro([place.longitude_e6 for place in origins])[:, None],
        _micro([place.latitude_e6 for place in destinations])[None, :],
        _micro([place.longitude_e6 for place in destinations])[None, :],
    )


def haversine_metres(latitude_e6: I64, longitude_e6: I64, to_latitude_e6: I64, to_longitude_e6: I64) -> I64:
    """The great-circle distances in metres between arrays of micro-degrees, broadcast against each other."""
    south, north = np.radians(latitude_e6 / 1e6), np.radians(to_latitude_e6 / 1e6)
    across = np.radians((to_longitude_e6 - longitude_e6) / 1e6)
    chord = np.sin((north - south) / 2) ** 2 + np.cos(south) * np.cos(north) * np.sin(across / 2) ** 2
    metres: I64 = np.rint(2 * EARTH_RADIUS_METRES * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))).astype(np.int64)
    return metres


def road_metres(straight: I64, circuity_ppm: int = CIRCUITY_PPM) -> I64:
    """Straight metres as road metres, rounded half up."""
    return (straight * circuity_ppm + PPM // 2) // PPM


def crosses_sea(origin_landmasses: Sequence[str], destination_landmasses: Sequence[str]) -> Flags:
    """Where a lorry must board a ferry or a train: one row per origin, one column per destination."""
    origins = np.array(origin_landmasses, dtype=object)[:, None]
    flags: Flags = origins != np.array(destination_landmasses, dtype=object)[None, :]
    return flags.astype(np.bool_)


def _micro(degrees: list[int]) -> I64:
    return np.array(degrees, dtype=np.int64)
