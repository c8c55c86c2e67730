"""The list of shops' messages: what became of each, what was set aside and why, to be tried again or discarded."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from stockmesh.flows.context import Context
from stockmesh.flows.page_marks import Page, read_mark, write_mark
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.flows.shops.connections import get_shop, tell_change
from stockmesh.flows.shops.refusals import UnknownMessage
from stockmesh.store.database import Session, execute, find_row, rows

PAGE: Final = 100
KEPT: Final = timedelta(days=30)
PRUNED_MAX: Final = 500
HIDDEN: Final = "(hidden)"
# Members that tell who somebody is, at whatever depth: by their own name, or by a part of it.
PERSONAL: Final = (
    "address",
    "billing",
    "shipping",
    "customer",
    "email",
    "phone",
    "note",
    "name",
    "browser",
    "client",
    "ip",
)
TOLD: Final = ("name", "number", "shipping_lines", "shipping_total", "requires_shipping", "customer_id")


@dataclass(frozen=True)
class ShopMessage:
    """A message of a shop. `subject` is what it is about, `code` and `reason` why it was set aside."""

    message_id: int
    shop: str
    topic: str
    subject: str
    state: str
    received_at: datetime
    settled_at: datetime | None
    attempts: int
    code: str
    reason: str
    order_id: int | None


@dataclass(frozen=True)
class MessageFilter:
    """Which messages; None asks for all."""

    shop: str | None = None
    state: str | None = None


def list_messages(
    context: Context, wanted: MessageFilter, *, reach: Reach = EVERYTHING, after: str = "", count: int = PAGE
) -> Page[ShopMessage]:
    """A page of messages, the newest first. Raises UnknownShop and BadCursor."""
    before = read_mark(after, int) if after else None
    if wanted.shop is not None:
        get_shop(context, wanted.shop, reach=reach)
    asked = {"shop": wanted.shop, "state": wanted.state, "before": before, "count": count + 1}
    with context.database.session() as session:
        found = rows(session, "shops/messages", **asked, **reach.parameters())
    shown = tuple(ShopMessage(**row) for row in found[:count])
    return Page(shown, write_mark(shown[-1].message_id) if len(found) > count else None)


def show_message(context: Context, message_id: int) -> Any:
    """What a message says, with everything about the person hidden. Raises UnknownMessage."""
    with context.database.session() as session:
        row = find_row(session, "shops/body", message_id=message_id)
    if row is None:
        raise UnknownMessage(message=message_id)
    try:
        return hide_person(msgspec.json.decode(row["body"]))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def hide_person(said: Any, member: str = "") -> Any:
    """The same JSON with members that may tell who somebody is replaced by a word."""
    if member and _is_personal(member) and said not in (None, "", [], {}):
        return HIDDEN
    if isinstance(said, dict):
        return {name: hide_person(value, name) for name, value in said.items()}
    return [hide_person(value) for value in said] if isinstance(said, list) else said


def _is_personal(member: str) -> bool:
    words = member.lower().split("_")
    return member not in TOLD and any(word in words for word in PERSONAL)


def retry_messages(
    context: Context, *, shop: str | None = None, message_id: int | None = None, reach: Reach = EVERYTHING
) -> int:
    """How many messages set aside wait again: one, those of a shop, or all. Raises UnknownShop, UnknownMessage.

    Who reaches less than everything names the shop.
    """
    if shop is not None or not reach.is_everything:
        get_shop(context, shop or "", reach=reach)

    def work(session: Session) -> int:
        shops = Counter(
            (row["shop_id"], row["code"]) for row in rows(session, "shops/retry", shop=shop, message_id=message_id)
        )
        for (shop_id, code), count in sorted(shops.items()):
            what = f"message {message_id} retried" if message_id is not None else f"{count} messages retried"
            tell_change(session, context, shop_id, code, what)
        return shops.total()

    retried = context.database.transact(work)
    if message_id is not None and not retried:
        raise UnknownMessage(message=message_id)
    return retried


def discard_message(context: Context, message_id: int, *, shop: str | None = None, reach: Reach = EVERYTHING) -> None:
    """The message is not applied, and what it said is forgotten. Raises UnknownShop and UnknownMessage.

    Who reaches less than everything names the shop.
    """
    if shop is not None or not reach.is_everything:
        get_shop(context, shop or "", reach=reach)

    def work(session: Session) -> None:
        row = find_row(session, "shops/discard", shop=shop, message_id=message_id, now=context.clock())
        if row is None:
            raise UnknownMessage(message=message_id)
        tell_change(session, context, row["shop_id"], row["code"], f"message {message_id} discarded")

    context.database.transact(work)


def prune_messages(context: Context) -> int:
    """How many messages settled long ago were forgotten; there may be more."""
    before = context.clock() - KEPT
    return context.database.transact(lambda session: execute(session, "shops/prune", before=before, most=PRUNED_MAX))
