"""Which price zone a shipment falls into: rules by list, range, prefix, country, distance and origin, indexed once.

The most specific rule wins: list, then range, then longest prefix (of equal ones that of the sending area), then
country, then distance band, then the rest of the world. Among equals the rule that stands first wins. Postal areas with
letters are compared by letters and number, never as strings: `IV1` is not `IV12`, and `W1A` is number 1 of `W`.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final, NamedTuple

_AREA: Final = re.compile(r"([A-Z]*)([0-9]*)(.*)")
_RANGE: Final = re.compile(r"([A-Z]*)([0-9]+)(?:-([0-9]+))?")


@dataclass(frozen=True)
class ListRule:
    """Exactly these postal areas of a country."""

    zone: str
    country: str
    areas: tuple[str, ...]


@dataclass(frozen=True)
class RangeRule:
    """Ranges of postal areas, both ends inclusive: `IV1-63`, `BT1`, or leading digits of equal length: `967-968`."""

    zone: str
    country: str
    ranges: tuple[str, ...]


@dataclass(frozen=True)
class PrefixRule:
    """Areas that begin so: `BT`, `K1`, `97`. Letters and numbers match whole: `B` is not `BT`, `IV1` is not `IV12`."""

    zone: str
    country: str
    prefixes: tuple[str, ...]


@dataclass(frozen=True)
class MatrixRule:
    """A cell of a matrix of origins: areas that begin so, for parcels from areas of a country that begin so."""

    zone: str
    origin_country: str
    origins: tuple[str, ...]
    country: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class CountryRule:
    """Whole countries."""

    zone: str
    countries: tuple[str, ...]


@dataclass(frozen=True)
class DistanceRule:
    """Destinations in a country up to this far from the sending location, inclusive, in metres."""

    zone: str
    country: str
    up_to_metres: int


ZoneRule = ListRule | RangeRule | PrefixRule | MatrixRule | CountryRule | DistanceRule


class Trip(NamedTuple):
    """Where a shipment goes and whence: countries, postal areas ("" when unknown) and road metres between them.

    `area` is the normalised postal area (GB outcode, NL four digits, US ZIP).
    """

    country: str
    area: str
    metres: int = 0
    origin_country: str = ""
    origin_area: str = ""


@dataclass(frozen=True)
class ZoneScheme:
    """The rules of a card, and the zone of every country that no rule names (empty: such countries have no zone)."""

    rules: tuple[ZoneRule, ...]
    rest_of_world: str = ""

    def zones(self) -> tuple[str, ...]:
        """Every zone some destination can fall into, in the order of the rules."""
        named = [rule.zone for rule in self.rules] + [self.rest_of_world]
        return tuple(dict.fromkeys(zone for zone in named if zone))


@dataclass(frozen=True)
class AreaRange:
    """Numbers low to high of one set of letters; `digits` > 0 compares only that many leading digits."""

    low: int
    high: int
    digits: int
    zone: str


@dataclass
class CountryIndex:
    """The rules of one country, ready to look up; filled while indexing, read only afterwards."""

    areas: dict[str, str]
    ranges: dict[str, list[AreaRange]]
    prefixes: dict[str, str]
    matrix: dict[str, dict[tuple[str, str], str]]
    country_zone: str
    bands: list[tuple[int, str]]


@dataclass(frozen=True)
class ZoneIndex:
    """A zone scheme made quick: one look-up per kind of rule."""

    countries: Mapping[str, CountryIndex]
    rest_of_world: str


def index_scheme(scheme: ZoneScheme) -> ZoneIndex:
    """The scheme's rules by country. Raises ValueError for a range that cannot be read."""
    countries: dict[str, CountryIndex] = {}
    for rule in scheme.rules:
        _enter(rule, countries)
    for index in countries.values():
        index.bands.sort(key=lambda band: band[0])
    return ZoneIndex(countries, scheme.rest_of_world)


def zone_of(index: ZoneIndex, trip: Trip) -> str | None:
    """The zone of a shipment, or None when no rule leads to one."""
    rules = index.countries.get(trip.country)
    if rules is None:
        return index.rest_of_world or None
    return (
        rules.areas.get(trip.area)
        or _zone_by_range(rules.ranges, trip.area)
        or _zone_by_prefix(rules, trip)
        or rules.country_zone
        or _zone_by_distance(rules.bands, trip.metres)
        or index.rest_of_world
        or None
    )


def read_range(text: str, zone: str) -> tuple[str, AreaRange]:
    """Letters and numbers of a range such as `IV1-63`, `BT1` or `967-968`. Raises ValueError when unreadable."""
    match = _RANGE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    letters, low, high = match[1], match[2], match[3] or match[2]
    if int(low) > int(high) or (not letters and len(low) != len(high)):
        raise ValueError(text)
    return letters, AreaRange(int(low), int(high), 0 if letters else len(low), zone)


def _zone_by_range(ranges: Mapping[str, list[AreaRange]], area: str) -> str:
    if not ranges:
        return ""
    letters, digits, _ = _split(area)
    for span in ranges.get(letters, ()):
        number = digits[: span.digits] if span.digits else digits
        if len(number) >= max(span.digits, 1) and span.low <= int(number) <= span.high:
            return span.zone
    return ""


def _zone_by_prefix(rules: CountryIndex, trip: Trip) -> str:
    if not (rules.prefixes or rules.matrix):
        return ""
    origins = _beginnings(trip.origin_area) if rules.matrix else []
    for beginning in _beginnings(trip.area):
        cells = rules.matrix.get(beginning, {})
        zones = [cells.get((trip.origin_country, origin)) for origin in origins]
        found = next(filter(None, [*zones, rules.prefixes.get(beginning)]), "")
        if found:
            return found
    return ""


def _beginnings(area: str) -> list[str]:
    """What an area begins with, longest first. Letters and numbers match whole; digits alone digit by digit."""
    letters, digits, tail = _split(area)
    if letters:
        return [letters + digits + tail, letters + digits, letters]
    return [digits[:length] for length in range(len(digits), 0, -1)]


def _zone_by_distance(bands: list[tuple[int, str]], distance_metres: int) -> str:
    place = bisect_left(bands, distance_metres, key=lambda band: band[0])
    return bands[place][1] if place < len(bands) else ""


def _split(area: str) -> tuple[str, str, str]:
    match = _AREA.fullmatch(area)
    return (match[1], match[2], match[3]) if match else ("", "", "")


def _of(countries: dict[str, CountryIndex], country: str) -> CountryIndex:
    return countries.setdefault(country, CountryIndex({}, {}, {}, {}, "", []))


def _enter(rule: ZoneRule, countries: dict[str, CountryIndex]) -> None:
    match rule:
        case ListRule():
            for area in rule.areas:
                _of(countries, rule.country).areas.setdefault(area, rule.zone)
        case RangeRule():
            for text in rule.ranges:
                letters, span = read_range(text, rule.zone)
                _of(countries, rule.country).ranges.setdefault(letters, []).append(span)
        case PrefixRule():
            for prefix in rule.prefixes:
                _of(countries, rule.country).prefixes.setdefault(prefix, rule.zone)
        case MatrixRule():
            matrix = _of(countries, rule.country).matrix
            for area, origin in product(rule.to, rule.origins):
                matrix.setdefault(area, {}).setdefault((rule.origin_country, origin), rule.zone)
        case CountryRule():
            for country in rule.countries:
                index = _of(countries, country)
                index.country_zone = index.country_zone or rule.zone
        case DistanceRule():
            _of(countries, rule.country).bands.append((rule.up_to_metres, rule.zone))
