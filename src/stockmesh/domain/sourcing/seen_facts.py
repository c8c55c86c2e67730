"""What a decision saw, read back: ready to be decided again, or explained."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from stockmesh.domain.carriers.boxes import Box, exceeded
from stockmesh.domain.kernel.checks import ensure
from stockmesh.domain.kernel.compiled import I8, I32, I64
from stockmesh.domain.sourcing.arrays import NO_TERMS, UNSEEN, Demand, Supply, Terms
from stockmesh.domain.sourcing.extracts import Extract
from stockmesh.domain.sourcing.facts import (
    BARRED,
    COMPONENT_WORDS,
    DUE_WORDS,
    HEADER,
    LAYOUT,
    LAYOUT_WITH_TERMS,
    LINE_WORDS,
    Names,
    get_wide,
)


class Shape(NamedTuple):
    """How facts are laid out: words of the header and of a line, and whether a due day stands at the end."""

    header: int
    line: int
    has_terms: bool


LAYOUTS: Final = {
    1: Shape(header=11, line=10, has_terms=False),
    2: Shape(header=11, line=10, has_terms=True),
    LAYOUT: Shape(HEADER, LINE_WORDS, has_terms=False),
    LAYOUT_WITH_TERMS: Shape(HEADER, LINE_WORDS, has_terms=True),
}


@dataclass(frozen=True)
class SeenFacts:
    """One order's facts, ready for the core once the destination's tariffs are put in."""

    demand: Demand
    supply: Supply
    names: Names


class Setting(NamedTuple):
    """What facts are read with, of the market they were written in: the tariffs to the destination, one per offer; how
    many locations there are and how long orders wait; the boxes that goods may exceed; terms with a single row."""

    tariffs: I32
    locations: int
    wait_days_max: int
    boxes: tuple[Box, ...]
    terms: Terms = NO_TERMS


def read_facts(facts: bytes, setting: Setting) -> SeenFacts:
    """One order's facts as a batch of one.

    Terms count where the order was decided with any; what the order itself adds to them, when it is due, is read.
    """
    words = np.frombuffer(facts, dtype="<i4")
    ensure(words[0] in LAYOUTS, "facts are written in a layout this program reads")
    shape = LAYOUTS[int(words[0])]
    locations = setting.locations
    looked_at, lines, components, rows = (int(word) for word in words[1:5])
    parts = np.split(
        words[shape.header :],
        np.cumsum([lines * shape.line, components * COMPONENT_WORDS, rows, looked_at, rows * looked_at]),
    )
    line, component = parts[0].reshape(lines, shape.line), parts[1].reshape(components, COMPONENT_WORDS)
    seen, waits = parts[3], parts[5]
    available = np.zeros((rows, locations), dtype=np.int64)
    available[:, seen] = parts[4].reshape(rows, looked_at)
    barred = np.full(locations, UNSEEN, dtype=np.int8)
    barred[seen] = waits == BARRED
    return SeenFacts(
        demand=_seen_demand(words, line, component, barred, setting),
        supply=Supply(available=available, slots=_seen_slots(seen, waits, locations, setting.wait_days_max)),
        names=Names(
            line_item=line[:, 0].astype(np.int64),
            row_item=parts[2].astype(np.int64),
            covers=words[shape.header - 1 : shape.header] != 0,
            extract=Extract(np.arange(locations), np.arange(len(setting.tariffs))),
        ),
    )


def _wide(pairs: I32) -> I64:
    """Two-word values of a column pair."""
    words = pairs.astype(np.int64)
    return (words[:, 1] << 31) | words[:, 0]


def _seen_slots(seen: I32, waits: I32, locations: int, wait_days_max: int) -> I64:
    slots = np.zeros((locations, wait_days_max + 1), dtype=np.int64)
    free = np.flatnonzero(waits >= 0)
    slots[seen[free], waits[free]] = 1
    return slots


def _seen_terms(words: I32, terms: Terms) -> Terms:
    if not LAYOUTS[int(words[0])].has_terms:
        return NO_TERMS
    due = words[-DUE_WORDS:]
    return terms._replace(
        row=np.zeros(1, dtype=np.int32),
        due=due[:1].astype(np.int32),
        late_minor=np.array([get_wide(due, 1)], dtype=np.int64),
        late_days_max=due[3:].astype(np.int32),
    )


def _seen_sides(words: I32, line: I32) -> I32:
    """The sides of every line; of old facts only the longest side of the whole order is known."""
    if line.shape[1] == LINE_WORDS:
        return np.array(line[:, 10:13])  # a copy even of one line: the core is compiled for what may be written
    sides = np.zeros((len(line), 3), dtype=np.int32)
    sides[:, 0] = get_wide(words, 8)
    return sides


def _seen_demand(words: I32, line: I32, component: I32, barred: I8, setting: Setting) -> Demand:
    sides = _seen_sides(words, line)
    return Demand(
        line_start=np.array([0, len(line)], dtype=np.int64),
        component_start=np.concatenate([[0], np.cumsum(line[:, 1])]).astype(np.int64),
        component_row=component[:, 0].astype(np.int32),
        component_quantity=_wide(component[:, 1:3]),
        quantity=_wide(line[:, 2:4]),
        weight_mg=_wide(line[:, 4:6]),
        volume_um3=_wide(line[:, 6:8]),
        sides_um=sides,
        exceeds=exceeded(setting.boxes, sides),
        penalty_minor=_wide(line[:, 8:10]),
        destination=np.zeros(1, dtype=np.int32),
        wish=words[5:6].astype(np.int8),
        buffer=np.array([get_wide(words, 6)], dtype=np.int64),
        barred=barred.reshape(1, -1),
        first_slot=np.zeros((1, len(barred)), dtype=np.int32),
        tariff_of=setting.tariffs.reshape(1, -1).astype(np.int32),
        terms=_seen_terms(words, setting.terms),
    )
