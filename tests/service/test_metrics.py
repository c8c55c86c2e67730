"""Metrics tell what happened: orders by outcome, requests by route, and nothing twice; alerts name what there is."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from shop import browse, open_shop

from placing_processes import orders_in_books
from service_process import new_order
from stockmesh.flows.context import Context
from stockmesh.service.tracking import SECONDS, Requests
from worlds import SmallWorld, put_in_books

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scrape(client: TestClient) -> Samples:
    """Every sample by name and labels, as Prometheus reads it."""
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = list(text_string_to_metric_families(answer.text))
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def value(samples: Samples, name: str, **labels: str) -> float:
    """One sample; 0 where there is none."""
    return samples.get((f"stockmesh_{name}", frozenset(labels.items())), 0.0)


def test_orders_are_counted_by_what_became_of_them(context: Context) -> None:
    """Placed, waiting, repeated, refused: each order once, and a batch as one."""
    put_in_books(context, SmallWorld(), {("LEJ", "lamp"): 5})
    client = browse(context)
    for reference, units in (("A", 3), ("A", 3), ("B", 9), ("C", 0)):
        client.post("/v1/orders", json=new_order(reference, units))
    samples = scrape(client)
    outcomes = ("open", "repeated", "waiting", "refused", "failed")
    assert [value(samples, "orders_total", outcome=one) for one in outcomes] == [1, 1, 1, 1, 0]
    assert value(samples, "orders_refused_total", code="bad_quantity") == 1
    assert value(samples, "batch_orders_sum") == value(samples, "batch_orders_count") == 4
    assert value(samples, "placing_seconds_count") == 4
    assert value(samples, "decide_seconds_count") == 2
    assert value(samples, "commit_seconds_count") >= 2
    assert value(samples, "orders_queued") == 0
    assert len(orders_in_books(context)) == 2


def test_requests_are_counted_by_route_and_never_by_address(context: Context) -> None:
    """Thousands of addresses are one route; an invented method and an unknown path are one each."""
    numbers = open_shop(context)
    client = browse(context)
    for number in numbers.values():
        client.get(f"/v1/orders/{number}")
    client.head(f"/v1/orders/{numbers['A-1']}")
    client.get("/nobody@example.com")
    client.request("INVENTED", "/v1/orders")
    text = client.get("/metrics").text
    samples = scrape(client)
    route = "/v1/orders/{order_id}"
    assert value(samples, "requests_total", method="GET", route=route, status="200") == len(numbers)
    assert value(samples, "requests_total", method="HEAD", route=route, status="200") == 1
    assert value(samples, "requests_total", method="GET", route="none", status="404") == 1
    assert value(samples, "request_seconds_count", method="GET", route=route) == len(numbers)
    assert "nobody@example.com" not in text
    assert "INVENTED" not in text


def test_what_the_books_tell_is_told(context: Context) -> None:
    """Nothing is oversold, events wait for the relay, a count below what is promised is a shortfall that was told."""
    open_shop(context)
    client = browse(context)
    client.app.state.caretaker.look()  # type: ignore[attr-defined]
    samples = scrape(client)
    assert value(samples, "database_up") == value(samples, "accepting") == 1
    assert value(samples, "oversold_units") == value(samples, "shortfall_units") == 0
    assert value(samples, "relay_lag_events") > 0
    assert value(samples, "database_connections_open") >= 1
    assert value(samples, "database_bytes") > 1_000_000


def test_units_short_that_nobody_was_told_of_are_oversold(context: Context) -> None:
    """Tampered with: the balance says short, and no event does."""
    open_shop(context)
    client = browse(context)
    with context.database.session() as session:
        session.execute("UPDATE stock SET sellable = 0, shortfall = 3 WHERE sellable > 0 AND item_id = 1")
        row = session.execute("SELECT sum(shortfall) AS units FROM stock").fetchone()
    client.app.state.caretaker.look()  # type: ignore[attr-defined]
    samples = scrape(client)
    assert value(samples, "oversold_units") == value(samples, "shortfall_units") == (row or {})["units"] > 0


@pytest.mark.parametrize(("seconds", "below"), [(0.0001, 13), (0.001, 13), (0.03, 8), (99.0, 0)])
def test_latencies_fall_into_their_buckets(seconds: float, below: int) -> None:
    """Bounds are inclusive, and every bucket holds all below it."""
    requests = Requests()
    requests.note("GET", "/", 200, seconds)
    _, histogram = requests.collect()
    counts = [one.value for one in histogram.samples if one.name.endswith("_bucket")]
    assert counts == sorted(counts)
    assert sum(counts[:-1]) == below <= len(SECONDS)
    assert counts[-1] == 1


def test_alerts_speak_of_metrics_there_are(context: Context) -> None:
    """No alert waits for a name that nobody tells."""
    alerts = (GUIDE / "alerts.yml").read_text(encoding="utf-8")
    named = set(re.findall(r"\bstockmesh_[a-z_]+", alerts))
    reference = (GUIDE.parent / "reference" / "metrics.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(stockmesh_[a-z_]+)`", reference))
    assert len(named) > 8
    assert {re.sub(r"_bucket$", "", name) for name in named} <= told
