"""Shopify is told of stock: `inventorySetQuantities` of the GraphQL Admin API.

Sources: https://shopify.dev/docs/api/admin-graphql/2026-07/mutations/inventorySetQuantities (as of 2026-04 every
quantity says `changeFromQuantity`, null for none, and the mutation carries an idempotency key) and
https://shopify.dev/docs/api/usage/limits (cost of a query, bucket, THROTTLED).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import ceil
from typing import Any, Final
from uuid import UUID

import msgspec

from stockmesh.gateways.shops.fields import Fields, read_json
from stockmesh.gateways.shops.outbound import Level, Outcome, PushResult
from stockmesh.gateways.shops.refusals import UnreadableMessage
from stockmesh.gateways.shops.shopify_access import access_token, forget_access
from stockmesh.gateways.webhooks.addresses import Networks
from stockmesh.gateways.webhooks.sending import call, judge

API_VERSION: Final = "2026-07"
ANSWER_BYTES_MAX: Final = 1_000_000
ROUNDS_MAX: Final = 4
THROTTLED_SECONDS: Final = 2
STALE: Final = ("CHANGE_FROM_QUANTITY_STALE", "COMPARE_QUANTITY_STALE")
MUTATION: Final = """mutation StockLevels($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id }
    userErrors { field message code }
  }
}"""


@dataclass(frozen=True)
class ShopifyOutbound:
    """A Shopify shop under its own address (https://....myshopify.com)."""

    base_url: str
    token: str = field(repr=False)
    permitted: Networks
    batch_max: int = 250

    def push(self, levels: Sequence[Level]) -> PushResult:
        """Shopify takes all quantities of a request or none: those it names as wrong are left out and the rest sent
        again."""
        outcomes: list[Outcome] = []
        left = list(levels)
        for _ in range(ROUNDS_MAX):
            answer = self._ask(left)
            if answer.problem:
                return PushResult(tuple(outcomes), answer.problem, answer.rest_seconds)
            outcomes += answer.outcomes(left)
            left = [level for place, level in enumerate(left) if place not in answer.wrong] if answer.wrong else []
            if not left:
                return PushResult(tuple(outcomes), rest_seconds=answer.rest_seconds)
        return PushResult(tuple(outcomes))

    def _ask(self, levels: Sequence[Level]) -> "_Answer":
        token, problem = access_token(self.base_url, self.token, self.permitted)
        if problem:
            return _Answer(problem=problem)
        body = msgspec.json.encode({"query": MUTATION, "variables": {"input": _input(levels), "key": _key(levels)}})
        called = call(
            f"{self.base_url}/admin/api/{API_VERSION}/graphql.json",
            body,
            {"X-Shopify-Access-Token": token, "Accept": "application/json"},
            self.permitted,
            body_bytes_max=ANSWER_BYTES_MAX,
        )
        if called.status is None:
            return _Answer(problem=called.fault)
        if called.status == 401:
            forget_access(self.base_url, self.token)
        if called.status != 200:
            return _Answer(problem=judge(called.status) or "Answered oddly.", rest_seconds=called.retry_after_seconds)
        try:
            return _read(read_json(called.body), len(levels))
        except UnreadableMessage as refusal:
            return _Answer(problem=str(refusal))


@dataclass(frozen=True)
class _Answer:
    """What Shopify answered: some quantities are wrong, by their place; or a word about them all, empty when all were
    taken; or `problem` when it did not look at them."""

    wrong: dict[int, tuple[str, bool]] = field(default_factory=dict)
    word: str = ""
    problem: str = ""
    rest_seconds: int = 0

    def outcomes(self, levels: Sequence[Level]) -> list[Outcome]:
        """How it went with the levels that something was said of."""
        if self.wrong:
            return [Outcome(levels[place], word, stale) for place, (word, stale) in self.wrong.items()]
        return [Outcome(level, self.word) for level in levels]


def _input(levels: Sequence[Level]) -> dict[str, Any]:
    return {
        "name": "available",
        "reason": "correction",
        "referenceDocumentUri": f"stockmesh://levels/{_key(levels)}",
        "quantities": [
            {
                "inventoryItemId": _gid("InventoryItem", level.stock_number),
                "locationId": _gid("Location", level.place),
                "quantity": level.quantity,
                "changeFromQuantity": level.before,
            }
            for level in levels
        ],
    }


def _gid(kind: str, number: str) -> str:
    return number if number.startswith("gid://") else f"gid://shopify/{kind}/{number}"


def _key(levels: Sequence[Level]) -> str:
    """The same request has the same key when it is sent again, and no other has."""
    said = msgspec.json.encode([(one.key, one.mark, one.quantity, one.before) for one in levels])
    return str(UUID(bytes=blake2b(said, digest_size=16).digest()))


def _read(said: Fields, count: int) -> _Answer:
    rest = _rest(said.child("extensions").child("cost"))
    errors = list(said.children("errors"))
    if any(one.child("extensions").text("code", "") == "THROTTLED" for one in errors):
        return _Answer(problem="The shop asks for a pause.", rest_seconds=max(rest, THROTTLED_SECONDS))
    if errors:
        return _Answer(problem=f"The shop answered: {errors[0].words('message', 200)}")
    payload = said.child("data").child("inventorySetQuantities")
    if not payload.has("userErrors"):
        return _Answer(problem="The shop's answer does not say what became of the quantities.")
    wrong: dict[int, tuple[str, bool]] = {}
    word = ""
    for error in payload.children("userErrors"):
        word = error.words("message", 200) or error.words("code", 60) or "refused"
        place = _place(error.said.get("field"), count)
        if place is not None:
            wrong[place] = (word, error.words("code", 60) in STALE)
    return _Answer(wrong=wrong, word=word, rest_seconds=rest)


def _place(path: Any, count: int) -> int | None:
    """Which quantity an error is about: ["input", "quantities", "3", "locationId"]."""
    words = path if isinstance(path, list) else []
    after = words[words.index("quantities") + 1 :] if "quantities" in words else []
    place = int(after[0]) if after and str(after[0]).isdecimal() and len(str(after[0])) < 9 else -1
    return place if 0 <= place < count else None


def _rest(cost: Fields) -> int:
    """How long until the bucket holds what such a request costs."""
    status = cost.child("throttleStatus")
    if not (cost.has("requestedQueryCost") and status.has("currentlyAvailable") and status.has("restoreRate")):
        return 0
    missing = cost.decimal("requestedQueryCost") - status.decimal("currentlyAvailable")
    rate = status.decimal("restoreRate")
    return ceil(missing / rate) if missing > 0 and rate > 0 else 0
