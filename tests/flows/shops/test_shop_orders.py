"""Orders of shops: whatever order their messages come in, and however often, the books end at the same."""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import HandClock
from shop_messages import connect, golden, send, settle
from stockmesh.flows.context import Context
from stockmesh.flows.event_log import list_events, read_topics
from stockmesh.flows.order_contacts import erase_contact, find_contact
from stockmesh.flows.order_detail import OrderDetail, get_order
from stockmesh.flows.order_life import cancel_order, find_order, pause_order
from stockmesh.flows.place_orders import place_orders
from stockmesh.flows.relay_events import relay_all
from stockmesh.flows.shops.messages import (
    MessageFilter,
    discard_message,
    list_messages,
    prune_messages,
    retry_messages,
    show_message,
)
from stockmesh.flows.shops.refusals import UnknownMessage
from stockmesh.flows.verify_books import verify_books
from stockmesh.gateways.shops.signing import ShopKind
from worlds import SmallWorld, order, put_in_books

STOCK = {("LEJ", "tent"): 90, ("AMS", "tent"): 50, ("LEJ", "lamp"): 200, ("LIL", "mug"): 30}
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FAILED = MessageFilter(state="failed")
Sent = tuple[str, dict[str, Any]]


@pytest.fixture
def shopify(context: Context) -> Context:
    put_in_books(context, SmallWorld(), STOCK)
    connect(context)
    return context


@pytest.fixture
def woocommerce(context: Context) -> Context:
    put_in_books(context, SmallWorld(), STOCK)
    connect(context, ShopKind.WOOCOMMERCE)
    return context


def reasons(context: Context) -> list[str]:
    return [one.code for one in list_messages(context, FAILED).rows]


def the_order(context: Context, reference: str = "#1001") -> OrderDetail:
    return get_order(context, find_order(context, reference))


