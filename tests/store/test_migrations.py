"""Migrations and schema.sql lead to one and the same database."""

from importlib import resources
from typing import Any

import psycopg

from stockmesh.store.migrating import migrate
from stockmesh.store.resetting import forget_everything

# Everything a schema is made of, as plain words; the version table of the migrations itself is left out.
CATALOGUE = {
    "columns": """
        SELECT c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
            pg_get_expr(d.adbin, d.adrelid)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'schema_version'
    """,
    "tables": """
        SELECT relname, reloptions, relpersistence FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'schema_version'
    """,
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'schema_version'
    """,
    "indexes": """
        SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'schema_version'
    """,
    "enumerations": """
        SELECT t.typname, e.enumsortorder, e.enumlabel FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
    """,
    "sequences": "SELECT sequencename, start_value, increment_by, data_type FROM pg_sequences",
    "functions": "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "triggers": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'",
}


def shape_of(url: str) -> dict[str, list[str]]:
    """The schema as sorted words, by kind of thing."""
    with psycopg.connect(url) as connection:
        return {
            kind: sorted(str(row) for row in connection.execute(question).fetchall())
            for kind, question in CATALOGUE.items()
        }


def test_migrations_and_schema_build_the_same_database(server: Any) -> None:
    """No difference in tables, columns, checks, indexes, enumerations, sequences."""
    migrated, written = server.create(), server.create()
    try:
        migrate(migrated)
        with psycopg.connect(written) as connection:
            connection.execute(resources.files("stockmesh.store").joinpath("schema.sql").read_bytes())
        found, wanted = shape_of(migrated), shape_of(written)
        assert len(wanted["tables"]) > 15
        assert found == wanted
    finally:
        server.drop(migrated)
        server.drop(written)


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    """A database at today's schema stays as it is, data and all."""
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO owner (code, name, book_currency) VALUES ('o', 'Owner', 'EUR')")
    before = shape_of(database_url)
    migrate(database_url)
    assert shape_of(database_url) == before
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT code FROM owner").fetchall() == [("o",)]


def test_forgetting_everything_leaves_empty_books(database_url: str) -> None:
    """After a reset the schema is today's and no row is left."""
    before = shape_of(database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO owner (code, name, book_currency) VALUES ('o', 'Owner', 'EUR')")
    forget_everything(database_url)
    assert shape_of(database_url) == before
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM owner").fetchone() == (0,)
