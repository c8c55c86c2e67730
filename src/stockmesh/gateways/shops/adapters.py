"""The ones who tell a shop of stock and who ask it, by the kind of shop."""

from collections.abc import Callable
from typing import Final

from stockmesh.gateways.shops.inbound import InboundShop
from stockmesh.gateways.shops.outbound import OutboundShop
from stockmesh.gateways.shops.shopify_inbound import ShopifyInbound
from stockmesh.gateways.shops.shopify_outbound import ShopifyOutbound
from stockmesh.gateways.shops.signing import ShopKind
from stockmesh.gateways.shops.woocommerce_inbound import WooCommerceInbound
from stockmesh.gateways.shops.woocommerce_outbound import WooCommerceOutbound
from stockmesh.gateways.webhooks.addresses import Networks

OUTBOUND: Final[dict[ShopKind, Callable[[str, str, Networks], OutboundShop]]] = {
    ShopKind.SHOPIFY: ShopifyOutbound,
    ShopKind.WOOCOMMERCE: WooCommerceOutbound,
}
INBOUND: Final[dict[ShopKind, Callable[[str, str, Networks], InboundShop]]] = {
    ShopKind.SHOPIFY: ShopifyInbound,
    ShopKind.WOOCOMMERCE: WooCommerceInbound,
}


def open_outbound(kind: ShopKind, base_url: str, token: str, permitted: Networks) -> OutboundShop:
    """Who tells the shop at this address."""
    return OUTBOUND[kind](base_url, token, permitted)


def open_inbound(kind: ShopKind, base_url: str, token: str, permitted: Networks) -> InboundShop:
    """Who asks the shop at this address."""
    return INBOUND[kind](base_url, token, permitted)
