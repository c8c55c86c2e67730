"""A way to PostgreSQL that can be cut: at once, or at the very instant of a COMMIT, sent on or not."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

COMMIT: Final = b"COMMIT"


@dataclass
class CuttingProxy:
    """Leads from a port of this machine to a PostgreSQL's socket. `cut_at_commit` cuts the next connection that sends a
    COMMIT: before it arrives ("before") or as soon as its answer comes ("after")."""

    target: str
    cut_at_commit: str = ""
    is_open: bool = True
    cuts: int = 0
    door: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    ends: list[socket.socket] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.door.getsockname()[1])

    def serve(self) -> None:
        """Takes connections until its door is closed."""
        with suppress(OSError):
            while True:
                client, _ = self.door.accept()
                if not self.is_open:
                    client.close()
                    continue
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.target)
                self.ends += [client, server]
                leg = Leg(self, client, server)
                threading.Thread(target=leg.outward, daemon=True).start()
                threading.Thread(target=leg.homeward, daemon=True).start()

    def cut(self) -> None:
        """Every connection breaks, and no new one is let through."""
        self.is_open = False
        for end in self.ends:
            close(end)
        self.ends.clear()

    def mend(self) -> None:
        """New connections are let through again."""
        self.is_open = True


@dataclass
class Leg:
    """One connection through the proxy."""

    proxy: CuttingProxy
    client: socket.socket
    server: socket.socket
    is_committing: bool = False

    def outward(self) -> None:
        """From the client to the server."""
        with suppress(OSError):
            while received := self.client.recv(65_536):
                if COMMIT in received and self.proxy.cut_at_commit:
                    if self.proxy.cut_at_commit == "before":
                        break
                    self.is_committing = True
                self.server.sendall(received)
        self._end()

    def homeward(self) -> None:
        """From the server to the client."""
        with suppress(OSError):
            while received := self.server.recv(65_536):
                if self.is_committing:
                    break
                self.client.sendall(received)
        self._end()

    def _end(self) -> None:
        if self.proxy.cut_at_commit:
            self.proxy.cut_at_commit = ""
            self.proxy.cuts += 1
        close(self.client)
        close(self.server)


def close(end: socket.socket) -> None:
    """Ends a connection for whoever reads or writes it."""
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def cutting_proxy(url: str) -> Iterator[tuple[CuttingProxy, str]]:
    """A proxy to an embedded server, and the address that leads through it."""
    parts = conninfo_to_dict(url)
    proxy = CuttingProxy(f"{parts['host']}/.s.PGSQL.5432")
    threading.Thread(target=proxy.serve, daemon=True).start()
    try:
        through = {**parts, "host": "127.0.0.1", "port": proxy.port, "sslmode": "disable", "gssencmode": "disable"}
        yield proxy, make_conninfo("", **{name: str(value) for name, value in through.items()})
    finally:
        proxy.cut()
        close(proxy.door)
