"""Open orders taken over from another system: their units are committed where they lie already, the rest waits.

Nothing is decided here: an order's first round holds what the other system decided, without facts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import msgspec

from stockmesh.domain.fulfilment.requests import Contact, Destination, OrderLine, OrderRequest
from stockmesh.domain.fulfilment.sheets import ORDERS
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.domain.network.postcodes import DIGITS
from stockmesh.flows.context import Context, Present
from stockmesh.flows.importing.gathering import ROW, Row, contradictions, forget_bad, gather, grouped
from stockmesh.flows.importing.incoming_files import check_places
from stockmesh.flows.importing.jobs import Batch, Job, Tally
from stockmesh.flows.importing.order_rows import Held, TakenOver, write_taken_over
from stockmesh.flows.importing.staging import Kind, Staging, clear_documents
from stockmesh.flows.ordering import CheckedOrder, check_order
from stockmesh.store.database import Session, rows

SHARED: Final = ("placed_at", "country", "postcode", "customer", "name", "street", "city", "email", "phone")
Services = Mapping[str, tuple[str, ...]]
CONTACT: Final = ("name", "street", "city", "postcode", "email", "phone")


@dataclass(frozen=True)
class Document:
    """An order as it is staged, with the units that locations hold for it."""

    request: OrderRequest
    held: tuple[Held, ...]


Fit = tuple[Row, Document, CheckedOrder]


def _check(staging: Staging) -> None:
    check_places(staging, may_be_kit=True)
    _check_cells(staging)
    whole = _whole_orders(staging)
    present = staging.context.present(staging.session)
    services = services_at(present)
    fit = [one for group in whole if (one := _fit(staging, present, services, group)) is not None]
    known = _known(staging.session, [checked for _, _, checked in fit])
    fit = [one for one in fit if not _is_taken(staging, one[0], known.get(_name(one[2])), one[2])]
    staging.stage_documents([row[ROW] for row, _, _ in fit], [document for _, document, _ in fit])


def _whole_orders(staging: Staging) -> list[list[Row]]:
    """The rows of each order of which every row is good; those of the others are set aside."""
    bad = {_key(row) for row in staging.gathered if row[ROW] in staging.findings.bad}
    forget_bad(staging)
    whole = []
    for key, group in grouped(staging.gathered, "channel", "reference").items():
        if key in bad or contradictions(staging, group, [name for name in SHARED if name in group[0]]):
            staging.findings.set_aside([row[ROW] for row in group], "another row of the order has a problem")
        else:
            whole.append(group)
    return whole


def _fit(staging: Staging, present: Present, services: Services, group: list[Row]) -> Fit | None:
    """The order that rows describe, with its first row; None, and a problem, where it cannot be taken over."""
    document = Document(_request(group), tuple(_held(group)))
    if not _can_be_sent(staging, services, document, group[0]):
        return None
    checked = _checked(staging, present, document, group[0])
    return None if checked is None else (group[0], document, checked)


def _key(row: Row) -> tuple[str, str]:
    return row["channel"], row["reference"]


def _check_cells(staging: Staging) -> None:
    now = staging.context.clock()
    for row in staging.gathered:
        postcode = row.get("postcode") or ""
        if row["placed_at"] > now:
            staging.refuse(row[ROW], "placed_at", str(row["placed_at"]), "in_future", f"now is {now.isoformat()}")
        if postcode.isdigit() and len(postcode) == DIGITS.get(row["country"], 0) - 1:
            staging.refuse(row[ROW], "postcode", postcode, "lost_zeros", f"perhaps 0{postcode}")


def _request(group: Sequence[Row]) -> OrderRequest:
    """The order that rows describe; rows of one SKU are one line."""
    first = group[0]
    units: Counter[str] = Counter()
    for row in group:
        units[row["sku"]] += row["quantity"]
    prices = {row["sku"]: row.get("price") or 0 for row in reversed(group)}
    said = {name: first.get(name) or "" for name in CONTACT}
    return OrderRequest(
        reference=first["reference"],
        channel=first["channel"],
        placed_at=first["placed_at"],
        destination=Destination(first["country"], said["postcode"], said["city"]),
        lines=tuple(OrderLine(sku, quantity, prices[sku]) for sku, quantity in units.items()),
        customer=first.get("customer") or "",
        contact=Contact(**said) if any(said[name] for name in ("name", "street", "email", "phone")) else None,
    )


def _held(group: Iterable[Row]) -> list[Held]:
    """What locations hold already; rows of one SKU at one location are one."""
    units: Counter[tuple[str, str]] = Counter()
    said: dict[str, tuple[str, date | None]] = {}
    for row in group:
        if row.get("location"):
            units[row["location"], row["sku"]] += row["quantity"]
            said.setdefault(row["location"], (row.get("service") or "", row.get("ship_on")))
    return [Held(sku, location, quantity, *said[location]) for (location, sku), quantity in units.items()]


def _can_be_sent(staging: Staging, services: Services, document: Document, first: Row) -> bool:
    """Whether what locations hold can go from there; a problem where it cannot."""
    for held in document.held:
        if _service_of(services, held) is None:
            staging.refuse(first[ROW], "service", held.service or held.location, "unknown_service")
            return False
    return True


def _checked(staging: Staging, present: Present, document: Document, first: Row) -> CheckedOrder | None:
    """The order as it can be sourced; None, and a problem, where it cannot."""
    request = document.request
    channel = present.catalogue.channels.get(request.channel)
    if channel is None or channel.owner_id != staging.owner_id:
        staging.refuse(first[ROW], "channel", request.channel, "unknown_channel")
        return None
    checked = check_today(staging.context, present, 0, request)
    if isinstance(checked, Refusal):
        staging.refuse(first[ROW], "reference", request.reference, "bad_order", str(checked))
        return None
    return checked


def check_today(context: Context, present: Present, place: int, request: OrderRequest) -> CheckedOrder | Refusal:
    """The order as it could be placed today: the cards of the day it was placed on may never have been ours."""
    checked = check_order(context, present, place, replace(request, placed_at=context.clock()))
    return checked if isinstance(checked, Refusal) else replace(checked, request=request)


def _is_taken(staging: Staging, first: Row, known: dict[str, Any] | None, checked: CheckedOrder) -> bool:
    """Whether the books hold the reference with other content: a problem."""
    if known is None or known["content"] == checked.content:
        return False
    staging.refuse(first[ROW], "reference", checked.request.reference, "order_taken", f"order {known['order_id']}")
    return True


def services_at(present: Present) -> Services:
    """The services that pick up at every location, by code."""
    return {
        place.code: tuple(
            sorted(
                service.code
                for carrier in present.facts.carriers
                if carrier.code in place.carriers
                for service in carrier.services
                if service.picks_up_in(place.country)
            )
        )
        for place in present.facts.locations
    }


def _service_of(services: Services, held: Held) -> str | None:
    """The service by which held units go: the one that was said, or the first that picks up at the location."""
    return next((code for code in services.get(held.location, ()) if held.service in ("", code)), None)


def _name(checked: CheckedOrder) -> tuple[int, str]:
    return checked.channel.channel_id, checked.request.reference


def _known(session: Session, checked: Sequence[CheckedOrder]) -> dict[tuple[int, str], dict[str, Any]]:
    """The orders in the books under the channels and references of these."""
    found = rows(
        session,
        "orders/find_existing",
        channels=[one.channel.channel_id for one in checked],
        references=[one.request.reference for one in checked],
    )
    return {(row["channel_id"], row["reference"]): row for row in found}


def _apply(session: Session, context: Context, job: Job, batch: Batch) -> Tally:
    present = context.hold_present(session)
    found = rows(session, "imports/documents", job_id=job.job_id, **batch._asdict())
    documents = [msgspec.json.decode(row["body"], type=Document) for row in found]
    checked = [check_today(context, present, place, one.request) for place, one in enumerate(documents)]
    fit = [one for one in checked if not isinstance(one, Refusal)]
    known, services = _known(session, fit), services_at(present)
    fresh, same = [], 0
    for order in fit:
        before, held = known.get(_name(order)), documents[order.place].held
        same += before is not None and before["content"] == order.content
        ways = [_service_of(services, one) for one in held]
        if before is None and None not in ways:
            fresh.append(TakenOver(order, held, tuple(filter(None, ways))))
    write_taken_over(session, context, present, fresh, job.reference)
    return Tally(created=len(fresh), unchanged=same, refused=len(documents) - len(fresh) - same)


ORDER_FILES: Final = Kind(ORDERS, "document", 500, gather, _check, _apply, clear_documents)
