"""Forgetting everything: the database's own schema, dropped and built anew."""

import psycopg

from stockmesh.store.migrating import migrate
from stockmesh.store.named import query


def forget_everything(url: str) -> None:
    """Empty books at today's schema. There is no way back."""
    with psycopg.connect(url) as connection:
        connection.execute(query("setup/drop_schema"))
        connection.execute(query("setup/create_schema"))
    migrate(url)
