"""Days of locations' own from files: all of a file become one new version of the world."""

from collections import Counter
from dataclasses import replace
from typing import Final

import msgspec

from stockmesh.domain.network.locations import Location, SpecialDay
from stockmesh.domain.network.sheets import CALENDARS
from stockmesh.flows.context import Context
from stockmesh.flows.importing.gathering import ROW, Row, forget_bad, gather, known_locations
from stockmesh.flows.importing.jobs import Batch, Job, Tally
from stockmesh.flows.importing.names import describe_twice, unknown
from stockmesh.flows.importing.network_now import book_currency, known_world, publish
from stockmesh.flows.importing.staging import WHOLE_FILE, Kind, Staging, clear_documents
from stockmesh.store.database import Session, execute, rows


class DayOfLocation(msgspec.Struct, frozen=True):
    """What a row says: how a location works on a day; as usual where `told` is False."""

    location: str
    told: bool
    special: SpecialDay


def _check_days(staging: Staging) -> None:
    describe_twice(staging)
    known = known_locations(staging)
    for row in staging.gathered:
        if row["location"] not in known:
            problem = unknown("unknown_location", row["location"], known)
            staging.refuse(row[ROW], "location", row["location"], problem.reason, problem.suggestion)
        if row.get("cut_off") is not None and row.get("status", False) is not True:
            staging.refuse(row[ROW], "cut_off", str(row["cut_off"]), "cut_off_of_closed", "say that the day is open")
    forget_bad(staging)
    staging.stage_documents([row[ROW] for row in staging.gathered], [_day(row) for row in staging.gathered])


def _day(row: Row) -> DayOfLocation:
    special = SpecialDay(row["date"], bool(row.get("status", False)), row.get("cut_off"), row.get("name") or "")
    return DayOfLocation(row["location"], row.get("status", False) is not None, special)


def _apply_days(session: Session, context: Context, job: Job, batch: Batch) -> Tally:
    execute(session, "world/claim")
    found = rows(session, "imports/documents", job_id=job.job_id, **batch._asdict())
    brought = [msgspec.json.decode(row["body"], type=DayOfLocation) for row in found]
    facts = known_world(session, context, book_currency(session, job.owner_id))
    tally: Counter[str] = Counter(refused=len(brought))
    places = []
    for place in facts.locations:
        mine = [one for one in brought if one.location == place.code]
        places.append(_with_days(place, mine, tally))
        tally["refused"] -= len(mine)
    if tuple(places) != facts.locations:
        publish(session, context, replace(facts, locations=tuple(places)))
    return Tally(**tally)


def _with_days(place: Location, brought: list[DayOfLocation], tally: Counter[str]) -> Location:
    """The location with what a file says of its days; counts what is new, changed and as it was."""
    days = {one.day: one for one in place.special_days}
    for one in brought:
        before, after = days.pop(one.special.day, None), one.special if one.told else None
        tally["unchanged" if before == after else "changed" if before else "created"] += 1
        if after is not None:
            days[after.day] = after
    return replace(place, special_days=tuple(sorted(days.values(), key=lambda one: one.day)))


CALENDAR_FILES: Final = Kind(CALENDARS, "document", WHOLE_FILE, gather, _check_days, _apply_days, clear_documents)
