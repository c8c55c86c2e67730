"""A service of the HTTP benchmarks, in a process of its own.

It prints its port and ends when its input is closed.
"""

import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from typing import Generic, TypeVar

import uvicorn
from starlette.concurrency import run_in_threadpool

from stockmesh.app import utc_now
from stockmesh.flows.context import Context
from stockmesh.gateways.engine import engine_version
from stockmesh.gateways.gazetteer import load_gazetteer
from stockmesh.service.answers.orders import place_batch
from stockmesh.service.answers.stock import availabilities
from stockmesh.service.application import create_app
from stockmesh.service.logs import configure_logs
from stockmesh.service.running import open_door, settle_memory
from stockmesh.store.database import Database

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Alone(Generic[Asked, Answer]):
    """What the batcher replaces: one transaction per request, as many at once as there are threads."""

    def __init__(self, work: Callable[[Sequence[Asked]], Sequence[Answer]]) -> None:
        self.work = work

    async def ask(self, asked: Asked) -> Answer:
        """What is done of this by itself."""
        answers = await run_in_threadpool(self.work, [asked])
        return answers[0]


def run(url: str, *, alone: bool) -> None:
    """Serves the books at an address."""
    with closing(Database(url).open()) as database:
        context = Context(database=database, clock=utc_now, load_gazetteer=load_gazetteer, engine=engine_version())
        app = create_app(context)
        if alone:
            app.state.placing = Alone(partial(place_batch, context))
            app.state.reading = Alone(partial(availabilities, context))
        configure_logs("warning", "json")
        door = open_door("127.0.0.1", 0)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        settle_memory(context)
        print(door.getsockname()[1], flush=True)
        threading.Thread(target=_stop_at_end, args=(server,), daemon=True).start()
        server.run(sockets=[door])


def _stop_at_end(server: uvicorn.Server) -> None:
    sys.stdin.read()
    server.should_exit = True


if __name__ == "__main__":
    run(sys.argv[1], alone=sys.argv[2] == "alone")
