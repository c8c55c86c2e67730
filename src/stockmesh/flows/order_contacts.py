"""Who receives an order: kept apart from it, written in the same act, shown when asked for, erased without it."""

from collections.abc import Sequence
from dataclasses import astuple, fields, replace
from typing import Final

from stockmesh.domain.fulfilment.refusals import BadContact, UnknownOrder
from stockmesh.domain.fulfilment.requests import Contact, Destination, OrderRequest
from stockmesh.domain.kernel.compiled import I64
from stockmesh.flows.announcing import announce
from stockmesh.flows.context import Context
from stockmesh.flows.order_detail import ensure_within
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.store.copying import Integers, Rows, Texts
from stockmesh.store.database import Session, column, execute, find_row

PARTS: Final = tuple(part.name for part in fields(Contact))
PART_MAX: Final = 200


def check_contact(contact: Contact) -> None:
    """Nothing, or raises BadContact for the first part that cannot be kept."""
    for part, said in zip(PARTS, astuple(contact), strict=True):
        if len(said) > PART_MAX or not said.isprintable():
            raise BadContact(part=part, largest=PART_MAX)


def contact_rows(requests: Sequence[OrderRequest], order_ids: I64) -> Rows:
    """One row for each order that came with a contact; its city and postcode are the destination's if it has none."""
    said = {
        place: _addressed(request.contact, request.destination)
        for place, request in enumerate(requests)
        if request.contact is not None
    }
    texts = {name: Texts([getattr(one, name).encode() for one in said.values()]) for name in PARTS}
    ids = Integers(order_ids[column(list(said))], 8)
    return Rows("order_contact", {"order_id": ids, **texts}, len(said))


def _addressed(contact: Contact, destination: Destination) -> Contact:
    return replace(contact, city=contact.city or destination.city, postcode=contact.postcode or destination.postcode)


def redirect_contact(session: Session, order_id: int, destination: Destination) -> None:
    """The order goes elsewhere: who receives it stays, where is what the destination says."""
    execute(
        session,
        "contacts/forget_address",
        order_id=order_id,
        city=destination.city,
        postcode=destination.postcode,
    )


def find_contact(context: Context, order_id: int, *, reach: Reach = EVERYTHING) -> Contact | None:
    """Who receives an order; None when nobody said, or it was erased. Raises UnknownOrder."""
    with context.database.session() as session:
        ensure_within(session, order_id, reach)
        row = find_row(session, "contacts/find", order_id=order_id)
    if row is None:
        raise UnknownOrder(order=str(order_id))
    return Contact(**{part: row[part] for part in PARTS}) if row["known"] else None


def erase_contact(context: Context, order_id: int, *, reach: Reach = EVERYTHING) -> bool:
    """Whether there was a contact; it is gone for good, and that it was erased is recorded. Raises UnknownOrder."""

    def work(session: Session) -> bool:
        ensure_within(session, order_id, reach, wholly=True)
        if find_row(session, "orders/lock_order", order_id=order_id) is None:
            raise UnknownOrder(order=str(order_id))
        erased = execute(session, "contacts/erase", order_id=order_id) > 0
        # A shop's message that could not be applied holds the person too.
        execute(session, "shops/forget_person", order_id=order_id, now=context.clock())
        if erased:
            announce(session, context, "order_contact_erased", order_id, {})
        return erased

    return context.database.transact(work)
