"""Every kind of event with what it tells: the one list that the schema, the reference and the tests are held to.

Events hold ids, SKU, codes, quantities and references; nothing about the person who receives an order.
"""

from dataclasses import dataclass
from typing import Final, Literal

Subject = Literal["order", "item", "owner", "world", "webhook", "access", "books", "hold", "shop"]


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
HOLD: Final = {"hold_id": "the hold's number", "channel": "the channel's code"}
HELD: Final = HOLD | {"units": "units given back, each with line_no, sku, location and units"}
WORD: Final = {
    "cause": "what changed it: count, move, receipt, safety_stock",
    "reference": "the word of who booked it; may be empty",
}
# What an event may tell besides its fields: who changed something says why, and what was changed is told.
CHANGE: Final = {
    "before": "what was before, only the members that are others now",
    "after": "what is after",
    "further": "how many more members are others",
    "reason": "why, in the words of who did it",
}

KINDS: Final[dict[str, EventKind]] = {
    "order_placed": EventKind("An order is in the books, its units taken.", "order", SOURCED),
    "order_changed": EventKind(
        "An order got other lines or another address and was sourced again.",
        "order",
        SOURCED | {"before": "country, area and lines as they were, where they changed", "after": "and as they are"},
    ),
    "order_resourced": EventKind("Waiting units of an order were given stock.", "order", SOURCED),
    "order_paused": EventKind("An order waits for a person.", "order", ORDER | {"reason": "why"}),
    "order_resumed": EventKind("A paused order goes on.", "order", ORDER),
    "order_cancelled": EventKind("All units of an order were given back.", "order", ORDER | {"reason": "why"}),
    "order_contact_changed": EventKind("Somebody else receives an order, or elsewhere in its area.", "order", ORDER),
    "order_contact_erased": EventKind("Who receives an order was erased.", "order", ORDER),
    "customer_erased": EventKind(
        "A customer was erased, and goes by a pseudonym where there was a name.",
        "owner",
        {
            "owner": "whose customer",
            "pseudonym": "the new name; empty where there was none",
            "orders": "orders, each of which an event of its own tells",
            "credits": "lines of credit notes renamed",
            "carts": "cart holds renamed",
        },
    ),
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
            "before": "the level that was told before",
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
    "hold_opened": EventKind(
        "Units are kept for a cart.",
        "hold",
        HOLD | {"expires_at": "until when", "units": "units kept, each with line_no, sku, location and units"},
    ),
    "hold_extended": EventKind("A cart hold lasts longer.", "hold", HOLD | {"expires_at": "until when"}),
    "hold_released": EventKind("A cart hold was given up before its time.", "hold", HELD),
    "hold_expired": EventKind("The time of a cart hold was over.", "hold", HELD),
    "hold_used": EventKind(
        "An order took a cart hold over; what the order holds, its own event tells.",
        "hold",
        HELD | {"order_id": "the order's number"},
    ),
    "webhook_changed": EventKind(
        "A webhook endpoint was added, changed, disabled, enabled or removed.",
        "webhook",
        {"endpoint_id": "its number", "change": "what was done", "reason": "why, for one disabled"},
    ),
    "access_changed": EventKind(
        "An API key or a user was added, changed or taken away, or somebody signed in.",
        "access",
        {
            "about": "key or user",
            "id": "the key's id or the user's number",
            "name": "its name",
            "change": "added, changed, revoked, disabled, enabled, link_made, signed_in or signed_out",
        },
    ),
    "import_applied": EventKind(
        "All of a file is in the books.",
        "owner",
        {
            "owner": "whose they are",
            "job_id": "the import's number",
            "kind": "what the file holds",
            "file_name": "its name",
            "entries": "entries applied",
            "created": "how many were new",
            "changed": "how many were others before",
            "unchanged": "how many were so already",
            "older": "counts that a newer one had outrun",
            "refused": "entries that could not be applied any more",
            "left_out": "rows with problems, left out at the start",
        },
    ),
    "import_forgotten": EventKind(
        "A file that was brought is gone with its problems and rejected rows; what is in the books stays.",
        "owner",
        {
            "owner": "whose goods it was about",
            "upload_id": "the import's number",
            "kind": "what the file held",
            "file_name": "its name",
            "state": "how far it had come",
        },
    ),
    "secrets_rotated": EventKind(
        "Secrets kept in the books were encrypted anew.",
        "books",
        {"secrets": "how many", "key_id": "the key that encrypts them now"},
    ),
    "shop_changed": EventKind(
        "A shop was connected, changed or removed, or asked for its products; or messages of it set aside were tried "
        "again or discarded.",
        "shop",
        {"shop": "its code", "change": "what was done"},
    ),
}


def topic_of(kind: str) -> str:
    """The kind as the outside reads it: `order_contact_erased` is `order.contact_erased`."""
    return kind.replace("_", ".", 1)


TOPICS: Final = tuple(topic_of(kind) for kind in KINDS)
GROUPS: Final = tuple(dict.fromkeys(topic.split(".")[0] for topic in TOPICS))
