"""A program that places orders in processes of their own: it loads everything once and forks a worker per job.

Reads one JSON object per line from standard input, `{"jobs": [...]}`; answers `{"pids": [...]}` once every worker is
connected and sets them off together, then `{"exits": [...]}` when all have ended. A job is
`{"url", "report", "orders", "batch", "cancel_every", "kill_at", "keys", "hold"}`: with `keys` each order brings the key
of its place; with `hold` each cart is held before it is ordered, and some holds are given up instead. Each acknowledged
outcome is appended to the report as a line of JSON after `place_orders` returned: what stands there was promised to
somebody.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any

import psycopg

from stockmesh.domain.fulfilment.refusals import ShortStock
from stockmesh.domain.fulfilment.requests import OrderRequest, Wish
from stockmesh.domain.network.calendars import working_days
from stockmesh.domain.sourcing.warming import warm
from stockmesh.flows.context import Context
from stockmesh.flows.hold_cart import Cart, extend_hold, hold_cart, release_hold
from stockmesh.flows.order_life import cancel_order
from stockmesh.flows.place_orders import Placed, place_orders
from stockmesh.flows.request_keys import KeyedRequest, with_key
from stockmesh.gateways.gazetteer import load_gazetteer
from stockmesh.store.database import Database
from worlds import SmallWorld, order

Job = dict[str, Any]
GAZETTEER = load_gazetteer()


def requests_of(orders: list[Job]) -> list[OrderRequest]:
    """The orders of a job as the flow takes them."""
    return [
        order(one["reference"], one["lines"], one.get("to", "DE-10115"), wish=Wish(one.get("wish", "backorder")))
        for one in orders
    ]


def work(job: Job, ready: int, go: int) -> None:
    """Places the job's orders batch by batch, telling the report what was acknowledged."""
    database = Database(job["url"], connections_max=2).open()
    context = Context(database, lambda: datetime.now(UTC), lambda: GAZETTEER, "test")
    requests = requests_of(job["orders"])
    if job.get("keys"):
        requests = [with_key(one, KeyedRequest("", f"key-{place}", b"same")) for place, one in enumerate(requests)]
    report = os.open(job["report"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(ready, b".")
    os.read(go, 1)
    if job.get("kill_at"):
        die_at(job["kill_at"])
    for start in range(0, len(requests), job["batch"]):
        batch = requests[start : start + job["batch"]]
        outcomes = place_orders(context, hold_first(context, batch) if job.get("hold") else batch)
        for outcome in outcomes:
            placed = isinstance(outcome, Placed)
            said = {"reference": outcome.reference, "order_id": outcome.order_id if isinstance(outcome, Placed) else 0}
            said |= {"repeated": outcome.repeated} if isinstance(outcome, Placed) else {"code": outcome.refusal.code}
            os.write(report, (json.dumps(said | {"placed": placed}) + "\n").encode())
        if job.get("cancel_every"):
            for outcome in outcomes[:: job["cancel_every"]]:
                if isinstance(outcome, Placed) and not outcome.repeated:
                    cancel_order(context, outcome.order_id)
                    os.write(report, (json.dumps({"cancelled": outcome.order_id}) + "\n").encode())
    database.close()


def hold_first(context: Context, requests: list[OrderRequest]) -> list[OrderRequest]:
    """The orders with holds of their carts, as far as there is stock; every fourth hold is extended, every fifth is
    given up, so that its order is placed without."""
    found = []
    for place, one in enumerate(requests):
        hold = 0
        with suppress(ShortStock):
            hold = hold_cart(context, Cart(one.channel, one.destination, one.lines, part=True))
            if place % 4 == 3:
                extend_hold(context, hold, minutes=20)
            if place % 5 == 4:
                release_hold(context, hold)
        found.append(replace(one, hold=hold, hold_required=False))
    return found


def die_at(beat: int) -> None:
    """From now on the process kills itself just before its n-th word to the database (counted from 1)."""
    left = [beat]

    def counted(speak: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(speak)
        def speak_or_die(*arguments: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return speak(*arguments, **named)

        return speak_or_die

    psycopg.Connection.execute = counted(psycopg.Connection.execute)  # type: ignore[method-assign]
    psycopg.Cursor.copy = counted(psycopg.Cursor.copy)  # type: ignore[method-assign]
    psycopg.Transaction.__exit__ = counted(psycopg.Transaction.__exit__)  # type: ignore[method-assign]


def fork_worker(job: Job, ready: int, go: tuple[int, int]) -> int:
    """The process number of a worker that ends by itself, with code 1 when something went wrong."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.close(go[1])
        work(job, ready, go[0])
        code = 0
    except BaseException:
        traceback.print_exc()
    os._exit(code)


def warm_up() -> None:
    """Loads once, before any fork, what every worker would load for itself: compiled code and public holidays."""
    warm()
    for place in SmallWorld().locations:
        working_days(place, date(2026, 1, 1), date(2026, 12, 31))


def run_jobs(jobs: list[Job]) -> None:
    """Forks a worker per job, sets them off together, and answers how they ended."""
    ready, go = os.pipe(), os.pipe()
    pids = [fork_worker(job, ready[1], go) for job in jobs]
    os.close(ready[1])
    connected = 0
    while connected < len(jobs):
        said = os.read(ready[0], len(jobs))
        if not said:
            break
        connected += len(said)
    print(json.dumps({"pids": pids}), flush=True)
    os.close(go[1])
    exits = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    os.close(go[0])
    os.close(ready[0])
    print(json.dumps({"exits": exits}), flush=True)


if __name__ == "__main__":
    warm_up()
    for line in sys.stdin:
        run_jobs(json.loads(line)["jobs"])
