"""Plays a scenario on real books, line by line, and compares what the planner expects with what the books say."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from scenario_reading import (
    HEADER,
    CardDraft,
    Cells,
    Line,
    carriers_of,
    cells,
    destination,
    instant,
    minor,
    order_lines,
    read_channel,
    read_item,
    read_kit,
    read_lines,
    read_location,
    read_order,
    read_plan,
    units,
)

from stockmesh.domain.fulfilment.requests import OrderRequest
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.domain.stock.arrivals import SafetyStock
from stockmesh.domain.stock.moving import Move
from stockmesh.domain.stock.states import StockState
from stockmesh.flows.context import Context
from stockmesh.flows.move_stock import move_stock
from stockmesh.flows.order_detail import OrderDetail, get_order
from stockmesh.flows.order_life import OrderChange, cancel_order, change_order, pause_order, resume_order
from stockmesh.flows.place_orders import Outcome, Placed, Refused, place_orders
from stockmesh.flows.replaying import replay_order
from stockmesh.flows.serve_waiting import serve_waiting
from stockmesh.flows.set_safety_stock import set_safety_stock
from stockmesh.flows.verify_books import verify_books
from worlds import SmallWorld, item, order, publish, put_in_books

POLICY_WORDS = {
    "unserved": "unserved_minor",
    "wait": "wait_minor_per_day",
    "days": "wait_days_max",
    "shipments": "shipments_max",
}


@dataclass
class Stage:
    """A scenario being played."""

    context: Context
    set_clock: Callable[[Any], None]
    world: SmallWorld = field(default_factory=lambda: SmallWorld(locations=(), carriers=(), items=(), channels=()))
    drafts: list[CardDraft] = field(default_factory=list)
    opening: Cells = field(default_factory=dict)
    is_open: bool = False
    is_published: bool = False
    batch: list[OrderRequest] = field(default_factory=list)
    outcomes: dict[str, Outcome | Refusal] = field(default_factory=dict)
    order_ids: dict[str, int] = field(default_factory=dict)


def play(path: Path, context: Context, set_clock: Callable[[Any], None]) -> None:
    """Plays every line; raises AssertionError naming the line that does not hold. The books must verify at the end."""
    stage = Stage(context, set_clock)
    expectations = 0
    for line in read_lines(path):
        try:
            _play_line(stage, line)
        except AssertionError as error:
            raise AssertionError(f"{line.where}\n{error}") from error
        expectations += line.word in EXPECTATIONS
    assert expectations > 0, f"{path.name} expects nothing"
    _settle(stage)
    verification = verify_books(context)
    assert verification.ok, [finding.sentence for finding in verification.findings]
    for reference, order_id in stage.order_ids.items():
        assert all(one.agrees for one in replay_order(context, order_id)), f"{reference} is decided otherwise today"


def _play_line(stage: Stage, line: Line) -> None:
    if line.word in HEADER:
        _read_header(stage, line)
    elif line.word == "clock":
        if stage.is_open or stage.batch:
            _settle(stage)
        stage.set_clock(instant(line.rest))
    elif line.word == "order":
        reference, asked = read_order(line.rest)
        stage.batch.append(replace(order(reference, {}), **{"placed_at": stage.context.clock(), **asked}))
    else:
        _settle(stage)
        (ACTIONS | EXPECTATIONS)[line.word](stage, line.rest)


def _read_header(stage: Stage, line: Line) -> None:
    world, rest = stage.world, line.rest
    stage.is_published = False
    match line.word:
        case "book":
            stage.world = replace(world, currency=rest, fx_ppm={**world.fx_ppm, rest: 1_000_000})
        case "fx":
            currency, rate = rest.split()
            stage.world = replace(world, fx_ppm={**world.fx_ppm, currency: minor(rate) * 10_000})
        case "policy":
            stage.world = replace(world, policy=_policy(world.policy, rest))
        case "location":
            place = read_location(rest)
            others = tuple(one for one in world.locations if one.code != place.code)
            stage.world = replace(world, locations=(*others, place))
        case "card":
            stage.drafts.append(CardDraft.read(rest))
        case "prices":
            stage.drafts[-1].add_prices(rest)
        case "item":
            stage.world = replace(world, items=(*world.items, read_item(rest)))
        case "kit":
            kit = read_kit(rest)
            stage.world = replace(world, kits=(*world.kits, kit), items=(*world.items, item(kit.sku, 1)))
        case "channel":
            stage.world = replace(world, channels=(*world.channels, read_channel(rest)))
        case "stock":
            stage.opening |= cells(rest)


def _policy(policy: SourcingPolicy, rest: str) -> SourcingPolicy:
    changes: dict[str, Any] = {}
    for part in rest.split(","):
        word, value = part.split()
        changes[POLICY_WORDS[word]] = minor(value) if word in ("unserved", "wait") else int(value)
    return replace(policy, **changes)


def _settle(stage: Stage) -> None:
    """Puts what was said into the books: the world first, then the orders that came in together."""
    if not stage.is_published:
        if not any(channel.code == "web" for channel in stage.world.channels):
            stage.world = replace(stage.world, channels=(*stage.world.channels, read_channel("web")))
        stage.world = replace(stage.world, carriers=carriers_of(stage.drafts))
        if stage.is_open:
            publish(stage.context, stage.world)
        else:
            put_in_books(stage.context, stage.world, stage.opening)
        stage.is_open = stage.is_published = True
    if stage.batch:
        outcomes = place_orders(stage.context, stage.batch)
        stage.batch = []
        for outcome in outcomes:
            stage.outcomes[outcome.reference] = outcome
            if isinstance(outcome, Placed):
                stage.order_ids[outcome.reference] = outcome.order_id


def _receive(stage: Stage, rest: str) -> None:
    moves = [
        Move(sku, quantity, place, StockState.SUPPLIER, StockState.SELLABLE, stage.context.clock())
        for (place, sku), quantity in cells(rest).items()
    ]
    move_stock(stage.context, moves)


def _safety(stage: Stage, rest: str) -> None:
    set_safety_stock(
        stage.context, [SafetyStock(sku, place, quantity) for (place, sku), quantity in cells(rest).items()]
    )


def _pause(stage: Stage, rest: str) -> None:
    reference, reason = rest.split(" ", 1)
    _try(stage, reference, lambda order_id: pause_order(stage.context, order_id, reason))


def _change(stage: Stage, rest: str) -> None:
    said, _, where = f"{rest} ".partition(" to ")
    reference, _, wanted = said.strip().partition(" ")
    change = OrderChange(
        destination=destination(where.strip()) if where else None, lines=order_lines(wanted) if wanted else None
    )
    _try(stage, reference, lambda order_id: change_order(stage.context, order_id, change))


def _try(stage: Stage, reference: str, act: Callable[[int], object]) -> None:
    """Does something to an order; a refusal is kept for the lines that follow."""
    try:
        act(stage.order_ids[reference])
        stage.outcomes.pop(reference, None)
    except Refusal as refusal:
        stage.outcomes[reference] = refusal


def _detail(stage: Stage, reference: str) -> OrderDetail:
    return get_order(stage.context, stage.order_ids[reference])


def _expect_plan(stage: Stage, rest: str) -> None:
    reference, wanted, cost, parcels = read_plan(rest)
    detail = _detail(stage, reference)
    found: Cells = {}
    for part in detail.planned:
        for given in part.units:
            key = (part.location, given.sku)
            found[key] = found.get(key, 0) + given.held
    _same(found, wanted)
    if cost is not None:
        _same(sum(part.cost.minor for part in detail.planned), cost)
        _same(detail.decision.plan_cost.minor, cost)
    if parcels is not None:
        _same(sum(part.parcels for part in detail.planned), parcels)


def _expect_committed(stage: Stage, rest: str) -> None:
    _same(_balances(stage, "committed"), cells(rest))


def _expect_sellable(stage: Stage, rest: str) -> None:
    wanted = cells(rest)
    found = _balances(stage, "sellable")
    _same({key: found.get(key, 0) for key in wanted}, wanted)


def _balances(stage: Stage, state: str) -> Cells:
    with stage.context.database.session() as session:
        found = session.execute(
            "SELECT l.code, i.sku, s.sellable, s.committed FROM stock s JOIN item i USING (item_id) "
            "JOIN location l USING (location_id)"
        ).fetchall()
    return {(row["code"], row["sku"]): row[state] for row in found if row[state]}


def _expect_lines(name: str) -> Callable[[Stage, str], None]:
    def expect(stage: Stage, rest: str) -> None:
        reference, _, wanted = rest.partition(" ")
        found = {line.sku: getattr(line, name) for line in _detail(stage, reference).lines if getattr(line, name)}
        _same(found, {} if wanted == "nothing" else units(wanted))

    return expect


def _expect_refused(stage: Stage, rest: str) -> None:
    reference, code = rest.split()
    outcome = stage.outcomes.get(reference)
    found = outcome.refusal if isinstance(outcome, Refused) else outcome
    _same(found.code if isinstance(found, Refusal) else str(found), code)
    assert str(found)


def _expect_repeated(stage: Stage, reference: str) -> None:
    outcome = stage.outcomes[reference]
    assert isinstance(outcome, Placed), outcome
    assert outcome.repeated, outcome


def _expect_state(stage: Stage, rest: str) -> None:
    reference, wanted = rest.split()
    _same(_detail(stage, reference).state, wanted)


def _expect_penalty(stage: Stage, rest: str) -> None:
    reference, amount = rest.split()
    _same(_detail(stage, reference).decision.unserved.minor, minor(amount))


def _expect_starts(stage: Stage, rest: str) -> None:
    """`O1 LEJ 2026-03-03`: the working day on which the location starts its part."""
    reference, place, day = rest.split()
    found = {part.location: part.starts_on for part in _detail(stage, reference).planned}
    _same(found.get(place), date.fromisoformat(day))


def _expect_by(stage: Stage, rest: str) -> None:
    reference, *codes = rest.replace(",", " ").split()
    _same([part.carrier for part in _detail(stage, reference).planned], codes)


def _expect_orders(stage: Stage, rest: str) -> None:
    with stage.context.database.session() as session:
        row = session.execute("SELECT count(*) AS orders FROM orders").fetchone()
    _same(row["orders"] if row else None, int(rest))


def _same(found: object, wanted: object) -> None:
    assert found == wanted, f"found {found}, expected {wanted}"


ACTIONS: dict[str, Callable[[Stage, str], object]] = {
    "receive": _receive,
    "safety": _safety,
    "serve": lambda stage, _: serve_waiting(stage.context),
    "pause": _pause,
    "resume": lambda stage, reference: _try(stage, reference, lambda order_id: resume_order(stage.context, order_id)),
    "cancel": lambda stage, reference: _try(stage, reference, lambda order_id: cancel_order(stage.context, order_id)),
    "change": _change,
}
EXPECTATIONS: dict[str, Callable[[Stage, str], object]] = {
    "plan": _expect_plan,
    "committed": _expect_committed,
    "sellable": _expect_sellable,
    "waiting": _expect_lines("waiting"),
    "dropped": _expect_lines("dropped"),
    "refused": _expect_refused,
    "repeated": _expect_repeated,
    "state": _expect_state,
    "penalty": _expect_penalty,
    "starts": _expect_starts,
    "by": _expect_by,
    "orders": _expect_orders,
}
