"""The other side of a webhook: a server that takes messages, or fails in whatever way it is told to."""

import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

OK = b"HTTP/1.1 204 No Content\r\n\r\n"


@dataclass(frozen=True)
class Received:
    """A message as it came in."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass(eq=False)
class Receiver:
    """Listens on a port of loopback; `behave` is what it does with a connection after the message is read."""

    behave: Callable[[socket.socket], None]
    door: socket.socket
    received: list[Received] = field(default_factory=list)
    context: ssl.SSLContext | None = None
    port: int = field(init=False)

    def __post_init__(self) -> None:
        self.port = int(self.door.getsockname()[1])

    @property
    def url(self) -> str:
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}/hooks?shop=1"

    def listen(self) -> None:
        while True:
            try:
                connection, _ = self.door.accept()
            except OSError:
                return
            threading.Thread(target=self._take, args=(connection,), daemon=True).start()

    def _take(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError), connection:
            secured = self.context.wrap_socket(connection, server_side=True) if self.context else connection
            with secured:
                self.received.append(read_message(secured))
                self.behave(secured)


def read_message(connection: socket.socket) -> Received:
    """A whole request."""
    raw = b""
    while b"\r\n\r\n" not in raw:
        raw += connection.recv(65_536) or b"\r\n\r\n"
    head, _, body = raw.partition(b"\r\n\r\n")
    line, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines)}
    while len(body) < int(headers["content-length"]):
        body += connection.recv(65_536)
    return Received(line, headers, body)


@contextmanager
def receiver(behave: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that listens while this is held."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        listening = Receiver(behave, door, context=context)
        threading.Thread(target=listening.listen, daemon=True).start()
        yield listening


def answer(raw: bytes) -> Callable[[socket.socket], None]:
    """Answers these bytes."""
    return lambda connection: connection.sendall(raw)


def says(status: str, *lines: str, body: bytes = b"") -> Callable[[socket.socket], None]:
    """Answers a status, headers and a body."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *lines, "", ""]
    return answer("\r\n".join(head).encode() + body)


def silent(connection: socket.socket) -> None:
    """Never answers."""
    connection.recv(1)


def resets(connection: socket.socket) -> None:
    """Breaks the connection off."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def resets_halfway(connection: socket.socket) -> None:
    """Breaks off in the middle of its head."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Half: ")
    resets(connection)


def drips(connection: socket.socket) -> None:
    """Answers a byte now and then, and never ends its head."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def drips_body(connection: socket.socket) -> None:
    """Takes the message, and never ends its body."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def floods(connection: socket.socket) -> None:
    """Answers with a body without end."""
    connection.sendall(b"HTTP/1.1 500 Internal Server Error\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + b"y" * 65_536 + b"\r\n")


def floods_head(connection: socket.socket) -> None:
    """Answers with headers without end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-Header: " + b"z" * 1_000 + b"\r\n")


@contextmanager
def plain_speaker() -> Iterator[str]:
    """The https address of a server that speaks plain HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def speak() -> None:
            with suppress(OSError):
                connection, _ = door.accept()
                with connection:
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                    connection.recv(1)

        threading.Thread(target=speak, daemon=True).start()
        yield f"https://127.0.0.1:{door.getsockname()[1]}/hooks"


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's side of TLS that nobody vouches for."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
