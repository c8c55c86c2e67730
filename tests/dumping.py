"""The whole database as bytes, as a dump of it would show them: what is searched for what must not be there."""

import psycopg

from stockmesh.flows.context import Context


def everything(context: Context) -> bytes:
    """Every row of every table."""
    dumped = b""
    with psycopg.connect(context.database.url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT".encode()) as stream:
                dumped += b"".join(bytes(part) for part in stream)
    return dumped
