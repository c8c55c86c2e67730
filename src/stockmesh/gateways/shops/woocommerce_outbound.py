"""WooCommerce is told of stock: batches of products, and of the variations of each product.

Source: https://developer.woocommerce.com/docs/apis/rest-api/v3/products/ and /product-variations/ ("Batch update": at
most 100 objects; what could not be updated carries `error` in its place).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from stockmesh.gateways.shops.fields import Fields, read_json
from stockmesh.gateways.shops.outbound import Level, Outcome, PushResult
from stockmesh.gateways.shops.refusals import UnreadableMessage
from stockmesh.gateways.shops.woocommerce_asking import WooCommerceDoor, problem_of
from stockmesh.gateways.webhooks.addresses import Networks


@dataclass(frozen=True)
class WooCommerceOutbound:
    """A WooCommerce shop under the address of its WordPress. The token is consumer key and secret: ck_...:cs_..."""

    base_url: str
    token: str = field(repr=False)
    permitted: Networks
    batch_max: int = 100

    def push(self, levels: Sequence[Level]) -> PushResult:
        """Products that stand alone go in one request, the variations of each product in one of their own."""
        by_parent: defaultdict[str, list[Level]] = defaultdict(list)
        for level in levels:
            by_parent[level.stock_number].append(level)
        outcomes: list[Outcome] = []
        for parent, ours in by_parent.items():
            result = self._push(parent, ours)
            outcomes += result.outcomes
            if result.problem:
                return PushResult(tuple(outcomes), result.problem, result.rest_seconds)
        return PushResult(tuple(outcomes))

    def _push(self, parent: str, levels: Sequence[Level]) -> PushResult:
        path = f"products/{parent}/variations/batch" if parent else "products/batch"
        update = [{"id": int(level.variant), "stock_quantity": level.quantity} for level in levels]
        called = WooCommerceDoor(self.base_url, self.token, self.permitted).post(path, {"update": update})
        if called.status == 404 and parent:
            return PushResult(tuple(Outcome(level, "The shop does not know the product any more.") for level in levels))
        if problem := problem_of(called):
            return PushResult((), problem, called.retry_after_seconds)
        try:
            return PushResult(_read(read_json(called.body), levels))
        except UnreadableMessage as refusal:
            return PushResult((), str(refusal))


def _read(said: Fields, levels: Sequence[Level]) -> tuple[Outcome, ...]:
    answered = {one.text("id", ""): one for one in said.children("update")}
    return tuple(Outcome(level, _problem(answered.get(level.variant), level)) for level in levels)


def _problem(answered: Fields | None, level: Level) -> str:
    if answered is None:
        return "The shop's answer does not name it."
    if answered.has("error"):
        error = answered.child("error")
        return error.words("message", 200) or error.words("code", 60) or "refused"
    if answered.said.get("manage_stock") is False:
        return "The shop does not track its stock: tick `Track stock quantity` of the product."
    quantity = answered.said.get("stock_quantity", level.quantity)
    return "" if quantity == level.quantity else f"The shop answers {quantity} where it was told {level.quantity}."
