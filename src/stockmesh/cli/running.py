"""Opening the context for a command: settings from the environment, the database at today's schema."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stockmesh.flows.context import Context

why: Final[ContextVar[str]] = ContextVar("why", default="")


@contextmanager
def running(*, serving: bool = False) -> "Iterator[Context]":
    """The context of one command, at work in the name of whoever runs it; the embedded server stops when the last
    command using it ends. While serving, the database may take no longer than is set."""
    from stockmesh.app import NO_LIMITS, Settings, open_context, service_limits
    from stockmesh.flows.acting import Actor, ActorKind, acting_as

    actor = Actor(ActorKind.COMMAND_LINE, _user())
    settings = Settings()
    limits = service_limits(settings) if serving else NO_LIMITS
    with open_context(settings, limits) as context, acting_as(actor, why.get()):
        yield context


def _user() -> str:
    """The name of the operating system's user; a number where it has none, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.geteuid()}"
