"""Rate cards from files: flat tables of zones and weights, or whole card documents; published cards never change."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from stockmesh.domain.carriers.cards import Carrier, RateCard, Service, WeightUnit, ZoneRates
from stockmesh.domain.carriers.sheets import RATE_CARDS
from stockmesh.domain.carriers.surcharges import Break
from stockmesh.domain.carriers.tariffs import VOLUME_CAP_UM3
from stockmesh.domain.carriers.transit import NO_TRANSIT
from stockmesh.domain.carriers.validation import validate_service
from stockmesh.domain.carriers.zones import CountryRule, ListRule, PrefixRule, RangeRule, ZoneRule, ZoneScheme
from stockmesh.domain.kernel.money import EXPONENTS
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.network.postcodes import DIGITS
from stockmesh.domain.sourcing.market import WorldFacts
from stockmesh.flows.context import Context
from stockmesh.flows.importing.gathering import ROW, Row, contradictions, forget_bad, gather, grouped
from stockmesh.flows.importing.jobs import Batch, Job, Tally
from stockmesh.flows.importing.names import describe_twice
from stockmesh.flows.importing.network_now import book_currency, known_world, publish
from stockmesh.flows.importing.refusals import CardTaken
from stockmesh.flows.importing.staging import WHOLE_FILE, Kind, Staging, clear_documents
from stockmesh.gateways.cards import carrier_from_json, carrier_to_document
from stockmesh.store.database import Session, execute, rows

SIDE_UNLESS_SAID_UM: Final = 2_000_000
OF_SERVICE: Final = ("carrier", "origins", "parcel_side")
OF_ZONE: Final = ("countries", "postcodes")
ONE_DAY: Final = timedelta(days=1)
OF_CARD: Final = ("valid_from", "valid_to", "currency")


@dataclass(frozen=True)
class Merged:
    """Carriers with the cards of a file among theirs, and how many of its cards are new or were there already.

    A card whose days a new one takes over ends before it: prices are never edited, only superseded. What services take
    is what the file says last.
    """

    carriers: tuple[Carrier, ...]
    added: int
    there: int


def import_carrier(context: Context, owner_id: int, carrier: Carrier, *, dry_run: bool = False) -> Tally:
    """Brings in a card document: services and cards that are not known are added; a dry run only says what would be.

    Raises CardTaken and what a service is refused for.
    """

    def work(session: Session) -> Tally:
        with session.transaction(force_rollback=dry_run):
            return _merge_in(session, context, book_currency(session, owner_id), [carrier])

    return context.database.transact(work)


def _merge_in(session: Session, context: Context, currency: str, carriers: Iterable[Carrier]) -> Tally:
    execute(session, "world/claim")
    facts = known_world(session, context, currency)
    merged = merge_carriers(facts.carriers, carriers)
    if merged.carriers != facts.carriers:
        publish(session, context, replace(facts, carriers=merged.carriers))
    return Tally(created=merged.added, unchanged=merged.there)


def merge_carriers(known: Iterable[Carrier], brought: Iterable[Carrier]) -> Merged:
    """Known carriers, with what a file brings. Raises CardTaken for a version that is known with other prices, and
    OverlappingCards."""
    by_code = {carrier.code: carrier for carrier in known}
    added = there = 0
    for carrier in brought:
        before = by_code.get(carrier.code, replace(carrier, services=()))
        services = {service.code: service for service in before.services}
        for service in carrier.services:
            old = services.get(service.code, replace(service, cards=()))
            fresh = [card for card in service.cards if not _is_known(old, card)]
            added, there = added + len(fresh), there + len(service.cards) - len(fresh)
            transit = service.transit if service.transit != NO_TRANSIT else old.transit
            services[service.code] = replace(service, cards=(*supersede(old.cards, fresh), *fresh), transit=transit)
            validate_service(services[service.code])
        by_code[carrier.code] = replace(before, services=tuple(services.values()))
    return Merged(tuple(by_code.values()), added, there)


def supersede(cards: Iterable[RateCard], fresh: Sequence[RateCard]) -> tuple[RateCard, ...]:
    """The cards without the days that new ones take over: one ends the day before a new one begins that lasts at least
    as long; one that would have no day left is gone. Whatever else overlaps is left as it is, to be refused."""
    kept = []
    for card in cards:
        ends = [new.valid_from for new in fresh if new.valid_from <= card.valid_to <= new.valid_to]
        last = min([card.valid_to, *(day - ONE_DAY for day in ends)])
        if last >= card.valid_from:
            kept.append(replace(card, valid_to=last))
    return tuple(kept)


def _is_known(service: Service, card: RateCard) -> bool:
    same = next((one for one in service.cards if one.version == card.version), None)
    if same is None:
        return False
    # One that was superseded ends sooner than it says in its file; any other difference is another card.
    cut = same.valid_to < card.valid_to and any(one.valid_from == same.valid_to + ONE_DAY for one in service.cards)
    if same != card and not (cut and replace(same, valid_to=card.valid_to) == card):
        raise CardTaken(service=service.code, version=card.version)
    return True


def _check_cards(staging: Staging) -> None:
    describe_twice(staging)
    forget_bad(staging)
    facts = known_world(staging.session, staging.context, book_currency(staging.session, staging.owner_id))
    for group in grouped(staging.gathered, "service").values():
        before = len(staging.findings)
        contradictions(staging, group, [name for name in OF_SERVICE if name in group[0]])
        for rows_of_card in grouped(group, "version").values():
            contradictions(staging, rows_of_card, OF_CARD)
            _check_currency(staging, rows_of_card[0], facts)
            for rows_of_zone in grouped(rows_of_card, "zone").values():
                contradictions(staging, rows_of_zone, [name for name in OF_ZONE if name in group[0]])
                _check_areas(staging, rows_of_zone[0])
        if len(staging.findings) == before:
            _stage_service(staging, group, facts)


def _check_currency(staging: Staging, row: Row, facts: WorldFacts) -> None:
    currency = row["currency"]
    if currency not in facts.fx_ppm:
        staging.refuse(row[ROW], "currency", currency, "not_a_currency", f"known rates: {', '.join(facts.fx_ppm)}")
    elif EXPONENTS[currency] != EXPONENTS[facts.book_currency]:
        staging.refuse(row[ROW], "currency", currency, "not_a_currency", "write it as a card document")


def _check_areas(staging: Staging, row: Row) -> None:
    """Refuses areas whose country is not said or not the zone's, that lost their zeros, or cannot be read."""
    for country, area in row.get("postcodes") or ():
        of = country or (row["countries"][0] if len(row["countries"]) == 1 else "")
        digits = DIGITS.get(of, 0) - 1
        ends = area.split("-")
        if of not in row["countries"]:
            staging.refuse(row[ROW], "postcodes", area, "not_an_area", "say its country, one of the zone: FR:20")
        elif digits > 0 and all(end.isdigit() and len(end) == digits for end in ends):
            staging.refuse(row[ROW], "postcodes", area, "lost_zeros", f"perhaps {'-'.join('0' + end for end in ends)}")


