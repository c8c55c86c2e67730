"""Shopify is asked for its catalogue: all variants by number, each with its product and the goods behind it.

Sources: https://shopify.dev/docs/api/admin-graphql/2026-07/queries/productVariants and /productVariantsCount,
/objects/InventoryItem, https://shopify.dev/docs/api/usage/pagination-graphql.
"""

from dataclasses import dataclass, field
from typing import Final

import msgspec

from stockmesh.gateways.shops.fields import Fields
from stockmesh.gateways.shops.inbound import PulledMessage, PullPage
from stockmesh.gateways.shops.refusals import UnreadableMessage
from stockmesh.gateways.shops.shopify_asking import Question, Reply, ask
from stockmesh.gateways.webhooks.addresses import Networks

TOPIC: Final = "pulled/variant"
# Each variant costs five points with what hangs on it, and no query may cost more than a thousand.
PAGE: Final = 100
PAGE_CAREFUL: Final = 20
QUERY: Final = """query Catalogue($first: Int!, $after: String) {
  productVariantsCount(limit: null) { count }
  productVariants(first: $first, after: $after, sortKey: ID) {
    nodes {
      id title sku price
      product { id title updatedAt }
      inventoryItem {
        id tracked requiresShipping harmonizedSystemCode countryCodeOfOrigin
        measurement { weight { value unit } }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""


@dataclass(frozen=True)
class ShopifyInbound:
    """A Shopify shop under its own address."""

    base_url: str
    token: str = field(repr=False)
    permitted: Networks

    def pull_catalogue(self, position: str, *, careful: bool) -> PullPage:
        """A page of variants; the position is the cursor of the last."""
        variables = {"first": PAGE_CAREFUL if careful else PAGE, "after": position or None}
        reply = ask(Question(self.base_url, self.token, self.permitted, QUERY, variables))
        try:
            return _page(reply)
        except UnreadableMessage as refusal:
            return PullPage(problem=str(refusal))

    def look_up_order(self, number: str) -> PullPage:
        """Nothing: Shopify's messages of an order leave nothing out."""
        return PullPage()


def _page(reply: Reply) -> PullPage:
    if reply.problem:
        return PullPage(problem=reply.problem, rest_seconds=reply.rest_seconds)
    variants = reply.data.child("productVariants")
    if not variants.has("pageInfo"):
        return PullPage(problem="The shop's answer names no variants.")
    found = tuple(_message(one) for one in variants.children("nodes"))
    info = variants.child("pageInfo")
    return PullPage(
        found,
        position=info.text("endCursor") if info.flag("hasNextPage", default=False) else "",
        read=len(found),
        expected=reply.data.child("productVariantsCount").whole("count", 0) or None,
        rest_seconds=reply.rest_seconds,
    )


def _message(variant: Fields) -> PulledMessage:
    return PulledMessage(variant.text("id"), TOPIC, msgspec.json.encode(variant.said))
