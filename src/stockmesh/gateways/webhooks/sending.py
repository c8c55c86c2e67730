"""One attempt to hand over a message: to the address that was looked at, within a time, and never anywhere else."""

import http
import socket
import ssl
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Final

import httptools

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.gateways.webhooks.addresses import Address, Networks, Target, read_url, resolve

SECONDS_MAX: Final = 15.0
CONNECT_SECONDS_MAX: Final = 5.0
READ_BYTES: Final = 4_096
HEAD_BYTES_MAX: Final = 32_768
BODY_BYTES_KEPT: Final = 2_000
RETRY_AFTER_SECONDS_MAX: Final = 86_400


@dataclass(frozen=True)
class Attempt:
    """How an attempt went. `status` is None when nobody answered; `problem` is empty when it was taken."""

    status: int | None
    problem: str
    excerpt: str
    took_ms: int
    retry_after_seconds: int = 0


@dataclass(frozen=True)
class Called:
    """What came back. `status` is None when nobody answered, and `fault` says why; the body is its beginning; names of
    headers are in lower case."""

    status: int | None
    fault: str
    body: bytes
    took_ms: int
    retry_after_seconds: int
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class _Answer:
    """What is read of an answer: the status, its headers, and the beginning of its body."""

    body_bytes_max: int
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    headed: bool = False
    complete: bool = False
    parser: httptools.HttpResponseParser = field(init=False)

    def __post_init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self.status = self.parser.get_status_code()
        self.headed = self.status >= http.HTTPStatus.OK

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.complete = self.headed


def send(url: str, body: bytes, headers: dict[str, str], permitted: Networks) -> Attempt:
    """How it went. Nothing is raised: whatever the other side does is an outcome."""
    called = call(url, body, headers, permitted, body_bytes_max=BODY_BYTES_KEPT)
    return Attempt(
        status=called.status,
        problem=called.fault if called.status is None else judge(called.status),
        excerpt=_excerpt(called.body),
        took_ms=called.took_ms,
        retry_after_seconds=called.retry_after_seconds,
    )


def call(
    url: str,
    body: bytes | None,
    headers: dict[str, str],
    permitted: Networks,
    *,
    body_bytes_max: int,
    patience: float = 1.0,
) -> Called:
    """What came back of a POST, or of a GET where there is no body, with so much of its body. Nothing is raised.

    `patience` is how many times longer than usual an answer may take.
    """
    seconds_max = SECONDS_MAX * patience
    started = time.monotonic()
    answer = _Answer(body_bytes_max)
    fault_met = ""
    try:
        target = read_url(url)
        addresses = resolve(target, permitted)
        _exchange(target, addresses, _request(target, body, headers), answer, deadline=started + seconds_max)
    except Refusal as refusal:
        fault_met = str(refusal)
    except (OSError, UnicodeError, httptools.HttpParserError) as fault:
        fault_met = _word(fault, seconds_max)
    return Called(
        status=answer.status if answer.headed else None,
        fault=fault_met,
        body=bytes(answer.body[:body_bytes_max]),
        took_ms=round((time.monotonic() - started) * 1_000),
        retry_after_seconds=_seconds(answer.headers.get("retry-after", ""), answer.headers.get("date", "")),
        headers=answer.headers,
    )


def _request(target: Target, body: bytes | None, headers: dict[str, str]) -> bytes:
    said = {"Host": target.host_header, "User-Agent": "Stockmesh", "Connection": "close"}
    if body is not None:
        said |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = [
        f"{'GET' if body is None else 'POST'} {target.path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in (said | headers).items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + (body or b"")


def _exchange(target: Target, addresses: list[Address], request: bytes, answer: _Answer, *, deadline: float) -> None:
    with _connect(target, addresses, deadline) as plain:
        connection: socket.socket = plain
        if target.scheme == "https":
            connection = _trusted().wrap_socket(plain, server_hostname=target.host)
        with connection:
            connection.settimeout(_left(deadline))
            connection.sendall(request)
            _read(connection, answer, deadline)


@cache
def _trusted() -> ssl.SSLContext:
    """Certificates must be in order, by the authorities that this machine trusts."""
    return ssl.create_default_context()


def _connect(target: Target, addresses: list[Address], deadline: float) -> socket.socket:
    """A connection to one of the addresses themselves: the name is not asked again, so it cannot lead elsewhere."""
    fault: OSError = OSError("no address")
    for address in addresses:
        try:
            wait = min(_left(deadline), CONNECT_SECONDS_MAX)
            connection = socket.create_connection((str(address), target.port), timeout=wait)
        except OSError as error:
            fault = error
        else:
            connection.settimeout(_left(deadline))
            return connection
    raise fault


def _read(connection: socket.socket, answer: _Answer, deadline: float) -> None:
    """Reads until the answer is whole or enough is known: the rest of a long body is nobody's concern."""
    received = 0
    while not answer.complete and len(answer.body) < answer.body_bytes_max:
        connection.settimeout(_left(deadline))
        try:
            part = connection.recv(READ_BYTES)
        except OSError:
            if answer.headed:
                return
            raise
        if not part:
            if not answer.headed:
                raise ConnectionError("the connection was closed without an answer")
            return
        received += len(part)
        answer.parser.feed_data(part)
        if not answer.headed and received > HEAD_BYTES_MAX:
            raise ConnectionError("the head of the answer does not end")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left


def _word(fault: Exception, seconds_max: float) -> str:
    if isinstance(fault, TimeoutError):
        return f"No answer within {seconds_max:.0f} seconds."
    return f"{type(fault).__name__}: {fault}"[:300]


def judge(status: int) -> str:
    """What is wrong with a status; empty when all is well."""
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"Answered {status}; redirects are not followed."
    return f"Answered {status}."


def _excerpt(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text)


def _seconds(retry_after: str, date: str) -> int:
    """How long to wait: in seconds, or until an instant, counted from what the other side's own clock says."""
    said = retry_after.strip()
    if said.isdecimal() and said.isascii():
        return min(int(said[:10]), RETRY_AFTER_SECONDS_MAX)
    try:
        wait = round((parsedate_to_datetime(said) - parsedate_to_datetime(date)).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return 0
    return min(max(wait, 0), RETRY_AFTER_SECONDS_MAX)
