"""`stockmesh webhooks`: add, list, show, rotate, disable, enable, remove, deliveries, replay, test."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from stockmesh.cli.output import AsJson, console, emit, table
from stockmesh.cli.running import read_settings, running

if TYPE_CHECKING:
    from stockmesh.flows.webhook_endpoints import Endpoint, EndpointSecret

app = typer.Typer(no_args_is_help=True)
Number = Annotated[int, typer.Argument(metavar="ENDPOINT", min=1, max=2**31 - 1, help="the endpoint's number")]
DeliveryNumber = Annotated[int, typer.Argument(metavar="DELIVERY", min=1, max=2**63 - 1, help="the delivery's number")]


@app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="where events are sent: https://...")],
    *,
    topic: Annotated[str, typer.Option(help="topics such as order.placed or groups such as order, with commas")] = "",
    as_json: AsJson = False,
) -> None:
    """Add an endpoint and print its secret, which is told this once."""
    from stockmesh.flows.webhook_endpoints import add_endpoint
    from stockmesh.gateways.webhooks.addresses import read_networks

    permitted = read_networks(read_settings().webhook_networks)
    with running() as context:
        added = add_endpoint(context, url, [topic], permitted=permitted)
    emit(added, as_json, lambda: _show_secret(added))


@app.command("list")
def list_endpoints(*, as_json: AsJson = False) -> None:
    """All endpoints, without their secrets."""
    from stockmesh.flows import webhook_endpoints

    with running() as context:
        found = webhook_endpoints.list_endpoints(context)
    emit(found, as_json, lambda: _show(found))


@app.command()
def show(endpoint: Number, *, as_json: AsJson = False) -> None:
    """One endpoint."""
    from stockmesh.flows.webhook_endpoints import get_endpoint

    with running() as context:
        found = get_endpoint(context, endpoint)
    emit(found, as_json, lambda: _show((found,)))


@app.command()
def rotate(
    endpoint: Number,
    *,
    grace_hours: Annotated[int, typer.Option(min=0, max=720, help="how long the secret before goes on signing")] = 24,
    as_json: AsJson = False,
) -> None:
    """Give an endpoint a new secret and print it."""
    from stockmesh.flows.webhook_endpoints import rotate_secret

    with running() as context:
        rotated = rotate_secret(context, endpoint, grace=timedelta(hours=grace_hours))
    emit(rotated, as_json, lambda: _show_secret(rotated))


@app.command()
def disable(endpoint: Number, *, as_json: AsJson = False) -> None:
    """Send nothing more to an endpoint; what happens meanwhile is kept for it."""
    _switch(endpoint, as_json, active=False)


@app.command()
def enable(endpoint: Number, *, as_json: AsJson = False) -> None:
    """Send to an endpoint again, from where it stopped."""
    _switch(endpoint, as_json, active=True)


@app.command()
def remove(endpoint: Number) -> None:
    """Remove an endpoint with its secrets and its log."""
    from stockmesh.flows.webhook_endpoints import remove_endpoint

    with running() as context:
        remove_endpoint(context, endpoint)
    console.print(f"Endpoint {endpoint} is gone.")


@app.command()
def deliveries(
    endpoint: Number,
    *,
    state: Annotated[str, typer.Option(help="only those due, delivered or failed")] = "",
    topic: Annotated[str, typer.Option(help="only this topic")] = "",
    after: Annotated[str, typer.Option(help="mark of the next page")] = "",
    as_json: AsJson = False,
) -> None:
    """The log of an endpoint, the newest first."""
    from stockmesh.flows.webhook_endpoints import DeliveryFilter, list_deliveries

    if state not in ("", "due", "delivered", "failed"):
        raise typer.BadParameter(f"{state!r} is neither due, delivered nor failed", param_hint="--state")
    with running() as context:
        page = list_deliveries(context, endpoint, DeliveryFilter(state or None, topic or None), after=after)

    def render() -> None:
        headings = ["delivery", "topic", "position", "state", "attempts", "status", "next attempt", "problem"]
        table(
            headings,
            [
                (d.delivery_id, d.topic, d.position, d.state, d.attempts, d.status, d.next_attempt_at, d.problem)
                for d in page.rows
            ],
            right=["delivery", "position", "attempts"],
        )
        if page.next:
            console.print(f"more: --after {page.next}")

    emit(page, as_json, render)


@app.command()
def replay(delivery: DeliveryNumber, *, as_json: AsJson = False) -> None:
    """Send a delivery once more, whatever became of it."""
    from stockmesh.flows.webhook_endpoints import replay_delivery

    with running() as context:
        endpoint = replay_delivery(context, delivery)
    _say_queued(delivery, endpoint, as_json)


@app.command("test")
def send_test_message(endpoint: Number, *, as_json: AsJson = False) -> None:
    """Send a test message to an endpoint; a running service does it."""
    from stockmesh.flows.webhook_endpoints import send_test

    with running() as context:
        delivery = send_test(context, endpoint)
    _say_queued(delivery, endpoint, as_json)


def _switch(endpoint: int, as_json: bool, *, active: bool) -> None:
    from stockmesh.flows.webhook_endpoints import set_active

    with running() as context:
        found = set_active(context, endpoint, active=active, reason="Disabled by hand.")
    emit(found, as_json, lambda: _show((found,)))


def _say_queued(delivery: int, endpoint: int, as_json: bool) -> None:
    told = {"delivery_id": delivery, "endpoint_id": endpoint}
    words = f"Delivery {delivery} is due. `stockmesh webhooks deliveries {endpoint}` shows how it goes."
    emit(told, as_json, lambda: console.print(words))


def _show_secret(told: "EndpointSecret") -> None:
    console.print(f"Endpoint {told.endpoint_id}. Its secret, told this once: {told.secret}")


def _show(endpoints: "tuple[Endpoint, ...]") -> None:
    table(
        ["endpoint", "url", "topics", "state", "due", "last taken", "reason"],
        [
            (
                one.endpoint_id,
                one.url,
                ", ".join(one.topics) or "all",
                "active" if one.active else "disabled",
                one.due,
                one.succeeded_at and f"{one.succeeded_at:%Y-%m-%d %H:%M:%S}",
                one.disabled_reason,
            )
            for one in endpoints
        ],
        right=["endpoint", "due"],
    )
