"""`stockmesh events`: list, relay."""

from typing import Annotated

import typer

from stockmesh.cli.output import AsJson, console, emit, table
from stockmesh.cli.running import read_settings, running

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_events(
    *,
    after: Annotated[int, typer.Option(min=0, help="the position of the last event seen")] = 0,
    topic: Annotated[str, typer.Option(help="topics such as order.placed or groups such as order, with commas")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="how many events")] = 50,
    as_json: AsJson = False,
) -> None:
    """Events in the order of their positions."""
    from stockmesh.flows import event_log

    topics = event_log.read_topics([topic])
    with running() as context:
        page = event_log.list_events(context, after, topics, count=limit)

    def render() -> None:
        rows = [(one.position, f"{one.timestamp:%Y-%m-%d %H:%M:%S}", one.type, one.data) for one in page.items]
        table(["position", "when", "type", "data"], rows, right=["position"])
        if page.next_after < page.head:
            console.print(f"more: --after {page.next_after}")

    emit(page, as_json, render)


@app.command()
def relay(
    *,
    once: Annotated[bool, typer.Option("--once", help="relay what waits and leave")] = False,
    as_json: AsJson = False,
) -> None:
    """Give committed events their positions, as `stockmesh serve` does all the time."""
    from stockmesh.flows.leases import name_holder, release_lease
    from stockmesh.flows.relay_events import LEASE, relay_all
    from stockmesh.service.events.timers import relay_until_stopped

    settings = read_settings()
    with running() as context:
        if not once:
            relay_until_stopped(context, settings)
            return
        owner = name_holder()
        relayed = relay_all(context, owner, low=settings.availability_low)
        context.database.transact(lambda session: release_lease(session, LEASE, owner))

    def render() -> None:
        if relayed is None:
            console.print("Another process relays at this time.")
        else:
            console.print(f"{relayed.events:,} events relayed, {relayed.crossings:,} thresholds crossed.")

    emit(relayed, as_json, render)
