"""Whether a message is the shop's: HMAC-SHA256 over the body as it came, in base64, in one header.

Sources: https://shopify.dev/docs/apps/build/webhooks/subscribe/https ("Validate the origin") and
https://developer.woocommerce.com/docs/apis/rest-api/v3/webhooks/ ("Delivery/payload").
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DELIVERY_MAX: Final = 120
TOPIC_MAX: Final = 100
# WooCommerce tries a new webhook with this and nothing else: no signature, no topic.
PING: Final = re.compile(rb"\s*webhook_id=[0-9]{1,18}\s*")


class ShopKind(StrEnum):
    """The shop systems that are understood."""

    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"


@dataclass(frozen=True)
class HeaderNames:
    """Where a shop writes the signature, the topic, and what tells deliveries apart."""

    signature: str
    topic: str
    delivery: str


HEADERS: Final = {
    ShopKind.SHOPIFY: HeaderNames("x-shopify-hmac-sha256", "x-shopify-topic", "x-shopify-webhook-id"),
    ShopKind.WOOCOMMERCE: HeaderNames("x-wc-webhook-signature", "x-wc-webhook-topic", "x-wc-webhook-delivery-id"),
}


@dataclass(frozen=True)
class Envelope:
    """What stands on the outside of a message."""

    topic: str
    delivery: str


def sign(secret: str, body: bytes) -> str:
    """The signature of a body, as the header carries it."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def is_signed(kind: ShopKind, secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the body was signed with the secret, compared in constant time. Header names are in lower case."""
    said = headers.get(HEADERS[kind].signature, "")
    return hmac.compare_digest(sign(secret, body).encode(), said.encode("utf-8", "replace"))


def read_envelope(kind: ShopKind, headers: Mapping[str, str], body: bytes) -> Envelope:
    """The topic and the delivery's number; a delivery without one of its own is known by what it says.

    WooCommerce makes the number of the webhook's and the second: all orders of one second bear the same.
    """
    names = HEADERS[kind]
    topic = _plain(headers.get(names.topic, ""))[:TOPIC_MAX]
    delivery = _plain(headers.get(names.delivery, ""))
    if kind is ShopKind.WOOCOMMERCE or not 1 <= len(delivery) <= DELIVERY_MAX:
        said = b"\0".join((topic.encode(), delivery.encode(), body))
        delivery = hashlib.blake2b(said, digest_size=16).hexdigest()
    return Envelope(topic, delivery)


def is_ping(body: bytes) -> bool:
    """Whether this is how WooCommerce tries an address."""
    return PING.fullmatch(body) is not None


def _plain(said: str) -> str:
    return "".join(letter for letter in said.strip() if letter.isascii() and letter.isprintable())
