"""Orders as JSON files: one order, a list of them, or one per line."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from stockmesh.domain.fulfilment.requests import Destination, OrderLine, OrderRequest, Wish
from stockmesh.domain.kernel.refusals import Refusal

T = TypeVar("T")


@dataclass(eq=False)
class UnreadableInput(Refusal):
    """A file or a body that is not what was asked for."""

    place: str
    problem: str
    code = "unreadable_input"
    text = "{place}: {problem}."


@dataclass(frozen=True)
class OrderDocument:
    """An order as people write it in JSON. `placed_at` defaults to now, `channel` to the only one there is."""

    reference: str
    destination: Destination
    lines: tuple[OrderLine, ...]
    channel: str = "online"
    placed_at: datetime | None = None
    wish: Wish = Wish.BACKORDER
    customer: str = ""
    assumed: frozenset[str] = field(default_factory=frozenset)

    def request(self, now: datetime) -> OrderRequest:
        """The request that the document stands for."""
        return OrderRequest(
            reference=self.reference,
            channel=self.channel,
            placed_at=self.placed_at or now,
            destination=self.destination,
            lines=self.lines,
            wish=self.wish,
            customer=self.customer,
            assumed=self.assumed,
        )


def read_orders(path: Path, now: datetime) -> list[OrderRequest]:
    """The orders of a JSON file; `-` is standard input. Raises UnreadableInput naming place, field and reason."""
    name = "standard input" if str(path) == "-" else str(path)
    try:
        text = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise UnreadableInput(place=name, problem=error.strerror or str(error)) from error
    return [document.request(now) for document in _documents(text, name)]


def _documents(text: bytes, name: str) -> Iterator[OrderDocument]:
    start = text.lstrip()[:1]
    if start == b"[":
        yield from _decode(text, tuple[OrderDocument, ...], name)
        return
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise UnreadableInput(place=name, problem="it is empty; write one order as JSON, a list, or one per line")
    if lines[0][1].rstrip().endswith(b"}"):
        for number, line in lines:
            yield _decode(line, OrderDocument, f"{name} line {number}")
    else:
        yield _decode(text, OrderDocument, name)


def _decode(text: bytes, kind: type[T], place: str) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableInput(place=place, problem=str(error)) from error
