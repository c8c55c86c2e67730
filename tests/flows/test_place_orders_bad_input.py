"""Bad input to placing: refused alone, with a stable code, and nothing of it in the books."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from stockmesh.domain.fulfilment.refusals import EmptyNetwork
from stockmesh.domain.fulfilment.requests import Destination, OrderLine, OrderRequest, Wish
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import Outcome, Placed, Refused, place_orders
from stockmesh.flows.verify_books import verify_books
from worlds import SmallWorld, order, put_in_books

Change = Callable[[OrderRequest], OrderRequest]


def lines(*said: tuple[str, int, int]) -> Change:
    return lambda request: replace(request, lines=tuple(OrderLine(*line) for line in said))


def to(country: str, postcode: str, city: str = "") -> Change:
    return lambda request: replace(request, destination=Destination(country, postcode, city))


def at(moment: datetime) -> Change:
    return lambda request: replace(request, placed_at=moment)


BAD: dict[str, tuple[Change, str]] = {
    "unknown SKU": (lines(("chair", 1, 1)), "unknown_item"),
    "empty SKU": (lines(("", 1, 1)), "unknown_item"),
    "SKU of half a sign": (lines(("\ud800", 1, 1)), "unknown_item"),
    "SKU with NUL": (lines(("tent\x00", 1, 1)), "unknown_item"),
    "unknown channel": (lambda request: replace(request, channel="fax"), "unknown_channel"),
    "channel of half a sign": (lambda request: replace(request, channel="\udfff"), "unknown_channel"),
    "unknown country": (to("XX", "10115"), "unknown_country"),
    "empty country": (to("", "10115"), "unknown_country"),
    "country of half a sign": (to("\ud800", "10115"), "unknown_country"),
    "country with NUL": (to("D\x00E", "10115"), "unknown_country"),
    "unknown postcode": (to("DE", "ABCDE"), "unknown_postcode"),
    "empty postcode": (to("DE", ""), "unknown_postcode"),
    "endless postcode": (to("DE", "1" * 10_000), "unknown_postcode"),
    "no card for the country": (to("AU", "2000"), "not_served"),
    "quantity 0": (lines(("tent", 0, 1)), "bad_quantity"),
    "quantity below 0": (lines(("tent", -1, 1)), "bad_quantity"),
    "quantity beyond the largest": (lines(("tent", 1_000_001, 1)), "bad_quantity"),
    "quantity beyond 64 bits": (lines(("tent", 2**70, 1)), "bad_quantity"),
    "lines that add up beyond the largest": (lines(("tent", 600_000, 1), ("tent", 600_000, 1)), "bad_quantity"),
    "price below 0": (lines(("tent", 1, -1)), "bad_price"),
    "price beyond the largest": (lines(("tent", 1, 10**12 + 1)), "bad_price"),
    "price beyond 64 bits": (lines(("tent", 1, 2**70)), "bad_price"),
    "no lines": (lines(), "empty_order"),
    "5,000 lines": (lines(*[("tent", 1, 1)] * 5_000), "order_too_large"),
    "no reference": (lambda request: replace(request, reference=""), "bad_reference"),
    "endless reference": (lambda request: replace(request, reference="r" * 10_000), "bad_reference"),
    "reference with NUL": (lambda request: replace(request, reference="r\x00"), "bad_reference"),
    "reference with a line feed": (lambda request: replace(request, reference="r\n1"), "bad_reference"),
    "reference of half a sign": (lambda request: replace(request, reference="r\ud800"), "bad_reference"),
    "customer with NUL": (lambda request: replace(request, customer="c\x00"), "bad_customer"),
    "customer of half a sign": (lambda request: replace(request, customer="c\ud800"), "bad_customer"),
    "endless customer": (lambda request: replace(request, customer="c" * 10_000), "bad_customer"),
    "city of half a sign": (to("DE", "10115", "Berlin\ud800"), "poisoned_order"),
    "instant without a zone": (at(datetime(2026, 3, 2, 9)), "bad_instant"),  # noqa: DTZ001
    "year 1900": (at(datetime(1900, 1, 1, tzinfo=UTC)), "bad_instant"),
    "year 2150": (at(datetime(2150, 1, 1, tzinfo=UTC)), "bad_instant"),
    "first instant of all": (at(datetime.min.replace(tzinfo=UTC)), "bad_instant"),
}


def books_are_whole(context: Context) -> None:
    verification = verify_books(context)
    assert verification.ok, [finding.sentence for finding in verification.findings]


def count_orders(context: Context) -> int:
    with context.database.session() as session:
        row = session.execute("SELECT count(*) AS orders FROM orders").fetchone()
    return int(row["orders"]) if row else -1


def codes(outcomes: list[Outcome]) -> list[str]:
    return [outcome.refusal.code if isinstance(outcome, Refused) else "placed" for outcome in outcomes]


@pytest.fixture
def stocked(context: Context) -> Context:
    """Leipzig with tents, lamps and mugs for everybody."""
    put_in_books(context, SmallWorld(), {("LEJ", sku): 1_000 for sku in ("tent", "lamp", "mug")})
    return context


def test_a_bad_order_is_refused_alone(stocked: Context) -> None:
    """Every kind of bad order stands between two good ones, all in one batch: only the bad ones are refused."""
    requests: list[OrderRequest] = []
    for number, (change, _) in enumerate(BAD.values()):
        requests += [order(f"good-{number}", {"tent": 1, "lamp": 1}), change(order(f"bad-{number}", {"tent": 1}))]
    outcomes = place_orders(stocked, requests)
    assert dict(zip(BAD, codes(outcomes[1::2]), strict=True)) == {kind: code for kind, (_, code) in BAD.items()}
    assert codes(outcomes[::2]) == ["placed"] * len(BAD)
    assert all(str(outcome.refusal) for outcome in outcomes if isinstance(outcome, Refused))
    assert count_orders(stocked) == len(BAD)
    books_are_whole(stocked)


def test_bad_orders_leave_no_trace(stocked: Context) -> None:
    """Each alone in its batch, the bad orders are refused with the same codes, and the books hold nothing of them."""
    found = {
        kind: codes(place_orders(stocked, [change(order("bad", {"tent": 1}))])) for kind, (change, _) in BAD.items()
    }
    assert found == {kind: [code] for kind, (_, code) in BAD.items()}
    assert count_orders(stocked) == 0
    books_are_whole(stocked)


def test_odd_but_good_orders_are_placed(stocked: Context) -> None:
    """The largest values allowed are taken: reference, customer, quantity, price, number of lines."""
    requests = [
        order("r" * 120, {"tent": 1}),
        order("Bestellung Nr. 7 / Größe ☂ 雨", {"tent": 1}),
        order("long customer", {"tent": 1}, customer="c" * 120),
        order("many units", {"tent": 1_000_000}),
        replace(order("dear", {}), lines=(OrderLine("tent", 1, 10**12),)),
        replace(order("free", {}), lines=(OrderLine("tent", 1, 0),)),
        replace(order("2,000 lines", {}), lines=(OrderLine("tent", 1, 1),) * 2_000),
        order("year 2000", {"tent": 1}, placed_at=datetime(2000, 1, 1, tzinfo=UTC)),
        order("year 2099", {"tent": 1}, placed_at=datetime(2099, 12, 31, 23, 59, tzinfo=UTC)),
    ]
    assert codes(place_orders(stocked, requests)) == ["placed"] * len(requests)
    books_are_whole(stocked)


def test_no_orders_is_no_work(stocked: Context) -> None:
    """An empty batch answers nothing and touches nothing."""
    assert place_orders(stocked, []) == []


def test_without_a_network_nothing_is_placed(context: Context) -> None:
    """Before any world was published there is nowhere to source from."""
    with pytest.raises(EmptyNetwork):
        place_orders(context, [order("O1", {"tent": 1})])


def test_a_world_without_locations_serves_nobody(context: Context) -> None:
    """A published network with no location in it refuses every order as not served."""
    put_in_books(context, SmallWorld(locations=()), {})
    assert codes(place_orders(context, [order("O1", {"tent": 1}), order("O2", {"lamp": 1})])) == ["not_served"] * 2
    assert count_orders(context) == 0


def test_a_world_without_an_exchange_rate_refuses_orders(context: Context) -> None:
    """A card in a currency without a rate cannot be priced: the order is refused, not the program."""
    put_in_books(context, SmallWorld(fx_ppm={}), {("LEJ", "tent"): 5})
    assert codes(place_orders(context, [order("O1", {"tent": 1})])) == ["no_exchange_rate"]


def test_many_copies_of_a_hopeless_order_are_all_answered(context: Context) -> None:
    """One reference ten times in a batch, with nothing in stock: ten refusals, and the order behind them is placed."""
    put_in_books(context, SmallWorld(), {("LEJ", "lamp"): 1})
    hopeless = order("again", {"tent": 1}, wish=Wish.REFUSE)
    outcomes = place_orders(context, [hopeless] * 10 + [order("good", {"lamp": 1})])
    assert codes(outcomes) == ["short_stock"] * 10 + ["placed"]


def test_a_row_the_database_rejects_is_found_among_many(stocked: Context) -> None:
    """One order whose rows the database will not take: its batch is halved until it stands alone."""
    with stocked.database.session() as session:
        session.execute("ALTER TABLE orders ADD CONSTRAINT no_thirteen CHECK (reference <> 'O13')")
    outcomes = place_orders(stocked, [order(f"O{number}", {"tent": 1}) for number in range(50)])
    assert [outcome.reference for outcome in outcomes if isinstance(outcome, Refused)] == ["O13"]
    assert codes(outcomes)[13] == "poisoned_order"
    assert sum(isinstance(outcome, Placed) for outcome in outcomes) == 49
    books_are_whole(stocked)


def test_an_item_larger_than_a_container_harms_nobody(context: Context) -> None:
    """An item whose volume does not fit 64 bits is refused at once; orders for other items go on."""
    world = SmallWorld()
    huge = replace(world.items[0], sku="mast", length_um=30_000_000, width_um=30_000_000, height_um=30_000_000)
    put_in_books(context, replace(world, items=(*world.items, huge)), {("LEJ", "tent"): 5, ("LEJ", "mast"): 5})
    requests = [order("O1", {"tent": 1}), order("O2", {"mast": 1}, wish=Wish.REFUSE)]
    assert codes(place_orders(context, requests)) == ["placed", "unit_too_large"]
    books_are_whole(context)
