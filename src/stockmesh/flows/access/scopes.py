"""What may be allowed: scopes, and roles as sets of them. Every route names one scope of this table."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from stockmesh.flows.access.refusals import UnknownScope

SCOPES: Final[dict[str, str]] = {
    "orders:read": "lists of orders, their details, plans and explanations",
    "orders:write": "placing, changing, pausing, resuming and cancelling orders",
    "contacts:read": "who receives an order",
    "contacts:write": "erasing who receives an order",
    "stock:read": "items, stock, availability, movements, supply on its way, locations",
    "stock:write": "counts, moves, receipts, thresholds",
    "items:write": "items and kits: their facts and what they are made of",
    "locations:write": "locations: opening, closing, hours, capacity, carriers",
    "network:write": "rate cards of carriers and the sourcing policy",
    "events:read": "the event log and its stream",
    "webhooks:read": "webhook endpoints and the log of deliveries",
    "webhooks:write": "adding, changing and removing webhook endpoints",
    "imports:read": "imports and their problems",
    "imports:write": "importing files, reading and forgetting them",
    "shops:read": "connected shops and what became of their messages",
    "shops:write": "trying messages of shops again, discarding them, asking shops for their products",
    "system:read": "how the service is: figures, audit trail",
    "keys:admin": "API keys",
    "users:admin": "users, their login links and sessions",
    "session": "one's own sessions; whoever has signed in has it",
}
READING: Final = frozenset({"orders:read", "stock:read", "events:read", "imports:read", "shops:read", "session"})
WORKING: Final = READING | {
    "orders:write",
    "contacts:read",
    "stock:write",
    "items:write",
    "locations:write",
    "imports:write",
    "shops:write",
    "webhooks:read",
}


class Role(StrEnum):
    """What a user is: each role is a set of scopes."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


ROLES: Final[dict[Role, frozenset[str]]] = {
    Role.VIEWER: READING,
    Role.OPERATOR: WORKING,
    Role.ADMINISTRATOR: frozenset(SCOPES),
}
# What a key can be given: a session is a person's.
OF_PERSONS: Final = "session"
OF_KEYS: Final = tuple(scope for scope in SCOPES if scope != OF_PERSONS)


def read_scopes(said: Iterable[str]) -> tuple[str, ...]:
    """The scopes of a key in the order of the table, several in a word if parted by commas; `all` is every one.

    Raises UnknownScope, also when none is said.
    """
    words = {word for text in said for part in text.split(",") if (word := part.strip())}
    if "all" in words:
        return OF_KEYS
    unknown = sorted(words - set(OF_KEYS))
    if unknown or not words:
        raise UnknownScope(scope=", ".join(unknown)[:80], scopes=OF_KEYS)
    return tuple(scope for scope in OF_KEYS if scope in words)
