"""`stockmesh demo`: a year of orders placed and the console running, from nothing; `demo-reset`; `summary`."""

import os
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockmesh.cli.output import AsJson, console, emit, progress
from stockmesh.cli.running import read_settings, running, warm_core
from stockmesh.domain.kernel.refusals import Refusal

if TYPE_CHECKING:
    from stockmesh.flows.play_year import Year
    from stockmesh.gateways.retailer import Retailer

    Loaded = tuple[Retailer, Year]


@dataclass(eq=False)
class OtherBooks(Refusal):
    """The books hold another merchant than the one to be shown."""

    owner: str
    code = "other_books"
    text = "The books hold {owner!r} already. `make demo-reset` forgets it; another STOCKMESH_HOME keeps both apart."


def demo(
    *,
    orders: Annotated[Path | None, typer.Option(help="an Online Retail file instead of the sample retailer")] = None,
    scale: Annotated[float, typer.Option(min=0.001, max=10, help="size of the sample, 1 is some 20,000 orders")] = 1.0,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="port of the console (0: as set)")] = 0,
    serve: Annotated[bool, typer.Option(help="run the console afterwards")] = True,
    as_json: AsJson = False,
) -> None:
    """Load a retailer, serve the console, place a year of its orders, verify the books, print a summary."""
    from stockmesh.app import where_data_lie

    settings = read_settings()
    settings = settings.model_copy(update={"port": port or settings.port})
    if serve:
        from stockmesh.service.running import open_door

        open_door(settings.host, settings.port).close()  # a taken port is told before the work, not after it
    warm_core()
    with running() as context:
        if not as_json:
            console.print(f"Data lie in {where_data_lie(settings)}")
        loaded = _load(context, orders, scale, quiet=as_json)
        if serve:
            _place_while_serving(context, settings, loaded, as_json=as_json)
        else:
            _place_year(context, settings, loaded, as_json=as_json)


def _place_while_serving(context: Any, settings: Any, loaded: "Loaded", *, as_json: bool) -> None:
    """The console answers from the start; orders are placed beside it until all are, or until it is stopped."""
    from stockmesh.service.running import serve

    stopping = threading.Event()
    failures: list[BaseException] = []

    def place() -> None:
        try:
            _place_year(context, settings, loaded, as_json=as_json, stopping=stopping)
        except BaseException as error:
            failures.append(error)
            os.kill(os.getpid(), signal.SIGINT)

    placing = threading.Thread(target=place, name="placing")
    placing.start()
    try:
        serve(context, settings, always_link=True)
    except KeyboardInterrupt:
        pass
    finally:
        stopping.set()
        placing.join()
    if failures and not isinstance(failures[0], typer.Abort):
        raise failures[0]


def _place_year(
    context: Any, settings: Any, loaded: "Loaded", *, as_json: bool, stopping: threading.Event | None = None
) -> None:
    """Places all orders with progress, proves the books, prints the report. Raises typer.Abort when told to stop."""
    from stockmesh.cli.demo_text import show_report
    from stockmesh.flows.import_retailer import place_all
    from stockmesh.flows.summary import summarise
    from stockmesh.flows.verify_books import verify_books

    retailer, year = loaded
    started = time.monotonic()
    with progress("Placing orders", quiet=as_json) as moved:

        def told(done: int, total: int) -> None:
            moved(done, total)
            if stopping is not None and stopping.is_set():
                raise typer.Abort

        tally = place_all(context, year, batch_orders=settings.batch_orders, progress=told)
    seconds = time.monotonic() - started
    report = {
        "retailer": retailer.owner.name,
        "notes": retailer.notes,
        "set_aside": retailer.set_aside,
        "credits": len(retailer.credits),
        "tally": tally,
        "seconds": round(seconds, 3),
        "orders_per_second": round(tally.placed / max(seconds, 1e-9)),
        "memory_mb": _memory_mb(),
        "summary": summarise(context),
        "verification": verify_books(context),
    }
    emit(report, as_json, lambda: show_report(report))


def _load(context: Any, orders: Path | None, scale: float, *, quiet: bool) -> "Loaded":
    from stockmesh.domain.sourcing.policy import SourcingPolicy
    from stockmesh.flows.import_retailer import set_up_retailer
    from stockmesh.flows.play_year import Year
    from stockmesh.gateways.online_retail import read_online_retail
    from stockmesh.gateways.sample import replenishment, sample_network, sample_retailer

    if orders is None:
        with console.status("Generating the sample retailer"):
            retailer = sample_retailer(scale=scale, gazetteer=context.gazetteer)
    else:
        with progress(f"Reading {orders.name}", quiet=quiet) as moved:
            retailer = read_online_retail(orders, context.gazetteer, on_progress=moved)
    _refuse_other_books(context, retailer)
    network = sample_network()
    supply = replenishment(retailer, network)
    owner_id = set_up_retailer(context, retailer, network, policy=SourcingPolicy(), stock=supply.levels)
    return retailer, Year(owner_id, retailer.orders, supply)


def _refuse_other_books(context: Any, retailer: "Retailer") -> None:
    """Two retailers in one set of books would share sites and capacity: a demonstration shows one."""
    from stockmesh.flows.set_up import list_owners

    others = [owner for owner in list_owners(context) if owner != retailer.owner.code]
    if others:
        raise OtherBooks(owner=others[0])


def _memory_mb() -> int:
    """The most memory this process has held, in megabytes."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def demo_reset(*, yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False) -> None:
    """Forget everything in the books: orders, stock, catalogue, network. Refused while another program uses them."""
    from stockmesh.app import start_database, where_data_lie
    from stockmesh.store.resetting import forget_everything

    settings = read_settings()
    place = where_data_lie(settings)
    if not yes and not typer.confirm(f"Forget everything in {place}?"):
        raise typer.Exit(1)
    forget_everything(start_database(settings))
    console.print(f"The books in {place} are empty.")


def summary(*, as_json: AsJson = False) -> None:
    """The placed orders in figures."""
    from stockmesh.cli.demo_text import show_summary
    from stockmesh.flows.summary import summarise

    with running() as context:
        found = summarise(context)
    emit(found, as_json, lambda: show_summary(found))
