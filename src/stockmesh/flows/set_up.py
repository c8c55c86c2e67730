"""Putting a merchant, a network and opening stock into the books. Everything may be repeated; nothing doubles."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from stockmesh.domain.carriers.validation import validate_service
from stockmesh.domain.fulfilment.refusals import ChannelTaken, UnknownItem, UnknownLocation
from stockmesh.domain.kernel.checks import ensure
from stockmesh.domain.kernel.compiled import I64
from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.domain.network.items import Item, Kit
from stockmesh.domain.sourcing.market import WorldFacts
from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.domain.stock.refusals import StockedAsItem
from stockmesh.flows.announcing import announce, cells_at
from stockmesh.flows.context import Context
from stockmesh.flows.differences import changes_within
from stockmesh.flows.reach import EVERYTHING, Reach
from stockmesh.gateways.cards import carrier_to_document
from stockmesh.gateways.retailer import CreditLine, IncomingSupply, Network, OpeningStock
from stockmesh.gateways.worlds import world_from_document, world_to_json
from stockmesh.store.database import Session, column, execute, find_row, rows
from stockmesh.store.vectors import Vector
from stockmesh.store.world import get_world, record_world

REFERENCES_TOLD: Final = 100


def save_merchant(context: Context, owner: Owner, channels: Sequence[Channel]) -> int:
    """The owner's number; owner and channels are saved by code."""

    def work(session: Session) -> int:
        row = find_row(session, "setup/save_owner", **msgspec.to_builtins(owner))
        ensure(row is not None, "saving an owner answers its number")
        owner_id = int(row["owner_id"]) if row else 0
        before = _channels_now(session, owner_id)
        saved = {
            row["code"] for row in rows(session, "setup/save_channels", owner_id=owner_id, channels=as_json(channels))
        }
        for channel in channels:
            if channel.code not in saved:
                raise ChannelTaken(channel=channel.code)
        execute(session, "catalogue/touch")
        # A channel's buffer or locations may be others: what all the owner's items come to there is told anew.
        told = changes_within(before, _channels_now(session, owner_id))
        saved_parts = {"items": 0, "kits": 0, "channels": len(saved)} | told
        announce(session, context, "catalogue_changed", owner_id, saved_parts, cells=cells_of(session, owner_id))
        return owner_id

    return context.database.transact(work)


def _channels_now(session: Session, owner_id: int) -> dict[str, Any]:
    return {row.pop("code"): row for row in rows(session, "audit/channels_now", owner_id=owner_id)}


def list_owners(context: Context, *, reach: Reach = EVERYTHING) -> list[str]:
    """The codes of the owners within reach."""
    with context.database.session() as session:
        return [row["code"] for row in rows(session, "setup/owners", **reach.parameters())]


def save_items(context: Context, owner_id: int, items: Sequence[Item], kits: Sequence[Kit]) -> None:
    """Items and kits, saved by SKU, all or none. A kit made of other things than before becomes another item under the
    same SKU; orders placed before keep the former.

    Raises UnknownItem for a kit or component that is no item, and StockedAsItem.
    """

    def work(session: Session) -> None:
        # Nobody places orders under a catalogue that is about to be another one.
        execute(session, "catalogue/touch")
        before = _catalogue_now(session, owner_id, items, kits)
        execute(session, "setup/save_items", owner_id=owner_id, items=as_json(items))
        _check_components(session, owner_id, kits)
        touched = write_kits(session, owner_id, kits)
        told = changes_within(before, _catalogue_now(session, owner_id, items, kits))
        saved = {"items": len(items), "kits": len(kits), "channels": 0} | told
        announce(session, context, "catalogue_changed", owner_id, saved, cells=touched)

    context.database.transact(work)


def _catalogue_now(session: Session, owner_id: int, items: Sequence[Item], kits: Sequence[Kit]) -> dict[str, Any]:
    """What is known of items and of what kits are made of, by SKU."""
    skus = [item.sku for item in items]
    known = {row.pop("sku"): row for row in rows(session, "audit/items_now", owner_id=owner_id, skus=skus)}
    return {"items": known, "kits": kits_now(session, owner_id, [kit.sku for kit in kits])}


