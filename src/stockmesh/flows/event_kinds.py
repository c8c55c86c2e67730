"""Every kind of event with what it tells: the one list that the schema, the reference and the tests are held to.

Events hold ids, SKU, codes, quantities and references; nothing about the person who receives an order.
"""

from dataclasses import dataclass
from typing import Final, Literal

Subject = Literal["order", "item", "owner", "world", "webhook", "shop"]


@dataclass(frozen=True)
class EventKind:
    """When an event is raised, what it is about, and the members of its data in words."""

    when: str
    subject: Subject
    fields: dict[str, str]


ORDER: Final = {
    "order_id": "the order's number",
    "reference": "the shop's reference",
    "channel": "the channel's code",
    "owner": "the owner's code",
    "country": "where it goes",
}
SOURCED: Final = ORDER | {
    "round": "which decision of the order this is, from 1",
    "commitments": "units taken, each with line_no, sku, location and units; empty when all units wait",
}
CELL: Final = {"sku": "the item", "owner": "whose it is", "location": "the location's code"}
WORD: Final = {
    "cause": "what changed it: count, move, receipt, safety_stock",
    "reference": "the word of who booked it; may be empty",
}

KINDS: Final[dict[str, EventKind]] = {
    "order_placed": EventKind("An order is in the books, its units taken.", "order", SOURCED),
    "order_changed": EventKind(
        "An order got other lines or another address and was sourced again.",
        "order",
        SOURCED | {"before": "country, area and lines as they were"},
    ),
    "order_resourced": EventKind("Waiting units of an order were given stock.", "order", SOURCED),
    "order_paused": EventKind("An order waits for a person.", "order", ORDER | {"reason": "why"}),
    "order_resumed": EventKind("A paused order goes on.", "order", ORDER),
    "order_cancelled": EventKind("All units of an order were given back.", "order", ORDER | {"reason": "why"}),
    "order_contact_erased": EventKind("Who receives an order was erased.", "order", ORDER),
    "stock_opened": EventKind(
        "Stock the books begin with; what lies where is read from /v1/stock.",
        "owner",
        {"owner": "whose it is", "cells": "items at locations opened"},
    ),
    "stock_changed": EventKind(
        "A count, move, receipt or safety stock changed an item at a location.",
        "item",
        CELL
        | {
            "on_hand": "units there now",
            "on_hand_change": "how many more than before",
            "available": "units that may be sold now, before any channel's buffer",
            "available_change": "how many more than before",
        }
        | WORD,
    ),
    "stock_shortfall": EventKind(
        "A count found less than is promised.",
        "item",
        CELL | {"units": "newly missing", "total": "missing in all"} | WORD,
    ),
    "supply_announced": EventKind(
        "Supply on its way was told or changed.",
        "owner",
        {"owner": "whose it is", "lines": "lines of supply", "references": "their references, the first hundred"},
    ),
    "availability_changed": EventKind(
        "What may be sold of an item crossed a threshold, at a location or over all locations of a channel.",
        "item",
        {
            "sku": "the item or kit",
            "owner": "whose it is",
            "location": "the location's code; null where the channel's locations are taken together",
            "channel": "the channel's code; null for a location",
            "availability": "InStock, LimitedAvailability, OutOfStock or BackOrder, as schema.org names them",
            "before": "what was told before",
            "available": "units that may be sold",
        },
    ),
    "catalogue_changed": EventKind(
        "An owner's items, kits or channels were saved.",
        "owner",
        {"owner": "whose they are", "items": "items saved", "kits": "kits saved", "channels": "channels saved"},
    ),
    "credits_saved": EventKind(
        "Credits from a merchant's ledger were saved.", "owner", {"owner": "whose they are", "lines": "new lines"}
    ),
    "world_published": EventKind(
        "Locations, cards, policy or code that decisions depend on are others now.",
        "world",
        {"world_id": "the number of the world version in force", "digest": "its digest"},
    ),
    "webhook_changed": EventKind(
        "A webhook endpoint was added, changed, disabled, enabled or removed.",
        "webhook",
        {"endpoint_id": "its number", "change": "what was done", "reason": "why, for one disabled"},
    ),
    "shop_changed": EventKind(
        "A shop was connected or removed.", "shop", {"shop": "its code", "change": "what was done"}
    ),
}


def topic_of(kind: str) -> str:
    """The kind as the outside reads it: `order_contact_erased` is `order.contact_erased`."""
    return kind.replace("_", ".", 1)


TOPICS: Final = tuple(topic_of(kind) for kind in KINDS)
GROUPS: Final = tuple(dict.fromkeys(topic.split(".")[0] for topic in TOPICS))
