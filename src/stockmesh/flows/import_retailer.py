"""A whole retailer into the books: catalogue, network, opening stock, then a stretch of orders in the order of time."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from stockmesh.domain.fulfilment.requests import OrderRequest
from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.flows.context import Context
from stockmesh.flows.place_orders import Outcome, Refused
from stockmesh.flows.play_year import Year, play_year
from stockmesh.flows.set_up import open_stock, publish_network, save_credits, save_items, save_merchant
from stockmesh.gateways.retailer import Network, OpeningStock, Retailer

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Tally:
    """What became of the requests of a long run, refusals by code with one example each."""

    placed: int
    repeated: int
    refused: dict[str, int]
    examples: dict[str, str]


def set_up_retailer(
    context: Context, retailer: Retailer, network: Network, *, policy: SourcingPolicy, stock: Sequence[OpeningStock]
) -> int:
    """The owner's number: merchant, network, catalogue and opening stock are in the books.

    What is there already stays: a second call changes nothing.
    """
    owner_id = save_merchant(context, retailer.owner, retailer.channels)
    publish_network(context, network, policy, retailer.owner.book_currency)
    save_items(context, owner_id, retailer.items, retailer.kits)
    open_stock(context, owner_id, stock, occurred_at=_before_first(retailer.orders))
    save_credits(context, owner_id, retailer.credits)
    return owner_id


def _before_first(orders: Sequence[OrderRequest]) -> datetime:
    first = min(order.placed_at for order in orders)
    return first - timedelta(days=1)


def place_all(context: Context, year: Year, *, batch_orders: int, progress: Progress = lambda *_: None) -> Tally:
    """Plays a year batch by batch; what was placed before is answered, not done again."""
    counts: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    examples: dict[str, str] = {}

    def played(outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            if isinstance(outcome, Refused):
                refused[outcome.refusal.code] += 1
                examples.setdefault(outcome.refusal.code, f"{outcome.reference}: {outcome.refusal}")
            else:
                counts["repeated" if outcome.repeated else "placed"] += 1
        progress(counts.total() + refused.total(), len(year.orders))

    play_year(context, year, batch_orders=batch_orders, played=played)
    return Tally(counts["placed"], counts["repeated"], dict(refused), examples)
