"""Carriers from files: the days they move goods, days told apart, and how late they were so far by region."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from stockmesh.domain.carriers.transit import EVERYWHERE, USUAL, Record, Running
from stockmesh.domain.carriers.transit_checks import running_problems
from stockmesh.domain.carriers.transit_sheets import CARRIER_CALENDARS, CARRIERS, ON_TIME
from stockmesh.domain.network.days import MONDAY_TO_FRIDAY
from stockmesh.domain.network.locations import SpecialDay
from stockmesh.domain.sourcing.market import WorldFacts
from stockmesh.flows.importing.gathering import ROW, Row, forget_bad, grouped
from stockmesh.flows.importing.network_files import network_kind, refuse_unknown, tell
from stockmesh.flows.importing.staging import Staging
from stockmesh.flows.importing.transit_files import areas_of, refuse_areas


class RunningOfCarrier(msgspec.Struct, frozen=True):
    """What a file says of a carrier; None where it does not speak of it. Days in `usual` are as usual again."""

    carrier: str
    weekdays: tuple[int, ...] | None = None
    calendar: str | None = None
    special_days: tuple[SpecialDay, ...] = ()
    usual: tuple[SpecialDay, ...] = ()
    records: tuple[Record, ...] = ()

    def said_of(self, running: Running) -> Running:
        """The days and records of a carrier with it."""
        forgotten = {one.day for one in (*self.special_days, *self.usual)}
        days = (*(one for one in running.special_days if one.day not in forgotten), *self.special_days)
        told = {(one.country, one.areas) for one in self.records}
        others = (one for one in running.records if (one.country, one.areas) not in told)
        return Running(
            weekdays=running.weekdays if self.weekdays is None else self.weekdays,
            calendar=running.calendar if self.calendar is None else self.calendar,
            special_days=tuple(sorted(days, key=lambda one: one.day)),
            records=tuple(sorted((*others, *self.records), key=lambda one: (one.country, one.areas))),
            assumed=running.assumed and self.weekdays is None and self.calendar is None,
        )


def _read(
    staging: Staging, facts: WorldFacts, said_by: Callable[[str, Sequence[Row]], RunningOfCarrier]
) -> Mapping[int, RunningOfCarrier]:
    """What the rows of every carrier say together; those that make no fit carrier are refused."""
    known = {carrier.code: carrier for carrier in facts.carriers}
    refuse_unknown(staging, "carrier", "unknown_carrier", list(known))
    for row in staging.gathered:
        refuse_areas(staging, row)
    forget_bad(staging)
    found = {}
    for code, group in grouped(staging.gathered, "carrier").items():
        said = said_by(code, group)
        problems = list(running_problems(said.said_of(known[code].running)))
        for problem in problems:
            staging.refuse(group[0][ROW], "carrier", code, "bad_lane", problem)
        if not problems:
            found[int(group[0][ROW])] = said
    return found


def _usual_week(code: str, group: Sequence[Row]) -> RunningOfCarrier:
    [row] = group
    return RunningOfCarrier(
        code,
        weekdays=(row["weekdays"] or MONDAY_TO_FRIDAY) if "weekdays" in row else None,
        calendar=(row["calendar"] or "") if "calendar" in row else None,
    )


def _days_apart(code: str, group: Sequence[Row]) -> RunningOfCarrier:
    days = {
        row[ROW]: SpecialDay(row["date"], bool(row.get("status", False)), None, row.get("name") or "") for row in group
    }
    usual = {row[ROW] for row in group if row.get("status", False) is None}
    return RunningOfCarrier(
        code,
        special_days=tuple(day for number, day in days.items() if number not in usual),
        usual=tuple(day for number, day in days.items() if number in usual),
    )


def _records(code: str, group: Sequence[Row]) -> RunningOfCarrier:
    regions: dict[tuple[str, tuple[str, ...]], dict[int, int]] = {}
    for row in group:
        region = (row.get("country") or EVERYWHERE, areas_of(row))
        regions.setdefault(region, {})[row["days_late"]] = row["parcels"]
    return RunningOfCarrier(
        code,
        records=tuple(
            Record(country, areas, tuple(counts.get(late, 0) for late in range(max(counts) + 1)))
            for (country, areas), counts in regions.items()
        ),
    )


def _fold(facts: WorldFacts, brought: Sequence[RunningOfCarrier], tally: Counter[str]) -> WorldFacts:
    said = {one.carrier: one for one in brought}
    carriers = []
    for carrier in facts.carriers:
        running = said[carrier.code].said_of(carrier.running) if carrier.code in said else carrier.running
        if carrier.code in said:
            tell(tally, carrier.running, running, USUAL)
        carriers.append(replace(carrier, running=running))
    tally["refused"] = len(brought) - sum(tally.values())
    return replace(facts, carriers=tuple(carriers))


CARRIER_FILES: Final = network_kind(
    CARRIERS, RunningOfCarrier, read=lambda staging, facts: _read(staging, facts, _usual_week), fold=_fold
)
CARRIER_CALENDAR_FILES: Final = network_kind(
    CARRIER_CALENDARS, RunningOfCarrier, read=lambda staging, facts: _read(staging, facts, _days_apart), fold=_fold
)
ON_TIME_FILES: Final = network_kind(
    ON_TIME, RunningOfCarrier, read=lambda staging, facts: _read(staging, facts, _records), fold=_fold
)
