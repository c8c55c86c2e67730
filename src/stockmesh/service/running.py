"""Running the service in this process until it is told to stop."""

import errno
import gc
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

import uvicorn

from stockmesh.app import Settings
from stockmesh.domain.fulfilment.refusals import EmptyNetwork
from stockmesh.flows.access.signing_in import first_link
from stockmesh.flows.context import Context
from stockmesh.flows.keeping_secrets import ensure_readable
from stockmesh.service.access.site import site_of
from stockmesh.service.answers.access import login_address
from stockmesh.service.application import create_app
from stockmesh.service.bounds import bounds_of
from stockmesh.service.events.timers import running_timers
from stockmesh.service.refusals import PortTaken

GRACE_SECONDS: Final = 10
BACKLOG: Final = 2_048
Announce = Callable[[str, str | None], None]


def serve(context: Context, settings: Settings, *, announce: Announce | None = None, always_link: bool = False) -> None:
    """Serves until interrupted; requests under way are finished. `announce` is told the address once it answers, and
    the first administrator's login link while no administrator has signed in, or always.

    Raises ExposedWithoutAuthentication, BadPublicUrl, PortTaken, and SecretKeyMissing when secrets cannot be read.
    """
    # Bound here and not by uvicorn, which would log a taken port and exit instead of refusing.
    site = site_of(settings)
    ensure_readable(context)
    door = open_door(settings.host, settings.port)
    app = create_app(context, site, bounds_of(settings))
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    address = base_address(settings, door.getsockname()[1])
    link = first_link(context, always=always_link) if site.asks else None
    server = _AnnouncedServer(
        config, partial(announce or _say, address, None if link is None else login_address(address, link.token))
    )
    server.stopping = app.state.tide.end
    settle_memory(context)
    with door, running_timers(context, settings):
        server.run(sockets=[door])


def settle_memory(context: Context) -> None:
    """What lives as long as the process is read now, and never gone through for garbage again: each time would keep
    all clients waiting for a tenth of a second."""
    with suppress(EmptyNetwork):
        context.lately()
    gc.collect()
    gc.freeze()


def open_door(host: str, port: int) -> socket.socket:
    """A socket that listens on the address: who comes early waits. Port 0 takes a free one. Raises PortTaken."""
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
        raise
    return door


def address_of(host: str, port: int) -> str:
    """Where a browser finds the console."""
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


class _AnnouncedServer(uvicorn.Server):
    """A server that says where it is as soon as it answers."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self.announce = announce
        self.stopping: Callable[[], None] = lambda: None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self.announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # A stream would go on for as long as its reader likes: it has to be told before requests are waited for.
        self.stopping()
        await super().shutdown(sockets=sockets)
