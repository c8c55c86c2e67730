"""Shops are asked for what they never told: their catalogue, and orders whose messages leave something out.

A page is stored as messages together with where the next begins, so that a pull goes on from there whoever is killed.
What comes of the messages is nothing but what comes of those that the shop sends itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from stockmesh.flows.context import Context
from stockmesh.flows.leases import may_take, take_lease
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.shops.connections import Shop, get_shop, tell_change, token_of
from stockmesh.flows.shops.joining import Key
from stockmesh.flows.shops.refusals import ShopClosed
from stockmesh.gateways.shops.adapters import open_inbound
from stockmesh.gateways.shops.inbound import InboundShop, PullPage
from stockmesh.gateways.shops.signing import ShopKind
from stockmesh.gateways.webhooks.addresses import Networks
from stockmesh.store.database import Session, column, execute, find_row, rows
from stockmesh.store.vectors import Vector

LEASE: Final = "shop_pulls"
CATALOGUE: Final = "catalogue"
WAITING_MAX: Final = 1_000
WAIT: Final = timedelta(seconds=5)
WAIT_MAX: Final = timedelta(minutes=15)
REST_SECONDS_MAX: Final = 3_600
Row = dict[str, Any]


@dataclass(frozen=True)
class Pulled:
    """What one answer brought: things the shop named; `problem` when it did not answer."""

    read: int
    problem: str = ""


def begin_pull(context: Context, code: str, *, reach: Reach = EVERYTHING) -> Shop:
    """The shop, to be asked for its whole catalogue; a pull that did not come to its end goes on.

    Raises UnknownShop and ShopClosed.
    """
    shop = get_shop(context, code, reach=reach)
    if not shop.answers:
        raise ShopClosed(shop=code, reason="it was added without a token")

    def work(session: Session) -> None:
        _begin(session, context, [(shop.shop_id, CATALOGUE)])
        tell_change(session, context, shop.shop_id, code, "catalogue asked for")

    context.database.transact(work)
    return get_shop(context, code, reach=reach)


def look_up(session: Session, context: Context, orders: Iterable[Key]) -> None:
    """Orders are to be asked for, in the transaction that learns that their messages leave something out."""
    asked = sorted(set(orders))
    if asked:
        _begin(session, context, asked)


def _begin(session: Session, context: Context, asked: list[Key]) -> None:
    shops = Vector(column([shop for shop, _ in asked]))
    subjects = [subject for _, subject in asked]
    execute(session, "shops/begin_pull", shops=shops, subjects=subjects, now=context.clock())


def something_to_ask(context: Context) -> bool:
    """Whether a shop is to be asked for something now. Writes nothing."""
    with context.database.session() as session:
        return bool(_due(session, context, None))


def claim_pulls(context: Context, owner: str, *, code: str | None = None) -> list[Row] | None:
    """What to ask now, one thing of each shop. None when another process has the lease."""
    with context.database.session() as session:
        if not may_take(session, LEASE, owner):
            return None

    def work(session: Session) -> list[Row] | None:
        return _due(session, context, code) if take_lease(session, LEASE, owner) else None

    return context.database.transact(work)


def _due(session: Session, context: Context, code: str | None) -> list[Row]:
    return rows(session, "shops/due_pulls", now=context.clock(), code=code, waiting_max=WAITING_MAX)


def pull_page(context: Context, pull: Row, permitted: Networks) -> Pulled:
    """Asks one shop for one page, and stores what it answers."""
    shop = open_inbound(ShopKind(pull["kind"]), pull["base_url"], token_of(context, pull), permitted)
    page = _ask(shop, pull)
    if page.problem:
        _delay(context, pull, page)
        return Pulled(0, page.problem)
    context.database.transact(lambda session: _store(session, context, pull, page))
    return Pulled(page.read)


def _ask(shop: InboundShop, pull: Row) -> PullPage:
    if pull["subject"] == CATALOGUE:
        return shop.pull_catalogue(pull["position"], careful=pull["attempts"] > 0)
    return shop.look_up_order(pull["subject"].partition("/")[2])


def _store(session: Session, context: Context, pull: Row, page: PullPage) -> None:
    """Nothing when another process stored this page, or the pull was begun anew."""
    this = {name: pull[name] for name in ("shop_id", "subject", "begun_at")}
    now = context.clock()
    is_catalogue = pull["subject"] == CATALOGUE
    rest = timedelta(seconds=min(page.rest_seconds, REST_SECONDS_MAX))
    advanced = find_row(
        session,
        "shops/advance_pull",
        **this,
        before=pull["position"],
        position=page.position,
        read=page.read,
        expected=page.expected,
        next_attempt_at=now + rest if page.position else None,
        ended_at=None if page.position else now,
    )
    if advanced is None:
        return
    if not is_catalogue:
        execute(session, "shops/forget_pull", **this)
    begun = f"{pull['begun_at']:%Y%m%d%H%M%S%f}"
    execute(
        session,
        "shops/store_pulled",
        shop_id=pull["shop_id"],
        deliveries=[f"pulled/{begun}/{one.key}"[:120] for one in page.found],
        topics=[one.topic for one in page.found],
        bodies=[one.body for one in page.found],
        received_at=now,
    )


def _delay(context: Context, pull: Row, page: PullPage) -> None:
    """A shop that asks for a pause gets it; one that does not answer is asked later and later, for less at once."""
    attempts = min(pull["attempts"] + (0 if page.rest_seconds else 1), 1_000)
    wait = timedelta(seconds=min(page.rest_seconds, REST_SECONDS_MAX)) or min(
        WAIT * 2 ** min(attempts - 1, 12), WAIT_MAX
    )
    context.database.transact(
        lambda session: execute(
            session,
            "shops/delay_pull",
            shop_id=pull["shop_id"],
            subject=pull["subject"],
            begun_at=pull["begun_at"],
            next_attempt_at=context.clock() + wait,
            attempts=attempts,
            problem=page.problem[:300],
        )
    )
