"""Connected shops and their messages as the API answers them: never a secret, never who receives an order."""

from dataclasses import dataclass
from typing import Annotated, Literal

from stockmesh.flows.context import Context
from stockmesh.flows.reach import Reach
from stockmesh.flows.shops import connections, messages
from stockmesh.flows.shops.connections import Shop
from stockmesh.flows.shops.messages import MessageFilter, ShopMessage
from stockmesh.service.answers.lists import EmptyIsNone, Listing, ListQuery, listing


class MessageQuery(ListQuery):
    """Which messages of a shop."""

    state: Annotated[Literal["waiting", "applied", "failed", "discarded"] | None, EmptyIsNone] = None


@dataclass(frozen=True)
class Retried:
    """How many messages set aside wait to be applied again."""

    retried: int


def shop_list(context: Context, reach: Reach) -> tuple[Shop, ...]:
    """The shops within reach."""
    return connections.list_shops(context, reach=reach)


def one_shop(context: Context, shop: str, reach: Reach) -> Shop:
    """One shop. Raises UnknownShop."""
    return connections.get_shop(context, shop, reach=reach)


def message_page(context: Context, shop: str, query: MessageQuery, reach: Reach) -> Listing[ShopMessage]:
    """A page of a shop's messages, the newest first. Raises UnknownShop and BadCursor."""
    wanted = MessageFilter(shop, query.state)
    page = messages.list_messages(context, wanted, reach=reach, after=query.cursor or "", count=query.limit)
    return listing(page)
