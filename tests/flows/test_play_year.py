"""A played year: orders and deliveries in the order of time, the same again when played again."""

from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.flows.context import Context
from stockmesh.flows.import_retailer import place_all, set_up_retailer
from stockmesh.flows.play_year import Year
from stockmesh.flows.stock_journal import list_incoming
from stockmesh.flows.summary import summarise
from stockmesh.flows.verify_books import verify_books
from stockmesh.gateways.sample import replenishment, sample_network, sample_retailer


def test_a_year_is_short_now_and_then_and_its_supply_comes_on_its_days(context: Context) -> None:
    """Few orders find too little, most leave from one site; what is still on its way is due about the year's end, and
    playing on changes nothing."""
    retailer, network = sample_retailer(scale=0.04), sample_network()
    supply = replenishment(retailer, network)
    owner_id = set_up_retailer(context, retailer, network, policy=SourcingPolicy(), stock=supply.levels)
    year = Year(owner_id, retailer.orders, supply)
    tally = place_all(context, year, batch_orders=500)
    found = summarise(context)
    assert tally.placed == found.orders > 700
    assert 0 < found.short_when_placed <= 0.1 * found.orders
    assert found.short <= found.short_when_placed
    assert found.split <= 0.4 * found.orders
    last = retailer.orders[-1].placed_at.date()
    due = [(line.due_on - last).days for line in list_incoming(context, count=1_000).rows]
    assert due
    assert min(due) >= -21
    assert any(days > 0 for days in due)
    assert verify_books(context).ok
    again = place_all(context, year, batch_orders=500)
    assert (again.placed, again.repeated) == (0, tally.placed)
    assert summarise(context) == found
