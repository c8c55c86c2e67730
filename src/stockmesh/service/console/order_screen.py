"""One order's screen: the plan on a map, the bill, the reasons, what happened."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import msgspec
from fastapi import Request, Response
from markupsafe import Markup
from starlette.responses import RedirectResponse

from stockmesh.domain.fulfilment.refusals import UnknownOrder
from stockmesh.domain.kernel.money import Money
from stockmesh.domain.network.locations import Location
from stockmesh.domain.sourcing.alternatives import VERDICT_WORDS, Verdict
from stockmesh.domain.sourcing.explanation import charge_text
from stockmesh.domain.sourcing.reasons import LocationReason
from stockmesh.flows.context import Context
from stockmesh.flows.order_detail import OrderDetail, OrderLineView
from stockmesh.flows.order_views import OrderRow
from stockmesh.flows.reach import Reach
from stockmesh.service.answers import network, orders
from stockmesh.service.console.frame import render, write_country, write_money, write_words


@dataclass(frozen=True)
class Bill:
    """The sums below the bill's columns; `total` is the cost the decision was made by."""

    freight: Money
    handling: Money
    wait: Money
    plan: Money
    unserved: Money
    total: Money


@dataclass(frozen=True)
class Step:
    """Something that happened, in words."""

    at: datetime
    text: str
    more: str = ""


WORDS: Final = {
    "order_placed": "Placed and sourced",
    "order_changed": "Changed and sourced again",
    "order_paused": "Paused",
    "order_resumed": "Resumed",
    "order_cancelled": "Cancelled, all units given back",
    "order_resourced": "Sourced again with new stock",
}


def show_named(request: Request, context: Context, name: str, reach: Reach) -> Response:
    """The page of the order with a number; for a reference the way there, or a choice. Raises UnknownOrder."""
    found = orders.orders_named(context, name, reach).items
    if not found:
        raise UnknownOrder(order=name)
    if name == str(found[0].order_id):
        return show_order(request, context, found[0].order_id, reach, namesakes=found[1:])
    if len(found) == 1:
        return RedirectResponse(f"/console/orders/{found[0].order_id}", 303)
    return render(
        request, "order_choice.html", 300, name=name, orders=found, api=f"/v1/orders/named?name={quote(name)}"
    )


def show_order(
    request: Request, context: Context, order_id: int, reach: Reach, *, namesakes: tuple[OrderRow, ...] = ()
) -> Response:
    """The page of an order; `namesakes` are others whose reference is its number. Raises UnknownOrder."""
    order = orders.order_detail(context, order_id, reach)
    return render(
        request,
        "order.html",
        order=order,
        lines=lines_by_need(order),
        namesakes=namesakes,
        bill=sum_bill(order),
        timeline=tell_story(order),
        sources=sources_of_lines(order),
        map_facts=embed(map_facts(order, network.sites(context, reach))),
        raw=msgspec.json.format(msgspec.json.encode(order), indent=2).decode(),
        api=f"/v1/orders/{order_id}",
    )


def lines_by_need(order: OrderDetail) -> list[OrderLineView]:
    """The lines of an order, those that miss units first: they are what a reader has to act on."""
    return sorted(order.lines, key=lambda line: (line.waiting + line.dropped == 0, line.line_no))


# How the map draws a location by what became of it; whatever is not named was refused.
STANDINGS: Final = {Verdict.USED: "chosen", Verdict.DEARER: "possible"}


def show_reasons(request: Request, context: Context, order_id: int, reach: Reach) -> Response:
    """The reasons of an order's latest decision, for its page. Raises UnknownOrder."""
    explanation = orders.order_explanation(context, order_id, reach)
    return render(
        request,
        "order_reasons.html",
        explanation=explanation,
        why=explanation.why,
        locations=sorted(explanation.why.locations, key=_prominence),
        verdicts=VERDICT_WORDS,
        standings=STANDINGS,
        charge_text=charge_text,
        api=f"/v1/orders/{order_id}/explanation",
    )


def _prominence(reason: LocationReason) -> tuple[int, int, str]:
    dearer = reason.dearer.minor if reason.dearer else 0
    return list(VERDICT_WORDS).index(Verdict(reason.verdict)), dearer, reason.location


def tell_story(order: OrderDetail) -> list[Step]:
    """What happened to the order, in the order of time: placed by the buyer, then as our books recorded it."""
    steps = [Step(order.placed_at, "Placed by the buyer", order.channel)]
    for event in order.events:
        body = event.body if isinstance(event.body, dict) else {}
        steps.append(
            Step(event.recorded_at, WORDS.get(event.kind, write_words(event.kind)), str(body.get("reason", "")))
        )
    return steps


def sources_of_lines(order: OrderDetail) -> dict[int, list[tuple[str, int]]]:
    """Which location gives how many units, by line; of a kit the units of all its components."""
    sources: dict[int, list[tuple[str, int]]] = {line.line_no: [] for line in order.lines}
    for part in order.planned:
        units: defaultdict[int, int] = defaultdict(int)
        for given in part.units:
            units[given.line_no] += given.committed
        for line_no, count in units.items():
            sources[line_no].append((part.location, count))
    return sources


def sum_bill(order: OrderDetail) -> Bill:
    """The bill of the plan in force, added up from its fulfilments."""
    currency = order.decision.plan_cost.currency
    freight, handling, wait = (
        sum(getattr(part, name).minor for part in order.planned) for name in ("freight", "handling", "wait")
    )
    plan = freight + handling + wait
    unserved = order.decision.unserved.minor
    return Bill(*(Money(minor, currency) for minor in (freight, handling, wait, plan, unserved, plan + unserved)))


def map_facts(order: OrderDetail, places: tuple[Location, ...]) -> dict[str, Any]:
    """What the map draws: the destination, every location, and what each chosen one sends for how much."""
    sends = {part.location: part for part in order.planned}
    sites = []
    for site in places:
        part = sends.get(site.code)
        sites.append(
            {
                "code": site.code,
                "name": site.name,
                "at": [site.longitude_e6 / 1e6, site.latitude_e6 / 1e6],
                "cost": part and write_money(part.cost),
                "units": part and sum(given.committed for given in part.units),
            }
        )
    destination = order.destination
    return {
        "destination": {
            "name": f"{destination.area} {write_country(destination.country)}".strip(),
            "at": [destination.longitude_e6 / 1e6, destination.latitude_e6 / 1e6],
        },
        "sites": sites,
    }


def embed(facts: dict[str, Any]) -> Markup:
    """Facts as JSON that can stand within a script element of type application/json."""
    text = msgspec.json.encode(facts).decode()
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704  nothing is left that ends the element