def line(sku: str, quantity: int, **changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = golden("shopify_order_create")["line_items"][1]
    return said | {"sku": sku, "quantity": quantity, "current_quantity": quantity} | changes


def shopify_order(minute: int, **changes: Any) -> dict[str, Any]:
    """The golden order as it stands at a minute after nine."""
    return golden("shopify_order_create", updated_at=(NINE + timedelta(minutes=minute)).isoformat(), **changes)


def woo_order(second: int, status: str, **changes: Any) -> dict[str, Any]:
    """The golden WooCommerce order as it stands at a second after nine."""
    at = (NINE + timedelta(seconds=second)).isoformat().removesuffix("+00:00")
    return golden("woocommerce_order_created", status=status, date_modified_gmt=at, **changes)


@dataclass(frozen=True)
class Life:
    """The messages of one order in the order they were said, and what they lead to."""

    said: tuple[Sent, ...]
    state: str
    units: dict[str, int]
    kind: ShopKind = ShopKind.SHOPIFY


TWO = [line("tent", 2), line("lamp", 1)]
EDITED = [line("tent", 2, current_quantity=1), line("lamp", 0), line("mug", 3)]
ELSEWHERE = golden("shopify_order_create")["shipping_address"] | {"zip": "75008", "country_code": "FR"}
CANCELLED = {"cancelled_at": NINE.isoformat(), "cancel_reason": "customer"}
WOO_LINES = golden("woocommerce_order_created")["line_items"]

LIVES = {
    "bought": Life((("orders/create", shopify_order(0, line_items=TWO)),), "open", {"tent": 2, "lamp": 1}),
    "edited": Life(
        (
            ("orders/create", shopify_order(0, line_items=TWO)),
            ("orders/paid", shopify_order(1, line_items=TWO)),
            ("orders/updated", shopify_order(2, line_items=EDITED)),
            ("orders/updated", shopify_order(3, line_items=EDITED, shipping_address=ELSEWHERE)),
        ),
        "open",
        {"tent": 1, "mug": 3},
    ),
    "cancelled": Life(
        (
            ("orders/create", shopify_order(0, line_items=TWO)),
            ("orders/updated", shopify_order(1, line_items=EDITED)),
            ("orders/updated", shopify_order(2, line_items=EDITED, **CANCELLED)),
            ("orders/cancelled", shopify_order(2, line_items=EDITED, **CANCELLED)),
        ),
        "cancelled",
        {},
    ),
    "edited to nothing": Life(
        (
            ("orders/create", shopify_order(0, line_items=TWO)),
            ("orders/updated", shopify_order(1, line_items=[line("tent", 2, current_quantity=0)])),
        ),
        "cancelled",
        {},
    ),
    "shipped, then refunded": Life(
        (
            ("orders/create", shopify_order(0, line_items=TWO)),
            ("orders/updated", shopify_order(1, line_items=EDITED)),
            ("orders/fulfilled", shopify_order(2, line_items=EDITED, fulfillment_status="fulfilled")),
            ("orders/updated", shopify_order(3, line_items=[line("mug", 0)], fulfillment_status="fulfilled")),
        ),
        "open",
        {"tent": 1, "mug": 3},
    ),
    "paid later": Life(
        (
            ("orders/create", shopify_order(0, line_items=TWO, financial_status="pending")),
            ("orders/paid", shopify_order(0, line_items=TWO)),
        ),
        "open",
        {"tent": 2, "lamp": 1},
    ),
    "never paid": Life(
        (
            ("orders/create", shopify_order(0, line_items=TWO, financial_status="pending")),
            ("orders/updated", shopify_order(1, line_items=EDITED, financial_status="pending")),
        ),
        "paused",
        {"tent": 1, "mug": 3},
    ),
    "paid within the second": Life(
        (
            ("order.created", woo_order(0, "pending")),
            ("order.updated", woo_order(0, "processing")),
        ),
        "open",
        {"tent": 2, "lamp": 3},
        ShopKind.WOOCOMMERCE,
    ),
    "held": Life(
        (
            ("order.created", woo_order(0, "processing")),
            ("order.updated", woo_order(5, "on-hold", line_items=WOO_LINES[:1])),
        ),
        "paused",
        {"tent": 2},
        ShopKind.WOOCOMMERCE,
    ),
    "failed, then paid": Life(
        (
            ("order.created", woo_order(0, "pending")),
            ("order.updated", woo_order(5, "failed")),
            ("order.updated", woo_order(9, "processing")),
        ),
        "open",
        {"tent": 2, "lamp": 3},
        ShopKind.WOOCOMMERCE,
    ),
    "trashed and restored": Life(
        (
            ("order.created", woo_order(0, "processing")),
            ("order.deleted", {"id": 727}),
            ("order.restored", woo_order(0, "processing")),
            ("order.updated", woo_order(5, "completed")),
        ),
        "open",
        {"tent": 2, "lamp": 3},
        ShopKind.WOOCOMMERCE,
    ),
    "trashed": Life(
        (
            ("order.created", woo_order(0, "processing")),
            ("order.updated", woo_order(7, "processing")),
            ("order.deleted", {"id": 727}),
        ),
        "cancelled",
        {},
        ShopKind.WOOCOMMERCE,
    ),
}


def renamed(sent: Sent, trial: int) -> Sent:
    """The same message about an order of its own."""
    topic, said = sent
    names = {"name": f"#{trial}"} if "name" in said else {"number": str(trial)} if "number" in said else {}
    return topic, said | {"id": 10**6 + trial} | names


def standing(context: Context, trial: int) -> tuple[str, dict[str, int]]:
    """The state and units of the order that a trial led to at last; one that never was is cancelled."""
    found = [one for one in list_messages(context, MessageFilter()).rows if one.subject == f"order/{10**6 + trial}"]
    assert found
    order_id = found[0].order_id
    if order_id is None:
        return "cancelled", {}
    detail = get_order(context, order_id)
    return detail.state, {} if detail.state == "cancelled" else {one.sku: one.quantity for one in detail.lines}


@pytest.mark.parametrize("name", LIVES)
def test_any_order_of_coming_leads_to_the_same(context: Context, name: str) -> None:
    """Any permutation and repetition of a life's messages, applied one by one, in parts or all together."""
    life = LIVES[name]
    put_in_books(context, SmallWorld(), STOCK)
    connect(context, life.kind)
    trials = itertools.count(1)

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(data=st.data())
    def play(data: st.DataObject) -> None:
        trial = next(trials)
        sent = data.draw(st.permutations(list(enumerate(life.said))))
        again = data.draw(st.lists(st.sampled_from(sent), max_size=3))
        for number, message in [*sent, *again]:
            topic, said = renamed(message, trial)
            send(context, topic, said, delivery=f"{trial}-{number}")
            if data.draw(st.booleans()):
                settle(context)
        settle(context)
        assert standing(context, trial) == (life.state, life.units)
        assert reasons(context) == []
        cancel_what_is_left(context)

    play()
    assert verify_books(context).ok


def cancel_what_is_left(context: Context) -> None:
    """Stock is there again for the next trial."""
    for one in list_messages(context, MessageFilter()).rows[:1]:
        if one.order_id is not None and get_order(context, one.order_id).state != "cancelled":
            cancel_order(context, one.order_id, "the trial is over")


def test_a_message_that_cannot_be_applied_is_set_aside_and_others_go_on(shopify: Context) -> None:
    """Its reason is told, its person hidden; tried again once the item is there, it is applied."""
    send(shopify, "orders/create", shopify_order(0, line_items=[line("stove", 1)]))
    send(shopify, "orders/create", shopify_order(0, id=2, name="#1002", line_items=TWO))
    assert settle(shopify).failed == 1
    assert the_order(shopify, "#1002").state == "open"
    [message] = list_messages(shopify, FAILED).rows
    assert (message.code, message.subject) == ("unknown_item", "order/820982911946154508")
    shown = str(show_message(shopify, message.message_id))
    assert "stove" in shown
    assert not any(word in shown for word in ("Anna", "Schmidt", "anna@", "Invaliden", "10115", "+49"))
    product = {"id": 5, "title": "Stove", "updated_at": NINE.isoformat(), "variants": [{"id": 6, "sku": "stove"}]}
    send(shopify, "products/create", product)
    settle(shopify)
    assert the_order(shopify).state == "waiting"
    assert reasons(shopify) == []


def test_a_newer_message_settles_the_older_one_that_was_set_aside(shopify: Context) -> None:
    """The shop's correction is enough: nobody has to discard anything."""
    send(shopify, "orders/create", shopify_order(0, line_items=[line("stove", 1)]))
    settle(shopify)
    assert reasons(shopify) == ["unknown_item"]
    send(shopify, "orders/updated", shopify_order(1, line_items=TWO))
    settle(shopify)
    assert reasons(shopify) == []


def test_messages_set_aside_are_retried_or_discarded(shopify: Context) -> None:
    """Retried it waits again; discarded its body is gone, and the same delivery does not come back."""
    picked_up = shopify_order(0, shipping_address=None)
    send(shopify, "orders/create", picked_up, delivery="one")
    settle(shopify)
    assert reasons(shopify) == ["no_address"]
    assert retry_messages(shopify, shop="berlin") == 1
    settle(shopify)
    [message] = list_messages(shopify, FAILED).rows
    discard_message(shopify, message.message_id)
    with pytest.raises(UnknownMessage):
        show_message(shopify, message.message_id)
    with pytest.raises(UnknownMessage):
        retry_messages(shopify, message_id=message.message_id)
    assert send(shopify, "orders/create", picked_up, delivery="one") is False


def test_what_was_decided_here_is_not_undone_by_the_shop(shopify: Context) -> None:
    """An order that a person paused stays paused, one that was cancelled here stays cancelled."""
    send(shopify, "orders/create", shopify_order(0, line_items=TWO))
    send(shopify, "orders/create", shopify_order(0, id=2, name="#1002", line_items=TWO))
    settle(shopify)
    pause_order(shopify, the_order(shopify).order_id, "fraud check")
    cancel_order(shopify, the_order(shopify, "#1002").order_id, "sold out")
    send(shopify, "orders/updated", shopify_order(1, line_items=TWO, note="hello"))
    send(shopify, "orders/updated", shopify_order(1, id=2, name="#1002", line_items=TWO, note="hello"))
    settle(shopify)
    assert the_order(shopify).state == "paused"
    assert the_order(shopify, "#1002").state == "cancelled"
    assert "cancelled here" in list_messages(shopify, MessageFilter()).rows[0].reason


def test_an_order_that_is_in_the_books_already_is_taken_for_the_shops(shopify: Context) -> None:
    """Imported before the shop was connected: it is not doubled, and follows the shop from now on."""
    place_orders(shopify, [order("#1001", {"tent": 5})])
    send(shopify, "orders/updated", shopify_order(0, line_items=TWO))
    settle(shopify)
    assert {one.sku: one.quantity for one in the_order(shopify).lines} == {"tent": 2, "lamp": 1}


def test_who_receives_an_order_follows_the_shop_until_it_is_erased(shopify: Context) -> None:
    """Another street in the same area moves nothing; after erasure nothing of the person comes back, nor is kept."""
    send(shopify, "orders/create", shopify_order(0, line_items=TWO))
    settle(shopify)
    address = golden("shopify_order_create")["shipping_address"] | {"address1": "Chausseestr. 8"}
    send(shopify, "orders/updated", shopify_order(1, line_items=TWO, shipping_address=address))
    settle(shopify)
    order_id = the_order(shopify).order_id
    contact = find_contact(shopify, order_id)
    assert contact is not None
    assert contact.street == "Chausseestr. 8, 3. Stock"
    send(shopify, "orders/updated", shopify_order(1, line_items=TWO, shipping_address=address))
    settle(shopify)
    relay_all(shopify, "relay", low=2)
    told = list_events(shopify, topics=read_topics(["order"])).items
    assert [one.type for one in told] == ["order.placed", "order.contact_changed"]
    assert "Chaussee" not in str(told)
    send(shopify, "orders/updated", shopify_order(2, line_items=[line("stove", 1)]))
    settle(shopify)
    assert erase_contact(shopify, order_id)
    assert reasons(shopify) == []
    send(shopify, "orders/updated", shopify_order(3, line_items=TWO))
    settle(shopify)
    assert find_contact(shopify, order_id) is None


def test_nothing_of_a_person_is_kept_once_a_message_is_applied(shopify: Context, clock: HandClock) -> None:
    """The body goes with the application; the number goes a month later."""
    send(shopify, "orders/create", shopify_order(0, line_items=TWO))
    settle(shopify)
    with shopify.database.session() as session:
        kept = str(
            session.execute("SELECT m.*, k.* FROM shop_message m JOIN shop_subject k USING (subject)").fetchall()
        )
    assert "tent" in kept
    assert not any(word in kept for word in ("Anna", "anna@", "Invaliden", "+49"))
    assert prune_messages(shopify) == 0
    clock.advance(days=31)
    assert prune_messages(shopify) == 1


def test_an_order_that_was_shipped_before_it_was_known_takes_no_stock(shopify: Context) -> None:
    """An edit of an old order does not send it once more."""
    send(shopify, "orders/updated", shopify_order(9, fulfillment_status="fulfilled"))
    settle(shopify)
    [message] = list_messages(shopify, MessageFilter()).rows
    assert (message.state, message.order_id) == ("applied", None)
    assert "begun to ship" in message.reason


def test_things_that_are_not_shipped_are_not_sourced(woocommerce: Context) -> None:
    """A download has a SKU as all things have; the product says that it is none to ship."""
    lines = [*WOO_LINES[:1], WOO_LINES[1] | {"sku": "manual-pdf"}]
    send(woocommerce, "order.created", woo_order(0, "processing", line_items=lines))
    settle(woocommerce)
    assert reasons(woocommerce) == ["unknown_item"]
    pdf = {
        "id": 9,
        "name": "Manual",
        "type": "simple",
        "virtual": True,
        "sku": "manual-pdf",
        "date_modified_gmt": "2026-03-02T09:00:00",
    }
    send(woocommerce, "product.created", pdf)
    settle(woocommerce)
    assert [one.sku for one in the_order(woocommerce, "727").lines] == ["tent"]