def kits_now(session: Session, owner_id: int, skus: Sequence[str]) -> dict[str, dict[str, int]]:
    """What kits are made of, by SKU: units by component."""
    found = rows(session, "imports/made_of", owner_id=owner_id, skus=list(skus))
    return {row["sku"]: dict(zip(row["components"], row["quantities"], strict=True)) for row in found}


def cells_of(session: Session, owner_id: int, skus: Sequence[str] | None = None) -> I64:
    """All cells of an owner's items, of all items or of those with these SKUs."""
    found = rows(session, "setup/item_ids", owner_id=owner_id, skus=None if skus is None else list(skus))
    return cells_at(column([row["item_id"] for row in found]), 0)


def write_kits(session: Session, owner_id: int, kits: Sequence[Kit]) -> I64:
    """The cells of kits whose components are known, written within a transaction that holds the catalogue.

    Raises StockedAsItem.
    """
    skus = [kit.sku for kit in kits]
    parts = as_json(
        [{"kit": kit.sku, "component": sku, "quantity": units} for kit in kits for sku, units in kit.components]
    )
    for row in rows(session, "setup/stocked_items", owner_id=owner_id, skus=skus):
        raise StockedAsItem(sku=row["sku"])
    changed = rows(session, "setup/changed_kits", owner_id=owner_id, skus=skus, components=parts)
    former = Vector(column([row["kit_id"] for row in changed]))
    execute(session, "setup/supersede_items", items=former)
    execute(session, "setup/succeed_items", items=former)
    execute(session, "setup/mark_kits", owner_id=owner_id, skus=skus)
    execute(session, "setup/clear_kits", owner_id=owner_id, skus=skus)
    execute(session, "setup/save_kits", owner_id=owner_id, components=parts)
    return cells_of(session, owner_id, skus)


def _check_components(session: Session, owner_id: int, kits: Sequence[Kit]) -> None:
    """Raises UnknownItem for a kit or component that is no item of the owner."""
    skus = [sku for kit in kits for sku in (kit.sku, *(part for part, _ in kit.components))]
    known = {row["sku"] for row in rows(session, "setup/known_skus", owner_id=owner_id, skus=skus)}
    for number, sku in enumerate(skus, start=1):
        if sku not in known:
            raise UnknownItem(sku=sku, line=number)


def publish_network(context: Context, network: Network, policy: SourcingPolicy, book_currency: str) -> int:
    """The number of the world version now in force. Raises InvalidCard, OverlappingCards and what cards refuse."""
    for carrier in network.carriers:
        for service in carrier.services:
            validate_service(service)

    def work(session: Session) -> int:
        execute(session, "world/claim")
        return write_network(session, context, network, policy, book_currency)

    return context.database.transact(work)


def write_network(
    session: Session, context: Context, network: Network, policy: SourcingPolicy, book_currency: str
) -> int:
    """The same within a transaction that has claimed the world, for services that were validated."""
    services = [
        {"code": service.code, "carrier_code": carrier.code}
        for carrier in network.carriers
        for service in carrier.services
    ]
    locations = [{"code": place.code, "body": msgspec.to_builtins(place)} for place in network.locations]
    carriers = [{"code": carrier.code, "body": carrier_to_document(carrier)} for carrier in network.carriers]
    execute(session, "setup/save_locations", locations=as_json(locations))
    execute(session, "setup/refit_days")
    execute(session, "setup/save_carriers", carriers=as_json(carriers))
    execute(session, "setup/save_services", services=as_json(services))
    settings = {"fx_ppm": network.fx_ppm, "policy": policy, "book_currency": book_currency}
    for name, body in settings.items():
        execute(session, "setup/save_setting", name=name, body=as_json(body))
    return _put_in_force(session, context)


