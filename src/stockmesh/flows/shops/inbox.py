"""A shop's messages come in: proven to be the shop's, stored as they are, read later."""

from collections.abc import Mapping

from stockmesh.flows.context import Context
from stockmesh.flows.shops.connections import secrets_of
from stockmesh.gateways.shops.refusals import BadSignature
from stockmesh.gateways.shops.signing import ShopKind, is_ping, is_signed, read_envelope
from stockmesh.store.database import Session, execute, find_row


def receive_message(context: Context, shop: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the message is new; it is stored durably when this answers. Header names are in lower case.

    Raises BadSignature for a message that is not the shop's, and for a shop that is not connected.
    """
    if is_ping(body):
        return False

    def work(session: Session) -> bool:
        row = find_row(session, "shops/secret", code=shop)
        # A shop nobody knows takes as long as a wrong signature.
        kind = ShopKind(row["kind"]) if row else ShopKind.SHOPIFY
        secrets = secrets_of(context, row) if row else [""]
        if row is None or not any(is_signed(kind, secret, headers, body) for secret in secrets):
            raise BadSignature
        envelope = read_envelope(kind, headers, body)
        stored = execute(
            session,
            "shops/store",
            shop_id=row["shop_id"],
            delivery=envelope.delivery,
            topic=envelope.topic,
            received_at=context.clock(),
            body=body,
        )
        return stored > 0

    return context.database.transact(work)
