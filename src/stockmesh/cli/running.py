"""Opening the context for a command: settings from the environment, the database at today's schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stockmesh.flows.context import Context


@contextmanager
def running(*, serving: bool = False) -> "Iterator[Context]":
    """The context of one command; the embedded server stops when the last command using it ends.

    While serving, the database may take no longer than is set.
    """
    from stockmesh.app import NO_LIMITS, Settings, open_context, service_limits

    settings = Settings()
    with open_context(settings, service_limits(settings) if serving else NO_LIMITS) as context:
        yield context
