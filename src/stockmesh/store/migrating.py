"""Bringing a database to today's schema: Alembic runs plain SQL files, one step each."""

from dataclasses import dataclass
from importlib import resources
from typing import Final

import psycopg

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


def migrate(url: str) -> None:
    """The database at today's schema; a look at its version when it is there already. Raises BooksTooNew."""
    version = find_version(url)
    if version is not None and version > HEAD:
        raise BooksTooNew(version=version, known=HEAD)
    if version != HEAD:
        _upgrade(url)


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
