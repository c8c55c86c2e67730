"""Forgetting everything: the database's own schema, dropped and built anew."""

import time
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import Connection

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.store.migrating import migrate
from stockmesh.store.named import query

LOOKS: Final = 20
PAUSE_SECONDS: Final = 0.05


@dataclass(eq=False)
class BooksInUse(Refusal):
    """Another program is connected: the books would vanish under it."""

    connections: int
    code = "books_in_use"
    text = (
        "The books are in use by a console or a demonstration (connections of other programs: {connections}). "
        "Stop that first; nothing was forgotten."
    )


def _others(connection: Connection) -> int:
    """How many connections of other programs there are. One just closed takes the server a moment to end."""
    for _ in range(LOOKS):
        row = connection.execute(query("setup/other_connections")).fetchone()
        others = int(row[0]) if row else 0
        if not others:
            break
        connection.rollback()  # the view of who is connected is kept for a transaction
        time.sleep(PAUSE_SECONDS)
    return others


def forget_everything(url: str) -> None:
    """Empty books at today's schema. There is no way back. Raises BooksInUse."""
    with psycopg.connect(url) as connection:
        if others := _others(connection):
            raise BooksInUse(connections=others)
        connection.execute(query("setup/drop_schema"))
        connection.execute(query("setup/create_schema"))
    migrate(url)
