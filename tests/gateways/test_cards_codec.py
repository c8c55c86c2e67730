"""Carriers as documents: read and written without loss, and never read by guessing."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockmesh.domain.carriers.cards import Carrier
from stockmesh.domain.carriers.refusals import InvalidCard, OverlappingCards
from stockmesh.gateways.cards import (
    UnreadableCard,
    carrier_from_document,
    carrier_from_json,
    carrier_from_toml,
    carrier_to_document,
    carrier_to_json,
    carrier_to_toml,
)
from stockmesh.gateways.sample.cards import sample_carriers

CARRIERS = {carrier.code: carrier for carrier in sample_carriers()}

BY_HAND = """
code = "wren"
name = "Wren"
currency = "GBP"

[[services]]
code = "wren-48"
name = "Wren 48"
carrier = "wren"
origin_countries = ["GB"]
parcel_weight_max_mg = 20_000_000
parcel_side_max_um = 1_000_000
parcel_volume_max_um3 = 100_000_000_000_000_000

[[services.cards]]
version = "wren-48/1"
valid_from = 2026-01-01
valid_to = 2026-12-31
currency = "GBP"
weight_unit = "kg"
source = "by hand"
scheme.rules = [
  { zone = "remote", country = "GB", ranges = ["IV1-63"] },
  { zone = "home", countries = ["GB"] },
]
rates = [
  { zone = "home", breaks = [[2_000, 445], [10_000, 905]] },
  { zone = "remote", breaks = [[2_000, 1_445]], then = { step = 1_000, price_minor = 120 } },
]
"""


@pytest.mark.parametrize("carrier", CARRIERS.values(), ids=CARRIERS)
def test_every_sample_carrier_survives_each_format(carrier: Carrier) -> None:
    assert carrier_from_document(carrier_to_document(carrier)) == carrier
    assert carrier_from_json(carrier_to_json(carrier)) == carrier
    assert carrier_from_toml(carrier_to_toml(carrier)) == carrier


@given(st.text(), st.text(min_size=1))
def test_any_name_and_source_survive_each_format(name: str, source: str) -> None:
    carrier = CARRIERS["northroad"]
    service = replace(carrier.services[0], cards=(replace(carrier.services[0].cards[0], source=source),))
    carrier = replace(carrier, name=name, services=(service,))
    assert carrier_from_json(carrier_to_json(carrier)) == carrier
    assert carrier_from_toml(carrier_to_toml(carrier)) == carrier


def test_a_card_written_by_hand_may_leave_out_what_has_a_default() -> None:
    card = carrier_from_toml(BY_HAND).services[0].cards[0]
    assert (card.valid_from, card.fuel.rate_ppm, card.dimensional, card.synthetic) == (date(2026, 1, 1), 0, (), False)
    (remote,) = card.find_rates("remote")
    assert remote.then is not None
    assert remote.then.price_minor == 120


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no services": (lambda doc: doc.pop("services"), "carrier northroad: 'services' must be a list"),
    "no name": (lambda doc: doc.pop("name"), "'name' is missing"),
    "a typing error": (lambda doc: card(doc).update(minimum_minro=5), "unknown key 'minimum_minro'"),
    "a typing error further down": (lambda doc: card(doc)["fuel"].update(rate=5), "unknown key 'rate'"),
    "a price in decimals": (lambda doc: card(doc).update(minimum_minor=4.45), "minimum_minor: Expected `int`"),
    "a truth value as a price": (lambda doc: card(doc).update(minimum_minor=True), "minimum_minor: Expected `int`"),
    "breaks in words": (lambda doc: card(doc)["rates"][0].update(breaks="cheap"), "zone mainland, breaks"),
    "an unknown unit": (lambda doc: card(doc).update(weight_unit="stone"), "weight_unit: Invalid enum value 'stone'"),
    "a day that is none": (lambda doc: card(doc).update(valid_to="2026-02-30"), "valid_to: "),
    "a rule of no kind": (lambda doc: card(doc)["scheme"].update(rules=[{"zone": "z"}]), "exactly one of areas"),
    "a rule of two kinds": (
        lambda doc: card(doc)["scheme"].update(rules=[{"zone": "z", "areas": [], "ranges": []}]),
        "exactly one of areas",
    ),
    "fuel as a number": (lambda doc: card(doc).update(fuel=5), "fuel: a table was expected"),
}


def card(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["services"][0]["cards"][0]
    return found


@pytest.mark.parametrize("fault", BROKEN)
def test_a_document_that_is_not_a_carrier_says_where_and_why(fault: str) -> None:
    spoil, expected = BROKEN[fault]
    document = deepcopy(carrier_to_document(CARRIERS["northroad"]))
    spoil(document)
    with pytest.raises(UnreadableCard) as refused:
        carrier_from_document(document)
    assert expected in str(refused.value)


@pytest.mark.parametrize("read", [carrier_from_json, carrier_from_toml])
def test_text_in_no_known_form_is_refused(read: Callable[[str], Carrier]) -> None:
    with pytest.raises(UnreadableCard, match=r"cannot be read at the (JSON|TOML) text"):
        read("not = a [carrier")


def test_json_that_is_a_list_is_refused() -> None:
    with pytest.raises(UnreadableCard, match="a table was expected"):
        carrier_from_json("[]")


def test_cards_that_cannot_be_published_are_refused_on_reading() -> None:
    document = carrier_to_document(CARRIERS["northroad"])
    card(document)["source"] = ""
    with pytest.raises(InvalidCard, match="the source of the figures is missing"):
        carrier_from_document(document)
    document = carrier_to_document(CARRIERS["northroad"])
    document["services"][0]["cards"].append(card(document) | {"version": "again"})
    with pytest.raises(OverlappingCards, match="'again'"):
        carrier_from_document(document)
