"""What messages told is joined with what is known of their subjects: any order of coming leads to the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec

from stockmesh.flows.commands import digest
from stockmesh.gateways.shops.messages import Gone, GoodsTold, OrderTold, ProductTold

Key = tuple[int, str]


@dataclass(frozen=True)
class Told:
    """One message about an order or product: its subject, when and how it stood, what it asked for."""

    message_id: int
    shop_id: int
    subject: str
    as_of: datetime | None = None
    tie: bytes = b""
    standing: str = ""
    content: bytes | None = None
    removed: int = 0
    restored: int = 0

    @property
    def key(self) -> Key:
        """The subject in its shop."""
        return self.shop_id, self.subject


def tie_of(rank: int, *said: Any) -> bytes:
    """What decides between messages of one instant: how far the thing had come, then what is said, by its digest."""
    return rank.to_bytes(1) + digest(*said)


def told_order(message_id: int, shop_id: int, order: OrderTold) -> Told:
    """An order's message, ready to be joined."""
    content = None if order.content is None else msgspec.json.encode(order.content, order="deterministic")
    tie = order.version.rank.to_bytes(1) + blake2b(content or b"", digest_size=16).digest()
    subject = f"order/{order.number}"
    return Told(message_id, shop_id, subject, order.version.as_of, tie, order.standing.value, content)


def told_product(message_id: int, shop_id: int, product: ProductTold) -> Told:
    """A product's message, or that of one of its variants, ready to be joined."""
    tie = tie_of(product.version.rank, product)
    return Told(message_id, shop_id, product.subject, product.version.as_of, tie)


def told_goods(message_id: int, shop_id: int, goods: GoodsTold) -> Told:
    """A message about the goods behind a variant. What it says of them is kept: the variant may come later."""
    kept = msgspec.json.encode({"managed": goods.managed, "shipped": goods.shipped})
    tie = tie_of(goods.version.rank, goods)
    return Told(message_id, shop_id, f"goods/{goods.stock_number}", goods.version.as_of, tie, content=kept)


def told_gone(message_id: int, shop_id: int, gone: Gone) -> Told:
    """The removal or return of an order or product, ready to be joined."""
    removed, restored = (0, 1) if gone.restored else (1, 0)
    return Told(message_id, shop_id, gone.subject, removed=removed, restored=restored)


def join(told: Iterable[Told]) -> list[dict[str, Any]]:
    """One row per subject: the newest standing, the newest content, how often it was removed and restored."""
    joined: dict[Key, dict[str, Any]] = {}
    for one in told:
        row = joined.setdefault(one.key, _empty(one))
        row["removed"] += one.removed
        row["restored"] += one.restored
        if one.as_of is None:
            continue
        version = (one.as_of, one.tie.hex())
        if row["as_of"] is None or version > (row["as_of"], row["tie"]):
            row |= {"as_of": one.as_of, "tie": one.tie.hex(), "standing": one.standing}
        if one.content is not None and (
            row["content_as_of"] is None or version > (row["content_as_of"], row["content_tie"])
        ):
            row |= {"content_as_of": one.as_of, "content_tie": one.tie.hex(), "content": msgspec.Raw(one.content)}
    return list(joined.values())


def _empty(one: Told) -> dict[str, Any]:
    return {
        "shop_id": one.shop_id, "subject": one.subject, "as_of": None, "tie": "", "standing": "",
        "content_as_of": None, "content_tie": "", "content": None, "removed": 0, "restored": 0,
    }  # fmt: skip