def _put_in_force(session: Session, context: Context) -> int:
    """The number of the world as its parts stand now, in force; an event when it is another than before."""
    before = find_row(session, "world/current")
    former = json.loads(get_world(session, before["world_id"])) if before else {}
    body = world_to_json(gather_world(session, context.engine))
    world_id = record_world(session, body, context.clock())
    if before is None or before["world_id"] != world_id:
        announce(session, context, "world_published", world_id, changes_within(former, json.loads(body)))
    return world_id


def gather_world(session: Session, engine: str) -> WorldFacts:
    """The world as its parts stand in the books now."""
    parts: dict[str, dict[str, Any]] = {"location": {}, "carrier": {}, "setting": {}}
    for row in rows(session, "setup/world_parts"):
        parts[row["kind"]][row["name"]] = msgspec.json.decode(row["body"])
    return world_from_document(
        {
            "locations": list(parts["location"].values()),
            "carriers": list(parts["carrier"].values()),
            **parts["setting"],
            "engine": engine,
        }
    )


def open_stock(context: Context, owner_id: int, opening: Sequence[OpeningStock], *, occurred_at: datetime) -> int:
    """How many cells of stock were opened; rows of one cell are summed.

    Raises UnknownItem and UnknownLocation; `line` counts from 1.
    """

    def work(session: Session) -> int:
        present = context.present(session)
        item_of = present.catalogue.items_of.get(owner_id, {})
        location_of = dict(
            zip((place.code for place in present.facts.locations), present.directory.location_ids, strict=True)
        )
        for number, one in enumerate(opening, start=1):
            if one.sku not in item_of:
                raise UnknownItem(sku=one.sku, line=number)
            if one.location not in location_of:
                raise UnknownLocation(location=one.location)
        cells: Counter[tuple[int, int]] = Counter()
        for one in opening:
            cells[item_of[one.sku], location_of[one.location]] += max(one.quantity, 0)
        asked = [(item, location, units) for (item, location), units in cells.items() if units]
        items = column([item for item, _, _ in asked])
        opened = execute(
            session,
            "setup/open_stock",
            items=Vector(items),
            locations=Vector(column([location for _, location, _ in asked])),
            quantities=Vector(column([units for _, _, units in asked])),
            ids=Vector(context.movement_ids.take(session, len(asked))),
            occurred_at=occurred_at,
            recorded_at=context.clock(),
        )
        if opened:
            announce(session, context, "stock_opened", owner_id, {"cells": opened}, cells=cells_at(items, 0))
        return opened

    return context.database.transact(work)


def save_incoming(context: Context, owner_id: int, incoming: Sequence[IncomingSupply]) -> int:
    """How many lines of incoming supply are known now."""

    def work(session: Session) -> int:
        saved = execute(session, "setup/save_incoming", owner_id=owner_id, incoming=as_json(incoming))
        if saved:
            references = sorted({line.reference for line in incoming})[:REFERENCES_TOLD]
            touched = cells_of(session, owner_id, [line.sku for line in incoming])
            told = {"lines": saved, "references": references}
            announce(session, context, "supply_announced", owner_id, told, cells=touched)
        return saved

    return context.database.transact(work)


def save_credits(context: Context, owner_id: int, credits_found: Sequence[CreditLine]) -> int:
    """How many credit lines were new."""

    def work(session: Session) -> int:
        saved = execute(session, "setup/save_credits", owner_id=owner_id, credits=as_json(credits_found))
        if saved:
            announce(session, context, "credits_saved", owner_id, {"lines": saved})
        return saved

    return context.database.transact(work)


def as_json(value: Any) -> str:
    """A value as the JSON a query takes."""
    return msgspec.json.encode(value, order="deterministic").decode()


def renew_engine(context: Context) -> None:
    """Publishes the world anew when it was published by other code than decides now; nothing where there is none."""
    with context.database.session() as session:
        if find_row(session, "world/current") is None or context.present(session).facts.engine == context.engine:
            return

    def work(session: Session) -> int:
        execute(session, "world/claim")
        return _put_in_force(session, context)

    context.database.transact(work)
