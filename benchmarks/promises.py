"""Promising carts of two lines over ten locations with eight services each, against placing the same as orders."""

from dataclasses import replace
from typing import Final

import msgspec

from benchmarks.network import START, bench_context, bench_network, draw_orders, set_up
from benchmarks.report import median_rate, report
from stockmesh.domain.carriers.cards import Carrier
from stockmesh.domain.carriers.transit import Lane
from stockmesh.domain.sourcing.policy import SourcingPolicy
from stockmesh.flows.place_orders import place_orders
from stockmesh.flows.promise import promise
from stockmesh.flows.promise_values import Promise
from stockmesh.flows.set_up import publish_network
from stockmesh.gateways.retailer import Network

ITEMS: Final = 10_000
BATCH: Final = 1_000
CARTS: Final = 10_000
REPEATS: Final = 5
MORE: Final = 3  # services beside the five that the sample has in Britain


def run() -> None:
    """Promises a second, told and written as JSON; the yardstick is placing them."""
    with bench_context() as context:
        context.clock = lambda: START
        set_up(context, locations=10, items=ITEMS, units=10_000_000)
        network = bench_network(10)
        publish_network(context, replace(network, carriers=_more(network)), SourcingPolicy(), "GBP")
        carts = draw_orders(CARTS, items=ITEMS, prefix="cart", seed=7)
        orders = {
            number: draw_orders(CARTS, items=ITEMS, prefix=f"o{number}-", seed=7) for number in range(-1, REPEATS)
        }
        both = [
            option.kinds
            for one in promise(context, carts[:BATCH])
            if isinstance(one, Promise)
            for option in one.options
        ]
        print(f"# {BATCH} carts have {len(both)} options")

        def promised(_: int) -> int:
            for start in range(0, CARTS, BATCH):
                msgspec.json.encode(promise(context, carts[start : start + BATCH]))
            return CARTS

        def placed(number: int) -> int:
            for start in range(0, CARTS, BATCH):
                place_orders(context, orders[number][start : start + BATCH])
            return CARTS

        placed(-1)
        report(
            "promises, 2 lines x 10 locations x 8 services, against placing them",
            ours=median_rate(promised, REPEATS),
            yardstick=median_rate(placed, REPEATS),
            unit="promises/s",
        )


def _more(network: Network) -> tuple[Carrier, ...]:
    """The sample's carriers, of which one has three services more, each dearer and sooner than the one before."""
    return tuple(_with_more(carrier) if carrier.code == "northroad" else carrier for carrier in network.carriers)


def _with_more(carrier: Carrier) -> Carrier:
    [service] = carrier.services
    more = tuple(
        replace(
            service,
            code=f"northroad-{number}",
            cards=tuple(
                replace(card, version=f"northroad-{number}", minimum_minor=500 * number) for card in service.cards
            ),
            transit=replace(service.transit, lanes=(Lane(MORE - number, MORE - number + 1, "GB"),)),
        )
        for number in range(1, MORE + 1)
    )
    return replace(carrier, services=(service, *more))
