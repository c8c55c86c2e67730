"""Messages as shops send them: golden ones changed for a test, signed and handed in."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stockmesh.flows.context import Context
from stockmesh.flows.shops.applying import Applied, apply_all
from stockmesh.flows.shops.connections import NewShop, Shop, add_shop
from stockmesh.flows.shops.inbox import receive_message
from stockmesh.gateways.shops.signing import HEADERS, ShopKind, sign
from stockmesh.gateways.webhooks.addresses import read_networks

GOLDEN = Path(__file__).parent / "gateways" / "shops" / "golden"
HOME = read_networks("127.0.0.0/8")
SECRET = "hush-hush-hush"  # noqa: S105


def golden(name: str, /, **changes: Any) -> dict[str, Any]:
    """A golden message with some members changed."""
    said: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return said | changes


def connect(context: Context, kind: ShopKind = ShopKind.SHOPIFY, **changes: Any) -> Shop:
    """A shop selling through the web channel, its API on this machine."""
    said = {"code": "berlin", "kind": kind, "channel": "web", "url": "http://127.0.0.1:9", "secret": SECRET, **changes}
    return add_shop(context, NewShop(**said), permitted=HOME)


def headers_of(kind: ShopKind, topic: str, delivery: str, body: bytes, secret: str = SECRET) -> dict[str, str]:
    """The headers that a shop sends with a body."""
    names = HEADERS[kind]
    return {names.topic: topic, names.delivery: delivery, names.signature: sign(secret, body)}


def send(
    context: Context, topic: str, said: Mapping[str, Any] | bytes, *, delivery: str = "", shop: str = "berlin"
) -> bool:
    """Whether the message was new. The kind of shop is told by the topic."""
    kind = ShopKind.SHOPIFY if "/" in topic else ShopKind.WOOCOMMERCE
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return receive_message(context, shop, headers_of(kind, topic, delivery, body), body)


def settle(context: Context) -> Applied:
    """Applies all that waits."""
    applied = apply_all(context, "test")
    assert applied is not None
    return applied
