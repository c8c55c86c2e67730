"""A world version as a document, and back: what the books keep so that a decision can be made again."""

import json
from typing import Any

import msgspec

from stockmesh.domain.network.locations import Location
from stockmesh.domain.sourcing.market import WorldFacts
from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.gateways.cards import carrier_from_document, carrier_to_document

Document = dict[str, Any]


def world_to_json(facts: WorldFacts) -> str:
    """The canonical document: the same world is always the same text."""
    document = {
        "locations": [msgspec.to_builtins(location) for location in facts.locations],
        "carriers": [carrier_to_document(carrier) for carrier in facts.carriers],
        "fx_ppm": facts.fx_ppm,
        "book_currency": facts.book_currency,
        "policy": msgspec.to_builtins(facts.policy),
        "engine": facts.engine,
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def world_from_document(document: Document) -> WorldFacts:
    """The world a document describes, with locations and carriers in the order of their codes."""
    locations = [location_from_document(raw) for raw in document["locations"]]
    carriers = [carrier_from_document(raw) for raw in document["carriers"]]
    return WorldFacts(
        locations=tuple(sorted(locations, key=lambda location: location.code)),
        carriers=tuple(sorted(carriers, key=lambda carrier: carrier.code)),
        fx_ppm=dict(document["fx_ppm"]),
        book_currency=document["book_currency"],
        policy=msgspec.convert(document["policy"], SourcingPolicy),
        engine=document["engine"],
    )


def world_from_json(text: str) -> WorldFacts:
    """The world of a canonical document."""
    return world_from_document(json.loads(text))


def location_from_document(document: Document) -> Location:
    """One location; raises msgspec.ValidationError naming the field that is wrong."""
    return msgspec.convert(document, Location)
