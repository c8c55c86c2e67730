"""Carriers with their rate cards as documents: plain mappings, JSON and TOML, read and written without loss.

Breaks are pairs `[up to, price]` (thousandths of the card's unit, minor units); a zone rule is known by its own key:
`areas`, `ranges`, `prefixes`, `countries`, `up_to_metres` or `origins`.
"""

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Final, TypeVar

import msgspec

from stockmesh.domain.carriers.cards import Carrier, DimensionalRule, RateCard, Service, SizeClass, Step, ZoneRates
from stockmesh.domain.carriers.surcharges import Break, Fuel, Surcharge, Tax
from stockmesh.domain.carriers.validation import validate_service
from stockmesh.domain.carriers.zones import (
    CountryRule,
    DistanceRule,
    ListRule,
    MatrixRule,
    PrefixRule,
    RangeRule,
    ZoneRule,
)
from stockmesh.domain.carriers.zones import ZoneScheme as Scheme
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.gateways.transit import running_from, transit_from

Document = dict[str, Any]
T = TypeVar("T")

RULES: Final[dict[str, type[ZoneRule]]] = {
    "areas": ListRule,
    "ranges": RangeRule,
    "origins": MatrixRule,
    "prefixes": PrefixRule,
    "countries": CountryRule,
    "up_to_metres": DistanceRule,
}


@dataclass(eq=False)
class UnreadableCard(Refusal):
    """A document that does not describe a carrier."""

    place: str
    problem: str
    code = "unreadable_card"
    text = "The carrier document cannot be read at {place}: {problem}."


def carrier_from_document(document: Mapping[str, Any]) -> Carrier:
    """The carrier a plain mapping describes. Raises UnreadableCard, InvalidCard or OverlappingCards."""
    place = f"carrier {document.get('code', '?')}"
    services = tuple(_service(raw, place) for raw in _list(document, "services", place))
    for service in services:
        validate_service(service)
    return _value(Carrier, document, place, services=services, **_told(document, "running", running_from, place))


def carrier_to_document(carrier: Carrier) -> Document:
    """The carrier as a plain mapping of strings, integers, truth values, lists and mappings; nothing absent."""
    return dict(_present(msgspec.to_builtins(carrier)))


def carrier_from_json(text: str | bytes) -> Carrier:
    """The carrier a JSON text describes. Raises as carrier_from_document."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise UnreadableCard("the JSON text", str(error)) from error
    return carrier_from_document(_mapping(document, "the JSON text"))


def carrier_to_json(carrier: Carrier) -> str:
    """The carrier as JSON, indented for people."""
    return json.dumps(carrier_to_document(carrier), indent=2, ensure_ascii=False)


def carrier_from_toml(text: str) -> Carrier:
    """The carrier a TOML text describes. Raises as carrier_from_document."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableCard("the TOML text", str(error)) from error
    return carrier_from_document(document)


def carrier_to_toml(carrier: Carrier) -> str:
    """The carrier as TOML: one table per service and card."""
    document = carrier_to_document(carrier)
    lines = [_toml_pair(key, value) for key, value in document.items() if key != "services"]
    for service in document["services"]:
        lines += ["", "[[services]]"]
        lines += [_toml_pair(key, value) for key, value in service.items() if key != "cards"]
        for card in service["cards"]:
            lines += ["", "[[services.cards]]"]
            lines += [_toml_pair(key, value) for key, value in card.items()]
    return "\n".join(lines) + "\n"


def _service(raw: Mapping[str, Any], place: str) -> Service:
    here = f"{place}, service {raw.get('code', '?')}"
    cards = tuple(_card(card, here) for card in _list(raw, "cards", here))
    return _value(Service, raw, here, cards=cards, **_told(raw, "transit", transit_from, here))


def _told(raw: Mapping[str, Any], key: str, read: Callable[[Any], Any], place: str) -> Document:
    """What is told under a key, if anything is."""
    if key not in raw:
        return {}
    try:
        return {key: read(_mapping(raw[key], f"{place}, {key}"))}
    except ValueError as error:
        raise UnreadableCard(f"{place}, {key}", str(error)) from error


