"""A shop's message, whichever shop it is."""

from typing import Final

from stockmesh.gateways.shops.fields import read_json
from stockmesh.gateways.shops.messages import Message
from stockmesh.gateways.shops.settings import ShopSettings
from stockmesh.gateways.shops.shopify_messages import read_shopify
from stockmesh.gateways.shops.signing import ShopKind
from stockmesh.gateways.shops.woocommerce_messages import read_woocommerce

READERS: Final = {ShopKind.SHOPIFY: read_shopify, ShopKind.WOOCOMMERCE: read_woocommerce}


def read_message(kind: ShopKind, topic: str, body: bytes, settings: ShopSettings) -> Message:
    """What a message tells. Raises UnreadableMessage and what else it cannot be taken for."""
    return READERS[kind](topic, read_json(body), settings)
