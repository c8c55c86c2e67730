"""The database gives up what takes too long, but not the work that may take its time."""

import threading

import psycopg
import pytest
from psycopg import errors

from stockmesh.service.problems import describe_failure
from stockmesh.store.database import Database, Session
from stockmesh.store.limits import Limits, take_time


@pytest.fixture
def hurried(database_url: str) -> Database:
    """A database that allows a tenth of a second."""
    return Database(database_url, options=Limits(0.1, 0.1, 0.3).options()).open()


def test_a_slow_statement_is_given_up_and_told_as_busy(hurried: Database) -> None:
    with pytest.raises(errors.QueryCanceled) as caught, hurried.session() as session:
        session.execute("SELECT pg_sleep(5)")
    assert describe_failure(caught.value)["code"] == "database_busy"
    hurried.transact(sleep_unhurried)
    with pytest.raises(errors.QueryCanceled), hurried.session() as session:
        session.execute("SELECT pg_sleep(5)")
    hurried.close()


def sleep_unhurried(session: Session) -> None:
    take_time(session)
    session.execute("SELECT pg_sleep(0.3)")


def test_a_row_that_another_holds_is_not_waited_for(hurried: Database, database_url: str) -> None:
    with psycopg.connect(database_url) as holder:
        holder.execute("INSERT INTO lease VALUES ('held', 'me', now())")
        with pytest.raises((errors.LockNotAvailable, errors.QueryCanceled)) as caught:
            hurried.transact(lambda session: session.execute("INSERT INTO lease VALUES ('held', 'me', now())"))
    assert describe_failure(caught.value)["status"] == 503
    hurried.close()


def test_a_transaction_that_idles_is_ended(hurried: Database) -> None:
    """And whoever left it open hears so; the next finds a connection."""
    with pytest.raises(psycopg.Error):
        hurried.transact(lambda session: (threading.Event().wait(0.8), session.execute("SELECT 1")))
    assert hurried.transact(lambda session: session.execute("SELECT 1 AS one").fetchone()) == {"one": 1}
    hurried.close()


def test_no_limits_are_no_options() -> None:
    assert Limits().options() == ""