def _card(raw: Mapping[str, Any], place: str) -> RateCard:
    here = f"{place}, card {raw.get('version', '?')}"
    scheme = _mapping(raw.get("scheme"), f"{here}, scheme")
    rules = tuple(_rule(rule, f"{here}, scheme") for rule in _list(scheme, "rules", f"{here}, scheme"))
    return _value(
        RateCard,
        raw,
        here,
        scheme=_value(Scheme, scheme, f"{here}, scheme", rules=rules),
        rates=tuple(_rates(each, here) for each in _list(raw, "rates", here)),
        surcharges=tuple(_value(Surcharge, each, f"{here}, surcharges") for each in _list(raw, "surcharges", here, ())),
        dimensional=_dimensional(raw, here),
        sizes=tuple(_value(SizeClass, each, f"{here}, sizes") for each in _list(raw, "sizes", here, ())),
        **_optional(raw, here, fuel=Fuel, tax=Tax),
    )


def _dimensional(raw: Mapping[str, Any], place: str) -> tuple[DimensionalRule, ...]:
    """The rules of a card: a list, or the one that always holds."""
    told = raw.get("dimensional", ())
    rules = _list(raw, "dimensional", place, ()) if isinstance(told, list | tuple) else [_mapping(told, place)]
    return tuple(_value(DimensionalRule, each, f"{place}, dimensional") for each in rules)


def _rule(raw: Mapping[str, Any], place: str) -> ZoneRule:
    kinds = [kind for key, kind in RULES.items() if key in raw]
    if len(kinds) != 1:
        raise UnreadableCard(place, f"a zone rule has exactly one of {', '.join(RULES)}")
    return _value(kinds[0], raw, f"{place}, zone {raw.get('zone', '?')}")


def _rates(raw: Mapping[str, Any], place: str) -> ZoneRates:
    here = f"{place}, zone {raw.get('zone', '?')}"
    try:
        pairs = msgspec.convert(raw.get("breaks"), tuple[tuple[int, int], ...])
    except msgspec.ValidationError as error:
        raise UnreadableCard(f"{here}, breaks", str(error)) from error
    breaks = tuple(Break(*pair) for pair in pairs)
    return _value(ZoneRates, raw, here, breaks=breaks, **_optional(raw, here, then=Step))


def _optional(raw: Mapping[str, Any], place: str, **kinds: type[Any]) -> Document:
    """The values of those tables that the document has, by key."""
    return {
        key: _value(kind, _mapping(raw[key], f"{place}, {key}"), f"{place}, {key}")
        for key, kind in kinds.items()
        if key in raw
    }


def _value(kind: type[T], raw: Mapping[str, Any], place: str, **ready: Any) -> T:
    """The value of a kind: fields read from the mapping, `ready` ones as they are; unknown keys are refused."""
    known = {field.name: field.type for field in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(raw) - set(known))
    if unknown:
        raise UnreadableCard(place, f"unknown key {unknown[0]!r}")
    read = dict(ready)
    for name, value in raw.items():
        if name not in ready:
            read[name] = _field(known[name], value, f"{place}, {name}")
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name not in read and field.default is MISSING:
            raise UnreadableCard(place, f"{field.name!r} is missing")
    return kind(**read)


def _field(kind: Any, value: Any, place: str) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise UnreadableCard(place, str(error)) from error


def _list(raw: Mapping[str, Any], key: str, place: str, absent: tuple[()] | None = None) -> list[Mapping[str, Any]]:
    value = raw.get(key, absent)
    if not isinstance(value, list | tuple):
        raise UnreadableCard(place, f"{key!r} must be a list")
    return [_mapping(each, f"{place}, {key}") for each in value]


def _mapping(raw: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise UnreadableCard(place, "a table was expected")
    return raw


def _present(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _present(each) for key, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [_present(each) for each in value]
    return value


def _toml_pair(key: str, value: Any) -> str:
    return f"{key} = {_toml(value)}"


def _toml(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return "{ " + ", ".join(_toml_pair(key, each) for key, each in value.items()) + " }"
        case list() if value and isinstance(value[0], dict):
            return "[\n" + "".join(f"  {_toml(each)},\n" for each in value) + "]"
        case list():
            return "[" + ", ".join(_toml(each) for each in value) + "]"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case _:
            return str(value)
