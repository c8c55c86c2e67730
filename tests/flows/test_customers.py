"""A customer as a person: told whole, erased from every corner of the database, while the books stay as they were."""

import json
from dataclasses import replace
from io import BytesIO
from threading import Event as Signal
from typing import Any

import pytest

from conftest import HandClock
from dumping import everything
from shop_messages import connect, send, settle
from stockmesh.domain.fulfilment.requests import Contact, Destination, OrderLine
from stockmesh.domain.network.channels import Channel, Owner
from stockmesh.flows.audit_trail import AuditFilter, list_audit
from stockmesh.flows.context import Context
from stockmesh.flows.customers import ERASED, erase_customer, export_customer
from stockmesh.flows.event_log import list_events, read_topics
from stockmesh.flows.hold_cart import Cart, hold_cart
from stockmesh.flows.importing.uploads import Asked, Brought, forget_upload, receive
from stockmesh.flows.importing.working import work_once
from stockmesh.flows.order_contacts import find_contact
from stockmesh.flows.order_life import OrderChange, cancel_order, change_order, pause_order, resume_order
from stockmesh.flows.place_orders import Outcome, Placed, Refused, place_orders
from stockmesh.flows.reach import EVERYTHING
from stockmesh.flows.refusals import (
    AmbiguousCustomer,
    ErasureMustWait,
    FilesMustBeForgotten,
    MessagesMustBeApplied,
    UnknownCustomer,
)
from stockmesh.flows.relay_events import relay_all
from stockmesh.flows.replaying import replay_order
from stockmesh.flows.seal_events import seal_all
from stockmesh.flows.set_up import save_credits, save_items, save_merchant
from stockmesh.flows.shops.messages import MessageFilter, list_messages
from stockmesh.flows.verify_books import verify_books
from stockmesh.gateways.retailer import CreditLine
from stockmesh.store.named import query
from worlds import MONDAY_MORNING, SmallWorld, item, order, put_in_books

ANNA = Contact("Anna Zweig", "Lindenstr. 4711", "Grachtenstad", "1012 ZX", "Anna.Zweig@example.org", "+49 30 4711815")
BEN = Contact("Ben Ohm", "Am Wall 3", "Lille", "59000", "ben@example.org")
PIECES = (
    b"zweig",
    b"lindenstr",
    b"4711",
    b"grachtenstad",
    b"1012 zx",
    b"example.org",
    b"4711815",
    b"c-anna",
    b"doorbell",
)
ORDERS = (
    order("A1", {"tent": 1}, to="NL-1012 ZX", customer="C-Anna", contact=ANNA),
    order("A2", {"lamp": 2}, customer="C-Anna", contact=replace(ANNA, street="Packstation 4711")),
    order("A3", {"lamp": 1}, customer="C-Anna"),
    order("B1", {"tent": 1}, customer="C-Ben", contact=BEN),
    order("G1", {"lamp": 1}, contact=ANNA),
)


@pytest.fixture
def numbers(context: Context, clock: HandClock) -> dict[str, int]:
    """Anna's three orders, one of a guest with her address, one of Ben; hers changed, paused and cancelled in words
    that name her, sealed, and told to a webhook whose receiver repeated her name."""
    owner = put_in_books(context, SmallWorld(), {("LEJ", "tent"): 5, ("AMS", "tent"): 5, ("LEJ", "lamp"): 9})
    placed = place_orders(context, ORDERS)
    hold_cart(context, Cart("web", Destination("DE", "10115"), (OrderLine("lamp", 1),), customer="C-Anna"))
    ids = {one.reference: one.order_id for one in placed if isinstance(one, Placed)}
    change_order(context, ids["A1"], OrderChange(lines=(replace(ORDERS[0].lines[0], quantity=2),)))
    pause_order(context, ids["A1"], "Frau Zweig rings the doorbell")
    cancel_order(context, ids["A2"], "Anna Zweig changed her mind")
    save_credits(context, owner, [CreditLine("K1", MONDAY_MORNING, "C-Anna", "lamp", 1, 1_000, "return")])
    relay_all(context, "relay", low=2)
    seal_all(context, "sealer")
    pause_order(context, ids["B1"], "doorbell-free")
    pause_order(context, ids["G1"], "Zweig, not sealed yet")
    with context.database.session() as session:
        session.execute(
            "INSERT INTO webhook_endpoint (url, topics, created_at, position) VALUES ('http://x', '{}', now(), 0)"
        )
        session.execute(
            "INSERT INTO webhook_delivery (endpoint_id, position, topic, state, created_at, excerpt) "
            "SELECT 1, r.first_position, 'order.paused', 'delivered', now(), 'hello Anna Zweig' "
            "FROM event_run AS r JOIN event AS e ON e.event_id = r.first_event_id WHERE e.kind = 'order_paused'"
        )
    return ids


