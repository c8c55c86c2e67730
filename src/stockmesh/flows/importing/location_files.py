"""Locations from files: a row each; all of a file become one new version of the world."""

from dataclasses import replace
from datetime import time
from typing import Any, Final

import msgspec

from stockmesh.domain.kernel.money import micro_per_minor
from stockmesh.domain.network.locations import Location, LocationKind
from stockmesh.domain.network.postcodes import DIGITS, ensure_postcode
from stockmesh.domain.network.refusals import UnknownPostcode
from stockmesh.domain.network.sheets import LOCATIONS
from stockmesh.flows.context import Context
from stockmesh.flows.importing.gathering import ROW, Row, forget_bad, gather
from stockmesh.flows.importing.jobs import Batch, Job, Tally
from stockmesh.flows.importing.names import describe_twice, unknown
from stockmesh.flows.importing.network_now import book_currency, known_world, publish
from stockmesh.flows.importing.staging import WHOLE_FILE, Kind, Staging, clear_documents
from stockmesh.store.database import Session, execute, rows


def _check_locations(staging: Staging) -> None:
    describe_twice(staging)
    currency = book_currency(staging.session, staging.owner_id)
    facts = known_world(staging.session, staging.context, currency)
    carriers = [carrier.code for carrier in facts.carriers]
    known = {place.code: place for place in facts.locations}
    forget_bad(staging)
    for row in staging.gathered:
        for code in row["carriers"] or ():
            if code not in carriers:
                problem = unknown("unknown_carrier", code, carriers)
                hint = problem.suggestion or "import its rate card first"
                staging.refuse(row[ROW], "carriers", code, problem.reason, hint)
        _check_postcode(staging, row)
    forget_bad(staging)
    micro = micro_per_minor(currency)
    places = [_location(staging.context, row, known.get(row["code"]), micro) for row in staging.gathered]
    staging.stage_documents([row[ROW] for row in staging.gathered], places)


def _check_postcode(staging: Staging, row: Row) -> None:
    country, postcode = row["country"], row["postcode"]
    length = DIGITS.get(country, 0)
    if postcode.isdigit() and len(postcode) == length - 1:
        staging.refuse(row[ROW], "postcode", postcode, "lost_zeros", f"perhaps 0{postcode}")
        return
    try:
        ensure_postcode(country, postcode)
    except UnknownPostcode as refusal:
        staging.refuse(row[ROW], "postcode", postcode, "not_a_postcode", f"such as {refusal.example}")


def _location(context: Context, row: Row, known: Location | None, micro: int) -> Location:
    """The location a row describes; what it does not say stays as it is known, or is what goes without saying."""
    area = ensure_postcode(row["country"], row["postcode"])
    found = context.gazetteer.locate(area.country, area.area)
    usual = known or Location(
        code=row["code"],
        name=row["code"],
        kind=LocationKind.WAREHOUSE,
        country=row["country"],
        postcode=row["postcode"],
        latitude_e6=found.latitude_e6,
        longitude_e6=found.longitude_e6,
        timezone=row["time_zone"],
        calendar=row["country"],
        working_days=(1, 2, 3, 4, 5),
        cutoff_local=time(14),
        handling_order_micro=0,
        handling_line_micro=0,
        handling_unit_micro=0,
        daily_orders_max=row["daily_orders"],
        carriers=row["carriers"],
    )
    said: dict[str, Any] = {FIELDS.get(name, name): value for name, value in row.items() if value is not None}
    said.pop(ROW)
    for name in ("order", "line", "unit"):
        if f"handling_{name}" in said:
            said[f"handling_{name}_micro"] = said.pop(f"handling_{name}") * micro
    minutes = {name: said.pop(name) for name in OF_DISPATCH if name in said}
    said["dispatch"] = replace(usual.dispatch, **minutes)
    moved = known is not None and (known.country, known.postcode) != (row["country"], row["postcode"])
    if moved:
        said = {"latitude_e6": found.latitude_e6, "longitude_e6": found.longitude_e6} | said
    return replace(usual, **said)


OF_DISPATCH: Final = ("processing_days", "pick_and_pack_minutes", "putaway_minutes")
FIELDS: Final = {
    "latitude": "latitude_e6",
    "longitude": "longitude_e6",
    "time_zone": "timezone",
    "cut_off": "cutoff_local",
    "daily_orders": "daily_orders_max",
    "open": "is_open",
}


def _apply_locations(session: Session, context: Context, job: Job, batch: Batch) -> Tally:
    execute(session, "world/claim")
    found = rows(session, "imports/documents", job_id=job.job_id, **batch._asdict())
    places = [msgspec.json.decode(row["body"], type=Location) for row in found]
    facts = known_world(session, context, book_currency(session, job.owner_id))
    known = {place.code: place for place in facts.locations}
    other = [place for place in places if known.get(place.code) != place]
    merged = known | {place.code: place for place in other}
    publish(session, context, replace(facts, locations=tuple(merged.values())))
    changed = sum(place.code in known for place in other)
    return Tally(created=len(other) - changed, changed=changed, unchanged=len(places) - len(other))


LOCATION_FILES: Final = Kind(
    LOCATIONS, "document", WHOLE_FILE, gather, _check_locations, _apply_locations, clear_documents
)
