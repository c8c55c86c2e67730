"""A database that could not hold the books is refused with what to do, before anything is created in it."""

from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from stockmesh.store.migrating import Fitness, UnfitDatabase, find_version, migrate

FIT = Fitness(version=15, encoding="UTF8", standby=False, may_create=True)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (FIT, []),
        (replace(FIT, version=14), ["PostgreSQL 14, and at least 15"]),
        (replace(FIT, standby=True, may_create=False), ["standby"]),
        (replace(FIT, encoding="LATIN1", may_create=False), ["LATIN1", "ALTER SCHEMA public OWNER"]),
    ],
)
def test_each_lack_is_told_with_its_remedy(found: Fitness, said: list[str]) -> None:
    problems = found.problems()
    assert len(problems) == len(said)
    assert all(word in problem for word, problem in zip(said, problems, strict=True))


def test_an_encoding_that_cannot_hold_every_name_is_refused(database_url: str) -> None:
    name = f"bytes_{uuid4().hex[:12]}"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0").format(
                sql.Identifier(name)
            )
        )
        url = make_conninfo(database_url, dbname=name)
        try:
            with pytest.raises(UnfitDatabase, match="SQL_ASCII"):
                migrate(url)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def test_a_user_who_may_not_create_is_refused(database_url: str) -> None:
    """The newcomer's mistake since PostgreSQL 15: the database is the user's, its schema is not."""
    name = f"guest_{uuid4().hex[:12]}"
    role = sql.Identifier(name)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
        connection.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(role))
        url = make_conninfo(database_url, dbname=name, user=name)
        try:
            with pytest.raises(UnfitDatabase, match="ALTER SCHEMA public OWNER TO"):
                migrate(url)
            assert find_version(url) is None
        finally:
            connection.execute(sql.SQL("DROP DATABASE {}").format(role))
            connection.execute(sql.SQL("DROP ROLE {}").format(role))
