"""Who receives an order: kept apart, shown on request, erased without harm, and nowhere else in the books."""

from dataclasses import replace

import pytest

from stockmesh.domain.fulfilment.refusals import BadContact, UnknownOrder
from stockmesh.domain.fulfilment.requests import Contact, Destination, OrderRequest
from stockmesh.flows.context import Context
from stockmesh.flows.order_contacts import erase_contact, find_contact
from stockmesh.flows.order_detail import get_order
from stockmesh.flows.order_life import OrderChange, change_order
from stockmesh.flows.place_orders import Placed, Refused, place_orders
from stockmesh.flows.replaying import replay_order
from stockmesh.flows.verify_books import verify_books
from worlds import SmallWorld, order, put_in_books

ANNA = Contact("Anna Zweig", "Lindenstr. 4711", "Berlin", "10115", "anna.zweig@example.org", "+49 30 4711815")
FOR_ANNA = order("O1", {"tent": 1}, contact=ANNA)


@pytest.fixture(autouse=True)
def world(context: Context) -> None:
    put_in_books(context, SmallWorld(), {("LEJ", "tent"): 5})


def place(context: Context, *requests: OrderRequest) -> list[Placed]:
    return [outcome for outcome in place_orders(context, requests) if isinstance(outcome, Placed)]


def test_a_contact_is_kept_with_the_order_it_came_with(context: Context) -> None:
    """Of three orders of a batch two have one; a refused order leaves none."""
    refused = order("O4", {"chair": 1}, contact=ANNA)
    some = place(context, order("O0", {"tent": 1}), FOR_ANNA, order("O3", {"tent": 1}, contact=Contact("Ben")), refused)
    found = [find_contact(context, one.order_id) for one in some]
    assert found == [None, ANNA, Contact("Ben", postcode="10115")]
    with context.database.session() as session:
        assert len(session.execute("SELECT FROM order_contact").fetchall()) == 2
    assert verify_books(context).ok


def test_a_contact_is_no_part_of_the_order(context: Context) -> None:
    """The same order with another contact is the same order; the first contact stays."""
    [first] = place(context, FOR_ANNA)
    [again] = place(context, replace(FOR_ANNA, contact=Contact("Ben")))
    assert again == replace(first, repeated=True)
    assert find_contact(context, first.order_id) == ANNA


def test_nothing_of_a_contact_stands_elsewhere_in_the_books(context: Context) -> None:
    """Every row of every other table, as text and as the bytes of its facts, is searched for the name and the rest."""
    [one] = place(context, FOR_ANNA)
    change_order(context, one.order_id, OrderChange(lines=(replace(FOR_ANNA.lines[0], quantity=2),)))
    with context.database.session() as session:
        tables = session.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for name in {row["tablename"] for row in tables} - {"order_contact"}:
            for row in session.execute(f"SELECT * FROM {name}").fetchall():
                held = b" ".join(bytes(v) if isinstance(v, bytes) else str(v).encode() for v in row.values())
                assert not [said for said in (b"Zweig", b"Linden", b"example.org", b"4711") if said in held], name


def test_an_erased_contact_is_gone_and_the_order_is_whole(context: Context) -> None:
    [one] = place(context, FOR_ANNA)
    assert erase_contact(context, one.order_id)
    assert not erase_contact(context, one.order_id)
    assert find_contact(context, one.order_id) is None
    detail = get_order(context, one.order_id)
    assert (detail.state, [event.kind for event in detail.events]) == ("open", ["order_placed", "order_contact_erased"])
    assert replay_order(context, one.order_id)[0].agrees
    assert verify_books(context).ok


def test_an_order_that_goes_elsewhere_forgets_the_street(context: Context) -> None:
    [one] = place(context, FOR_ANNA)
    change_order(context, one.order_id, OrderChange(Destination("DE", "20095", "Hamburg")))
    moved = replace(ANNA, street="", city="Hamburg", postcode="20095")
    assert find_contact(context, one.order_id) == moved


@pytest.mark.parametrize("said", ["x" * 201, "two\nlines", "half \ud800", "nul\0"])
@pytest.mark.parametrize("part", ["name", "street", "city", "postcode", "email", "phone"])
def test_a_contact_that_cannot_be_kept_is_refused_alone(context: Context, part: str, said: str) -> None:
    """The others of the batch are placed, and the refusal does not repeat what was said."""
    bad = order("bad", {"tent": 1}, contact=replace(ANNA, **{part: said}))
    refused, placed = place_orders(context, [bad, FOR_ANNA])
    assert isinstance(refused, Refused)
    assert isinstance(refused.refusal, BadContact)
    assert (refused.refusal.part, said in str(refused.refusal)) == (part, False)
    assert isinstance(placed, Placed)


def test_an_order_that_is_not_there_has_no_contact(context: Context) -> None:
    for ask in (find_contact, erase_contact):
        with pytest.raises(UnknownOrder):
            ask(context, 999)
