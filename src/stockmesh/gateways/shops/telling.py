"""The one who tells a shop of stock, by the kind of shop."""

from collections.abc import Callable
from typing import Final

from stockmesh.gateways.shops.outbound import OutboundShop
from stockmesh.gateways.shops.shopify_outbound import ShopifyOutbound
from stockmesh.gateways.shops.signing import ShopKind
from stockmesh.gateways.shops.woocommerce_outbound import WooCommerceOutbound
from stockmesh.gateways.webhooks.addresses import Networks

OUTBOUND: Final[dict[ShopKind, Callable[[str, str, Networks], OutboundShop]]] = {
    ShopKind.SHOPIFY: ShopifyOutbound,
    ShopKind.WOOCOMMERCE: WooCommerceOutbound,
}


def open_outbound(kind: ShopKind, base_url: str, token: str, permitted: Networks) -> OutboundShop:
    """Who tells the shop at this address."""
    return OUTBOUND[kind](base_url, token, permitted)