def _stage_service(staging: Staging, group: Sequence[Row], facts: WorldFacts) -> None:
    first = group[0]
    try:
        carrier = _as_known(_carrier(group), facts, first)
        merge_carriers(facts.carriers, [carrier])
    except Refusal as refusal:
        reason = "card_taken" if isinstance(refusal, CardTaken) else "bad_card"
        staging.refuse(first[ROW], "service", first["service"], reason, str(refusal))
        return
    staging.stage_documents([first[ROW]], [carrier_to_document(carrier)])


def _as_known(carrier: Carrier, facts: WorldFacts, row: Row) -> Carrier:
    """The carrier, its service named and limited as it is known where rows say nothing of that."""
    (service,) = carrier.services
    known = next((one for each in facts.carriers for one in each.services if one.code == service.code), service)
    told = replace(
        service,
        name=known.name,
        parcel_weight_max_mg=max(service.parcel_weight_max_mg, known.parcel_weight_max_mg),
        parcel_volume_max_um3=known.parcel_volume_max_um3,
        parcel_side_max_um=row.get("parcel_side") or known.parcel_side_max_um,
    )
    return replace(carrier, services=(told,))


def _carrier(group: Sequence[Row]) -> Carrier:
    """The carrier with the one service that rows describe."""
    first = group[0]
    cards = tuple(_card(version, part) for version, part in grouped(group, "version").items())
    service = Service(
        code=first["service"],
        name=first["service"],
        carrier=first["carrier"],
        origin_countries=first["origins"],
        parcel_weight_max_mg=max(row["up_to"] for row in group),
        parcel_volume_max_um3=VOLUME_CAP_UM3,
        parcel_side_max_um=first.get("parcel_side") or SIDE_UNLESS_SAID_UM,
        cards=cards,
    )
    validate_service(service)
    return Carrier(first["carrier"], first["carrier"], first["currency"], (service,))


def _card(version: str, found: Sequence[Row]) -> RateCard:
    zones = grouped(found, "zone")
    first = found[0]
    return RateCard(
        version=version,
        valid_from=first["valid_from"],
        valid_to=first["valid_to"],
        currency=first["currency"],
        weight_unit=WeightUnit.KG,
        scheme=ZoneScheme(tuple(rule for zone, part in zones.items() for rule in _rules(zone, part[0]))),
        rates=tuple(ZoneRates(zone, tuple(_breaks(part))) for zone, part in zones.items()),
        source="imported",
    )


def _rules(zone: str, row: Row) -> Iterator[ZoneRule]:
    """The rules that lead to a zone: its areas, and the countries of which it names none."""
    countries = row["countries"]
    areas: defaultdict[str, list[str]] = defaultdict(list)
    for country, area in row.get("postcodes") or ():
        areas[country or countries[0]].append(area)
    for country, mine in areas.items():
        yield from _area_rules(zone, country, mine)
    whole = tuple(country for country in countries if country not in areas)
    if whole:
        yield CountryRule(zone, whole)


def _area_rules(zone: str, country: str, areas: Sequence[str]) -> Iterator[ZoneRule]:
    ranges = tuple(area for area in areas if "-" in area)
    # A whole postcode is one address of the zone, whatever beginnings and ranges others have.
    wholes = tuple(area for area in areas if area.isdigit() and len(area) == DIGITS.get(country))
    prefixes = tuple(area for area in areas if area not in ranges + wholes)
    if wholes:
        yield ListRule(zone, country, wholes)
    if ranges:
        yield RangeRule(zone, country, ranges)
    if prefixes:
        yield PrefixRule(zone, country, prefixes)


def _breaks(found: Iterable[Row]) -> list[Break]:
    return [Break(row["up_to"] // 1_000, row["price"]) for row in sorted(found, key=lambda row: int(row["up_to"]))]


def _apply(session: Session, context: Context, job: Job, batch: Batch) -> Tally:
    found = rows(session, "imports/documents", job_id=job.job_id, **batch._asdict())
    carriers = [carrier_from_json(row["body"]) for row in found]
    return _merge_in(session, context, book_currency(session, job.owner_id), carriers)


CARD_FILES: Final = Kind(RATE_CARDS, "document", WHOLE_FILE, gather, _check_cards, _apply, clear_documents)
