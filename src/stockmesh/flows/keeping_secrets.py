"""Secrets in the books: encrypted as they come, wrapped anew when the key changes, never told again."""

from dataclasses import dataclass
from typing import Final

from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.store.database import Session, column, execute, rows
from stockmesh.store.secret_keys import PREFIX
from stockmesh.store.vectors import Vector


@dataclass(frozen=True)
class Place:
    """A table that holds secrets: the queries that lock it against others' writing, list its secrets and rewrite them.

    Rows answer `secret_id`, `purpose` and `secret`; a purpose may be needed to tell two of a row apart.
    """

    joins: str
    locks: str
    lists: str
    rewrites: str


WEBHOOKS: Final = Place("secrets/join_webhooks", "secrets/lock_webhooks", "secrets/webhooks", "secrets/rewrap_webhooks")
SHOPS: Final = Place("secrets/join_shops", "secrets/lock_shops", "secrets/shops", "secrets/rewrap_shops")
PLACES: Final = (WEBHOOKS, SHOPS)


@dataclass(frozen=True)
class Rotated:
    """How many secrets are encrypted under which key now. `made`: a new key was made; where keys are set by hand, a new
    one has to be put in front first."""

    secrets: int
    key_id: str
    made: bool


def keep(session: Session, context: Context, text: str, *, purpose: str, place: Place) -> str:
    """The secret as the place may store it in this transaction. Raises SecretKeyMissing and BadSecretKey.

    Joined before the keys are read: a rotation either comes before, or waits and takes this secret along.
    """
    execute(session, place.joins)
    context.vault.ensure_keys(_key_ids(session))
    return context.vault.encrypt(text, purpose)


def ensure_readable(context: Context) -> None:
    """Nothing, when the keys for all secrets in the books are there. Raises SecretKeyMissing and BadSecretKey."""
    with context.database.session() as session:
        context.vault.ensure_keys(_key_ids(session))


def encrypt_plain(context: Context) -> int:
    """How many secrets lay in plain text, as earlier releases kept them, and lie encrypted now.

    Raises SecretKeyMissing and BadSecretKey.
    """
    with context.database.session() as session:
        if not rows(session, "secrets/plain"):
            return 0
    ensure_readable(context)
    return context.database.transact(lambda session: _rewrap(session, context, only_plain=True))


def rotate(context: Context) -> Rotated:
    """All secrets encrypted under a new key, the old one forgotten once none needs it.

    Killed in between, both keys are there and it may be run again. Raises SecretKeyMissing and BadSecretKey.
    """
    ensure_readable(context)
    context.vault.source.begin()
    made = context.vault.source.add()
    key_id = context.vault.source.read()[0].key_id

    def work(session: Session) -> int:
        count = _rewrap(session, context, only_plain=False)
        announce(session, context, "secrets_rotated", 0, {"secrets": count, "key_id": key_id})
        return count

    count = context.database.transact(work)
    if made:
        context.vault.source.forget_others(key_id)
    return Rotated(count, key_id, made)


def _key_ids(session: Session) -> list[str]:
    return [row["key_id"] for row in rows(session, "secrets/key_ids")]


def _rewrap(session: Session, context: Context, *, only_plain: bool) -> int:
    count = 0
    for place in PLACES:
        execute(session, place.locks)
        found = [row for row in rows(session, place.lists) if not (only_plain and row["secret"].startswith(PREFIX))]
        sealed = [
            context.vault.encrypt(_plain(context, row["secret"], row["purpose"]), row["purpose"]) for row in found
        ]
        ids = Vector(column([row["secret_id"] for row in found]))
        execute(session, place.rewrites, ids=ids, purposes=[row["purpose"] for row in found], secrets=sealed)
        count += len(found)
    return count


def _plain(context: Context, stored: str, purpose: str) -> str:
    return context.vault.decrypt(stored, purpose) if stored.startswith(PREFIX) else stored
