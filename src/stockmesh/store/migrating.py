"""Bringing a database to today's schema: Alembic runs plain SQL files, one step each."""

from dataclasses import dataclass, replace
from importlib import resources
from typing import Final

import psycopg
from psycopg.rows import class_row

from stockmesh.domain.kernel.checks import ensure
from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.store.named import query

STEPS: Final = resources.files(__package__) / "migrations" / "versions"
# The steps are numbered in their names: v0001_books.py leads to version 0001.
HEAD: Final = max(step.name[1:5] for step in STEPS.iterdir() if step.name.endswith(".py"))


@dataclass(eq=False)
class BooksTooNew(Refusal):
    """Written by a later release, whose rules this one does not know."""

    version: str
    known: str
    code = "books_too_new"
    text = "These books are of version {version}; this release knows up to {known}. Install the release they are of."


VERSION_MIN: Final = 15


@dataclass(eq=False)
class UnfitDatabase(Refusal):
    """A server that answers and could not hold the books."""

    problems: tuple[str, ...]
    code = "unfit_database"
    text = "The database of STOCKMESH_DATABASE_URL cannot hold the books: {problems}."


@dataclass(frozen=True)
class Fitness:
    """What a database offers."""

    version: int
    encoding: str
    standby: bool
    may_create: bool

    def problems(self) -> tuple[str, ...]:
        """What is in the way, each with what to do about it."""
        told = {
            f"it is PostgreSQL {self.version}, and at least {VERSION_MIN} is needed": self.version < VERSION_MIN,
            f"its encoding is {self.encoding}; create one with ENCODING 'UTF8' TEMPLATE template0": (
                self.encoding != "UTF8"
            ),
            "it is a standby, which only reads; name the primary, or add target_session_attrs=read-write": self.standby,
            "the user may not create tables; as administrator in it: ALTER SCHEMA public OWNER TO that user": (
                not self.may_create and not self.standby
            ),
        }
        return tuple(problem for problem, holds in told.items() if holds)


def migrate(url: str) -> None:
    """The database at today's schema; a look at its version when it is there already.

    Raises UnfitDatabase and BooksTooNew.
    """
    version = find_version(url)
    _refuse_unfit(url, creating=version != HEAD)
    if version is not None and version > HEAD:
        raise BooksTooNew(version=version, known=HEAD)
    if version != HEAD:
        _upgrade(url)


def _refuse_unfit(url: str, *, creating: bool) -> None:
    # What is asked reads as text in any encoding; the driver would leave the bytes of an unknown one as they are.
    with psycopg.connect(url, connect_timeout=10, client_encoding="UTF8", row_factory=class_row(Fitness)) as connection:
        found = connection.execute(query("setup/fitness")).fetchone()
    ensure(found is not None, "a server always tells its version")
    if found and (problems := replace(found, may_create=found.may_create or not creating).problems()):
        raise UnfitDatabase(problems=problems)


def find_version(url: str) -> str | None:
    """The version a database's schema has; None when there is none."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        table = connection.execute(query("setup/has_version")).fetchone()
        if not table or not table[0]:
            return None
        found = connection.execute(query("setup/version")).fetchone()
        return str(found[0]) if found else None


def _upgrade(url: str) -> None:
    from alembic import command
    from alembic.config import Config

    with resources.as_file(resources.files(__package__).joinpath("migrations")) as folder:
        configuration = Config()
        configuration.set_main_option("script_location", str(folder))
        configuration.attributes["url"] = url
        command.upgrade(configuration, "head")
