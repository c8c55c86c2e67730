"""Random sourcing problems: worlds with awkward rate cards, batches of orders, scarce stock. Always seeded."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stockmesh.domain.carriers.compilation import NO_MORE
from stockmesh.domain.carriers.tariffs import ROW, VOLUME_CAP_UM3, Tariffs
from stockmesh.domain.carriers.validation import PARCEL_MAX_MG
from stockmesh.domain.sourcing.arrays import (
    NO_DAY,
    NO_LANE,
    NO_TARIFF,
    NO_TERMS,
    Demand,
    Policy,
    Sites,
    Supply,
    Terms,
    World,
)


@dataclass(frozen=True)
class Shape:
    """How large and how awkward the problems are."""

    orders: int = 1
    lines: int = 5
    locations: int = 5
    items: int = 8
    services: int = 3
    zones: int = 3
    offers: int = 2
    quantity_max: int = 4
    stock_mean: int = 6
    stocked_percent: int = 80
    served_percent: int = 90
    barred_percent: int = 5
    full_percent: int = 10
    kit_percent: int = 30
    parcel_units: int = 6  # about how many mean units one parcel takes
    parcel_units_min: int = 2
    oversize: bool = True
    buffer_max: int = 1
    wait_minor: int = 40
    shipments_max: int = 5
    penalty_minor: int = 900
    equal_handling: bool = False
    sides: bool = False  # goods that exceed boxes, for which tariffs ask more or which they refuse
    terms: bool = False  # borders, line-haul, units' own costs, and days by which goods are due
    vast: bool = False  # sizes in units so fine that parcels reach a tonne and a cubic metre, the most a card allows


@dataclass(frozen=True)
class Problem:
    """A world, a batch and the stock it finds."""

    world: World
    demand: Demand
    supply: Supply


def random_problem(seed: int, shape: Shape) -> Problem:
    """The same problem for the same seed and shape."""
    draw = np.random.default_rng(seed)
    world = _world(draw, shape)
    problem = Problem(world, _demand(draw, shape), _supply(draw, shape))
    problem = in_finest_units(problem) if shape.vast else problem
    if not shape.terms:
        return problem
    return Problem(problem.world, problem.demand._replace(terms=_terms(draw, shape, problem)), problem.supply)


def in_finest_units(problem: Problem) -> Problem:
    """The same problem with weights and volumes written in the finest units that the largest parcel still fits."""
    tariffs, demand = problem.world.tariffs, problem.demand
    weight = PARCEL_MAX_MG // int(tariffs.rows["weight_max_mg"].max())
    volume = VOLUME_CAP_UM3 // int(tariffs.rows["volume_max_um3"].max())
    rows, bulk = tariffs.rows, tariffs.rows["bulk_over_um3"]
    tariffs = with_rows(
        tariffs,
        weight_max_mg=rows["weight_max_mg"] * weight,
        volume_max_um3=rows["volume_max_um3"] * volume,
        bulk_over_um3=np.where(bulk < NO_MORE, np.minimum(bulk, VOLUME_CAP_UM3 // volume) * volume, NO_MORE),
    )._replace(
        break_weight_max_mg=tariffs.break_weight_max_mg * weight,
        break_volume_max_um3=tariffs.break_volume_max_um3 * volume,
    )
    demand = demand._replace(weight_mg=demand.weight_mg * weight, volume_um3=demand.volume_um3 * volume)
    return Problem(problem.world._replace(tariffs=tariffs), demand, problem.supply)


def with_rows(tariffs: Tariffs, **columns: Any) -> Tariffs:
    """The tariffs with other columns in their rows."""
    rows = tariffs.rows.copy()
    for name, column in columns.items():
        rows[name] = column
    return tariffs._replace(rows=rows)


def copied(supply: Supply) -> Supply:
    """The same stock, to be spent by somebody else."""
    return Supply(supply.available.copy(), supply.slots.copy())


def _world(draw: np.random.Generator, shape: Shape) -> World:
    locations = shape.locations
    rows = 1 if shape.equal_handling else locations
    handling = [np.resize(draw.integers(0, high, rows), locations) for high in (2_000_000, 300_000, 120_000)]
    sites = Sites(handling[0], handling[1], handling[2], np.arange(locations + 1) * shape.offers)
    policy = Policy(10_000, shape.wait_minor, 2, shape.shipments_max)
    return World(sites, _tariffs(draw, shape), policy)


def rows_per_tariff(shape: Shape) -> int:
    """How many rows price the parcels of one tariff: by volume, and by two boxes that goods may exceed."""
    return (2 if shape.oversize else 1) * (4 if shape.sides else 1)


def _tariffs(draw: np.random.Generator, shape: Shape) -> Tariffs:
    columns: dict[str, list[int]] = {name: [] for name in Tariffs._fields[1:]}
    rows: list[tuple[int, ...]] = []
    for _ in range(shape.services * shape.zones):
        _add_tariff(draw, shape, columns, rows)
    return Tariffs(np.array(rows, ROW), *(np.array(column, np.int64) for column in columns.values()))


def _add_tariff(
    draw: np.random.Generator, shape: Shape, columns: dict[str, list[int]], rows: list[tuple[int, ...]]
) -> None:
    """The rows of one tariff: the same breaks, dearer beyond a volume and for goods that exceed boxes."""
    count = int(draw.integers(2, 7))
    weight_max = int(draw.integers(shape.parcel_units_min, shape.parcel_units * 2)) * 1_000
    volume_max = int(draw.integers(shape.parcel_units_min, shape.parcel_units * 2)) * 1_000
    weights = np.sort(draw.integers(1, weight_max // 500 + 1, count)) * 500
    volumes = np.sort(draw.integers(1, volume_max // 500 + 1, count)) * 500
    weights[-1], volumes[-1] = weight_max, volume_max
    prices = draw.integers(200, 500) + np.cumsum(draw.integers(0, 250, count))
    consignment = int(draw.integers(0, 2)) * int(draw.integers(0, 200))
    fx = int(draw.choice([1_000_000, 853_217, 1_171_250]))
    stride = 2 if shape.oversize else 1
    for row in range(rows_per_tariff(shape)):
        is_bulky = shape.oversize and row % 2 > 0
        dearer = draw.integers(50, 200, count) * is_bulky + int(draw.integers(0, 300)) * (row // stride > 0)
        start = len(columns["break_price_minor"])
        columns["break_weight_max_mg"] += weights.tolist()
        columns["break_volume_max_um3"] += volumes.tolist()
        columns["break_price_minor"] += (prices + dearer).tolist()
        bulk_over = volume_max * 2 // 3 if shape.oversize and not is_bulky else NO_MORE
        heeds, refuses = (0b11, 0b100 * (fx == 1_000_000)) if shape.sides else (0, 0)
        limits = (start, start + count, weight_max, volume_max, bulk_over)
        rows.append((*limits, heeds, stride, refuses, consignment, fx))


def _demand(draw: np.random.Generator, shape: Shape) -> Demand:
    weight = draw.integers(1, 8, shape.items) * 250
    volume = draw.integers(1, 8, shape.items) * 250
    names = ("row", "each", "quantity", "weight", "volume", "penalty", "exceeds")
    columns: dict[str, list[int]] = {name: [] for name in names}
    exceeds = draw.choice([0, 0, 0, 1, 2, 3, 4], shape.items) if shape.sides else np.zeros(shape.items, np.int64)
    component_start = [0]
    for _ in range(shape.orders):
        lines = [_line(draw, shape, weight, volume) for _ in range(shape.lines)]
        lines.sort(key=lambda line: (-line["weight"], -line["volume"], line["parts"]))
        for line in lines:
            columns["row"] += [row for row, _ in line["parts"]]
            columns["each"] += [each for _, each in line["parts"]]
            component_start.append(component_start[-1] + len(line["parts"]))
            columns["exceeds"].append(int(np.bitwise_or.reduce(exceeds[[row for row, _ in line["parts"]]])))
            for name in ("quantity", "weight", "volume", "penalty"):
                columns[name].append(line[name])
    orders, locations = shape.orders, shape.locations
    return Demand(
        line_start=np.arange(orders + 1) * shape.lines,
        component_start=np.array(component_start, np.int64),
        component_row=np.array(columns["row"], np.int32),
        component_quantity=np.array(columns["each"], np.int64),
        quantity=np.array(columns["quantity"], np.int64),
        weight_mg=np.array(columns["weight"], np.int64),
        volume_um3=np.array(columns["volume"], np.int64),
        sides_um=np.zeros((len(columns["volume"]), 3), np.int32),
        exceeds=np.array(columns["exceeds"], np.int64),
        penalty_minor=np.array(columns["penalty"], np.int64),
        destination=draw.integers(0, 2, orders).astype(np.int32),
        wish=draw.integers(0, 2, orders).astype(np.int8),
        buffer=draw.integers(0, shape.buffer_max + 1, orders),
        barred=(draw.integers(0, 100, (orders, locations)) < shape.barred_percent).astype(np.int8),
        first_slot=draw.integers(0, 3, (orders, locations)).astype(np.int32),
        tariff_of=_tariff_of(draw, shape),
        terms=NO_TERMS,
    )


def _terms(draw: np.random.Generator, shape: Shape, problem: Problem) -> Terms:
    """Terms of which any one is often nothing; lanes differ in how many days they take, some are unknown."""
    offers, lines = shape.locations * shape.offers, len(problem.demand.quantity)
    days = problem.supply.slots.shape[1]
    sometimes = draw.integers(0, 3, (4, 2, offers)) > 0
    heaviest = max(int(problem.demand.weight_mg.max()), 1)
    return Terms(
        row=problem.demand.destination,
        shipment_minor=draw.integers(0, 300, (2, offers)) * sometimes[0],
        kilogram_micro=np.minimum(draw.integers(0, 10**9, (2, offers)) * 10**3 // heaviest, 2**30) * sometimes[1],
        lane=np.where(sometimes[2], draw.integers(0, 4, (2, offers)), NO_LANE).astype(np.int32),
        arrives=(20_000 + np.arange(days) + np.arange(1, 5)[:, None]).astype(np.int32),
        unit_micro=draw.integers(0, 400_000, (lines, shape.locations)) * draw.integers(0, 2, (lines, 1)),
        due=np.where(draw.integers(0, 4, shape.orders) > 0, draw.integers(20_000, 20_007), NO_DAY).astype(np.int32),
        late_minor=draw.integers(0, 150, shape.orders),
        late_days_max=draw.integers(0, 5, shape.orders).astype(np.int32),
    )


def _line(draw: np.random.Generator, shape: Shape, weight: Any, volume: Any) -> dict[str, Any]:
    parts = 1 + int(draw.integers(0, 3)) * (int(draw.integers(0, 100)) < shape.kit_percent)
    rows = sorted(draw.choice(shape.items, parts, replace=False).tolist())
    each = [int(draw.integers(1, 3)) if parts > 1 else 1 for _ in rows]
    return {
        "parts": list(zip(rows, each, strict=True)),
        "quantity": int(draw.integers(1, shape.quantity_max + 1)),
        "weight": sum(int(weight[row]) * count for row, count in zip(rows, each, strict=True)),
        "volume": sum(int(volume[row]) * count for row, count in zip(rows, each, strict=True)),
        "penalty": int(draw.integers(shape.penalty_minor // 3, shape.penalty_minor + 1)),
    }


def _tariff_of(draw: np.random.Generator, shape: Shape) -> Any:
    offers = shape.locations * shape.offers
    service = np.concatenate([draw.permutation(shape.services)[: shape.offers] for _ in range(shape.locations)])
    zone = draw.integers(0, shape.zones, (2, offers))
    served = draw.integers(0, 100, (2, offers)) < shape.served_percent
    tariff = (service[None, :] * shape.zones + zone) * rows_per_tariff(shape)
    return np.where(served, tariff, NO_TARIFF).astype(np.int32)


def _supply(draw: np.random.Generator, shape: Shape) -> Supply:
    stock = draw.integers(-1, 2 * shape.stock_mean, (shape.items, shape.locations))
    stocked = draw.integers(0, 100, stock.shape) < shape.stocked_percent
    slots = np.where(draw.integers(0, 100, (shape.locations, 6)) < shape.full_percent, 0, shape.orders)
    return Supply(np.where(stocked, stock, 0).astype(np.int64), slots.astype(np.int64))


def whole_handling(problem: Problem) -> Problem:
    """The same problem with handling in whole minor units, so that no rounding is left."""
    sites = problem.world.sites
    order, line, unit = (column // 10_000 * 10_000 for column in sites[:3])
    world = problem.world._replace(sites=Sites(order, line, unit, sites.offer_start))
    return Problem(world, problem.demand, problem.supply)
