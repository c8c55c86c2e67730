"""Shopify is told of stock: `inventorySetQuantities` and `inventoryActivate` of the GraphQL Admin API.

Sources: https://shopify.dev/docs/api/admin-graphql/2026-07/mutations/inventorySetQuantities and /inventoryActivate (as
of 2026-04 every quantity says `changeFromQuantity`, null for none, and mutations carry an idempotency key).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

import msgspec

from stockmesh.gateways.shops.fields import Fields
from stockmesh.gateways.shops.outbound import Level, Outcome, PushResult
from stockmesh.gateways.shops.refusals import UnreadableMessage
from stockmesh.gateways.shops.shopify_asking import Question, Reply, ask
from stockmesh.gateways.webhooks.addresses import Networks

ROUNDS_MAX: Final = 4
ACTIVATIONS_MAX: Final = 20
STALE: Final = ("CHANGE_FROM_QUANTITY_STALE", "COMPARE_QUANTITY_STALE")
NOT_STOCKED: Final = "ITEM_NOT_STOCKED_AT_LOCATION"
SET: Final = """mutation StockLevels($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id }
    userErrors { field message code }
  }
}"""
ACTIVATE: Final = """mutation StockedHere($item: ID!, $location: ID!, $available: Int!, $key: String!) {
  inventoryActivate(inventoryItemId: $item, locationId: $location, available: $available) @idempotent(key: $key) {
    inventoryLevel { id }
    userErrors { field message }
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
        again. What it does not stock at a location yet is stocked there with its quantity."""
        outcomes: list[Outcome] = []
        unstocked: list[Level] = []
        left = list(levels)
        answer = _Answer()
        for _ in range(ROUNDS_MAX):
            answer = self._set(left)
            if answer.problem:
                return PushResult(tuple(outcomes), answer.problem, answer.rest_seconds)
            unstocked += [left[place] for place, wrong in answer.wrong.items() if wrong.code == NOT_STOCKED]
            outcomes += answer.outcomes(left)
            left = [level for place, level in enumerate(left) if place not in answer.wrong] if answer.wrong else []
            if not left:
                break
        outcomes += [self._activate(level) for level in unstocked[:ACTIVATIONS_MAX]]
        outcomes += [Outcome(level, "It is not stocked there yet.") for level in unstocked[ACTIVATIONS_MAX:]]
        return PushResult(tuple(outcomes), rest_seconds=answer.rest_seconds)

    def _set(self, levels: Sequence[Level]) -> "_Answer":
        reply = self._ask(SET, {"input": _input(levels), "key": _key(levels)})
        try:
            return _read(reply, len(levels))
        except UnreadableMessage as refusal:
            return _Answer(problem=str(refusal))

    def _activate(self, level: Level) -> Outcome:
        """What is not stocked there has no units there, so nothing is told of none."""
        if level.quantity == 0:
            return Outcome(level)
        said = {
            "item": _gid("InventoryItem", level.stock_number),
            "location": _gid("Location", level.place),
            "available": level.quantity,
            "key": _key([level], ACTIVATE),
        }
        reply = self._ask(ACTIVATE, said)
        try:
            errors = list(reply.data.child("inventoryActivate").children("userErrors"))
        except UnreadableMessage as refusal:
            return Outcome(level, str(refusal))
        return Outcome(level, reply.problem or (errors[0].words("message", 200) or "refused" if errors else ""))

    def _ask(self, query: str, variables: dict[str, Any]) -> Reply:
        return ask(Question(self.base_url, self.token, self.permitted, query, variables))


@dataclass(frozen=True)
class _Wrong:
    """What is said of one quantity."""

    word: str
    code: str


@dataclass(frozen=True)
class _Answer:
    """What Shopify answered: some quantities are wrong, by their place; or a word about them all, empty when all were
    taken; or `problem` when it did not look at them."""

    wrong: dict[int, _Wrong] = field(default_factory=dict)
    word: str = ""
    problem: str = ""
    rest_seconds: int = 0

    def outcomes(self, levels: Sequence[Level]) -> list[Outcome]:
        """How it went with the levels that something was said of, but those that are to be stocked first."""
        if self.wrong:
            return [
                Outcome(levels[place], wrong.word, wrong.code in STALE)
                for place, wrong in self.wrong.items()
                if wrong.code != NOT_STOCKED
            ]
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


def _key(levels: Sequence[Level], purpose: str = "") -> str:
    """The same request has the same key when it is sent again, and no other has; nor has one after an answer, for
    Shopify answers a key the same for a day."""
    said = msgspec.json.encode([(one.key, one.mark, one.attempt, one.quantity, one.before) for one in levels])
    return str(UUID(bytes=blake2b(said + purpose.encode(), digest_size=16).digest()))


def _read(reply: Reply, count: int) -> _Answer:
    if reply.problem:
        return _Answer(problem=reply.problem, rest_seconds=reply.rest_seconds)
    payload = reply.data.child("inventorySetQuantities")
    if not payload.has("userErrors"):
        return _Answer(problem="The shop's answer does not say what became of the quantities.")
    wrong: dict[int, _Wrong] = {}
    word = ""
    for error in payload.children("userErrors"):
        word = error.words("message", 200) or error.words("code", 60) or "refused"
        place = _place(error, count)
        if place is not None:
            wrong[place] = _Wrong(word, error.words("code", 60))
    return _Answer(wrong=wrong, word=word, rest_seconds=reply.rest_seconds)


def _place(error: Fields, count: int) -> int | None:
    """Which quantity an error is about: ["input", "quantities", "3", "locationId"]."""
    path = error.said.get("field")
    words = path if isinstance(path, list) else []
    after = words[words.index("quantities") + 1 :] if "quantities" in words else []
    place = int(after[0]) if after and str(after[0]).isdecimal() and len(str(after[0])) < 9 else -1
    return place if 0 <= place < count else None
