"""Running the service in this process until it is told to stop."""

import asyncio
import errno
import gc
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import Any, Final

import structlog
import uvicorn
from fastapi import FastAPI

from stockmesh.app import Settings, start_database
from stockmesh.domain.fulfilment.refusals import EmptyNetwork
from stockmesh.flows.access.signing_in import first_link
from stockmesh.flows.context import Context
from stockmesh.flows.keeping_secrets import ensure_readable
from stockmesh.service.access.site import ANY_ADDRESS, site_of
from stockmesh.service.answers.access import login_address
from stockmesh.service.application import create_app
from stockmesh.service.batching import Batcher
from stockmesh.service.bounds import bounds_of
from stockmesh.service.caretaker import Caretaker, Household
from stockmesh.service.connections import Connection
from stockmesh.service.events.timers import running_timers
from stockmesh.service.logs import configure_logs
from stockmesh.service.refusals import NotAnAddress, PortTaken

BACKLOG: Final = 2_048
Announce = Callable[[str, str | None], None]
_log = structlog.get_logger()


def serve(context: Context, settings: Settings, *, announce: Announce | None = None, always_link: bool = False) -> None:
    """Serves until told to stop, then finishes what was taken. `announce` is told the address once it answers, and
    the first administrator's login link while no administrator has signed in, or always.

    Raises ExposedWithoutAuthentication, BadPublicUrl, PortTaken, and SecretKeyMissing when secrets cannot be read.
    """
    configure_logs(settings.log_level, settings.log_format)
    # Bound here and not by uvicorn, which would log a taken port and exit instead of refusing.
    site = site_of(settings)
    ensure_readable(context)
    door = open_door(settings.host, settings.port)
    app = create_app(context, site, bounds=bounds_of(settings), household=household_of(settings))
    address = base_address(settings, door.getsockname()[1])
    link = first_link(context, always=always_link) if site.asks else None
    told = None if link is None else login_address(address, link.token)
    server = StoppableServer(server_config(app, settings), partial(announce or _say, address, told))
    server.placing, server.caretaker, server.end_streams = app.state.placing, app.state.caretaker, app.state.tide.end
    settle_memory(context)
    with door, running_timers(context, settings, caretaker=app.state.caretaker):
        server.run(sockets=[door])
    _log.info("stopped")


def server_config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How the server behaves: its lines go our way, and only proxies that are named are believed."""
    proxies = [part.strip() for part in settings.proxies.split(",") if part.strip()]
    return uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=settings.grace_seconds,
    )


def household_of(settings: Settings) -> Household:
    """What the caretaker looks after: with an embedded database also its disk and its server."""
    if settings.database_url:
        return Household(backups=settings.backups)
    data = settings.home.expanduser().resolve()
    return Household(data, settings.disk_free_min_mb, partial(start_database, settings), settings.backups)


def settle_memory(context: Context) -> None:
    """What lives as long as the process is read now, and never gone through for garbage again: each time would keep
    all clients waiting for a tenth of a second."""
    with suppress(EmptyNetwork):
        context.lately()
    gc.collect()
    gc.freeze()


def open_door(host: str, port: int) -> socket.socket:
    """A socket that listens on the address: who comes early waits. Port 0 takes a free one.

    Raises PortTaken and NotAnAddress."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(BACKLOG)
    except OSError as error:
        door.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise PortTaken(port=port) from None
        raise NotAnAddress(host=host, problem=error.strerror or str(error)) from None
    return door


def address_of(host: str, port: int) -> str:
    """Where a browser finds the console; listening on all addresses, at that of this machine."""
    host = "127.0.0.1" if host in ANY_ADDRESS else host
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def base_address(settings: Settings, port: int) -> str:
    """Where people find the service: the public address, else where it listens. Raises what `site_of` does."""
    origin = site_of(settings).origin
    return f"{origin}/" if origin else address_of(settings.host, port)


def _say(address: str, link: str | None) -> None:
    sys.stdout.write(f"Console and API at {address} (Ctrl+C stops)\n")
    if link is not None:
        sys.stdout.write(f"Sign in once, within 15 minutes: {link}\n")
        sys.stdout.write("A key for programs: stockmesh keys add NAME --scope orders:write\n")
    sys.stdout.flush()


class StoppableServer(uvicorn.Server):
    """A server that says where it is as soon as it answers, and that finishes what was taken before it ends."""

    placing: Batcher[Any, Any]
    caretaker: Caretaker
    end_streams: Callable[[], None]

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self.announce = announce

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal stops, the second hastens. Neither is raised again afterwards: ending so is no failure."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self.announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        _log.info("stopping", waiting=self.placing.waiting)
        self.caretaker.stop()
        # A stream would go on for as long as its reader likes: it has to be told before requests are waited for.
        self.end_streams()
        await super().shutdown(sockets=sockets)
        # Orders whose clients left are placed all the same: they were taken.
        with suppress(TimeoutError):
            await asyncio.wait_for(
                self.placing.drain(), 0 if self.force_exit else self.config.timeout_graceful_shutdown
            )