def document(context: Context, name: str, **said: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads("".join(export_customer(context, name, **said)))
    return found


def test_an_export_tells_all_there_is(context: Context, numbers: dict[str, int]) -> None:
    told = document(context, "C-Anna")
    assert [one["reference"] for one in told["orders"]] == ["A1", "A2", "A3"]
    first = told["orders"][0]
    assert first["contact"]["street"] == "Lindenstr. 4711"
    assert [(line["sku"], line["quantity"]) for line in first["lines"]] == [("tent", 2)]
    assert [one["type"] for one in first["events"]] == ["order.placed", "order.changed", "order.paused"]
    assert first["events"][2]["data"]["reason"] == "Frau Zweig rings the doorbell"
    assert told["orders"][2]["contact"] is None
    assert [one["reference"] for one in told["credits"]] == ["K1"]
    assert "Ohm" not in str(told)


def test_an_address_leads_to_the_orders_sent_to_it(context: Context, numbers: dict[str, int]) -> None:
    """In any capitals; a guest's order among them."""
    told = document(context, "anna.zweig@EXAMPLE.org")
    assert [one["reference"] for one in told["orders"]] == ["A1", "A2", "G1"]


def test_an_erased_address_tells_the_names_it_led_to(context: Context, numbers: dict[str, int]) -> None:
    """The orders sent to it are nobody's any more; those that only the name tells are left, and it is said."""
    erased = erase_customer(context, "anna.zweig@example.org")
    assert (erased.orders, erased.contacts, erased.pseudonym, erased.also_named) == (3, 3, "", ("C-Anna",))
    assert [one["reference"] for one in document(context, "C-Anna")["orders"]] == ["A3"]


def test_nothing_of_an_erased_customer_is_left(context: Context, numbers: dict[str, int]) -> None:
    """Of all rows of all tables none holds any piece of her, once name and address are erased; Ben is as he was."""
    before = document(context, "C-Ben")
    erased = erase_customer(context, "C-Anna")
    assert (erased.orders, erased.contacts, erased.credits, erased.words, erased.excerpts) == (3, 2, 1, 2, 1)
    assert erase_customer(context, "anna.zweig@example.org").contacts == 1
    dumped = everything(context).lower().replace(b"ben@example.org", b"").replace(b"doorbell-free", b"")
    assert [piece for piece in PIECES if piece in dumped] == []
    assert document(context, "C-Ben") == before | {"exported_at": before["exported_at"]}


def test_the_books_stay_whole(context: Context, numbers: dict[str, int]) -> None:
    """Verified, the seal with them; every decision comes out again byte for byte; the orders go on."""
    erased = erase_customer(context, "C-Anna")
    relay_all(context, "relay", low=2)
    seal_all(context, "sealer")
    assert verify_books(context).findings == ()
    assert all(replay.agrees for number in numbers.values() for replay in replay_order(context, number))
    told = document(context, erased.pseudonym)
    assert [one["customer"] for one in told["orders"]] == [erased.pseudonym] * 3
    assert told["orders"][0]["pause_reason"] == ERASED
    resume_order(context, numbers["A1"])
    change_order(context, numbers["A1"], OrderChange(lines=(replace(ORDERS[0].lines[0], quantity=1),)))
    assert verify_books(context).ok


def test_that_it_was_erased_is_told_without_saying_who(context: Context, numbers: dict[str, int]) -> None:
    erase_customer(context, "C-Anna")
    told = list_audit(context, AuditFilter(topic="order.contact_erased")).rows
    assert sorted(one.about for one in told) == ["A1", "A2", "A3"]
    assert "Anna" not in str(told)


def test_the_erasure_of_who_never_ordered_is_told_too(context: Context, clock: HandClock) -> None:
    """Of a customer whom a ledger alone names: credit notes change, and an event says so, by the pseudonym."""
    owner = put_in_books(context, SmallWorld(), {})
    save_credits(context, owner, [CreditLine("K1", MONDAY_MORNING, "C-Carl", "lamp", 1, 1_000, "return")])
    erased = erase_customer(context, "C-Carl")
    relay_all(context, "relay", low=2)
    [told] = list_events(context, topics=read_topics(["customer"])).items
    assert told.data == {"owner": "shop", "pseudonym": erased.pseudonym, "orders": 0, "credits": 1, "carts": 0}


def test_an_order_sent_again_is_still_the_one_it_was(context: Context, numbers: dict[str, int]) -> None:
    """Answered as placed before; what is erased does not come back."""
    erase_customer(context, "C-Anna")
    again: list[Outcome] = place_orders(context, ORDERS[:1])
    assert isinstance(again[0], Placed)
    assert (again[0].repeated, again[0].order_id) == (True, numbers["A1"])
    assert find_contact(context, numbers["A1"]) is None
    other = place_orders(context, [replace(ORDERS[0], customer="C-Other")])[0]
    assert isinstance(other, Refused)
    assert other.refusal.code == "reference_taken"


def test_a_dry_run_tells_the_same_and_erases_nothing(context: Context, numbers: dict[str, int]) -> None:
    before = everything(context)
    dry = erase_customer(context, "C-Anna", dry_run=True)
    assert everything(context) == before
    real = erase_customer(context, "C-Anna")
    assert replace(dry, dry_run=False, pseudonym="") == replace(real, pseudonym="")
    with pytest.raises(UnknownCustomer):
        erase_customer(context, "C-Anna")


def test_customers_of_two_owners_are_two_persons(context: Context, numbers: dict[str, int]) -> None:
    other = save_merchant(context, Owner("other", "Other", "EUR"), [Channel("other-web", "Web")])
    save_items(context, other, [item("cup", 100)], [])
    assert isinstance(
        place_orders(context, [order("X", {"cup": 1}, channel="other-web", customer="C-Anna")])[0], Placed
    )
    for ask in (document, erase_customer):
        with pytest.raises(AmbiguousCustomer, match="other, shop"):
            ask(context, "C-Anna")
    assert erase_customer(context, "C-Anna", owner="shop").orders == 3
    assert document(context, "C-Anna")["owner"] == "other"


def test_what_is_still_to_be_imported_must_come_first(context: Context, numbers: dict[str, int]) -> None:
    """Else the import would bring back what was erased."""
    with context.database.session() as session:
        session.execute(
            "INSERT INTO import_job (kind, digest, file_name, said, state, entries, started_at) "
            "VALUES ('orders', 'x', 'open.csv', '{}', 'applying', 1, now())"
        )
        session.execute(
            "INSERT INTO import_document (job_id, place, row_no, body) "
            """VALUES (1, 1, 2, '{"request": {"customer": "C-Anna"}}')"""
        )
    with pytest.raises(ErasureMustWait):
        erase_customer(context, "C-Anna")


def test_guests_are_nobodys_name(context: Context, numbers: dict[str, int]) -> None:
    """An empty name stands for no customer, not for all guests."""
    with pytest.raises(UnknownCustomer):
        erase_customer(context, "")


def test_a_customer_is_found_by_index(context: Context) -> None:
    """However many orders there are: neither orders nor contacts are read through."""
    with context.database.session() as session:
        session.execute(
            "INSERT INTO orders (order_id, placed_at, recorded_at, channel_id, round, state, wish, assumed, country, "
            "area, content, reference, customer) SELECT n, now(), now(), 1, 1, 'open', 'part', false, 'DE', '1', '', "
            "n::text, 'C' || n FROM generate_series(1, 20000) AS n"
        )
        session.execute(
            "INSERT INTO order_contact (order_id, email) SELECT n, n || '@x' FROM generate_series(1, 20000) AS n"
        )
        session.execute("ANALYZE orders, order_contact")
        asked = {"name": "C77", "owner": None, **EVERYTHING.parameters()}
        plan = session.execute(b"EXPLAIN " + query("customers/find"), asked).fetchall()
    text = str([row["QUERY PLAN"] for row in plan])
    assert "orders_of_customer" in text
    assert "order_contact_by_email" in text
    assert "Seq Scan on orders" not in text
    assert "Seq Scan on order_contact" not in text


def test_what_shops_said_of_an_erased_customer_is_discarded(context: Context, numbers: dict[str, int]) -> None:
    """A message set aside that names her by number or address goes, one that cannot be read too; another's stays."""
    connect(context)
    theirs: dict[str, Any] = {"customer": {"id": "C-Anna"}, "email": ANNA.email}
    for number, said in enumerate((theirs, {"billing": {"email": ANNA.email}}, {"customer": {"id": "C-Ben"}})):
        send(context, "orders/create", said, delivery=str(number))
    send(context, "orders/create", b"not json: C-Anna", delivery="unreadable")
    with pytest.raises(MessagesMustBeApplied):
        erase_customer(context, "C-Anna")
    settle(context)
    hold_cart(context, Cart("web", Destination("DE", "10115"), (OrderLine("lamp", 1),), customer="C-Anna"))
    erased = erase_customer(context, "C-Anna")
    assert (erased.messages, erased.carts) == (3, 2)
    states = [one.state for one in list_messages(context, MessageFilter()).rows]
    assert states == ["discarded", "failed", "discarded", "discarded"]
    dumped = everything(context).lower()
    assert b"c-anna" not in dumped
    assert b"c-ben" in dumped


def test_files_of_orders_are_forgotten_first(context: Context, numbers: dict[str, int]) -> None:
    """A file that is kept, or its bad rows, may name anybody: the erasure names it, and goes on once it is gone."""
    text = "reference,channel,sku,quantity,country,postcode,customer\nX1,web,lampp,1,DE,10115,C-Anna\n"
    brought = Brought("orders", "march.csv", Asked(owner="shop", dry_run=True))
    upload = receive(context, brought, BytesIO(text.encode()), len(text)).upload_id
    for _ in range(2):
        with pytest.raises(FilesMustBeForgotten) as refused:
            erase_customer(context, "C-Anna")
        assert refused.value.imports == (upload,)
        work_once(context, "test", Signal())
    forget_upload(context, upload)
    erase_customer(context, "C-Anna")
    erase_customer(context, ANNA.email)
    assert b"c-anna" not in everything(context).lower()
