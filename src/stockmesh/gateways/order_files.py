"""Orders as JSON files: one order, a list of them, or one per line."""

import sys
from dataclasses import dataclass, field, fields
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from stockmesh.domain.fulfilment.requests import Contact, Destination, OrderLine, OrderRequest, Wish
from stockmesh.domain.kernel.refusals import Refusal

T = TypeVar("T")
NEAR: Final = 0.4  # how alike two names are, of 1, to be suggested for each other: `qty` is half of `quantity`


@dataclass(eq=False)
class UnreadableInput(Refusal):
    """A file or a body that is not what was asked for."""

    place: str
    problem: str
    code = "unreadable_input"
    text = "{place}: {problem}."


@dataclass(eq=False)
class UnknownField(Refusal):
    """A field that no order has: most likely one of ours, misspelt."""

    place: str
    order: str
    field: str
    nearest: str
    possible: tuple[str, ...]
    code = "unknown_field"
    text = "{place}, order {order!r}: there is no field {field!r}{nearest}. Fields here: {possible}."


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
    contact: Contact | None = None

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
            contact=self.contact,
        )


Unreadable = UnreadableInput | UnknownField


def read_orders(path: Path, now: datetime) -> list[OrderRequest | Unreadable]:
    """The orders of a JSON file, each readable or with the reason why not; `-` is standard input.

    Raises UnreadableInput when the file holds no orders at all.
    """
    name = "standard input" if str(path) == "-" else str(path)
    try:
        text = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise UnreadableInput(place=name, problem=error.strerror or str(error)) from error
    return [_request(place, part, now) for place, part in _parts(text, name)]


def _parts(text: bytes, name: str) -> list[tuple[str, bytes]]:
    """The documents of a file with the place of each: the entries of a list, its lines, or all of it."""
    if text.lstrip()[:1] == b"[":
        entries = _decode(text, list[msgspec.Raw], name)
        return [(f"{name} entry {number}", bytes(entry)) for number, entry in enumerate(entries, start=1)]
    lines = [(f"{name} line {number}", line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise UnreadableInput(place=name, problem="it is empty; write one order as JSON, a list, or one per line")
    return lines if lines[0][1].rstrip().endswith(b"}") else [(name, text)]


def _request(place: str, part: bytes, now: datetime) -> OrderRequest | Unreadable:
    try:
        document = _decode(part, OrderDocument, place)
        _refuse_unknown_fields(place, document.reference, _decode(part, dict[str, Any], place))
        return document.request(now)
    except (UnreadableInput, UnknownField) as refusal:
        return refusal


def _refuse_unknown_fields(place: str, order: str, written: dict[str, Any]) -> None:
    """Raises UnknownField: a misspelt wish that is passed over would send what the buyer did not want sent."""
    _check_fields(place, order, written, within="", kind=OrderDocument)
    _check_fields(place, order, written["destination"], within="destination.", kind=Destination)
    for number, line in enumerate(written["lines"], start=1):
        _check_fields(place, order, line, within=f"lines[{number}].", kind=OrderLine)


def _check_fields(place: str, order: str, written: dict[str, Any], *, within: str, kind: type) -> None:
    known = tuple(one.name for one in fields(kind))
    for name in written:
        if name not in known:
            near = get_close_matches(name.lower(), known, n=1, cutoff=NEAR)
            raise UnknownField(
                place=place,
                order=order,
                field=within + name,
                nearest=f"; did you mean {within + near[0]!r}" if near else "",
                possible=known,
            )


def _decode(text: bytes, kind: type[T], place: str) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableInput(place=place, problem=str(error)) from error
