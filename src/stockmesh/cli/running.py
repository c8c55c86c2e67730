"""Opening the context for a command: settings from the environment, the database at today's schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stockmesh.flows.context import Context


@contextmanager
def running() -> "Iterator[Context]":
    """The context of one command; the embedded server stops when the last command using it ends."""
    from stockmesh.app import Settings, open_context

    with open_context(Settings()) as context:
        yield context
