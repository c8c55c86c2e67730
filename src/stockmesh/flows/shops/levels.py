"""Shops are told of stock: what events touched, gathered per item, told once with its last value.

Each item remembers what the shop was last told, so that only what differs goes out. A shop that answers that it has
another number than it was told is asked once more after a while, by when the order it sold has come in.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any, Final

import msgspec

from stockmesh.flows.context import Context
from stockmesh.flows.event_kinds import KINDS
from stockmesh.flows.leases import may_take, take_lease
from stockmesh.flows.set_up import as_json
from stockmesh.flows.shops.connections import get_shop, token_of
from stockmesh.flows.shops.refusals import ShopClosed
from stockmesh.gateways.shops.adapters import open_outbound
from stockmesh.gateways.shops.outbound import Level, Outcome, PushResult
from stockmesh.gateways.shops.signing import ShopKind
from stockmesh.gateways.webhooks.addresses import Networks
from stockmesh.store.database import Session, column, execute, find_row, rows
from stockmesh.store.vectors import Vector

LEASE: Final = "shop_levels"
EVENTS_MAX: Final = 1_000
ITEMS_MAX: Final = 200
STALE_WAIT: Final = timedelta(seconds=5)
WAIT: Final = timedelta(seconds=10)
WAIT_MAX: Final = timedelta(hours=1)
REST: Final = timedelta(seconds=5)
REST_MAX: Final = timedelta(minutes=15)
# What an owner's whole stock has to be looked at again for.
WIDE: Final = ("stock_opened",)
Row = dict[str, Any]


@dataclass(frozen=True)
class Pushed:
    """What one beat did: levels the shops took, levels they did not, and whether there may be more at once."""

    told: int
    failed: int
    more: bool


@dataclass(frozen=True)
class Difference:
    """A level that a shop is to be told; `told` is None where it is not known what the shop has."""

    sku: str
    variant: str
    place: str
    told: int | None
    available: int


def something_due(context: Context) -> bool:
    """Whether a shop is to be told something. Writes nothing."""
    with context.database.session() as session:
        row = find_row(session, "shops/due_shops", now=context.clock())
        return bool(row and row["due"])


def claim_shops(context: Context, owner: str) -> list[Row] | None:
    """The shops that do not rest, with what events touched marked as due. None when another process has the lease."""
    with context.database.session() as session:
        if not may_take(session, LEASE, owner):
            return None

    def work(session: Session) -> list[Row] | None:
        if not take_lease(session, LEASE, owner):
            return None
        shops = rows(session, "shops/pushing", code=None, now=context.clock())
        for shop in shops:
            mark_touched(session, context, shop)
        return [shop for shop in shops if not shop["rests"]]

    return context.database.transact(work)


def push_due(context: Context, owner: str, permitted: Networks) -> Pushed | None:
    """One beat: events are looked at, and each shop is told one batch. None when another process has the lease."""
    shops = claim_shops(context, owner)
    if shops is None:
        return None
    done = [push_shop(context, shop, permitted) for shop in shops]
    told, failed = sum(one.told for one in done), sum(one.failed for one in done)
    return Pushed(told, failed, more=told > 0)


def push_all(context: Context, owner: str, code: str, permitted: Networks) -> Pushed | None:
    """Tells a shop all levels anew; None when another process has the lease and does it. Raises UnknownShop and
    ShopClosed."""

    def work(session: Session) -> None:
        shop = _get_pushing(session, context, code)
        execute(session, "shops/rest", shop_id=shop["shop_id"], until=None, problem="", failures=0)
        execute(session, "shops/mark_all_due", shop_id=shop["shop_id"], now=context.clock())

    context.database.transact(work)
    told = failed = 0
    while True:
        part = push_due(context, owner, permitted)
        if part is None:
            return None
        told, failed = told + part.told, failed + part.failed
        if not part.more:
            return Pushed(told, failed, more=False)


def list_differences(context: Context, code: str) -> tuple[Difference, ...]:
    """What a shop would be told now, nothing being told. Raises UnknownShop and ShopClosed."""
    with context.database.session() as session:
        shop = _get_pushing(session, context, code)
        sold = rows(session, "shops/sold", shop_id=shop["shop_id"], owner_id=shop["owner_id"])
        skus = {row["item_id"]: row["sku"] for row in sold}
        levels = _levels(session, shop, sold)
    return tuple(
        Difference(skus[one.item_id], one.variant, one.place, one.before, one.quantity)
        for one in levels
        if one.before != one.quantity
    )


def _get_pushing(session: Session, context: Context, code: str) -> Row:
    row = find_row(session, "shops/pushing", code=code, now=context.clock())
    if row is not None:
        return row
    takes_counts = get_shop(context, code).takes_counts
    reason = "its own counts are taken over, so it is told none" if takes_counts else "it was added without a token"
    raise ShopClosed(shop=code, reason=reason)


def mark_touched(session: Session, context: Context, shop: Row) -> None:
    """Items that events after the shop's position touched are due; the position moves on in the same transaction."""
    found = rows(session, "events/page", after=shop["position"], most=EVENTS_MAX)
    if not found:
        return
    touched = rows(
        session,
        "shops/touched",
        shop_id=shop["shop_id"],
        owner_id=shop["owner_id"],
        orders=_subjects(row for row in found if KINDS[row["kind"]].subject == "order"),
        items=_subjects(row for row in found if row["kind"] in ("stock_changed", "stock_shortfall")),
        owners=_subjects(row for row in found if row["kind"] in WIDE or _is_wide(row)),
    )
    items = Vector(column([row["item_id"] for row in touched]))
    execute(session, "shops/mark_due", shop_id=shop["shop_id"], items=items, now=context.clock())
    execute(session, "shops/advance", shop_id=shop["shop_id"], position=found[-1]["position"])


