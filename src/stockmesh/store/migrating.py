"""Bringing a database to today's schema: Alembic runs plain SQL files, one step each."""

from importlib import resources

from alembic import command
from alembic.config import Config


def migrate(url: str) -> None:
    """The database at today's schema; does nothing when it is there already."""
    with resources.as_file(resources.files(__package__).joinpath("migrations")) as folder:
        configuration = Config()
        configuration.set_main_option("script_location", str(folder))
        configuration.attributes["url"] = url
        command.upgrade(configuration, "head")
