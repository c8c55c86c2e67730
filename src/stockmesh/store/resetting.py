"""Forgetting everything: the database's own schema, dropped and built anew."""

from dataclasses import dataclass

import psycopg

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.store.migrating import migrate
from stockmesh.store.named import query


@dataclass(eq=False)
class BooksInUse(Refusal):
    """Another program is connected: the books would vanish under it."""

    connections: int
    code = "books_in_use"
    text = (
        "The books are in use by a console or a demonstration (connections of other programs: {connections}). "
        "Stop that first; nothing was forgotten."
    )


def forget_everything(url: str) -> None:
    """Empty books at today's schema. There is no way back. Raises BooksInUse."""
    with psycopg.connect(url) as connection:
        row = connection.execute(query("setup/other_connections")).fetchone()
        if row is not None and row[0]:
            raise BooksInUse(connections=row[0])
        connection.execute(query("setup/drop_schema"))
        connection.execute(query("setup/create_schema"))
    migrate(url)