def _is_wide(row: Row) -> bool:
    """Whether channels or kits were saved: buffers and what kits are made of may be others."""
    if row["kind"] != "catalogue_changed":
        return False
    told = msgspec.json.decode(row["body"] or "{}")
    return bool(told.get("kits", 1) or told.get("channels", 1))


def _subjects(found: Iterable[Row]) -> Vector:
    return Vector(column(sorted({row["subject_id"] for row in found})))


def push_shop(context: Context, shop: Row, permitted: Networks) -> Pushed:
    """Tells one shop of items that are due."""
    with context.database.session() as session:
        due = rows(session, "shops/due_levels", shop_id=shop["shop_id"], now=context.clock(), most=ITEMS_MAX)
        if not due:
            return Pushed(0, 0, more=False)
        levels = [one for one in _levels(session, shop, due) if one.before != one.quantity]
    outbound = open_outbound(ShopKind(shop["kind"]), shop["base_url"], token_of(context, shop), permitted)
    outcomes: list[Outcome] = []
    result = PushResult(())
    for start in range(0, len(levels), outbound.batch_max):
        result = outbound.push(levels[start : start + outbound.batch_max])
        outcomes += result.outcomes
        if result.problem or result.rest_seconds:
            break
    _record(context, shop, due, levels, outcomes)
    _rest(context, shop, result)
    failed = sum(bool(one.problem) for one in outcomes)
    return Pushed(len(outcomes) - failed, failed, more=True)


def _levels(session: Session, shop: Row, due: Sequence[Row]) -> list[Level]:
    """The level of every variant at every place of the shop's."""
    items = Vector(column(sorted({row["item_id"] for row in due})))
    here: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for row in rows(session, "shops/available", items=items, channel_id=shop["channel_id"]):
        here[row["item_id"]][row["location"]] = row["available"]
    return [
        Level(
            item_id=row["item_id"],
            mark=row["marked"],
            variant=row["variant"],
            stock_number=row["stock_number"],
            place=place,
            quantity=units,
            before=row["told"].get(f"{row['variant']}@{place}"),
            attempt=row["attempts"],
        )
        for row in due
        if row["variant"] is not None
        for place, units in _at_places(shop, here[row["item_id"]]).items()
    ]


def _at_places(shop: Row, available: Mapping[str, int]) -> dict[str, int]:
    """Units by the shop's own locations: ours that lead there, or all at one place."""
    mapped: Mapping[str, str] = shop["locations"]
    if not mapped or ShopKind(shop["kind"]) is ShopKind.WOOCOMMERCE:
        return {shop["home"]: sum(units for code, units in available.items() if not mapped or code in mapped)}
    found = dict.fromkeys(mapped.values(), 0)
    for code, place in mapped.items():
        found[place] += available.get(code, 0)
    return found


def _record(context: Context, shop: Row, due: Sequence[Row], levels: Sequence[Level], outcomes: list[Outcome]) -> None:
    """What was told is remembered; what failed waits longer each time; what was not reached stays due."""
    by_item: defaultdict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_item[outcome.level.item_id].append(outcome)
    asked: defaultdict[int, int] = defaultdict(int)
    for level in levels:
        asked[level.item_id] += 1
    recorded = []
    for item_id, variants in groupby(due, key=lambda row: int(row["item_id"])):
        if len(by_item[item_id]) == asked[item_id]:
            recorded.append(_item_record(context, next(variants), by_item[item_id]))
    if recorded:
        now = context.clock()
        context.database.transact(
            lambda session: execute(
                session, "shops/record_levels", shop_id=shop["shop_id"], levels=as_json(recorded), now=now
            )
        )


def _item_record(context: Context, row: Row, outcomes: Sequence[Outcome]) -> Row:
    told = dict(row["told"])
    for one in outcomes:
        if not one.problem:
            told[one.level.key] = one.level.quantity
        elif one.stale:
            told.pop(one.level.key, None)
    problems = [one for one in outcomes if one.problem]
    attempts = row["attempts"] + 1 if problems else 0
    wait = STALE_WAIT if all(one.stale for one in problems) else min(WAIT * 2 ** min(attempts - 1, 12), WAIT_MAX)
    return {
        "item_id": row["item_id"],
        "marked": row["marked"],
        "told": told,
        "problem": problems[0].problem[:300] if problems else "",
        "attempts": min(attempts, 1_000),
        "next_attempt_at": context.clock() + wait if problems else None,
    }


def _rest(context: Context, shop: Row, result: PushResult) -> None:
    """A shop that does not answer, or asks for a pause, is left alone; a whole batch taken says that all is well."""
    failures = shop["failures"] + 1 if result.problem and not result.rest_seconds else 0
    wait = timedelta(seconds=min(result.rest_seconds, 3_600))
    if failures:
        wait = min(REST * 2 ** min(failures - 1, 12), REST_MAX)
    if not (wait or shop["problem"]):
        return
    until = context.clock() + wait if wait else None
    context.database.transact(
        lambda session: execute(
            session,
            "shops/rest",
            shop_id=shop["shop_id"],
            until=until,
            problem=result.problem[:300],
            failures=min(failures, 1_000),
        )
    )
