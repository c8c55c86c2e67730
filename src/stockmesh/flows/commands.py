"""Commands by key: the same key and content answers the same again, other content is refused."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Final, TypeVar

import msgspec

from stockmesh.domain.stock.refusals import CommandTaken
from stockmesh.flows.context import Context
from stockmesh.store.database import Session, execute, find_row

T = TypeVar("T")
# A command sent again is sent at another instant; what makes it the same is all the rest.
ANY_TIME: Final = datetime.min.replace(tzinfo=UTC)
_encoder = msgspec.msgpack.Encoder(order="deterministic")


def digest(*said: Any) -> bytes:
    """What makes two commands the same: 16 bytes over everything that was said."""
    return blake2b(_encoder.encode(said), digest_size=16).digest()


def once(context: Context, key: str, content: bytes, answer: type[T], work: Callable[[Session], T]) -> T:
    """What `work` answers, done once for a key; without a key it is done every time.

    Answer and key are committed together with the work. Raises CommandTaken when the key came with other content.
    """

    def keyed(session: Session) -> T:
        known = find_row(session, "commands/find", key=key) if key else None
        if known is not None:
            if known["content"] != content:
                raise CommandTaken(key=key)
            return msgspec.json.decode(known["outcome"], type=answer)
        outcome = work(session)
        if key:
            body = msgspec.json.encode(outcome).decode()
            execute(session, "commands/record", key=key, content=content, outcome=body, recorded_at=context.clock())
        return outcome

    return context.database.transact(keyed)
