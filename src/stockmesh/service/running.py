"""Running the service in this process until it is told to stop."""

import errno
import ipaddress
import socket
import sys
from collections.abc import Callable
from typing import Final

import uvicorn

from stockmesh.app import Settings
from stockmesh.flows.context import Context
from stockmesh.flows.keeping_secrets import ensure_readable
from stockmesh.service.application import create_app
from stockmesh.service.events.timers import running_timers
from stockmesh.service.refusals import ExposedWithoutAuthentication, PortTaken

GRACE_SECONDS: Final = 10
BACKLOG: Final = 2_048
Announce = Callable[[str], None]


def serve(context: Context, settings: Settings, *, announce: Announce | None = None) -> None:
    """Serves until interrupted; requests under way are finished. `announce` is told the address once it answers.

    Raises ExposedWithoutAuthentication, PortTaken, and SecretKeyMissing when secrets in the books cannot be read.
    """
    # Bound here and not by uvicorn, which would log a taken port and exit instead of refusing.
    ensure_readable(context)
    ensure_loopback(settings.host)
    door = open_door(settings.host, settings.port)
    app = create_app(context)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    address = address_of(settings.host, door.getsockname()[1])
    server = _AnnouncedServer(config, address, announce or _say)
    server.stopping = app.state.tide.end
    with door, running_timers(context, settings):
        server.run(sockets=[door])


def ensure_loopback(host: str) -> None:
    """Nothing, when only this machine can reach the address. Raises ExposedWithoutAuthentication."""
    if host == "localhost":
        return
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise ExposedWithoutAuthentication(host=host)


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


def _say(address: str) -> None:
    sys.stdout.write(f"Console and API at {address} (Ctrl+C stops)\n")
    sys.stdout.flush()


class _AnnouncedServer(uvicorn.Server):
    """A server that says where it is as soon as it answers."""

    def __init__(self, config: uvicorn.Config, address: str, announce: Announce) -> None:
        super().__init__(config)
        self.address = address
        self.announce = announce
        self.stopping: Callable[[], None] = lambda: None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self.announce(self.address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # A stream would go on for as long as its reader likes: it has to be told before requests are waited for.
        self.stopping()
        await super().shutdown(sockets=sockets)
