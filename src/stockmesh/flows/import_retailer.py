"""A whole retailer into the books: catalogue, network, opening stock, then a stretch of orders in the order of time."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from stockmesh.domain.fulfilment.requests import OrderRequest
from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import Placed, Refused, place_orders
from stockmesh.flows.set_up import open_stock, publish_network, save_credits, save_incoming, save_items, save_merchant
from stockmesh.gateways.retailer import IncomingSupply, Network, OpeningStock, Retailer

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Tally:
    """What became of the requests of a long run, refusals by code with one example each."""

    placed: int
    repeated: int
    refused: dict[str, int]
    examples: dict[str, str]


@dataclass(frozen=True)
class Opening:
    """What the books open with, before the first order."""

    network: Network
    policy: SourcingPolicy
    stock: Sequence[OpeningStock]
    incoming: Sequence[IncomingSupply]


def set_up_retailer(context: Context, retailer: Retailer, opening: Opening) -> None:
    """Merchant, network, catalogue and opening stock. What is there already stays: a second call changes nothing."""
    owner_id = save_merchant(context, retailer.owner, retailer.channels)
    publish_network(context, opening.network, opening.policy, retailer.owner.book_currency)
    save_items(context, owner_id, retailer.items, retailer.kits)
    open_stock(context, owner_id, opening.stock, occurred_at=_before_first(retailer.orders))
    save_incoming(context, owner_id, opening.incoming)
    save_credits(context, owner_id, retailer.credits)


def _before_first(orders: Sequence[OrderRequest]) -> datetime:
    first = min(order.placed_at for order in orders)
    return first - timedelta(days=1)


def place_all(
    context: Context, orders: Sequence[OrderRequest], *, batch_orders: int, progress: Progress = lambda *_: None
) -> Tally:
    """Places a long sequence batch by batch; what was placed before is answered, not done again."""
    counts: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for start in range(0, len(orders), batch_orders):
        for outcome in place_orders(context, orders[start : start + batch_orders]):
            if isinstance(outcome, Refused):
                refused[outcome.refusal.code] += 1
                examples.setdefault(outcome.refusal.code, f"{outcome.reference}: {outcome.refusal}")
            elif isinstance(outcome, Placed):
                counts["repeated" if outcome.repeated else "placed"] += 1
        progress(min(start + batch_orders, len(orders)), len(orders))
    return Tally(counts["placed"], counts["repeated"], dict(refused), examples)
